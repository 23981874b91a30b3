"""Looks into an image file before it is uploaded."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from octavia_wizard.core.image.boot import BOOT_BYTES, described_size, why_not_bootable
from octavia_wizard.core.image.clusters import CUT, read_guest, walk
from octavia_wizard.core.image.formats import HEAD, TAIL, format_of, no_image
from octavia_wizard.core.image.qcow2 import header_problems, read_header
from octavia_wizard.core.image.vendors import look

ANY = ""
"""In place of a disk format: whatever the file is."""

_TEST_ONLY = re.compile(r"test-only-amphora", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImageFile:
    """What is known of an image file without reading all of it."""

    path: Path
    size: int = 0
    """Bytes of the file."""
    format: str = ""
    """As Glance calls it; "" where nothing is recognised, which is what raw looks like."""
    virtual_size: int | None = None
    """Bytes of the disk a guest sees, where the format tells."""
    problems: tuple[str, ...] = ()
    """Why it cannot be used, as clauses."""
    boots: bool | None = None
    """Whether its disk begins as one does that boots; None where that cannot be told."""
    hint: str = ""
    """Why an amphora would not boot from it, as a clause; "" unless ``boots`` is False."""
    allocated: int | None = None
    """Bytes of the guest's disk that are in the file; known after a thorough look at a qcow2."""
    changed: datetime | None = None
    """When the file was last changed; the image in it can only be older."""
    exists: bool = True

    @property
    def test_only(self) -> bool:
        """Whether it has the name of the Octavia project's test image, not for production."""
        return is_test_only(self.path.name)

    @property
    def kind(self) -> str:
        """The disk format to upload it as: what was recognised, or else raw."""
        return self.format or "raw"


def is_test_only(name: str) -> bool:
    """Say whether a name or URL is that of the Octavia project's test image."""
    return bool(_TEST_ONLY.search(PurePath(name).name))


def inspect_image(path: Path, disk_format: str, *, thorough: bool = False) -> ImageFile:
    """Check a file against the format it is said to have, or ``ANY``; never raises.

    ``thorough`` also walks the tables of a qcow2 file to find out whether it was cut short.
    """
    try:
        # Opening a FIFO without O_NONBLOCK would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return ImageFile(path, problems=("it does not exist",), exists=False)
    except (OSError, ValueError) as error:
        return ImageFile(path, problems=(_unreadable(error),))
    try:
        return _inspect(path, handle, disk_format, thorough)
    except OSError as error:
        return ImageFile(path, problems=(_unreadable(error),))
    finally:
        os.close(handle)


def _unreadable(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"it cannot be read: {reason}"


def _inspect(path: Path, handle: int, disk_format: str, thorough: bool) -> ImageFile:
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode):
        return ImageFile(path, problems=("it is not a regular file",))
    size = state.st_size
    head = os.pread(handle, HEAD, 0)
    tail = os.pread(handle, TAIL, max(0, size - TAIL))
    changed = datetime.fromtimestamp(state.st_mtime, UTC)
    file = ImageFile(path, size, format_of(head, tail), changed=changed)
    if not head:
        return replace(file, problems=("it is empty",))
    wrong = _wrong_format(file, head, disk_format)
    if file.format == "qcow2":
        return _qcow2(file, handle, head, wrong, thorough)
    if file.format:
        found = look(file.format, head, tail, size)
        if found.virtual_size == 0:
            wrong += ("its disk has no size",)
        return replace(file, virtual_size=found.virtual_size, problems=(*wrong, *found.problems))
    return _raw(file, head, wrong)


def _wrong_format(file: ImageFile, head: bytes, wanted: str) -> tuple[str, ...]:
    if file.format:
        if wanted in (ANY, file.format):
            return ()
        return (f"it is {file.format}, not {wanted}; set image.disk_format to {file.format}",)
    other = no_image(head)
    if wanted in (ANY, "raw"):
        return (other,) if other else ()
    if "compressed" in other:
        return (other,)
    return (f"it is not in {wanted} format" + (f": {other}" if other else ""),)


def _qcow2(
    file: ImageFile, handle: int, head: bytes, wrong: tuple[str, ...], thorough: bool
) -> ImageFile:
    header = read_header(head)
    if header is None:
        return replace(file, problems=(*wrong, CUT))
    found = tuple(header_problems(header))
    file = replace(file, virtual_size=header.virtual_size, problems=(*wrong, *found))
    if found:
        return file
    if thorough:
        walked = walk(handle, header)
        if walked.problem:
            return replace(file, problems=(*wrong, walked.problem))
        file = replace(file, allocated=walked.clusters * header.cluster)
    return _booting(file, read_guest(handle, header, BOOT_BYTES))


def _raw(file: ImageFile, head: bytes, wrong: tuple[str, ...]) -> ImageFile:
    file = replace(file, virtual_size=file.size, problems=wrong)
    if wrong:
        return file
    if file.size % 512:
        reason = (
            f"its size of {file.size} bytes is no whole number of sectors, so it is no raw disk"
        )
        return replace(file, problems=(reason,))
    needed = described_size(head)
    if needed > file.size:
        return replace(file, problems=(f"{CUT}; its partitions need {needed} bytes",))
    return _booting(file, head[:BOOT_BYTES])


def _booting(file: ImageFile, start: bytes | None) -> ImageFile:
    if start is None:
        return file
    hint = why_not_bootable(start)
    return replace(file, boots=not hint, hint=hint)
