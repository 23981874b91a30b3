"""Data of image builds: YAML, read by the module named like the file."""
