"""The random passwords of a rehearsal cloud, kept with its state."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import private
from octavia_wizard.rehearsal.layout import Service

USERS = ("admin", "demo", *(service for service in Service if service is not Service.KEYSTONE))
"""Users that log in."""
OTHERS = ("ca_passphrase", "heartbeat_key")
"""Secrets octavia asks of its configuration."""
PASSWORD_BYTES = 18


def load_or_create(path: Path) -> dict[str, str]:
    """Read the passwords, making them up where there are none yet.

    Hexadecimal digits have no meaning in any file they are written to. Raises RehearsalError when
    the file is not one of ours.
    """
    if not path.exists():
        made_up = {name: secrets.token_hex(PASSWORD_BYTES) for name in (*USERS, *OTHERS)}
        private.write(path, json.dumps(made_up, indent=1) + "\n")
    return load(path)


def load(path: Path) -> dict[str, str]:
    """Read the passwords; raises RehearsalError when they are missing or unreadable."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(known[name]) for name in (*USERS, *OTHERS)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RehearsalError(
            f"{path} does not hold the passwords of a rehearsal cloud",
            hint="start it anew with --fresh",
        ) from error
