"""Recorded logs of real builds, and a request like the one they were made for."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

from octavia_wizard.core.image.build.reader import Reader
from octavia_wizard.core.image.build.record import BuildRecord, BuildState
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.weights import weights_for

DIRECTORY = Path(__file__).parents[3] / "data" / "image_build"
NAMES = tuple(
    path.name.removeprefix("image_build_").removesuffix(".log.gz")
    for path in sorted(DIRECTORY.glob("*.log.gz"))
)
_RECORDED = re.compile(rb" *(\d+\.\d+) (.*)", re.DOTALL)
BUILT = ("2026_1", "ok")


def a_request(**changed: object) -> BuildRequest:
    """A request for the default image."""
    values: dict[str, object] = {
        "output": Path("/images/amphora.qcow2"),
        "base_os": "ubuntu-minimal",
        "base_release": "noble",
        "architecture": "x86_64",
        "disk_format": "qcow2",
        "size_gib": 2,
        "repository": "https://opendev.org/openstack/octavia",
        "refs": ("stable/2026.1",),
        "cache_directory": Path("/build/cache"),
        "work_directory": Path("/build/work"),
        **changed,
    }
    return BuildRequest(**values)  # type: ignore[arg-type]


def a_record(durations: dict[str, float], **changed: object) -> BuildRecord:
    """A finished build that took so long."""
    return BuildRecord(
        id="20260101T000000-0000",
        request=a_request(**changed),
        started="2026-01-01T00:00:00+00:00",
        state=BuildState.DONE,
        durations=durations,
    )


@cache
def recorded(name: str) -> tuple[tuple[float, bytes], ...]:
    """The lines of a recorded build and the seconds after which they came, 0 where unknown."""
    raw = gzip.decompress((DIRECTORY / f"image_build_{name}.log.gz").read_bytes())
    lines = []
    for line in raw.split(b"\n")[:-1]:
        found = _RECORDED.match(line)
        at, text = (float(found[1]), found[2]) if found else (0.0, line)
        if not text.startswith(b"== eof"):  # the recorder's own words
            lines.append((at, text + b"\n"))
    return tuple(lines)


@cache
def log(name: str) -> bytes:
    """A log as the build wrote it."""
    return b"".join(line for _, line in recorded(name))


def a_reader(data: bytes = b"", at: float = 500.0) -> Reader:
    """A reader with shipped weights that was fed a whole log."""
    reader = Reader(weights_for(a_request(), ()))
    if data:
        reader.feed(data, at)
        reader.finish(at)
    return reader
