"""A file that is not what it is said to be is refused before it is uploaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.image.inspect import inspect_image, is_test_only
from tests.core.image.support import CLUSTER, qcow2


def test_a_sound_qcow2(tmp_path: Path) -> None:
    """Size, format and the size of the disk inside are told."""
    found = inspect_image(qcow2(tmp_path / "a.qcow2"), "qcow2", thorough=True)
    assert found.problems == ()
    assert found.format == "qcow2"
    assert found.size == 7 * CLUSTER
    assert found.virtual_size == 1 << 30


@pytest.mark.parametrize(
    ("data", "wanted", "complaint"),
    [
        (b"", "qcow2", "it is empty"),
        (b"hello" * 100, "qcow2", "not in qcow2 format"),
        (b"\x1f\x8b" + b"\0" * 600, "raw", "compressed with gzip"),
        (b"\xfd7zXZ\x00" + b"\0" * 600, "qcow2", "compressed with xz"),
        (b"KDMV" + b"\0" * 508, "qcow2", "it is vmdk, not qcow2"),
        (b"\0" * 64 + b"\x7f\x10\xda\xbe" + b"\0" * 444, "raw", "set image.disk_format to vdi"),
        (b"\0" * 512 + b"conectix" + b"\0" * 504, "raw", "it is vhd"),
        (b"\0" * 1000, "raw", "whole number of sectors"),
    ],
)
def test_files_that_are_refused(data: bytes, wanted: str, complaint: str, tmp_path: Path) -> None:
    """The reason is one clause, with the cure where there is one."""
    path = tmp_path / "image"
    path.write_bytes(data)
    (problem,) = inspect_image(path, wanted).problems
    assert complaint in problem


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"\0" * 1024, "raw"),
        (b"KDMV" + b"\0" * 508, "vmdk"),
        (b"# Disk DescriptorFile\n", "vmdk"),
        (b"conectix" + b"\0" * 504, "vhd"),
        (b"\0" * 64 + b"\x7f\x10\xda\xbe" + b"\0" * 444, "vdi"),
    ],
)
def test_formats_that_are_taken(data: bytes, wanted: str, tmp_path: Path) -> None:
    """Every format of the question is recognised by its own marks."""
    path = tmp_path / "image"
    path.write_bytes(data)
    assert inspect_image(path, wanted).problems == ()


def test_only_a_thorough_look_finds_a_cut_file(tmp_path: Path) -> None:
    """The header alone does not show it, so the tables are walked before an upload."""
    path = qcow2(tmp_path / "a.qcow2")
    with path.open("r+b") as file:
        file.truncate(6 * CLUSTER)
    assert inspect_image(path, "qcow2").problems == ()
    (problem,) = inspect_image(path, "qcow2", thorough=True).problems
    assert "cut short" in problem


def test_what_is_no_file(tmp_path: Path) -> None:
    """A missing path, a directory and a device are explained, not read."""
    assert inspect_image(tmp_path / "none", "raw").problems == ("it does not exist",)
    assert inspect_image(tmp_path, "raw").problems == ("it is not a regular file",)
    assert inspect_image(Path("/dev/zero"), "raw").problems == ("it is not a regular file",)


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
