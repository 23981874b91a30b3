"""A place in which builds that only replay are run, and which is emptied afterwards."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import pytest

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.image.build import leftovers, tables
from octavia_wizard.core.image.build.process import alive, exit_code, launch
from octavia_wizard.core.image.build.record import BuildRecord, builds, new_record, save_record
from octavia_wizard.core.image.build.remains import Leftovers
from octavia_wizard.core.image.build.request import BuildRequest
from tests.core.image.build.fake_build import make_fake

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts need root")


@dataclass
class Place:
    """A directory with all a build needs."""

    root: Path
    mounted: list[Path] = field(default_factory=list)

    @property
    def tmp(self) -> Path:
        """Where builds have their directories."""
        return self.root / "tmp"

    @property
    def environment(self) -> dict[str, str]:
        """What builds are started with."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.root), "TMPDIR": str(self.tmp)}

    def request(self) -> BuildRequest:
        """An order for an image."""
        return BuildRequest(
            output=self.root / "images" / "amphora.qcow2",
            base_os="ubuntu-minimal",
            base_release="noble",
            architecture="x86_64",
            disk_format="qcow2",
            size_gib=2,
            repository="file:///nowhere",
            refs=("master",),
            cache_directory=self.root / "cache",
            work_directory=self.root / "work",
        )

    def record(self) -> BuildRecord:
        """A record with its staging directory, not started yet."""
        record = new_record(self.request())
        staging = record.request.output.parent / f".{record.request.output.name}.{record.id}"
        staging.mkdir(parents=True)
        return save_record(replace(record, staging=str(staging)))

    def launch(self, log: str = "image_build_ok", **variables: str) -> BuildRecord:
        """Start a build that replays a log."""
        record = self.record()
        fake = make_fake(self.root / record.id, log, variables)
        image = Path(record.staging) / record.request.output.name
        options = ("-o", image, "-w", record.request.work_directory, "-c", self.root / "cache")
        return launch(record, [str(fake.script), *map(str, options)], self.environment, self.root)

    def run(self, *argv: str) -> BuildRecord:
        """Start something else as a build."""
        return launch(self.record(), argv, self.environment, self.root)

    def mount(self, *words: str | Path) -> Path:
        """Mount something; the last word is where."""
        subprocess.run(["mount", *map(str, words)], check=True)
        self.mounted.append(Path(words[-1]))
        return Path(words[-1])

    def only_mine(self, found: Leftovers) -> Leftovers:
        """Leave out what others on this machine left."""
        return replace(
            found,
            mounts=tuple(p for p in found.mounts if p.is_relative_to(self.root)),
            loops=tuple(x for x in found.loops if x.backing.is_relative_to(self.root)),
            tmpfs=tuple(p for p in found.tmpfs if p.is_relative_to(self.root)),
            directories=tuple(p for p in found.directories if p.is_relative_to(self.root)),
        )

    def traces(self) -> list[str]:
        """Say what builds have left: processes, mounts, loop devices, directories."""
        found = [f"process {p.pid}" for record in builds() for p in sessions.members(record)]
        found += [f"mount {m.point}" for m in tables.mounts_in([self.root])]
        found += [f"loop {x.device}" for x in tables.loops() if x.backing.is_relative_to(self.root)]
        found += [str(path) for path in self.tmp.iterdir()]
        return found + [str(path) for path in self.root.glob("work/*")]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A place for builds; whatever a test leaves there is ended and removed."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    found = Place(tmp_path)
    for name in ("tmp", "cache", "work", "images"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(leftovers, "_ROOTS", (found.tmp,))
    monkeypatch.setattr(tempfile, "tempdir", str(found.tmp))
    yield found
    for record in builds():
        for process in sessions.members(record):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
    for loop in tables.loops():
        if loop.backing.is_relative_to(tmp_path):
            subprocess.run(["losetup", "-d", loop.device], check=False)
    for mount in tables.mounts_in([tmp_path]):
        subprocess.run(["umount", "-l", str(mount.point)], check=False)
    eventually(lambda: not [c for c in psutil.Process().children() if not sessions.lives(c)])


def wait_for(record: BuildRecord, text: str, seconds: float = 20.0) -> None:
    """Wait until a text is in the log of a build, or a script such as ``root.d/08-`` has begun."""
    if ".d/" in text:
        sought = re.compile(rf"dib-run-parts Running \S+/{re.escape(text)}".encode())
    else:
        sought = re.compile(re.escape(text).encode())
    eventually(lambda: sought.search(record.log.read_bytes()), seconds, f"{text!r} in the log")


def wait_for_end(record: BuildRecord, seconds: float = 30.0) -> int | None:
    """Wait until nothing of a build lives; return its exit code."""
    eventually(lambda: not alive(record), seconds, "the end of the build")
    return exit_code(record)


def eventually(true: Callable[[], object], seconds: float = 10.0, what: str = "it") -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"waited {seconds:.0f} seconds in vain for {what}"
        time.sleep(0.05)
