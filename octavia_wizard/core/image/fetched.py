"""Which files were downloaded, from where, and whether they are still as they came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.image.hashes import stamp
from octavia_wizard.core.places import private_directory, state_root

_MOST = 64
"""Files remembered."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was downloaded whole, and verified where a checksum was given."""

    url: str
    """Without credentials."""
    checksum: str
    """What it was verified against, as it was answered; "" where nothing was."""
    stamp: str
    sha512: str
    at: str
    """UTC, ISO 8601."""


def fetched(path: Path) -> Fetched | None:
    """Return how a file came here, if it is unchanged since."""
    entry = _load().get(str(path))
    try:
        if entry is None or entry["stamp"] != stamp(path):
            return None
        return Fetched(**entry)
    except (FileError, KeyError, TypeError):
        return None


def remember_fetched(path: Path, entry: Fetched) -> None:
    """Keep how a file came here; raises FileError."""
    entries = _load()
    entries.pop(str(path), None)
    entries[str(path)] = asdict(entry)
    kept = dict(list(entries.items())[-_MOST:])
    place = _place()
    write_file(private_directory(place.parent) / place.name, json.dumps(kept, indent=1), 0o600)


def _place() -> Path:
    return state_root() / "downloads.json"


def _load() -> dict[str, Mapping[str, str]]:
    """Read what is known; a damaged file is no reason to stop: it is downloaded again."""
    try:
        loaded = json.loads(read_text(_place()) or "{}")
    except (FileError, ValueError):
        return {}
    entries = loaded.items() if isinstance(loaded, dict) else ()
    return {path: entry for path, entry in entries if isinstance(entry, dict)}
