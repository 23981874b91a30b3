"""A disk that cannot boot is told from one that may, by how it begins."""

from __future__ import annotations

import struct

import pytest

from octavia_wizard.core.image.boot import BOOT_BYTES, described_size, why_not_bootable
from tests.core.image.support import boot_sector

GPT = boot_sector()[:446] + struct.pack("<B3xB3xII", 0, 0xEE, 1, 0xFFFFFFFF).ljust(64, b"\0")
GPT += b"\x55\xaa" + b"EFI PART" + bytes(24) + struct.pack("<Q", 8191)


def at(place: int, magic: bytes) -> bytes:
    """Return the start of a disk with a mark at some place."""
    return (bytes(place) + magic).ljust(BOOT_BYTES, b"\0")


@pytest.mark.parametrize(
    "start",
    [boot_sector(), GPT, at(512, b"EFI PART"), at(4096, b"EFI PART"), b"zIPL".ljust(512, b"\1")],
    ids=["mbr", "gpt", "gpt without mbr", "gpt of large sectors", "s390x"],
)
def test_disks_that_may_boot(start: bytes) -> None:
    """With an MBR, a GPT, or the loader of s390x."""
    assert why_not_bootable(start) == ""


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (bytes(BOOT_BYTES), "its disk is empty"),
        (b"", "its disk is empty"),
        (at(0, b"XFSB"), "no partition table: it holds a bare xfs filesystem"),
        (at(1080, b"\x53\xef"), "a bare ext4 filesystem"),
        (b"\1" * BOOT_BYTES, "no partition table"),
        (b"\1", "no partition table"),
    ],
    ids=["zeros", "nothing", "xfs", "ext4", "data", "a byte"],
)
def test_disks_that_cannot(start: bytes, reason: str) -> None:
    """The reason says what is there instead."""
    assert reason in why_not_bootable(start)


def test_the_size_a_partition_table_needs() -> None:
    """A raw file that is smaller was cut short."""
    assert described_size(boot_sector(sectors=2048)) == 4096 * 512
    assert described_size(GPT) == 8192 * 512
    assert described_size(b"") == 0
    assert described_size(bytes(BOOT_BYTES)) == 0
    boot_code = b"\xff" * 510 + b"\x55\xaa"
    assert described_size(boot_code) == 0
