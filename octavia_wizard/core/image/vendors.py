"""Looks into VMDK, VHD and VDI files: the size of the disk, and what they need beside themselves.

Layouts: block/vmdk.c, block/vpc.c and block/vdi.c of QEMU.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_SECTOR = 512
_CREATE_TYPE = re.compile(rb'createType\s*=\s*"([^"]{1,64})"')
_WHOLE = (b"monolithicSparse", b"streamOptimized")
"""The kinds Glance takes: all others have their data in further files (CVE-2022-47951)."""
_CUT = "it is cut short"
_PART = "it is a part of a disk that consists of several files"


@dataclass(frozen=True, slots=True)
class Look:
    """What the first and last bytes of a file tell."""

    virtual_size: int | None = None
    """Bytes of the disk a guest sees."""
    problems: tuple[str, ...] = ()


def look(disk_format: str, head: bytes, tail: bytes, size: int) -> Look:
    """Look at a file of a format that is not qcow2 or raw; ``size`` in bytes."""
    looker = _LOOKERS.get(disk_format)
    return looker(head, tail, size) if looker else Look()


def _vmdk(head: bytes, tail: bytes, size: int) -> Look:
    if head.startswith(b"# Disk"):
        return Look(None, ("it only describes a disk; the data is in other files",))
    if head.startswith(b"COWD"):
        return Look(None, (_PART,))
    if len(head) < _SECTOR:
        return Look(None, (_CUT,))
    capacity, _, start, length = struct.unpack_from("<QQQQ", head, 12)
    described = head[start * _SECTOR : (start + min(length, 20)) * _SECTOR]
    kind = _CREATE_TYPE.search(described)
    if not kind:
        return Look(None, (_PART,))
    if kind[1] not in _WHOLE:
        name = kind[1].decode("ascii", "replace")
        return Look(None, (f"it is a VMDK of the kind {name}, whose data is in other files",))
    return Look(capacity * _SECTOR)


def _vhd(head: bytes, tail: bytes, size: int) -> Look:
    ends_well = tail[-_SECTOR:].startswith(b"conectix")
    footer = tail[-_SECTOR:] if ends_well else head[:_SECTOR]
    if len(footer) < _SECTOR:
        return Look(None, (_CUT,))
    virtual, kind = struct.unpack_from(">Q4xI", footer, 48)
    if kind == 4:
        return Look(virtual, ("it needs a parent disk, which would not be uploaded",))
    if not ends_well or (kind == 2 and size < virtual + _SECTOR):
        return Look(virtual, (_CUT,))
    return Look(virtual)


def _vdi(head: bytes, tail: bytes, size: int) -> Look:
    if len(head) < 512:
        return Look(None, (_CUT,))
    (data,) = struct.unpack_from("<I", head, 344)
    virtual, block, _, _, used = struct.unpack_from("<QIIII", head, 368)
    if data + used * block > size:
        return Look(virtual, (_CUT,))
    return Look(virtual)


_LOOKERS: Mapping[str, Callable[[bytes, bytes, int], Look]] = {
    "vmdk": _vmdk,
    "vhd": _vhd,
    "vdi": _vdi,
}
