"""A file that is not what it is said to be is refused before it is uploaded."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octavia_wizard.core.image.inspect import ANY, inspect_image, is_test_only
from tests.core.image.support import CLUSTER, boot_sector, qcow2

RAW = boot_sector(sectors=2048)
MAGICS = (b"QFI\xfb\0\0\0\3", b"QFI\xfb\0\0\0\2", b"KDMV", b"conectix", RAW, b"")


def test_a_sound_qcow2(tmp_path: Path) -> None:
    """Size, format, the size of the disk inside and whether it may boot are told."""
    path = qcow2(tmp_path / "a.qcow2")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    found = inspect_image(path, "qcow2", thorough=True)
    assert found.problems == ()
    assert (found.format, found.kind) == ("qcow2", "qcow2")
    assert found.size == 7 * CLUSTER
    assert found.virtual_size == 1 << 30
    assert found.allocated == 2 * CLUSTER
    assert found.boots is True
    assert found.changed == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert inspect_image(path, ANY) == inspect_image(path, "qcow2")
    assert inspect_image(path, "qcow2").allocated is None


@pytest.mark.parametrize(
    ("data", "wanted", "complaint"),
    [
        (b"", "qcow2", "it is empty"),
        (b"hello" * 100, "qcow2", "not in qcow2 format: it is text"),
        (b"hello" * 100, "raw", "it is text, not an image"),
        (b"<!DOCTYPE html>" * 100, ANY, "it is a web page"),
        (b"\x1f\x8b" + b"\0" * 600, "raw", "compressed with gzip"),
        (b"\xfd7zXZ\x00" + b"\0" * 600, "qcow2", "compressed with xz"),
        (b"\0" * 64 + b"\x7f\x10\xda\xbe" + b"\0" * 444, "raw", "set image.disk_format to vdi"),
        (b"\0" * 1000, "raw", "whole number of sectors"),
        (
            RAW + bytes(512),
            "raw",
            "cut short: parts of the disk lie beyond its end; its partitions",
        ),
        (b"QFI\xfb" + bytes(20), "qcow2", "cut short"),
        (b"\0\1" * 512, "qcow2", "it is not in qcow2 format"),
    ],
    ids=lambda value: str(value[:16]),
)
def test_files_that_are_refused(data: bytes, wanted: str, complaint: str, tmp_path: Path) -> None:
    """The reason is one clause, with the cure where there is one."""
    path = tmp_path / "image"
    path.write_bytes(data)
    assert complaint in inspect_image(path, wanted).problems[0]


def test_a_raw_disk(tmp_path: Path) -> None:
    """It has no marks of its own: size and partition table are all there is to go by."""
    path = tmp_path / "amphora.raw"
    path.write_bytes(RAW)
    os.truncate(path, 2 << 20)
    found = inspect_image(path, "raw")
    assert found.problems == ()
    assert (found.format, found.kind, found.virtual_size) == ("", "raw", 2 << 20)
    assert found.boots is True
    assert inspect_image(path, ANY) == found


def test_a_disk_that_cannot_boot_is_not_praised(tmp_path: Path) -> None:
    """An empty disk, or a file system without a partition table, is a sound file but no amphora."""
    path = tmp_path / "image"
    path.write_bytes(bytes(1 << 20))
    found = inspect_image(path, "raw")
    assert (found.problems, found.boots) == ((), False)
    assert "empty" in found.hint
    empty = inspect_image(qcow2(path, boots=False, data_clusters=1), "qcow2", thorough=True)
    assert (empty.problems, empty.boots) == ((), False)
    nothing = qcow2(path, data_clusters=0)
    os.truncate(nothing, 5 * CLUSTER)
    found = inspect_image(nothing, "qcow2", thorough=True)
    assert (found.allocated, found.boots) == (0, False)


def test_only_a_thorough_look_finds_a_cut_file(tmp_path: Path) -> None:
    """The header alone does not show it, so the tables are walked before an upload."""
    path = qcow2(tmp_path / "a.qcow2")
    os.truncate(path, 6 * CLUSTER)
    assert inspect_image(path, "qcow2").problems == ()
    (problem,) = inspect_image(path, "qcow2", thorough=True).problems
    assert "cut short" in problem


def test_what_is_no_file(tmp_path: Path) -> None:
    """A missing path, a directory, a device and a pipe are explained, not read or waited for."""
    missing = inspect_image(tmp_path / "none", "raw")
    assert missing.problems == ("it does not exist",)
    assert not missing.exists
    assert inspect_image(tmp_path, "raw").problems == ("it is not a regular file",)
    assert inspect_image(Path("/dev/zero"), "raw").problems == ("it is not a regular file",)
    os.mkfifo(tmp_path / "pipe")
    assert inspect_image(tmp_path / "pipe", "raw").problems == ("it is not a regular file",)
    (problem,) = inspect_image(tmp_path / "a\0b", "raw").problems
    assert "cannot be read" in problem
    assert inspect_image(tmp_path / "none" / ("x" * 300), "raw").problems


@pytest.mark.skipif(shutil.which("qemu-img") is None, reason="qemu-img makes the file")
def test_a_large_file_is_looked_at_in_no_time(tmp_path: Path) -> None:
    """A disk of 2 TiB with all its tables takes no longer than its tables need."""
    path = tmp_path / "a.qcow2"
    command = ["qemu-img", "create", "-q", "-f", "qcow2", str(path), "2T"]
    subprocess.run(command, check=True, timeout=60)
    began = time.process_time()
    found = inspect_image(path, "qcow2", thorough=True)
    assert (found.problems, found.boots) == ((), False)
    assert time.process_time() - began < 0.5


NUMBERS = st.one_of(
    st.sampled_from((0, 1, 9, 16, 21, 64, 1 << 31, 1 << 62, 1 << 63, (1 << 64) - 1)),
    st.integers(0, (1 << 64) - 1),
)


@settings(
    max_examples=300, deadline=1000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    magic=st.sampled_from(MAGICS),
    data=st.binary(max_size=2000),
    patches=st.lists(st.tuples(st.integers(0, 1990), NUMBERS), max_size=5),
    size=st.sampled_from((0, 511, 512, 4096, 70_000, 1 << 33)),
)
def test_any_bytes_have_a_verdict(
    magic: bytes, data: bytes, patches: list[tuple[int, int]], size: int, tmp_path: Path
) -> None:
    """Nothing an operator names by mistake crashes the wizard, or keeps it busy."""
    content = bytearray((magic + data).ljust(2000, b"\0"))
    for place, number in patches:
        content[place : place + 8] = struct.pack(">Q", number)
    path = tmp_path / "any"
    path.write_bytes(content)
    os.truncate(path, size)
    for wanted in ("qcow2", "raw", ANY):
        found = inspect_image(path, wanted, thorough=True)
        assert found.size == size
        assert found.problems or found.virtual_size


@pytest.mark.parametrize(
    ("name", "test_only"),
    [
        ("test-only-amphora-x64-haproxy-ubuntu-noble.qcow2", True),
        ("https://tarballs.opendev.org/x/Test-Only-Amphora-x64.qcow2", True),
        ("amphora-x64-haproxy.qcow2", False),
        ("/srv/test-only-amphora/amphora.qcow2", False),
    ],
)
def test_the_projects_test_image_is_known_by_name(name: str, test_only: bool) -> None:
    """It gets no security fixes, so it must be noticed."""
    assert is_test_only(name) is test_only
