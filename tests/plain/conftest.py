"""The isolated home of the command line's tests serves here too; and a session to ask about."""

from __future__ import annotations

import io
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest

from octavia_wizard.core.session import Options, Session
from octavia_wizard.plain.building import BuildingAsker
from octavia_wizard.plain.lines import WIDTH, LinePrompter
from tests.cli.conftest import deploy_dir, files_preset, home, run
from tests.fakes import FakeCloud

__all__ = ["asked", "cloud", "deploy_dir", "files_preset", "home", "run", "session"]


class Operator:
    """A person at a line: types what was set out, then the same again for some time."""

    PATIENCE = 8

    def __init__(self, lines: tuple[str, ...], then: str | None) -> None:
        self._lines = deque(lines)
        self._then = then
        self._asked = 0

    @property
    def left(self) -> list[str]:
        """Return what was not typed: the questions ended before."""
        return list(self._lines)

    def isatty(self) -> bool:
        """Say that it is no terminal."""
        return False

    def readline(self) -> str:
        """Type the next line."""
        if self._lines:
            return f"{self._lines.popleft()}\n"
        self._asked += 1
        assert self._asked < self.PATIENCE, "it asks and asks"
        return "" if self._then is None else f"{self._then}\n"


class Screen(io.StringIO):
    """A terminal, as far as it says so."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


class Sitting:
    """A session asked about by lines."""

    def __init__(
        self, session: Session, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch, out: TextIO
    ) -> None:
        self.session = session
        self.cloud = cloud
        self._monkeypatch = monkeypatch
        self._out = out
        self.asker = BuildingAsker(session, LinePrompter(out))

    def type(self, *lines: str, then: str | None = None) -> Operator:
        """Set out what will be typed; ``then`` is typed to whatever is asked after it."""
        operator = Operator(lines, then)
        self._monkeypatch.setattr(sys, "stdin", operator)
        return operator

    def ask(self, key: str, *lines: str, then: str | None = None) -> object:
        """Ask one question and return where it was left for."""
        self.type(*lines, then=then)
        return self.asker.ask(self.session.question(key))

    @property
    def written(self) -> str:
        """Return what was written since this was asked last."""
        out = self._out
        assert isinstance(out, io.StringIO)
        text = out.getvalue()
        out.seek(0)
        out.truncate()
        return text


@pytest.fixture
def session(deploy_dir: Path, home: Path) -> Session:
    """A session of a small site, whose host was read."""
    one = Session(Options(deploy_dir, environ={"HOME": str(home)}))
    one.read_host()
    return one


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """An empty cloud, which every session of a test connects to."""
    one = FakeCloud(name="site")
    monkeypatch.setattr(Session, "connect", lambda _: one)
    return one


Asked = Callable[..., Sitting]


@pytest.fixture
def asked(session: Session, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Begin a sitting with some answers given; on a terminal where it has a width."""

    def begin(answers: dict[str, str] | None = None, *, width: int = 0) -> Sitting:
        for key, text in (answers or {}).items():
            session.give_text(key, text)
        sitting = Sitting(session, cloud, monkeypatch, Screen() if width else io.StringIO())
        sitting.asker.paper.console.width = width or WIDTH
        return sitting

    return begin
