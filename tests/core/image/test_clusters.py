"""A qcow2 file of which a part is missing is found out, wherever it was cut, and nothing hangs."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octavia_wizard.core.image.clusters import Walk, read_guest, walk
from octavia_wizard.core.image.qcow2 import header_problems, read_header
from tests.core.image.support import CLUSTER, qcow2

needs_qemu = pytest.mark.skipif(shutil.which("qemu-img") is None, reason="qemu-img is the judge")

KINDS = (
    "cluster_size=64k",
    "compat=0.10",
    "cluster_size=512",
    "cluster_size=4k",
    "cluster_size=2M",
    "extended_l2=on",
    "preallocation=metadata",
    "preallocation=full",
    "compression_type=zlib",
    "compression_type=zlib,cluster_size=4k",
    "compression_type=zstd",
    "refcount_bits=64,cluster_size=512",
)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


def walked(path: Path) -> Walk:
    """Walk a file whose header is sound."""
    header = read_header(path.read_bytes()[:4096])
    assert header is not None
    assert not list(header_problems(header))
    with _opened(path) as handle:
        return walk(handle, header)


def guest(path: Path, length: int) -> bytes | None:
    """Read what a guest reads."""
    header = read_header(path.read_bytes()[:4096])
    assert header is not None
    with _opened(path) as handle:
        return read_guest(handle, header, length)


def run(*command: str | Path, codes: tuple[int, ...] = (0,)) -> int:
    """Run one of QEMU's tools; anything but these exit codes is an error of the test."""
    done = subprocess.run(list(map(str, command)), timeout=60, capture_output=True)
    assert done.returncode in codes, done.stderr
    return done.returncode


def test_a_sound_file(tmp_path: Path) -> None:
    """All of it is there, and what holds data is counted."""
    assert walked(qcow2(tmp_path / "a.qcow2")) == Walk(clusters=2)
    empty = qcow2(tmp_path / "b.qcow2", data_clusters=0)
    os.truncate(empty, 5 * CLUSTER)
    assert walked(empty) == Walk(clusters=0)


@pytest.mark.parametrize("left", [6 * CLUSTER + 100, 5 * CLUSTER, 4 * CLUSTER, 3 * CLUSTER, 512])
def test_a_file_cut_short(left: int, tmp_path: Path) -> None:
    """Wherever a download stopped, it is noticed."""
    path = qcow2(tmp_path / "a.qcow2")
    os.truncate(path, left)
    assert "cut short" in walked(path).problem


def _patch(path: Path, at: int, value: int) -> Path:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(struct.pack(">Q", value))
    return path


def test_a_compressed_cluster_at_the_end(tmp_path: Path) -> None:
    """The last compressed cluster may be padded in the tables by up to a sector, but no more."""
    path = qcow2(tmp_path / "a.qcow2", data_clusters=1)
    shift = 62 - (16 - 8)
    _patch(path, 4 * CLUSTER, 1 << 62 | 1 << shift | 5 * CLUSTER)
    os.truncate(path, 5 * CLUSTER + 600)
    assert not walked(path).problem
    os.truncate(path, 5 * CLUSTER + 500)
    assert "cut short" in walked(path).problem


def test_the_last_cluster_of_the_disk_may_end_with_the_disk(tmp_path: Path) -> None:
    """What is missing is beyond the end of the disk too; QEMU takes such a file as sound."""
    path = qcow2(tmp_path / "a.qcow2", virtual_size=CLUSTER + 1000)
    os.truncate(path, 6 * CLUSTER + 1000)
    assert not walked(path).problem
    os.truncate(path, 6 * CLUSTER + 999)
    assert "cut short" in walked(path).problem


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (4 * CLUSTER, 5 * CLUSTER + 512, "begins within another"),
        (3 * CLUSTER, 4 * CLUSTER + 512, "begins within another"),
        (4 * CLUSTER, 1 << 55, "cut short"),
        (4 * CLUSTER, 1 << 40 | 1, "cut short"),
        (3 * CLUSTER, (1 << 56) - CLUSTER, "cut short"),
        (CLUSTER, 1 << 40, "cut short"),
    ],
)
def test_tables_that_lie(at: int, value: int, reason: str, tmp_path: Path) -> None:
    """Offsets beyond the file or between clusters are damage."""
    assert reason in walked(_patch(qcow2(tmp_path / "a.qcow2"), at, value)).problem


def test_tables_in_a_circle_end(tmp_path: Path) -> None:
    """A second-level table that is the first, or used twice, is read once."""
    path = _patch(qcow2(tmp_path / "a.qcow2"), 3 * CLUSTER, 3 * CLUSTER)
    assert walked(_patch(path, 3 * CLUSTER + 8, 3 * CLUSTER)) == Walk(clusters=2)


def test_snapshots_that_lie(tmp_path: Path) -> None:
    """More tables than fit into the file, and a list beyond its end."""
    many = qcow2(tmp_path / "a.qcow2", snapshots=65536, snapshots_offset=6 * CLUSTER)
    assert "cut short" in walked(many).problem
    far = qcow2(tmp_path / "b.qcow2", snapshots=1, snapshots_offset=1 << 62)
    assert "cut short" in walked(far).problem


def _disk(path: Path, size: int = 4 << 20) -> Path:
    """Write a raw disk with text here and there, and bytes that cannot be compressed."""
    with path.open("wb") as file:
        for place in (0, size // 3, size // 2):
            file.seek(place)
            file.write(b"octavia " * 15000 + os.urandom(70_000))
        file.truncate(size + 1536)
    return path


def _converted(tmp_path: Path, kind: str) -> Path:
    raw, image = _disk(tmp_path / "raw"), tmp_path / "a.qcow2"
    packed = ("-c",) if "compression" in kind else ()
    run("qemu-img", "convert", "-O", "qcow2", *packed, "-o", kind, raw, image)
    return image


@needs_qemu
@pytest.mark.parametrize("kind", KINDS)
def test_qemu_agrees(kind: str, tmp_path: Path) -> None:
    """What qemu-img finds damaged after a cut is found here, at any place, and no sound file is.

    Here it takes less: QEMU reads what is missing of a last cluster as zeros, even if the
    tables themselves were there.
    """
    raw, image = tmp_path / "raw", _converted(tmp_path, kind)
    assert not walked(image).problem
    size, cluster = image.stat().st_size, 1 << image.read_bytes()[23]
    steps = sorted({size * part // 24 for part in range(1, 24)} | {size - cluster - 1, size - 1})
    for left in reversed([step for step in steps if step > 512]):
        os.truncate(image, left)
        judged = run("qemu-img", "check", image, codes=(0, 1, 2, 3))
        same = judged == 0 and run("qemu-img", "compare", image, raw, codes=(0, 1, 2, 3, 4)) == 0
        if walked(image).problem:
            assert not same or size - left < cluster, left
        else:
            assert same, left


@needs_qemu
@pytest.mark.parametrize("kind", KINDS)
def test_a_guest_reads_the_same(kind: str, tmp_path: Path) -> None:
    """The beginning of the disk is found in any kind of file; zstd alone cannot be unpacked."""
    image = _converted(tmp_path, kind)
    expected = None if "zstd" in kind else (tmp_path / "raw").read_bytes()[:4608]
    assert guest(image, 4608) == expected


@needs_qemu
def test_an_empty_disk_reads_as_zeros(tmp_path: Path) -> None:
    """Whether nothing is allocated or all of it."""
    for options in (("-o", "preallocation=off"), ("-o", "preallocation=metadata")):
        path = tmp_path / "a.qcow2"
        run("qemu-img", "create", "-f", "qcow2", *options, path, "64M")
        assert guest(path, 4608) == bytes(4608)
        assert not walked(path).problem


@needs_qemu
def test_what_lies_beside_the_disk_counts_too(tmp_path: Path) -> None:
    """Snapshots and bitmaps inside the file are looked at, as QEMU opens no file without them."""
    image = _converted(tmp_path, "cluster_size=64k")
    run("qemu-img", "snapshot", "-c", "one", image)
    run("qemu-io", "-c", "write -P 7 0 256k", image)
    run("qemu-img", "bitmap", "--add", image, "b0")
    assert not walked(image).problem
    size = image.stat().st_size
    for left in range(size - CLUSTER, 8 * CLUSTER, -CLUSTER):
        os.truncate(image, left)
        run("qemu-img", "check", image, codes=(1, 2, 3))
        assert walked(image).problem


@needs_qemu
def test_large_images_are_walked_at_once(tmp_path: Path) -> None:
    """512-byte clusters make the most of tables; they are read in no time."""
    path = tmp_path / "a.qcow2"
    options = "cluster_size=512,preallocation=metadata"
    run("qemu-img", "create", "-f", "qcow2", "-o", options, path, "16M")
    began = time.process_time()
    assert walked(path).clusters == 1 << 15
    assert time.process_time() - began < 0.5


SAMPLES = ("cluster_size=4k", "extended_l2=on", "compression_type=zlib,cluster_size=512")
NUMBERS = st.sampled_from((0, 1, 1 << 9, 1 << 16, 1 << 31, 1 << 62, (1 << 63) + 512, (1 << 64) - 1))
PATCHES = st.lists(
    st.tuples(st.floats(0, 1), st.one_of(NUMBERS, st.integers(0, (1 << 64) - 1)), st.booleans()),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Real files to be spoilt."""
    if shutil.which("qemu-img") is None:
        return {"": qcow2(tmp_path_factory.mktemp("samples") / "a.qcow2")}
    places = {kind: tmp_path_factory.mktemp("samples") for kind in SAMPLES}
    return {kind: _converted(place, kind) for kind, place in places.items()}


@settings(
    max_examples=150, deadline=1000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), patches=PATCHES)
def test_spoilt_files_never_crash_it(
    data: st.DataObject, patches: list[tuple[float, int, bool]], samples: dict[str, Path]
) -> None:
    """Whatever numbers stand in header and tables, there is a verdict, and within a second."""
    whole = bytearray(samples[data.draw(st.sampled_from(sorted(samples)))].read_bytes())
    spoilt = samples[min(samples)].with_name("spoilt.qcow2")
    for where, number, in_header in patches:
        at = int(where * ((112 if in_header else len(whole)) - 8)) & ~3
        whole[at : at + 8] = struct.pack(">Q", number)
    spoilt.write_bytes(whole)
    header = read_header(bytes(whole[:4096]))
    if header is None or list(header_problems(header)):
        return
    with _opened(spoilt) as handle:
        assert walk(handle, header).clusters >= 0
        read_guest(handle, header, 4608)
