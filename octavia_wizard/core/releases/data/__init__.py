"""The release data: YAML, read through :mod:`octavia_wizard.core.releases.shipped`."""
