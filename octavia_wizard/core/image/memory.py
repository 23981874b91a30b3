"""What is remembered of files: a small JSON file, by path, for as long as a file is unchanged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.places import private_directory

_MOST = 64
"""Files remembered."""


def entry_of(place: Path, path: Path) -> Mapping[str, str] | None:
    """Return what ``place`` keeps of a file, its stamp included; whether it holds is not said."""
    return _load(place).get(str(path))


def keep_entry(place: Path, path: Path, entry: Mapping[str, str]) -> None:
    """Keep something of a file, and forget the oldest where there is too much; FileError."""
    entries = _load(place)
    entries.pop(str(path), None)
    entries[str(path)] = entry
    kept = dict(list(entries.items())[-_MOST:])
    write_file(private_directory(place.parent) / place.name, json.dumps(kept), 0o600)


def _load(place: Path) -> dict[str, Mapping[str, str]]:
    """Read what is kept; a damaged file is no reason to stop, it is written afresh."""
    try:
        loaded = json.loads(read_text(place) or "{}")
    except (FileError, ValueError):
        return {}
    entries = loaded.items() if isinstance(loaded, dict) else ()
    return {path: entry for path, entry in entries if isinstance(entry, dict)}
