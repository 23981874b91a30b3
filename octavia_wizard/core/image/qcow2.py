"""Reads the header of a qcow2 file, and tells what QEMU, Glance or Nova would refuse in it.

Layout of the format: docs/interop/qcow2.txt of QEMU; limits: block/qcow2.h and qcow2_do_open()
of QEMU 10.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"QFI\xfb"

_HEADER = struct.Struct(">4sIQIIQIIQQIIQ")
_MORE = struct.Struct(">QQQII")
"""What version 3 adds, at byte 72."""
_MORE_AT = _HEADER.size
_HEADER_LENGTH = _MORE_AT + _MORE.size
_COMPRESSION_AT = _HEADER_LENGTH
_DIRTY, _CORRUPT, _EXTERNAL, _COMPRESSION, _EXTENDED_L2 = 1, 2, 4, 8, 16
_KNOWN_FEATURES = 0b11111
_BITMAPS_KEPT = 1
_BITMAPS = 0x23852875
_MOST_L1 = 32 << 20
_MOST_REFCOUNTS = 8 << 20
"""Bytes of the table."""
_MOST_SNAPSHOTS = 65536


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a qcow2 file says; offsets and sizes in bytes."""

    version: int
    virtual_size: int
    """Of the disk a guest sees."""
    cluster_bits: int
    l1_entries: int
    l1_offset: int
    refcount_offset: int
    refcount_clusters: int
    snapshots: int
    snapshots_offset: int
    backing_file: bool
    encrypted: bool
    features: int = 0
    """The incompatible ones."""
    refcount_order: int = 4
    length: int = _HEADER.size
    compression: int = 0
    bitmaps: tuple[int, int, int] | None = None
    """Number, offset and size of the list of dirty bitmaps, where they are kept."""

    @property
    def cluster(self) -> int:
        """Bytes of a cluster."""
        return 1 << self.cluster_bits

    @property
    def extended(self) -> bool:
        """Whether each cluster is mapped in 32 parts, which takes two numbers instead of one."""
        return bool(self.features & _EXTENDED_L2)

    @property
    def mapped_by_table(self) -> int:
        """Clusters that one second-level table maps."""
        return self.cluster // (16 if self.extended else 8)


def read_header(data: bytes) -> Header | None:
    """Read the header from the first bytes of a file; None for another format, or too few."""
    if data[:4] != MAGIC or len(data) < _HEADER.size:
        return None
    fields = _HEADER.unpack_from(data)
    more = (0, 0, 0, 4, _HEADER.size)
    if fields[1] >= 3:
        if len(data) < _HEADER_LENGTH:
            return None
        more = _MORE.unpack_from(data, _MORE_AT)
    named = more[4] > _COMPRESSION_AT and len(data) > _COMPRESSION_AT
    return Header(
        version=fields[1],
        virtual_size=fields[5],
        cluster_bits=fields[4],
        l1_entries=fields[7],
        l1_offset=fields[8],
        refcount_offset=fields[9],
        refcount_clusters=fields[10],
        snapshots=fields[11],
        snapshots_offset=fields[12],
        backing_file=bool(fields[2] or fields[3]),
        encrypted=bool(fields[6]),
        features=more[0],
        refcount_order=more[3],
        length=more[4],
        compression=data[_COMPRESSION_AT] if named else 0,
        bitmaps=_bitmaps(data, more[4]) if more[2] & _BITMAPS_KEPT else None,
    )


def _bitmaps(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Look among the extensions of the header for the list of bitmaps."""
    while at + 8 <= len(data):
        kind, length = struct.unpack_from(">II", data, at)
        if kind == 0:
            return None
        if kind == _BITMAPS and length >= 24 and at + 32 <= len(data):
            number, _, size, offset = struct.unpack_from(">IIQQ", data, at + 8)
            return number, offset, size
        at += 8 + (length + 7) // 8 * 8
    return None


def header_problems(header: Header) -> Iterator[str]:
    """Yield what keeps Glance or Nova from using the file, as far as the header shows it."""
    if header.version not in (2, 3):
        yield f"it is qcow2 version {header.version}; only 2 and 3 are known"
        return
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
    if header.virtual_size == 0:
        yield "its disk has no size"
    damage = _damage(header)
    if damage:
        yield f"its header is damaged: {damage}"


def _damage(header: Header) -> str:
    """Say what QEMU would refuse to open, or ""."""
    if not 9 <= header.cluster_bits <= 21:
        return f"clusters of 2^{header.cluster_bits} bytes"
    if header.extended and header.cluster_bits < 14:
        return "clusters too small to be mapped in parts"
    covered = header.l1_entries * header.mapped_by_table * header.cluster
    if covered < header.virtual_size or 8 * header.l1_entries > _MOST_L1:
        return f"a disk of {header.virtual_size} bytes in {header.l1_entries} tables"
    counts = header.refcount_clusters * header.cluster
    if not 0 < counts <= _MOST_REFCOUNTS or header.refcount_order > 6:
        return "the table of reference counts"
    if header.snapshots > _MOST_SNAPSHOTS:
        return f"{header.snapshots} snapshots"
    starts = [header.l1_offset, header.refcount_offset]
    starts += [header.snapshots_offset] if header.snapshots else []
    if any(start % header.cluster for start in starts):
        return "a table that begins within a cluster"
    if header.version == 3:
        if not _HEADER_LENGTH <= header.length <= header.cluster:
            return f"a header of {header.length} bytes"
        if header.compression != int(bool(header.features & _COMPRESSION)):
            return "the kind of its compression"
    return ""
