"""Walks the tables of a qcow2 file: whether all it refers to is there, and what a guest reads.

Nothing outside the file is ever read, and each table only once, so that time and memory are
bounded by the file, whatever its tables say.
"""

from __future__ import annotations

import os
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from octavia_wizard.core.image.qcow2 import Header

CUT = "it is cut short: parts of the disk lie beyond its end"

_OFFSET = 0x00FF_FFFF_FFFF_FE00
_COMPRESSED = 1 << 62
_ZERO = 1
"""The cluster reads as zeros, whatever is at its place."""
_SLACK = 511
"""Bytes by which the last compressed cluster may be said to reach beyond the file."""
_ZSTD = 1
_SNAPSHOT = struct.Struct(">QIHHIIQII")
_BITMAP = struct.Struct(">QIIBBHI")


@dataclass(frozen=True, slots=True)
class Walk:
    """What the tables of a file show."""

    problem: str = ""
    """Why it cannot be used, as a clause."""
    clusters: int = 0
    """Clusters that hold data, or are kept for data."""


class _Fault(Exception):
    """The tables cannot be right; its text says why, as a clause."""


@dataclass(frozen=True, slots=True)
class _File:
    """An open file and what its header says."""

    handle: int
    size: int
    header: Header

    def read(self, offset: int, length: int) -> bytes:
        """Read bytes that must be there; raises _Fault and OSError."""
        if offset + length > self.size:
            raise _Fault(CUT)
        data = os.pread(self.handle, length, offset)
        if len(data) < length:
            raise _Fault(CUT)
        return data

    def table(self, offset: int, entries: int) -> array[int]:
        """Read a table of numbers; raises _Fault and OSError."""
        table = array("Q", self.read(offset, 8 * entries))
        if sys.byteorder == "little":
            table.byteswap()
        return table

    def clusters(self, offset: int, entries: int) -> set[int]:
        """Read a table of offsets of whole clusters, which must be there."""
        found = {entry & _OFFSET for entry in self.table(offset, entries)} - {0}
        if any(place % self.header.cluster for place in found):
            raise _Fault("its tables are damaged: a cluster begins within another")
        if found and max(found) + self.header.cluster > self.size:
            raise _Fault(CUT)
        return found


def walk(handle: int, header: Header) -> Walk:
    """Look at everything the tables refer to; raises OSError.

    The header must have no problems.  Takes well under a second for an amphora image.
    """
    file = _File(handle, os.fstat(handle).st_size, header)
    try:
        file.clusters(header.refcount_offset, header.refcount_clusters * header.cluster // 8)
        _bitmaps(file)
        tables = file.clusters(header.l1_offset, header.l1_entries)
        used = _used(file, tables)
        _used(file, _of_snapshots(file) - tables)
    except _Fault as fault:
        return Walk(str(fault))
    return Walk(clusters=used)


def _used(file: _File, tables: set[int]) -> int:
    """Count the clusters used below second-level tables; all of them must be there."""
    header, used = file.header, 0
    for offset in sorted(tables):
        entries = file.table(offset, header.cluster // 8)
        if header.extended:
            parts = zip(entries[::2], entries[1::2], strict=True)
            ends = [_partial_end(entry, part, header.cluster_bits) for entry, part in parts]
        else:
            ends = [_cluster_end(entry, header.cluster_bits) for entry in entries if entry]
        if ends and max(ends) > file.size and not _beyond_the_disk(file, offset, max(ends)):
            raise _Fault(CUT)
        used += len(ends) - ends.count(0)
    return used


def _beyond_the_disk(file: _File, table: int, end: int) -> bool:
    """Say whether all that is missing of the last cluster is beyond the end of the disk too.

    Such a file is sound for QEMU ("the last cluster may be semi-allocated").
    """
    header = file.header
    last, rest = divmod(header.virtual_size - 1, header.cluster)
    number, place = divmod(last, header.mapped_by_table)
    (first,) = file.table(header.l1_offset + 8 * number, 1)
    width = header.cluster // header.mapped_by_table
    (entry,) = file.table(table + width * place, 1)
    data = entry & _OFFSET
    mapped = first & _OFFSET == table and not entry & (_COMPRESSED | _ZERO)
    return mapped and data + header.cluster >= end and data + rest + 1 <= file.size


def _partial_end(entry: int, part: int, cluster_bits: int) -> int:
    """Return where the last of a cluster's 32 parts ends that is in use."""
    if entry & _COMPRESSED:
        return _cluster_end(entry, cluster_bits)
    parts = (part & 0xFFFF_FFFF).bit_length()
    return (entry & _OFFSET) + (parts << cluster_bits) // 32 if parts else 0


def _cluster_end(entry: int, cluster_bits: int) -> int:
    """Return where a cluster ends in the file; 0 for one without data."""
    if entry & _COMPRESSED:
        offset, length = _packed(entry, cluster_bits)
        return max(offset + 1, offset + length - _SLACK)
    offset = entry & _OFFSET
    if entry & _ZERO:
        # Its place is never read; QEMU calls it corrupt where that is not in the file at all.
        return offset + 1 if offset else 0
    if offset & ((1 << cluster_bits) - 1):
        raise _Fault("its tables are damaged: a cluster begins within another")
    return offset + (1 << cluster_bits) if offset else 0


def _packed(entry: int, cluster_bits: int) -> tuple[int, int]:
    """Return where a compressed cluster begins, and the bytes to the end of its last sector."""
    shift = 62 - (cluster_bits - 8)
    offset = entry & ((1 << shift) - 1)
    sectors = ((entry >> shift) & ((1 << (cluster_bits - 8)) - 1)) + 1
    return offset, 512 * sectors - (offset & _SLACK)


def _of_snapshots(file: _File) -> set[int]:
    """Return the second-level tables of all internal snapshots."""
    at, most, tables = file.header.snapshots_offset, file.size // 8, set[int]()
    for _ in range(file.header.snapshots):
        offset, entries, key, name, *_, extra = _SNAPSHOT.unpack(file.read(at, _SNAPSHOT.size))
        at += (_SNAPSHOT.size + extra + key + name + 7) // 8 * 8
        # Each snapshot has a table of its own, so together they fit into the file.
        most -= entries
        if most < 0:
            raise _Fault(CUT)
        tables |= file.clusters(offset, entries)
    return tables


def _bitmaps(file: _File) -> None:
    """Look at the dirty bitmaps that are kept with the disk."""
    if file.header.bitmaps is None:
        return
    number, at, size = file.header.bitmaps
    end, most = at + size, file.size // 8
    for _ in range(number):
        offset, entries, *_, name, extra = _BITMAP.unpack(file.read(at, _BITMAP.size))
        at += (_BITMAP.size + extra + name + 7) // 8 * 8
        most -= entries
        if most < 0 or at > end:
            raise _Fault(CUT)
        file.clusters(offset, entries)


def read_guest(handle: int, header: Header, length: int) -> bytes | None:
    """Return the first bytes a guest reads, or None where that cannot be told; raises OSError.

    The header must have no problems.
    """
    file = _File(handle, os.fstat(handle).st_size, header)
    try:
        return b"".join(_guest(file, min(length, header.virtual_size)))
    except (_Fault, zlib.error):
        return None


def _guest(file: _File, length: int) -> Iterator[bytes]:
    header = file.header
    (first,) = file.table(header.l1_offset, 1)
    width = header.cluster // header.mapped_by_table
    for number in range(-(-length // header.cluster)):
        left = min(length - number * header.cluster, header.cluster)
        entry, used = 0, 0
        if first & _OFFSET and number < header.mapped_by_table:
            entries = file.table((first & _OFFSET) + width * number, width // 8)
            entry, used = entries[0], entries[-1]
        mapped = used & 1 if header.extended else not entry & _ZERO
        if entry & _COMPRESSED:
            yield _unpacked(file, entry, left)
        elif entry & _OFFSET and mapped:
            yield file.read(entry & _OFFSET, left)
        else:
            yield bytes(left)


def _unpacked(file: _File, entry: int, length: int) -> bytes:
    if file.header.compression == _ZSTD:
        raise _Fault("compressed with zstd")
    offset, size = _packed(entry, file.header.cluster_bits)
    data = os.pread(file.handle, size, offset)
    found = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, length)
    if len(found) < length:
        raise _Fault(CUT)
    return found
