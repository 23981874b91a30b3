"""What was noted of the operator's own files when they were taken over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import file_digest, read_text
from octavia_wizard.core.pki.pem import Pem

RECORD = "taken-over.json"
"""Which of the operator's files ours were made of."""

Record = dict[str, dict[str, str]]
"""Path and SHA-256 of each source, by the name of what it holds."""


def read_record(directory: Path) -> Record:
    """Return what was recorded in a directory; nothing where there is no record, or no sound one.

    Raises FileError where it cannot be read.
    """
    try:
        held = json.loads(read_text(directory / RECORD) or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(held, dict):
        return {}
    return {
        name: entry
        for name, entry in held.items()
        if isinstance(entry, dict) and all(isinstance(value, str) for value in entry.values())
    }


def differs(record: Mapping[str, Mapping[str, str]], pem: Pem, source: Path) -> bool:
    """Say whether a source is not what was taken over; one that is gone is taken to be.

    A source nobody can read is taken for one that is gone.
    """
    try:
        sha256 = file_digest(source)
    except FileError:
        return False
    return sha256 is not None and sha256 != record.get(record_name(pem), {}).get("sha256")


def record_name(pem: Pem) -> str:
    """Return the name under which a source is recorded."""
    return pem.name.lower()
