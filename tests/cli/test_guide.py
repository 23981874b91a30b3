"""When the screens cannot be shown, and what is said after the interview."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from octavia_wizard.commands.guide import why_no_screens, why_plain
from octavia_wizard.core.image.build.record import new_record, save_record
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.session import Session
from octavia_wizard.screens import app
from tests.cli.conftest import Run, lines_of
from tests.screens.fake_builds import request_for

GOOD = {"TERM": "xterm-256color"}


class TestWhyPlain:
    """Full screens need a terminal with a cursor and a size."""

    @pytest.fixture(autouse=True)
    def terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for stream in (sys.stdin, sys.stdout):
            monkeypatch.setattr(stream, "isatty", lambda: True)
        monkeypatch.setattr(sys.stdout, "fileno", lambda: 1)
        self.resize(monkeypatch, 80, 24)

    def resize(self, monkeypatch: pytest.MonkeyPatch, columns: int, lines: int) -> None:
        monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, lines)))

    def test_a_usual_terminal_is_fine(self) -> None:
        assert why_plain(GOOD) == ""

    @pytest.mark.parametrize("environ", [{}, {"TERM": ""}, {"TERM": "dumb"}, {"TERM": "unknown"}])
    def test_a_terminal_without_a_cursor_is_not(self, environ: dict[str, str]) -> None:
        assert "terminal type" in why_plain(environ)

    def test_a_terminal_without_a_size_is_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.resize(monkeypatch, 0, 0)

        assert "no size" in why_plain(GOOD)

    @pytest.mark.parametrize("stream", ["stdin", "stdout"])
    def test_a_pipe_is_not(self, monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: False)

        assert "no terminal" in why_plain(GOOD)

    def test_a_terminal_that_does_not_tell_its_size_is_not(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_: int) -> os.terminal_size:
            raise OSError("inappropriate ioctl for device")

        monkeypatch.setattr(os, "get_terminal_size", refuse)

        assert "does not tell its size" in why_plain(GOOD)


class TestWithoutScreens:
    """Where the screens cannot be loaded, prompts take over and say why in one line."""

    @pytest.fixture(autouse=True)
    def capable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("octavia_wizard.commands.guide.why_plain", lambda _: "")

    def test_they_can_be_loaded_here(self) -> None:
        assert why_no_screens() == ""

    def test_prompts_take_over(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "octavia_wizard.screens.app", None)
        result = run("guide", input="q\n")

        assert result.exit_code == 0, result.output
        said = [line for line in result.stderr.splitlines() if "asking by plain prompts" in line]
        assert len(said) == 1
        assert "the screens cannot be shown" in said[0]

    def test_lines_can_be_asked_for(self, run: Run) -> None:
        result = run("guide", "--lines", input="q\n")

        assert result.exit_code == 0
        assert "asking by plain prompts" not in result.stderr
        assert "Management network" in result.stdout

    def test_both_are_documented(self, run: Run) -> None:
        text = run("guide", "--help").stdout

        assert "for screen readers and serial lines" in " ".join(text.split())
        assert "octavia-wizard guide --lines" in text


class TestTheScreens:
    """The full-screen front end gets a session and gives an exit code."""

    @pytest.fixture(autouse=True)
    def capable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("octavia_wizard.commands.guide.why_plain", lambda _: "")

    def test_it_gets_the_session_of_the_options(
        self, run: Run, deploy_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = []

        def run_guided(session: Session, **known: object) -> int:
            seen.append((session, known))
            return 0

        monkeypatch.setattr(app, "run_guided", run_guided)
        result = run("--cloud", "prod", "guide", "production-vlan")

        ((session, known),) = seen
        assert result.exit_code == 0
        assert session.options.deploy_dir == deploy_dir
        assert session.answers.values["cloud.name"] == "prod"
        assert session.answers.values["network.segmentation_id"] == 400
        assert known == {"unfinished": None, "problems": (), "continued": False}

    @pytest.mark.parametrize("code", [0, 5, 130])
    def test_its_exit_code_is_ours(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, code: int
    ) -> None:
        monkeypatch.setattr(app, "run_guided", lambda *_, **__: code)

        assert run().exit_code == code

    def test_where_the_answers_are_is_told(
        self, run: Run, deploy_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def run_guided(session: Session, **_: object) -> int:
            session.autosave()
            return 0

        monkeypatch.setattr(app, "run_guided", run_guided)
        result = run("--format", "json")

        line = next(line for line in lines_of(result) if line["kind"] == "left")
        assert line["answers"] == str(DeploymentPlace.of(deploy_dir).autosave)

    def test_a_build_that_goes_on_is_told(
        self, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = psutil.Process()

        def run_guided(session: Session, **_: object) -> int:
            record = new_record(request_for(home))
            save_record(replace(record, wizard_pid=own.pid, wizard_started=own.create_time()))
            return 0

        monkeypatch.setattr(app, "run_guided", run_guided)
        told = " ".join(run().stderr.split())

        assert "the image build goes on: octavia-wizard --deploy-dir" in told
        assert "octavia-wizard image cancel ends it" in told
