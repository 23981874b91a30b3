"""The site every test of day two has."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.image.build import making
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps import image_file
from tests.core.lifecycle.support import Site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A deployment on a cloud in memory; nothing is really built."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    one = Site(tmp_path)
    monkeypatch.setattr(Session, "connect", lambda session: one.cloud)
    monkeypatch.setattr(image_file, "bring_about", _refused)
    return one


def _refused(*_: object, **__: object) -> None:
    raise AssertionError(f"{making.__name__} was asked to build")
