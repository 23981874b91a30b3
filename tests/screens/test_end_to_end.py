"""The main job as an operator does it: in a terminal of 80x24, on real OpenStack services."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pexpect
import pyte
import pytest
from ruamel.yaml import YAML

from octavia_wizard.core.places import DeploymentPlace
from tests.conftest import RehearsalCloud
from tests.core.image.support import qcow2

pytestmark = pytest.mark.integration

WIZARD = [sys.executable, "-m", "octavia_wizard"]
ENTER, ESC, DOWN, RIGHT = "\r", "\x1b", "\x1b[B", "\x1b[C"
CTRL_Q = "\x11"


class Terminal:
    """A terminal with the wizard in it."""

    def __init__(self, arguments: list[str], environ: dict[str, str]) -> None:
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        """Everything that was written to the terminal."""
        self.child = pexpect.spawn(
            WIZARD[0],
            [*WIZARD[1:], *arguments],
            env=environ,
            dimensions=(24, 80),
        )

    @property
    def text(self) -> str:
        """Return what is on the screen."""
        return "\n".join(self._screen.display)

    def until(self, wanted: str, seconds: float = 30) -> None:
        """Wait for a text."""
        end = time.monotonic() + seconds
        while wanted not in self.text:
            assert time.monotonic() < end, f"no {wanted!r} on the screen:\n{self.text}"
            self._read()

    def keys(self, *keys: str) -> None:
        """Press keys as an operator does, one after the other."""
        for key in keys:
            self.child.send(key)
            end = time.monotonic() + 0.12
            while time.monotonic() < end:
                self._read(0.02)

    def ended(self, seconds: float = 20) -> int:
        """Wait for the end, and return the exit code."""
        end = time.monotonic() + seconds
        while self.child.isalive():
            assert time.monotonic() < end, self.text
            self._read()
        self.child.close()
        return int(self.child.exitstatus or 0)

    def _read(self, seconds: float = 0.1) -> None:
        try:
            data = cast("bytes", self.child.read_nonblocking(65536, seconds))
            self.raw += data
            self._stream.feed(data)
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            time.sleep(seconds)


@pytest.fixture
def environ(rehearsal_cloud: RehearsalCloud, tmp_path: Path) -> dict[str, str]:
    """The environment of an operator who has a home of their own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "OS_CLIENT_CONFIG_FILE": str(rehearsal_cloud.clouds_file),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """An empty deploy directory."""
    path = tmp_path / "deploy"
    path.mkdir()
    return path


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A small image of an empty disk."""
    return qcow2(tmp_path / "amphora.qcow2")


def _run(arguments: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*WIZARD, *arguments], env=environ, capture_output=True, text=True, timeout=120
    )


@pytest.fixture
def cleaned(environ: dict[str, str], deploy: Path) -> Iterator[None]:
    """Take back what was made, for the tests that come after."""
    yield
    done = _run(["undo", "--yes", "--deploy-dir", str(deploy)], environ)
    assert done.returncode == 0, done.stderr


def _leaks(terminal: Terminal, deploy: Path, home: Path) -> list[str]:
    """Return where a secret that was made is found outside its file."""
    own = deploy / "user_secrets_octavia.yml"
    values = [str(value).encode() for value in YAML(typ="safe").load(own).values()]
    assert len(values) > 3
    texts = {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    del texts[str(own)]
    texts["the terminal"] = terminal.raw
    return [where for where, text in texts.items() if any(value in text for value in values)]


def _answer_all(terminal: Terminal, image: Path) -> None:
    terminal.until("Review and apply")
    terminal.keys("1", DOWN, "rehearsal", ENTER)
    terminal.until("RegionOne")
    terminal.keys(ENTER, "33.0.1", ENTER, ENTER)
    terminal.until("rehearsal · RegionOne · OSA 33.0.1")
    terminal.keys("2", DOWN, DOWN, "screens-mgmt", ENTER, RIGHT)
    terminal.until("VLAN id")
    terminal.keys(ENTER, ENTER, "2345", ENTER, ENTER, "10.77.0.0/22", ENTER)
    terminal.until("10.77.0.50-10.77.3.200")
    terminal.keys(*[DOWN] * 3, DOWN)
    terminal.until("▸  Security group")
    terminal.keys("screens_sec_grp", ENTER, ESC)
    terminal.until("octavia-wizard  ")
    terminal.keys("3", "f", ENTER, str(image), ENTER, "screens-image", ENTER, "screens-tag", ENTER)
    terminal.keys(ESC, "4", DOWN, DOWN, "e", ESC)
    terminal.keys("6", "s", DOWN, "n", ESC)
    terminal.keys("8", "infra1=172.29.236.11", ENTER, ESC)
    terminal.until("9  Review and apply")


@pytest.mark.usefixtures("cleaned")
def test_from_the_first_question_to_a_converged_cloud_and_a_preset_that_replays_to_nothing(
    environ: dict[str, str], deploy: Path, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", environ["XDG_STATE_HOME"])
    terminal = Terminal(["--deploy-dir", str(deploy)], environ)
    _answer_all(terminal, image)
    terminal.keys("9")
    terminal.until("to make: A applies")
    terminal.keys("a")
    terminal.until("Apply now?")
    terminal.keys("y")
    terminal.until("done: everything is as planned", 120)
    terminal.keys("n")
    terminal.until("Not verified yet.")
    for _ in range(4):
        terminal.keys(DOWN, DOWN, DOWN, DOWN)
    terminal.until("to replay this deployment")
    terminal.until("octavia-wizard --deploy-dir")
    terminal.keys(CTRL_Q)
    assert terminal.ended() == 0

    preset = DeploymentPlace.of(deploy).preset
    assert preset.stat().st_mode & 0o777 == 0o600
    assert preset.with_name("runbook.md").exists()
    assert _leaks(terminal, deploy, Path(environ["HOME"])) == []
    replayed = _run(["replay", str(preset), "--yes", "--deploy-dir", str(deploy)], environ)
    assert replayed.returncode == 0, replayed.stderr
    assert "othing to do" in replayed.stdout + replayed.stderr


@pytest.mark.usefixtures("cleaned")
def test_answers_survive_leaving_and_starting_again(environ: dict[str, str], deploy: Path) -> None:
    terminal = Terminal(["--deploy-dir", str(deploy)], environ)
    terminal.until("Review and apply")
    terminal.keys("2", DOWN, DOWN, "kept-name", ENTER, CTRL_Q)
    assert terminal.ended() == 0

    again = Terminal(["--deploy-dir", str(deploy)], environ)
    again.until("earlier interview were taken up")
    again.until("kept-name")
    again.keys(CTRL_Q)
    assert again.ended() == 0
