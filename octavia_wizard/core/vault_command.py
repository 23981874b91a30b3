"""Where the command ansible-vault is."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from octavia_wizard.core.errors import UsageError

NAME = "ansible-vault"
RUNTIME = Path("/opt/ansible-runtime/bin")
"""OSA's virtual environment on the deploy host (scripts/bootstrap-ansible.sh, all releases)."""


def find_command(environ: Mapping[str, str]) -> str:
    """Return the path of ansible-vault: of PATH, else beside this Python, else OSA's.

    Raises UsageError where there is none.
    """
    beside = Path(sys.executable).parent
    for path in (environ.get("PATH", os.defpath), str(beside), str(RUNTIME)):
        # Whatever lies in the current directory must not be given a password.
        safe = os.pathsep.join(one for one in path.split(os.pathsep) if os.path.isabs(one))
        found = shutil.which(NAME, path=safe)
        if found is not None:
            return str(Path(found).absolute())
    raise UsageError(
        "there is no ansible-vault on this host, which the encrypted files need",
        hint=f"OSA installs it in {RUNTIME} (scripts/bootstrap-ansible.sh); or put it into PATH",
    )
