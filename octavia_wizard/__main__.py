"""``python -m octavia_wizard``."""

from __future__ import annotations

from octavia_wizard.cli import main

if __name__ == "__main__":
    main()
