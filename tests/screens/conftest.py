"""A session with known facts, and an app on it whose cloud is a value, not a network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.session import Options, Session
from octavia_wizard.screens.app import WizardApp
from octavia_wizard.screens.wording import count
from tests.core.image.support import qcow2
from tests.fakes import FakeCloud
from tests.screens.settling import settle

COMPLETE = {
    "cloud.name": "site",
    "cloud.release": "33.0.1",
    "image.source": "file",
    "certificates.key_type": "ec-p256",
    "deployment.hosts": "infra1=172.29.236.11",
}
"""Answers that leave nothing open but the path of the image."""


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture(autouse=True)
def _no_cursor_blink(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)


@dataclass
class Desk:
    """An app under test with its cloud and its session."""

    app: WizardApp
    session: Session
    cloud: FakeCloud
    pilot: Pilot[int]

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, and let everything they started come to its end."""
        for key in keys:
            await self.pilot.press(key)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.pilot.press(*(NAMES.get(char, char) for char in text))
        await self.settle()

    async def paste(self, text: str) -> None:
        """Paste a text, over what is selected."""
        self.app.post_message(Paste(text))
        await self.settle()

    async def settle(self) -> None:
        """Wait for the work in the background."""
        await settle(self.pilot)

    def lines(self) -> list[str]:
        """Return what is on the screen, line by line."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        lines = [strip.text.rstrip() for strip in strips]
        assert len(lines) == height, count(len(lines), "line")
        assert all(len(line) <= width for line in lines)
        return lines

    def text(self) -> str:
        """Return what is on the screen."""
        return "\n".join(self.lines())


NAMES = {
    " ": "space",
    "/": "slash",
    ".": "full_stop",
    "-": "minus",
    "_": "underscore",
    "=": "equals_sign",
    ",": "comma",
    ":": "colon",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
    "@": "at",
}


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A small image of an empty disk."""
    return qcow2(tmp_path / "amphora.qcow2")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session of an empty deploy directory."""
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    return Session(Options(deploy, environ={"HOME": str(tmp_path)}))


@pytest.fixture
def cloud() -> FakeCloud:
    """An empty cloud."""
    return FakeCloud(name="site")


Opened = Callable[..., Any]


@pytest.fixture
def opened(session: Session, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Open the app: ``async with opened(answers, size=(80, 24)) as desk``."""
    monkeypatch.setattr(Session, "connect", lambda _: cloud)

    def looker(one: Session) -> WizardError | None:
        try:
            facts = cloud.read(frozenset(Part), None)
        except WizardError as error:
            return error
        one.facts = replace(one.facts, cloud=facts)
        return None

    @asynccontextmanager
    async def open_app(
        answers: dict[str, str] | None = None, *, size: tuple[int, int] = (80, 24), **options: Any
    ) -> AsyncIterator[Desk]:
        for key, value in (answers or {}).items():
            session.give_text(key, value)
        toasts, settled = options.pop("toasts", False), options.pop("settled", True)
        app = WizardApp(session, looker=options.pop("looker", looker), **options)
        async with app.run_test(size=size, notifications=toasts) as pilot:
            desk = Desk(app, session, cloud, pilot)
            # What goes on from the start is not waited for.
            await (desk.settle() if settled else pilot.pause())
            yield desk

    return open_app


@pytest.fixture
def free_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing on this host stand in the way of a build."""
    monkeypatch.setattr("octavia_wizard.core.image.build.preflight.preflight", lambda *_, **__: ())
