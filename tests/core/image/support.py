"""Small qcow2 files made by hand, sound or spoilt."""

from __future__ import annotations

import os
import struct
from pathlib import Path

CLUSTER = 65536


def boot_sector(*, sectors: int = 2048) -> bytes:
    """Return a first sector with a partition of so many sectors, and a boot loader's signature."""
    entry = struct.pack("<B3xB3xII", 0x80, 0x83, 2048, sectors)
    return b"\xeb\x63".ljust(446, b"\0") + entry.ljust(64, b"\0") + b"\x55\xaa"


def qcow2(
    path: Path,
    *,
    data_clusters: int = 2,
    virtual_size: int = 1 << 30,
    boots: bool = True,
    **changed: int,
) -> Path:
    """Write a qcow2 file of version 3 with some data; ``changed`` overrides header fields."""
    fields: dict[str, int] = {
        "version": 3,
        "backing_offset": 0,
        "backing_size": 0,
        "cluster_bits": 16,
        "size": virtual_size,
        "crypt": 0,
        "l1_size": 2,
        "l1_offset": 3 * CLUSTER,
        "refcount_offset": CLUSTER,
        "refcount_clusters": 1,
        "snapshots": 0,
        "snapshots_offset": 0,
        "incompatible": 0,
        **changed,
    }
    head = struct.pack(
        ">4sIQIIQIIQQIIQQQQII",
        b"QFI\xfb",
        *(fields[name] for name in tuple(fields)[:12]),
        fields["incompatible"],
        0,
        0,
        4,
        104,
    )
    copied = 1 << 63
    tables = 4 * CLUSTER
    used = 5 + data_clusters
    refcounts = struct.pack(f">{used}H", *[1] * used)
    entries = [copied | (5 + number) * CLUSTER for number in range(data_clusters)]
    parts = {
        0: head,
        CLUSTER: struct.pack(">Q", 2 * CLUSTER),
        2 * CLUSTER: refcounts,
        3 * CLUSTER: struct.pack(">QQ", copied | tables, 0),
        tables: struct.pack(f">{len(entries)}Q", *entries),
    }
    with path.open("wb") as file:
        for offset, data in parts.items():
            file.seek(offset)
            file.write(data)
        file.seek(5 * CLUSTER)
        start = boot_sector() if boots else bytes(512)
        file.write((start + os.urandom(data_clusters * CLUSTER))[: data_clusters * CLUSTER])
    return path
