"""Everything the wizard knows and does, without a user interface."""
