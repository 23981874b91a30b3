"""Looks into an image file before it is uploaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePath

from octavia_wizard.core.image.qcow2 import (
    MAGIC,
    header_problems,
    is_truncated,
    read_header,
)

_HEAD = 4096
"""Bytes read from the start and from the end of a file."""
_VDI_SIGNATURE = b"\x7f\x10\xda\xbe"
_COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
}
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

    @property
    def test_only(self) -> bool:
        """Whether it has the name of the Octavia project's test image, not for production."""
        return is_test_only(self.path.name)


def is_test_only(name: str) -> bool:
    """Say whether a name or URL is that of the Octavia project's test image."""
    return bool(_TEST_ONLY.search(PurePath(name).name))


def inspect_image(path: Path, disk_format: str, *, thorough: bool = False) -> ImageFile:
    """Check a file against the format it is said to have; never raises.

    ``thorough`` also walks the tables of a qcow2 file to find out whether it was cut short.
    """
    try:
        if not path.is_file():
            reason = "it is not a regular file" if path.exists() else "it does not exist"
            return ImageFile(path, problems=(reason,))
        size = path.stat().st_size
        head, tail = _ends_of(path, size)
        found = _format_of(head, tail)
        problems = list(_format_problems(found, head, disk_format, size))
        virtual = size if found == "" else None
        header = read_header(head)
        if header is not None:
            virtual = header.virtual_size
            wrong = list(header_problems(header))
            if not wrong and thorough and is_truncated(path, header):
                wrong.append("it is cut short: parts of the disk lie beyond its end")
            problems += wrong
        return ImageFile(path, size, found, virtual, tuple(problems))
    except OSError as error:
        return ImageFile(path, problems=(f"it cannot be read: {error.strerror}",))


def _ends_of(path: Path, size: int) -> tuple[bytes, bytes]:
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, size - _HEAD))
        return head, file.read(_HEAD)


def _format_of(head: bytes, tail: bytes) -> str:
    if head.startswith(MAGIC):
        return "qcow2"
    if head.startswith((b"KDMV", b"COWD", b"# Disk DescriptorFile")):
        return "vmdk"
    if head.startswith(b"conectix") or tail[-512:].startswith(b"conectix"):
        return "vhd"
    if head[64:68] == _VDI_SIGNATURE:
        return "vdi"
    return ""


def _format_problems(found: str, head: bytes, wanted: str, size: int) -> tuple[str, ...]:
    if size == 0:
        return ("it is empty",)
    packed = next((name for magic, name in _COMPRESSED.items() if head.startswith(magic)), None)
    if packed:
        return (f"it is compressed with {packed}; unpack it first",)
    if wanted == found:
        return ()
    if found:
        return (f"it is {found}, not {wanted}; set image.disk_format to {found}",)
    if wanted != "raw":
        return (f"it is not in {wanted} format",)
    if size % 512:
        return (f"its size of {size} bytes is no whole number of sectors, so it is no raw disk",)
    return ()
