"""A qcow2 header that Glance, Nova or QEMU would choke on is told in words."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.image.qcow2 import Header, header_problems, read_header
from tests.core.image.support import CLUSTER, qcow2

LUKS = "encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10"

needs_qemu = pytest.mark.skipif(shutil.which("qemu-img") is None, reason="qemu-img is the judge")


def header_of(path: Path) -> Header:
    """Read the header of a file that has one."""
    header = read_header(path.read_bytes()[:4096])
    assert header is not None
    return header


def problems(path: Path) -> str:
    """Return what the header is found to lack."""
    return "; ".join(header_problems(header_of(path)))


def test_a_sound_file(tmp_path: Path) -> None:
    """Nothing is found in it, and its size is that of the disk inside."""
    path = qcow2(tmp_path / "a.qcow2")
    header = header_of(path)
    assert header.virtual_size == 1 << 30
    assert (header.cluster, header.mapped_by_table) == (CLUSTER, CLUSTER // 8)
    assert problems(path) == ""


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"version": 1}, "version 1"),
        ({"version": 4}, "version 4"),
        ({"backing_offset": 512, "backing_size": 9}, "backing file"),
        ({"crypt": 2}, "encrypted"),
        ({"incompatible": 1}, "not closed properly"),
        ({"incompatible": 2}, "corrupt"),
        ({"incompatible": 4}, "another file"),
        ({"incompatible": 1 << 40}, "not known here"),
        ({"incompatible": 8}, "damaged: the kind of its compression"),
        ({"cluster_bits": 60}, "damaged: clusters of 2^60 bytes"),
        ({"cluster_bits": 12, "incompatible": 16}, "damaged: clusters too small"),
        ({"l1_size": 1 << 31}, "damaged"),
        ({"l1_size": 1}, "damaged: a disk of 1073741824 bytes in 1 tables"),
        ({"size": 1 << 63}, "damaged: a disk of"),
        ({"l1_offset": 3 * CLUSTER + 8}, "begins within a cluster"),
        ({"refcount_offset": 1}, "begins within a cluster"),
        ({"refcount_clusters": 0}, "reference counts"),
        ({"refcount_clusters": 1 << 20}, "reference counts"),
        ({"snapshots": 1 << 20}, "snapshots"),
        ({"snapshots": 1, "snapshots_offset": 8}, "begins within a cluster"),
        ({"size": 0}, "no size"),
    ],
)
def test_headers_that_are_refused(changed: dict[str, Any], complaint: str, tmp_path: Path) -> None:
    """Each is told in words."""
    assert complaint in problems(qcow2(tmp_path / "a.qcow2", **changed))


def test_version_2_has_no_features(tmp_path: Path) -> None:
    """What stands behind the shorter header of version 2 is not taken for features."""
    assert problems(qcow2(tmp_path / "a.qcow2", version=2, incompatible=7)) == ""


def test_other_files_have_no_header() -> None:
    """Anything else is not taken for qcow2."""
    assert read_header(b"QFI\xfb") is None
    assert read_header(b"\0" * 4096) is None


@pytest.mark.parametrize("length", [4, 71, 72, 103])
def test_a_header_that_is_cut_is_none(length: int, tmp_path: Path) -> None:
    """Fewer bytes than a header has are not read as one."""
    assert read_header(qcow2(tmp_path / "a.qcow2").read_bytes()[:length]) is None


def _create(path: Path, *options: str) -> Path:
    command = ["qemu-img", "create", "-q", "-f", "qcow2", *options]
    # On a busy machine qemu-img may fail to measure how long a key takes to derive (LUKS).
    for last in (False, False, False, True):
        if subprocess.run(command, check=last, timeout=60, cwd=path.parent).returncode == 0:
            break
    return path


@needs_qemu
@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ((), ""),
        (("-o", "compat=0.10"), ""),
        (("-o", "cluster_size=512"), ""),
        (("-o", "cluster_size=2M"), ""),
        (("-o", "extended_l2=on,lazy_refcounts=on"), ""),
        (("-o", "compression_type=zstd"), ""),
        (("-o", "preallocation=metadata"), ""),
        (("-o", "refcount_bits=64"), ""),
        (("-b", "base.raw", "-F", "raw"), "backing file"),
        (("-o", "data_file=data.raw"), "data is in another file"),
        (("-o", "data_file=data.raw,data_file_raw=on"), "data is in another file"),
        (
            ("--object", "secret,id=s,data=x", "-o", LUKS),
            "it is encrypted",
        ),
    ],
)
def test_what_qemu_creates(options: tuple[str, ...], complaint: str, tmp_path: Path) -> None:
    """Every kind of file is known by its header, and only what can be uploaded alone is taken."""
    (tmp_path / "base.raw").write_bytes(bytes(1 << 20))
    path = _create(tmp_path / "a.qcow2", *options, "a.qcow2", "100000256")
    found = problems(path)
    assert (complaint in found) if complaint else (found == "")
    assert header_of(path).virtual_size == 100_000_256


@needs_qemu
def test_a_file_that_was_not_closed(tmp_path: Path) -> None:
    """Its dirty bit is set while it is written to; a crash leaves it so."""
    path = _create(tmp_path / "a.qcow2", "-o", "lazy_refcounts=on", "a.qcow2", "1G")
    command = ["qemu-io", "-c", "write 0 64k", "-c", "abort", str(path)]
    subprocess.run(command, check=False, timeout=60, capture_output=True)
    assert "not closed properly" in problems(path)


@needs_qemu
def test_bitmaps_are_found(tmp_path: Path) -> None:
    """Dirty bitmaps lie beside the disk, and their list is named in an extension."""
    path = _create(tmp_path / "a.qcow2", "a.qcow2", "1G")
    assert header_of(path).bitmaps is None
    subprocess.run(["qemu-img", "bitmap", "--add", str(path), "b0"], check=True, timeout=60)
    found = header_of(path).bitmaps
    assert found is not None
    number, offset, size = found
    assert number == 1
    assert b"b0" in path.read_bytes()[offset : offset + size]


@needs_qemu
def test_the_files_of_these_tests_are_sound_for_qemu(tmp_path: Path) -> None:
    """What is built by hand here is a qcow2 file for qemu-img too."""
    path = qcow2(tmp_path / "a.qcow2")
    subprocess.run(["qemu-img", "check", str(path)], check=True, timeout=60)
