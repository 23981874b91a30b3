"""The build in the background in a real pseudo-terminal, with a cursor and without."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.image.build.asking import request_of
from octavia_wizard.core.image.build.cancel import cancel_build
from octavia_wizard.core.image.build.host import read_host
from octavia_wizard.core.image.build.preflight import Gravity, preflight
from octavia_wizard.core.image.build.process import alive
from octavia_wizard.core.image.build.record import BuildState, builds
from octavia_wizard.core.session import Options, Session
from tests.core.image.build.conftest import eventually
from tests.core.image.build.fake_build import make_fake
from tests.plain.imaging import building, preset
from tests.plain.terminal import ENTER, INTERRUPT, Terminal

Start = Callable[..., Terminal]
_CLOUD = """
clouds:
  site:
    region_name: RegionOne
    auth: {auth_url: "http://127.0.0.1:9/v3", username: u, password: p, project_name: p,
           user_domain_name: d, project_domain_name: d}
"""


_STAND_INS = {
    "dpkg-query": 'for word; do case $word in -*) ;; *) echo "$word installed";; esac; done\n',
    "sudo": '[ "$1" = -n ] && shift\nexec "$@"\n',
}
"""A build that only replays needs neither the packages of a real one nor root."""


@pytest.fixture
def healthy_host(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put programs before those of this host that say it has all a real build needs."""
    directory = home / "stand-ins"
    directory.mkdir()
    for name, text in _STAND_INS.items():
        (directory / name).write_text(f"#!/bin/sh\n{text}")
        (directory / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")


@pytest.fixture
def start(deploy_dir: Path, home: Path, healthy_host: None) -> Iterator[Start]:
    """Start the interview with answers that build by replaying a log."""
    (home / "tmp").mkdir()
    (home / "clouds.yaml").write_text(_CLOUD)
    started: list[Terminal] = []

    def begin(term: str, log: str = "image_build_ok", speed: str = "4") -> Terminal:
        fake = home / "fake"
        if not fake.exists():
            answers = building(make_fake(fake, log, {"speed": speed}, commit=True), home)
            _require_host(deploy_dir, answers)
            (home / "site.yml").write_text(preset(answers))
        words = ("--deploy-dir", str(deploy_dir), "guide", "--plain", str(home / "site.yml"))
        places = {
            "TMPDIR": str(home / "tmp"),
            "OS_CLIENT_CONFIG_FILE": str(home / "clouds.yaml"),
        }
        started.append(Terminal(*words, term=term, environ=places))
        return started[-1]

    yield begin
    for terminal in started:
        terminal.child.close(force=True)
    for record in builds():
        if record.state is BuildState.RUNNING:
            cancel_build(record)


def _require_host(deploy_dir: Path, answers: dict[str, str]) -> None:
    """Skip where even a build that only replays would be refused, as without loop devices."""
    session = Session(Options(deploy_dir, environ=dict(os.environ)))
    for key, value in answers.items():
        session.give_text(key, value)
    request = request_of(session.effective)
    assert request is not None
    found = preflight(request, host=read_host(request))
    hindrances = [one.what for one in found if one.severity is Gravity.ERROR]
    if hindrances:
        pytest.skip(f"this host cannot build: {hindrances}")


def test_on_a_cursor_it_is_watched_left_running_found_again_and_cancelled(
    start: Start, home: Path
) -> None:
    terminal = start("vt100")
    terminal.wait_for("q)  Leave")
    terminal.send("b")
    terminal.wait_for("Start the build now")
    terminal.send("y")
    terminal.wait_for("◐ running")
    terminal.send("b")
    terminal.wait_for("◐ bootstrapping the base system")
    assert "Enter or Ctrl-C goes back" in terminal.text
    terminal.child.send(INTERRUPT)
    terminal.wait_for("q)  Leave")
    terminal.send("q")
    terminal.wait_for("Leave it running")
    terminal.send("l")
    assert terminal.end() == 0
    (record,) = builds()
    assert alive(record)

    later = start("vt100")
    later.wait_for("goes on without a wizard")
    later.send("f")
    later.wait_for("q)  Leave")
    later.send("b")
    later.wait_for("Enter or Ctrl-C goes back")
    later.child.send("c")
    later.wait_for("Cancel the build?")
    later.child.send("y")
    later.wait_for("image build: cancelled, and cleaned up")
    later.send("q")
    assert later.end() == 0
    assert not alive(record)
    assert [one.state for one in builds()] == [BuildState.CANCELLED]
    assert list((home / "tmp").iterdir()) == []
    assert later.colours == set()


def test_without_a_cursor_the_end_is_told_at_the_prompt_that_waits(start: Start) -> None:
    terminal = start("dumb", "image_build_image_too_small", "20")
    terminal.wait_for("q)  Leave")
    terminal.send(f"b{ENTER}")
    terminal.wait_for("Start the build now")
    terminal.send(f"y{ENTER}")
    terminal.wait_for("◐ running")
    terminal.wait_for("✗ image build: failed")
    terminal.wait_for("set image.size_gib")
    terminal.settle()
    assert terminal.text.rstrip().endswith("[Review and apply]:")
    terminal.send(f"q{ENTER}")

    assert terminal.end() == 0
    assert "\x1b" not in terminal.raw
    assert [one.state for one in builds()] == [BuildState.FAILED]


def test_an_orphan_can_be_cancelled_without_following_it(start: Start) -> None:
    terminal = start("dumb")
    terminal.wait_for("q)  Leave")
    terminal.send(f"b{ENTER}")
    terminal.wait_for("Start the build now")
    terminal.send(f"y{ENTER}")
    eventually(lambda: builds() and builds()[0].pid, 60, "the process of the build")
    terminal.child.close(force=True)
    (record,) = builds()
    eventually(lambda: alive(record), 10)

    later = start("dumb")
    later.wait_for("goes on without a wizard")
    later.send(f"c{ENTER}")
    later.wait_for("✓ cleaned up")
    later.wait_for("q)  Leave")
    later.send(f"q{ENTER}")
    assert later.end() == 0
    assert not alive(record)
    assert [one.state for one in builds()] == [BuildState.CANCELLED]
