"""Checks a qcow2 file without qemu-img: its header, and that no cluster lies beyond its end.

Layout of the format: docs/interop/qcow2.txt of QEMU.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"QFI\xfb"

_HEADER = struct.Struct(">4sIQIIQIIQQIIQ")
_HEADER_LENGTH = 104
_OFFSET = 0x00FF_FFFF_FFFF_FE00
_COMPRESSED = 1 << 62
_ZERO = 1
"""The cluster reads as zeros, whatever is at its place."""
_DIRTY, _CORRUPT, _EXTERNAL, _EXTENDED_L2 = 1, 2, 4, 16
_KNOWN_FEATURES = 0b11111
_SLACK = 511
"""Bytes by which the last compressed cluster may be said to reach beyond the file."""
_MOST_L1 = 4_000_000
"""Entries; QEMU's own limit for the L1 table is 32 MiB."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a qcow2 file says."""

    version: int
    virtual_size: int
    """Bytes of the disk a guest sees."""
    cluster_bits: int
    l1_entries: int
    l1_offset: int
    backing_file: bool
    encrypted: bool
    features: int
    """The incompatible ones."""


def read_header(data: bytes) -> Header | None:
    """Read the header from the first bytes of a file, or return None for another format."""
    if data[:4] != MAGIC or len(data) < _HEADER.size:
        return None
    fields = _HEADER.unpack_from(data)
    version = fields[1]
    features = 0
    if version >= 3 and len(data) >= _HEADER_LENGTH:
        features = struct.unpack_from(">Q", data, 72)[0]
    return Header(
        version=version,
        virtual_size=fields[5],
        cluster_bits=fields[4],
        l1_entries=fields[7],
        l1_offset=fields[8],
        backing_file=bool(fields[2] or fields[3]),
        encrypted=bool(fields[6]),
        features=features,
    )


def header_problems(header: Header) -> Iterator[str]:
    """Yield what keeps Glance or Nova from using the file, as far as the header shows it."""
    if header.version not in (2, 3):
        yield f"it is qcow2 version {header.version}; only 2 and 3 are known"
    if header.backing_file:
        yield "it needs a backing file, which would not be uploaded"
    if header.features & _EXTERNAL:
        yield "its data is in another file, which would not be uploaded"
    if header.encrypted:
        yield "it is encrypted"
    if header.features & _CORRUPT:
        yield "it is marked as corrupt"
    if header.features & _DIRTY:
        yield "it was not closed properly, or is being written to"
    if header.features & ~_KNOWN_FEATURES:
        yield "it uses features of qcow2 that are not known here"
    if not 9 <= header.cluster_bits <= 21 or header.l1_entries > _MOST_L1:
        yield "its header is damaged"
    if header.virtual_size == 0:
        yield "its disk has no size"


def is_truncated(path: Path, header: Header) -> bool:
    """Say whether a cluster would lie beyond the end of the file; raises OSError.

    The header must have no problems.  Reads the tables only, in well under a second.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        return any(end > size for end in _ends(file, header, size))


def _ends(file: BinaryIO, header: Header, size: int) -> Iterator[int]:
    """Yield where each table and cluster ends, in bytes; stops after one that is outside."""
    cluster = 1 << header.cluster_bits
    yield header.l1_offset + 8 * header.l1_entries
    for entry in _table(file, header.l1_offset, header.l1_entries):
        offset = entry & _OFFSET
        if not offset:
            continue
        yield offset + cluster
        if offset + cluster > size:
            return
        entries = _table(file, offset, cluster // 8)
        bits = header.cluster_bits
        if header.features & _EXTENDED_L2:
            pairs = zip(entries[::2], entries[1::2], strict=True)
            yield max((_partial_end(entry, used, bits) for entry, used in pairs), default=0)
        else:
            yield max((_cluster_end(entry, bits) for entry in entries), default=0)


def _partial_end(entry: int, used: int, cluster_bits: int) -> int:
    """Return where the last of a cluster's 32 parts ends that is in use."""
    if entry & _COMPRESSED:
        return _cluster_end(entry, cluster_bits)
    parts = (used & 0xFFFF_FFFF).bit_length()
    return (entry & _OFFSET) + (parts << cluster_bits) // 32 if parts else 0


def _cluster_end(entry: int, cluster_bits: int) -> int:
    if entry & _ZERO and not entry & _COMPRESSED:
        return 0
    if entry & _COMPRESSED:
        shift = 62 - (cluster_bits - 8)
        offset = entry & ((1 << shift) - 1)
        sectors = ((entry >> shift) & ((1 << (cluster_bits - 8)) - 1)) + 1
        return (offset & ~_SLACK) + 512 * sectors - _SLACK
    offset = entry & _OFFSET
    return offset + (1 << cluster_bits) if offset else 0


def _table(file: BinaryIO, offset: int, entries: int) -> array[int]:
    file.seek(offset)
    data = file.read(8 * entries)
    table = array("Q", data[: len(data) // 8 * 8])
    if sys.byteorder == "little":
        table.byteswap()
    return table
