"""Which files were downloaded, from where, and whether they are still as they came."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.image.hashes import stamp
from octavia_wizard.core.image.memory import entry_of, keep_entry
from octavia_wizard.core.places import state_root


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
    entry = entry_of(_place(), path)
    try:
        if entry is None or entry["stamp"] != stamp(path):
            return None
        return Fetched(**entry)
    except (FileError, KeyError, TypeError):
        return None


def remember_fetched(path: Path, entry: Fetched) -> None:
    """Keep how a file came here; raises FileError."""
    keep_entry(_place(), path, asdict(entry))


def _place() -> Path:
    return state_root() / "downloads.json"
