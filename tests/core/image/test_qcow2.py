"""A qcow2 file that Glance or Nova would choke on is found without qemu-img."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from octavia_wizard.core.image.qcow2 import header_problems, is_truncated, read_header
from tests.core.image.support import CLUSTER, qcow2

needs_qemu = pytest.mark.skipif(shutil.which("qemu-img") is None, reason="qemu-img is the judge")


def problems(path: Path) -> str:
    """Return what the header is found to lack."""
    header = read_header(path.read_bytes()[:4096])
    assert header is not None
    return "; ".join(header_problems(header))


def test_a_sound_file(tmp_path: Path) -> None:
    """Nothing is found in it, and its size is that of the disk inside."""
    path = qcow2(tmp_path / "a.qcow2")
    header = read_header(path.read_bytes()[:4096])
    assert header is not None
    assert header.virtual_size == 1 << 30
    assert problems(path) == ""
    assert not is_truncated(path, header)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"version": 4}, "version 4"),
        ({"backing_offset": 512, "backing_size": 9}, "backing file"),
        ({"crypt": 2}, "encrypted"),
        ({"incompatible": 1}, "not closed properly"),
        ({"incompatible": 2}, "corrupt"),
        ({"incompatible": 4}, "another file"),
        ({"incompatible": 1 << 40}, "not known here"),
        ({"cluster_bits": 60}, "damaged"),
        ({"l1_size": 1 << 31}, "damaged"),
        ({"size": 0}, "no size"),
    ],
)
def test_headers_that_are_refused(changed: dict[str, int], complaint: str, tmp_path: Path) -> None:
    """Each is told in words."""
    assert complaint in problems(qcow2(tmp_path / "a.qcow2", **changed))


def test_version_2_has_no_features(tmp_path: Path) -> None:
    """What stands behind the shorter header of version 2 is not taken for features."""
    assert problems(qcow2(tmp_path / "a.qcow2", version=2, incompatible=7)) == ""


def test_other_files_have_no_header() -> None:
    """Anything else is not taken for qcow2."""
    assert read_header(b"QFI\xfb") is None
    assert read_header(b"\0" * 4096) is None


@pytest.mark.parametrize("left", [6 * CLUSTER + 100, 5 * CLUSTER, 4 * CLUSTER, 3 * CLUSTER, 104])
def test_a_file_cut_short(left: int, tmp_path: Path) -> None:
    """Wherever a download stopped, it is noticed."""
    path = qcow2(tmp_path / "a.qcow2")
    with path.open("r+b") as file:
        file.truncate(left)
    header = read_header(path.read_bytes()[:4096])
    assert header is not None
    assert is_truncated(path, header)


def test_a_compressed_cluster_at_the_end(tmp_path: Path) -> None:
    """The last compressed cluster may be padded in the tables by up to a sector, but no more."""
    path = qcow2(tmp_path / "a.qcow2", data_clusters=1)
    shift = 62 - (16 - 8)
    with path.open("r+b") as file:
        file.seek(4 * CLUSTER)
        file.write(struct.pack(">Q", 1 << 62 | 1 << shift | 5 * CLUSTER))
        file.truncate(5 * CLUSTER + 600)
    header = read_header(path.read_bytes()[:4096])
    assert header is not None
    assert not is_truncated(path, header)
    with path.open("r+b") as file:
        file.truncate(5 * CLUSTER + 500)
    assert is_truncated(path, header)


@needs_qemu
@pytest.mark.parametrize(
    "options", [[], ["-c"], ["-o", "cluster_size=4k"], ["-o", "extended_l2=on"]]
)
def test_qemu_agrees(options: list[str], tmp_path: Path) -> None:
    """What qemu-img made is sound, and cut short it is found to be so, as qemu-img finds it."""
    raw, image = tmp_path / "raw", tmp_path / "a.qcow2"
    with raw.open("wb") as file:
        file.truncate(32 << 20)
        for place in (0, 7 << 20, 31 << 20):
            file.seek(place)
            file.write(b"octavia " * 20000)
    command = ["qemu-img", "convert", "-O", "qcow2", *options, str(raw), str(image)]
    subprocess.run(command, check=True, timeout=60)
    header = read_header(image.read_bytes()[:4096])
    assert header is not None
    assert problems(image) == ""
    assert not is_truncated(image, header)
    with image.open("r+b") as file:
        file.truncate(image.stat().st_size - 70_000 if "-c" not in options else 330_000)
    judged = subprocess.run(["qemu-img", "check", str(image)], capture_output=True, timeout=60)
    assert (judged.returncode != 0) == is_truncated(image, header)


@needs_qemu
def test_the_files_of_these_tests_are_sound_for_qemu(tmp_path: Path) -> None:
    """What is built by hand here is a qcow2 file for qemu-img too."""
    path = qcow2(tmp_path / "a.qcow2")
    subprocess.run(["qemu-img", "check", str(path)], check=True, timeout=60)
