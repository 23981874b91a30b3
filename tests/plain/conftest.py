"""The isolated home of the command line's tests serves here too."""

from __future__ import annotations

from tests.cli.conftest import deploy_dir, files_preset, home, run

__all__ = ["deploy_dir", "files_preset", "home", "run"]
