"""A build that does as it is told, to show what the screens make of it; and values of builds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil

from octavia_wizard.core.errors import Interrupted, WizardError
from octavia_wizard.core.image.build.phases import PHASES, phase_of
from octavia_wizard.core.image.build.record import (
    BuildRecord,
    BuildState,
    Result,
    new_record,
    save_record,
)
from octavia_wizard.core.image.build.remains import Leftovers, Stray
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.image.build.tables import Loop
from octavia_wizard.screens.building import BuildModel
from octavia_wizard.screens.workers.survey import Found, Prospect

WHOLE = sum(phase.seconds for phase in PHASES)


def request_for(directory: Path) -> BuildRequest:
    """Return what would be built below a directory."""
    return BuildRequest(
        output=directory / "images" / "amphora-x64-haproxy-ubuntu-noble.qcow2",
        base_os="ubuntu-minimal",
        base_release="noble",
        architecture="x86_64",
        disk_format="qcow2",
        size_gib=2,
        repository="https://opendev.org/openstack/octavia",
        refs=("stable/2026.1",),
        cache_directory=directory / "cache",
        work_directory=directory / "work",
    )


def standing_at(
    phase: str, share: float, done: int = 0, total: int = 0, **more: object
) -> Standing:
    """Return a standing in a phase, with what follows from the share."""
    known = phase_of(phase)
    assert known is not None
    rest = WHOLE * (1 - share)
    values: dict[str, object] = {
        "counter": known.counter if total else "",
        "elapsed": WHOLE * share,
        "left": (rest * 0.8, rest * 1.2),
        **more,
    }
    return Standing(phase, known.title, done=done, total=total, share=share, **values)  # type: ignore[arg-type]


class FakeBuild:
    """Stands in for ``bring_about``: waits for the test to say how it goes on."""

    def __init__(self) -> None:
        self.requests: list[BuildRequest] = []
        self.started = threading.Event()
        self.error: WizardError | None = None
        """How it is to end, if not well."""
        self.over = threading.Event()
        self.cleaned = threading.Event()
        """Set once cleaning up after a cancel may come to its end."""
        self.cleaned.set()
        self.is_process = False
        """Whether it is a process of its own, which is written down."""
        self.tell: Callable[[Standing], None] = lambda standing: None
        self.log: Callable[[str], None] = lambda line: None

    def __call__(
        self,
        request: BuildRequest,
        *,
        tell: Callable[[Standing], None],
        log: Callable[[str], None],
        cancel: threading.Event,
    ) -> BuildRecord:
        self.requests.append(request)
        self.tell, self.log = tell, log
        record = new_record(request)
        if self.is_process:
            own = psutil.Process()
            save_record(replace(record, pid=own.pid, pid_started=own.create_time()))
        self.started.set()
        while not self.over.wait(0.01):
            if cancel.is_set():
                self.cleaned.wait(30)
                raise Interrupted("the build was cancelled and cleaned up")
        self.over.clear()
        self.started.clear()
        if self.error is not None:
            raise self.error
        return finished(record)


def finished(record: BuildRecord) -> BuildRecord:
    """Return a record at its good end."""
    result = Result(stamp="1", size=345 << 20, virtual_size=2 << 30, md5="0" * 32, sha512="0" * 128)
    return replace(
        record, state=BuildState.DONE, finished=record.started, elapsed=416.0, result=result
    )


def model_of(*, failed: WizardError | None = None, done: bool = False) -> BuildModel:
    """Return a build in the middle of its work, or at its end."""
    model = BuildModel(request_for(Path("/root/.cache/octavia-wizard")))
    model.log_path = "/root/.local/state/octavia-wizard/builds/20261122T174235-5f0c/log"
    model.expected, model.learned = WHOLE, True
    for phase, share, count in (
        ("packages", 0.001, 0),
        ("builder", 0.04, 0),
        ("source", 0.09, 0),
        ("setup", 0.17, 0),
        ("root.d", 0.19, 10),
        ("extra-data.d", 0.39, 9),
        ("pre-install.d", 0.41, 8),
    ):
        model.inbox.tell(standing_at(phase, share, count, count))
    model.inbox.tell(
        standing_at("install.d", 0.62, 9, 16, script="75-amphora-agent-install", quiet=25.4)
    )
    for number, line in enumerate(
        (
            "dib-run-parts 50-store-build-settings completed",
            "dib-run-parts Running /tmp/in_target.d/install.d/75-amphora-agent-install",
            "Cloning into '/opt/amphora-agent'...",
            "Collecting pyroute2!=0.5.4,>=0.5.4 (from amphora-agent)",
            "Installing collected packages: wcwidth, pytz, zipp, wrapt, urllib3, typing_extensions",
        )
    ):
        model.inbox.log(f"2026-11-22 17:45:{number:02d}.123 | {line}")
    model.take()
    if failed is not None:
        model.end(None, failed)
    if done:
        model.inbox.tell(standing_at("check", 1.0))
        model.end(finished(replace(new_record(model.request), id="20261122T174235-5f0c")), None)
        model.log_path = "/root/.local/state/octavia-wizard/builds/20261122T174235-5f0c/log"
    return model


def prospect_of(*notes: str) -> Prospect:
    """Return what a build would come to that nothing hinders."""
    request = request_for(Path("/root/.cache/octavia-wizard"))
    return Prospect(
        request,
        308.0,
        562.0,
        True,
        notes,
        (),
        is_running=False,
        is_finished=False,
        is_in_glance=False,
    )


def left_of_killed() -> Found:
    """Return what a killed build left behind."""
    record = replace(
        new_record(request_for(Path("/root/.cache/octavia-wizard"))),
        id="20261122T174235-5f0c",
        started="2026-11-22T17:42:35+00:00",
    )
    build, image = Path("/tmp/dib_build.Xa4bQ1zT"), Path("/tmp/dib_image.k2LmN0pQ")  # noqa: S108
    left = Leftovers(
        processes=(Stray(4711, "apt-get", 0.0),),
        mounts=(build / "mnt/proc", build / "mnt/dev", build / "mnt"),
        loops=(Loop("/dev/loop0", image / "image0.raw"),),
        tmpfs=(build,),
        directories=(build, image),
    )
    return Found((), (record,), left)
