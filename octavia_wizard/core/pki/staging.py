"""Generated files wait here until all of them are whole, so that a crash never mixes two sets.

The directory lies beside the final one, on the same file system.  It gets its name only when
every file in it is synced; from then on the files only have to be given their final names.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_bytes, sync_directory
from octavia_wizard.core.pki.layout import CertificateLayout, Pem
from octavia_wizard.core.pki.taken_over import RECORD
from octavia_wizard.core.pki.writing import make_private_directory, place_new, write_new


def staging_place(layout: CertificateLayout) -> Path:
    """Return the directory in which a complete set waits."""
    return layout.directory.with_name(f".{layout.directory.name}.octavia-wizard")


def stage(layout: CertificateLayout, files: Mapping[Pem, bytes], record: bytes = b"") -> None:
    """Write a complete set, in place of what an interrupted attempt left; raises FileError.

    ``record`` tells which files of the operator's it was made of.
    """
    place = staging_place(layout)
    unfinished = _unfinished(place)
    _remove(unfinished)
    _remove(place)
    make_private_directory(unfinished)
    for pem, data in files.items():
        write_new(unfinished / _name(pem), data)
    if record:
        write_new(unfinished / RECORD, record)
    try:
        unfinished.rename(place)
        sync_directory(place.parent)
    except OSError as error:
        raise FileError(f"cannot create {place}: {error.strerror}") from None


def staged(layout: CertificateLayout) -> dict[Pem, bytes]:
    """Return the set that waits, or nothing; raises FileError where it cannot be read."""
    found: dict[Pem, bytes] = {}
    place = staging_place(layout)
    if not place.is_dir():
        return found
    for pem in layout.files:
        data = read_bytes(place / _name(pem))
        if data is not None:
            found[pem] = data
    return found


def staged_record(layout: CertificateLayout) -> bytes | None:
    """Return what tells which files the waiting set was made of; raises FileError."""
    return read_bytes(staging_place(layout) / RECORD)


def put_in_place(layout: CertificateLayout, pem: Pem) -> None:
    """Give a waiting file its final name; FileError if something is there already."""
    place_new(staging_place(layout) / _name(pem), layout.files[pem])


def take_away(place: Path) -> bool:
    """Remove a set that waits, but nothing that is not of it; say whether the place is empty now.

    Raises FileError where it cannot be removed.
    """
    if place.is_symlink():
        return False
    try:
        for name in (*map(_name, Pem), RECORD):
            (place / name).unlink(missing_ok=True)
        if any(place.iterdir()):
            return False
        place.rmdir()
        sync_directory(place.parent)
    except OSError as error:
        raise FileError(f"cannot remove {place}: {error.strerror or error}") from None
    return True


def sweep_unfinished(place: Path) -> None:
    """Remove what a killed process left of a set that never became whole; raises FileError."""
    _remove(_unfinished(place))


def discard(layout: CertificateLayout) -> None:
    """Remove what waits; raises FileError."""
    _remove(staging_place(layout))


def _unfinished(place: Path) -> Path:
    return place.with_name(f"{place.name}.part")


def _name(pem: Pem) -> str:
    return f"{pem.name.lower()}.pem"


def _remove(place: Path) -> None:
    if not place.exists():
        return
    try:
        shutil.rmtree(place)
        sync_directory(place.parent)
    except OSError as error:
        raise FileError(f"cannot remove {place}: {error.strerror or error}") from None
