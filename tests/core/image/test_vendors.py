"""Disks of other products are taken where they are whole and need nothing beside themselves."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.image.inspect import ImageFile, inspect_image
from octavia_wizard.core.image.vendors import Look, look

needs_qemu = pytest.mark.skipif(shutil.which("qemu-img") is None, reason="qemu-img makes the files")
SIZE = 16 << 20


def _made(tmp_path: Path, kind: str, options: str) -> Path:
    raw = tmp_path / "raw"
    raw.write_bytes(os.urandom(3 << 20))
    os.truncate(raw, SIZE)
    command = ["qemu-img", "convert", "-O", kind, "-o", options, "raw", f"disk.{kind}"]
    subprocess.run(command, check=True, timeout=60, cwd=tmp_path, capture_output=True)
    return tmp_path / f"disk.{kind}"


def _looked(path: Path) -> ImageFile:
    return inspect_image(path, {"vpc": "vhd"}.get(path.suffix[1:], path.suffix[1:]))


@needs_qemu
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("vmdk", "subformat=monolithicSparse"),
        ("vmdk", "subformat=streamOptimized"),
        ("vpc", "subformat=dynamic,force_size=on"),
        ("vpc", "subformat=fixed,force_size=on"),
        ("vdi", "static=off"),
        ("vdi", "static=on"),
    ],
)
def test_whole_disks(kind: str, options: str, tmp_path: Path) -> None:
    """The size of the disk is found, and a cut is noticed where the format shows it."""
    path = _made(tmp_path, kind, options)
    found = _looked(path)
    assert found.problems == ()
    assert found.virtual_size == SIZE
    assert found.boots is None
    os.truncate(path, path.stat().st_size - 600)
    if kind == "vdi" or options == "subformat=dynamic,force_size=on":
        assert _looked(path).problems == ("it is cut short",)
    elif kind == "vpc":
        assert _looked(path).problems


@needs_qemu
@pytest.mark.parametrize(
    "subformat", ["monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat"]
)
def test_a_vmdk_with_its_data_elsewhere(subformat: str, tmp_path: Path) -> None:
    """Neither the description alone nor one of the parts is a disk."""
    path = _made(tmp_path, "vmdk", f"subformat={subformat}")
    assert _looked(path).problems == ("it only describes a disk; the data is in other files",)
    for part in tmp_path.glob("disk-s*.vmdk"):
        assert _looked(part).problems == ("it is a part of a disk that consists of several files",)


def test_a_vmdk_that_names_other_files() -> None:
    """One file that would make the host read another is refused, as Glance does."""
    description = b'createType="monolithicFlat"\nRW 1 FLAT "/etc/shadow" 0'
    head = b"KDMV" + struct.pack("<IIQQQQ", 1, 3, 1, 128, 1, 20)
    head = head.ljust(512, b"\0") + description
    (problem,) = look("vmdk", head, b"", 4096).problems
    assert "monolithicFlat, whose data is in other files" in problem


def test_a_vhd_with_a_parent() -> None:
    """A differencing disk is worth nothing alone."""
    footer = (b"conectix".ljust(48, b"\0") + struct.pack(">Q4xI", SIZE, 4)).ljust(512, b"\0")
    assert "parent disk" in look("vhd", footer, footer, 1024).problems[0]


@given(
    st.sampled_from(("vmdk", "vhd", "vdi", "raw")), st.binary(max_size=900), st.integers(0, 1 << 40)
)
def test_there_is_an_answer_for_any_bytes(kind: str, data: bytes, size: int) -> None:
    """Numbers that lie and files that end early are no trouble."""
    for head in (data, b"KDMV" + data, b"conectix" + data):
        assert isinstance(look(kind, head, head[-512:], size), Look)
