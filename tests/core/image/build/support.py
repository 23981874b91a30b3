"""Builds that only replay, asked for as a wizard asks for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace

from octavia_wizard.core.image.build.making import bring_about
from octavia_wizard.core.image.build.record import BuildRecord, builds
from octavia_wizard.core.image.build.request import BuildRequest, document_of
from octavia_wizard.core.image.build.standing import Standing
from tests.core.image.build.conftest import Place
from tests.core.image.build.fake_build import make_fake

WIZARD = """
import json, sys
from octavia_wizard.core.engine.signals import stop_on_signals
from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.image.build.making import bring_about
from octavia_wizard.core.image.build.request import request_from
from octavia_wizard.core.stopping import Stop
request = request_from(json.loads(sys.argv[1]))
if sys.argv[2:]:
    import fcntl, termios
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
told = open(sys.argv[2], "w") if sys.argv[2:] else sys.stdout
def tell(standing):
    print(standing.phase, file=told, flush=True)
cancel = Stop()
try:
    with stop_on_signals(cancel):
        bring_about(request, tell=tell, log=lambda line: None, cancel=cancel)
except WizardError as error:
    print(f"ended: {error.message}; {error.hint}", file=told, flush=True)
"""


class Told(list[Standing]):
    """All standings of a build, and its log."""

    def __init__(self, awaited: str = "install.d") -> None:
        super().__init__()
        self.lines: list[str] = []
        self.reached = threading.Event()
        self.cancel = threading.Event()
        self.awaited = awaited
        self.record: BuildRecord | None = None
        self.error: BaseException | None = None

    def tell(self, standing: Standing) -> None:
        self.append(standing)
        if standing.phase == self.awaited:
            self.reached.set()

    def bring_about(self, request: BuildRequest) -> BuildRecord:
        return bring_about(request, tell=self.tell, log=self.lines.append, cancel=self.cancel)

    def start(self, request: BuildRequest) -> threading.Thread:
        """Do it in a thread; what came of it is in ``record`` and ``error``."""

        def work() -> None:
            try:
                self.record = self.bring_about(request)
            except BaseException as error:
                self.error = error

        thread = threading.Thread(target=work)
        thread.start()
        return thread


def request_in(place: Place, log: str = "image_build_ok", **variables: str) -> BuildRequest:
    """Ask for an image that is made by replaying a log."""
    fake = make_fake(place.root / f"fake-{log}-{len(builds())}", log, variables, commit=True)
    return replace(
        place.request(),
        repository=str(fake.checkout),
        builder=str(fake.builder),
        environment={"TMPDIR": str(place.tmp)},
    )


def left_beside(request: BuildRequest) -> list[str]:
    """Name what lies beside the image."""
    return [path.name for path in request.output.parent.iterdir() if path != request.output]


def wizard(request: BuildRequest) -> subprocess.Popen[str]:
    """Start a wizard of its own that brings an image about and writes each phase."""
    return subprocess.Popen(
        [sys.executable, "-c", WIZARD, json.dumps(document_of(request))],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )


def killed_at(request: BuildRequest, phase: str) -> None:
    """Kill such a wizard as soon as it tells of a phase."""
    process = wizard(request)
    assert process.stdout is not None
    while process.stdout.readline().strip() != phase:
        assert process.poll() is None
    process.kill()
    process.wait()
    process.stdout.close()
