"""Makes authorities, certificates and keys, in memory."""
