"""The main job by prompts, in a real terminal, on real OpenStack services."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.places import DeploymentPlace
from tests.conftest import RehearsalCloud
from tests.core.image.support import qcow2
from tests.plain.terminal import DOWN, ENTER, Terminal

pytestmark = pytest.mark.integration

WIZARD = [sys.executable, "-m", "octavia_wizard"]
_ASKED = re.compile(r"  ((?:\w+)\.(?:\w+))  \((\d+) of (\d+)\)")
_HUB = "OSA 33.0.1 · open"
_IMAGE = "IMAGE"


class Interview:
    """Answers the questions of sections as they come, and keeps what is proposed else."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.asked: list[str] = []
        self._at = 0

    def section(self, number: str, answers: dict[str, str]) -> None:
        """Open a section, and answer its questions."""
        self.terminal.wait_for("Review and apply")
        self.terminal.settle()
        self._at = len(self.terminal.raw)
        self.terminal.send(number if self._has_cursor else f"{number}{ENTER}")
        open_answers = dict(answers)
        while (key := self._next_question()) is not None:
            self.asked.append(key)
            self.terminal.send(f"{open_answers.pop(key, '')}{ENTER}")
        assert not open_answers, f"never asked: {open_answers}\n{self.terminal.text}"

    @property
    def _has_cursor(self) -> bool:
        return "\x1b" in self.terminal.raw

    def _next_question(self) -> str | None:
        """Wait for the next question, or for the list of sections."""
        end = time.monotonic() + 90
        while time.monotonic() < end:
            self.terminal.settle()
            new = self.terminal.raw[self._at :]
            if "Answer again?" in new:
                self._at = len(self.terminal.raw)
                self.terminal.send("n" if self._has_cursor else f"n{ENTER}")
                continue
            plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", new)
            found = _ASKED.search(plain)
            if found is not None:
                self._at = len(self.terminal.raw)
                return found.group(1)
            if _HUB in plain:
                return None
            self.terminal.read()
        raise AssertionError(self.terminal.text)


@pytest.fixture
def environ(rehearsal_cloud: RehearsalCloud, tmp_path: Path) -> dict[str, str]:
    """The environment of an operator who has a home of their own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "OS_CLIENT_CONFIG_FILE": str(rehearsal_cloud.clouds_file),
    }


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """An empty deploy directory."""
    path = tmp_path / "deploy"
    path.mkdir()
    return path


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


WITH_CURSOR = {
    "network.provider_type": DOWN,
    "image.source": DOWN,
    "certificates.key_type": DOWN * 2,
}
BY_LINES = {
    "network.provider_type": "vlan",
    "image.source": "file",
    "certificates.key_type": "ec-p256",
}


@pytest.mark.usefixtures("cleaned")
@pytest.mark.parametrize(("term", "picks"), [("vt100", WITH_CURSOR), ("dumb", BY_LINES)])
def test_from_the_first_question_to_a_converged_cloud_and_a_preset_that_replays_to_nothing(
    environ: dict[str, str],
    deploy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    term: str,
    picks: dict[str, str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", environ["XDG_STATE_HOME"])
    image = qcow2(tmp_path / "amphora.qcow2")
    terminal = Terminal("guide", "--plain", "--deploy-dir", str(deploy), term=term, environ=environ)
    try:
        interview = Interview(terminal)
        interview.section("1", {"cloud.name": "rehearsal", "cloud.release": "33.0.1"})
        terminal.wait_for("rehearsal · RegionOne")
        interview.section(
            "2",
            {
                "network.name": "plain-mgmt",
                "network.provider_type": picks["network.provider_type"],
                "network.physical_network": "physnet1",
                "network.segmentation_id": "2346",
                "network.cidr": "10.78.0.0/22",
                "network.security_group": "plain_sec_grp",
            },
        )
        interview.section(
            "3",
            {
                "image.source": picks["image.source"],
                "image.path": str(image),
                "image.name": "plain-image",
                "image.tag": "plain-tag",
            },
        )
        interview.section("4", {"certificates.key_type": picks["certificates.key_type"]})
        interview.section("6", {"capacity.flavor_name": "plain-amphora"})
        interview.section("8", {"deployment.hosts": "infra1=172.29.236.11"})
        terminal.send("9" if term != "dumb" else f"9{ENTER}")
        terminal.wait_for("Apply now?")
        terminal.settle()
        terminal.send("y" if term != "dumb" else f"y{ENTER}")
        assert terminal.end() == 0
        assert "Done." in terminal.raw
        assert "runbook" in terminal.raw
    finally:
        terminal.child.close(force=True)
    preset = DeploymentPlace.of(deploy).preset
    assert preset.stat().st_mode & 0o777 == 0o600
    replayed = _run(["replay", str(preset), "--yes", "--deploy-dir", str(deploy)], environ)
    assert replayed.returncode == 0, replayed.stderr
    assert "othing to do" in replayed.stdout + replayed.stderr
