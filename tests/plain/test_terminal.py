"""The interview by prompts in a real pseudo-terminal, read as a person reads it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pyte
import pytest

from octavia_wizard.core.places import DeploymentPlace

DOWN, ENTER, INTERRUPT = "\x1b[B", "\r", "\x03"
PATIENCE = 90.0
"""Seconds to wait for a text to appear on a busy machine."""


class Terminal:
    """A program in a terminal of 80 columns and 24 lines."""

    def __init__(self, *arguments: str, term: str) -> None:
        self.screen = pyte.HistoryScreen(80, 24, history=2000)
        self._stream = pyte.Stream(self.screen)
        self.raw = ""
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "octavia_wizard", *arguments],
            env={**os.environ, "TERM": term, "LANG": "C.UTF-8"},
            dimensions=(24, 80),
            encoding="utf-8",
            echo=False,
        )

    def read(self, seconds: float = 0.2) -> None:
        """Take in what was written, and answer where the cursor is."""
        try:
            data = self.child.read_nonblocking(65536, seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.raw += data
        self._stream.feed(data)
        if "\x1b[6n" in data:
            self.child.send(f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R")

    def wait_for(self, text: str) -> None:
        """Wait until a text is on the screen."""
        end = time.monotonic() + PATIENCE
        while text not in "\n".join(self.screen.display):
            assert time.monotonic() < end, "\n".join(self.screen.display)
            self.read()

    def send(self, keys: str) -> None:
        """Press keys, once the program is waiting for them."""
        before = None
        while before != self.raw:
            before = self.raw
            self.read(0.5)
        self.child.send(keys)

    def end(self) -> int | None:
        """Wait for the end and return the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.child.isalive():
            assert time.monotonic() < deadline, "\n".join(self.screen.display)
            self.read()
        self.read()
        self.child.close()
        status: int | None = self.child.exitstatus
        return status


Start = Callable[..., Terminal]


@pytest.fixture
def start(deploy_dir: Path) -> Iterator[Start]:
    """Start the plain interview in a terminal of some type."""
    started: list[Terminal] = []

    def begin(term: str = "xterm-256color", *arguments: str) -> Terminal:
        words = arguments or ("guide", "--plain")
        terminal = Terminal("--deploy-dir", str(deploy_dir), *words, term=term)
        started.append(terminal)
        return terminal

    yield begin
    for terminal in started:
        terminal.child.close(force=True)


class TestWithACursor:
    """On a usual terminal, lists are walked with arrow keys."""

    def test_a_choice_is_made_and_kept(self, start: Start, deploy_dir: Path) -> None:
        terminal = start()
        terminal.wait_for("Cloud and release")
        terminal.send(ENTER)
        terminal.wait_for("How to work")
        terminal.wait_for("? help")
        terminal.send(DOWN + ENTER)
        terminal.wait_for("OpenStack-Ansible release")
        terminal.wait_for("Answer")
        terminal.send("?" + ENTER)
        terminal.wait_for("Enter keeps what is there")
        terminal.send(INTERRUPT)
        terminal.wait_for("every answer is kept")

        assert terminal.end() == 130
        assert "mode: files" in DeploymentPlace.of(deploy_dir).autosave.read_text()

    def test_one_can_go_back_and_leave(self, start: Start) -> None:
        terminal = start()
        terminal.wait_for("Cloud and release")
        terminal.send(ENTER)
        terminal.wait_for("< back")
        terminal.send(DOWN * 2 + ENTER)
        terminal.wait_for("Leave (answers are kept)")
        terminal.send("\x1b[A" + ENTER)

        assert terminal.end() == 0

    def test_missing_answers_are_asked_on_replay(
        self, start: Start, files_preset: Path, deploy_dir: Path
    ) -> None:
        text = files_preset.read_text()
        files_preset.write_text(
            text.replace(
                "network: {", "network: {provider_type: vlan, physical_network: physnet1, "
            )
        )
        terminal = start("xterm-256color", "replay", str(files_preset))
        terminal.wait_for("network.segmentation_id")
        terminal.wait_for("Answer")
        terminal.send("400" + ENTER)
        terminal.wait_for("[y/N]")
        terminal.send("n" + ENTER)

        assert terminal.end() == 2
        assert not (deploy_dir / "user_variables_octavia.yml").exists()


class TestWithoutACursor:
    """On a serial line everything is lines, and no escape code is sent."""

    @pytest.mark.parametrize("term", ["dumb", "unknown"])
    def test_it_falls_back_and_says_why(self, start: Start, term: str) -> None:
        terminal = start(term, "guide")
        terminal.wait_for(f"the terminal type is {term}")
        terminal.wait_for("Leave (answers are kept)")
        terminal.send("Leave" + ENTER)

        assert terminal.end() == 0
        assert "\x1b" not in terminal.raw

    def test_ctrl_c_keeps_the_answers(self, start: Start, deploy_dir: Path) -> None:
        terminal = start("dumb")
        terminal.wait_for("Leave (answers are kept)")
        terminal.send("1" + ENTER)
        terminal.wait_for("How to work")
        terminal.send("files" + ENTER)
        terminal.wait_for("OpenStack-Ansible release")
        terminal.send(INTERRUPT)

        assert terminal.end() == 130
        assert "mode: files" in DeploymentPlace.of(deploy_dir).autosave.read_text()
