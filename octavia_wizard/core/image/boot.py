"""Tells from the first bytes a guest reads whether an amphora could boot from a disk at all.

diskimage-builder gives every amphora image a partition table: an MBR, or a GPT behind a
protective one.
"""

from __future__ import annotations

import struct

BOOT_BYTES = 4608
"""Bytes that are looked at: enough for a GPT on a disk with sectors of 4096 bytes."""

_SIGNATURE = b"\x55\xaa"
_GPT = b"EFI PART"
_ENTRY = struct.Struct("<4xB3xII")
_PROTECTIVE = 0xEE
_FILESYSTEMS = (
    (0, b"XFSB", "xfs"),
    (0, b"hsqs", "squashfs"),
    (1080, b"\x53\xef", "ext4"),
    (4096, b"\x10\x20\xf5\xf2", "f2fs"),
)
_S390X = b"zIPL"


def why_not_bootable(start: bytes) -> str:
    """Say why no amphora would boot from a disk that begins like this, or "" if one might."""
    if not start.strip(b"\0"):
        return "its disk is empty: it begins with nothing but zeros"
    if start[510:512] == _SIGNATURE or start.startswith(_S390X):
        return ""
    if _GPT in (start[512:520], start[4096:4104]):
        return ""
    for place, magic, name in _FILESYSTEMS:
        if start[place:].startswith(magic):
            return f"its disk has no partition table: it holds a bare {name} filesystem"
    return "its disk has no partition table"


def described_size(start: bytes) -> int:
    """Return how many bytes of a raw disk its partition table takes to be there; 0 without one."""
    if start[510:512] != _SIGNATURE:
        return 0
    if start[512:520] == _GPT:
        (backup,) = struct.unpack_from("<Q", start, 544)
        return 512 * (int(backup) + 1)
    ends = [0]
    for place in range(446, 510, 16):
        kind, first, sectors = _ENTRY.unpack_from(start, place)
        if kind not in (0, _PROTECTIVE) and start[place] in (0, 0x80):
            ends.append(512 * (first + sectors))
    return max(ends)
