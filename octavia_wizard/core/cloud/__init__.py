"""The one place that speaks to OpenStack."""
