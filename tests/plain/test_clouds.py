"""The check of all clouds by prompts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.cloud import check
from octavia_wizard.core.facts.checks import CheckState, CloudCheck
from octavia_wizard.core.session import Session
from octavia_wizard.plain import clouds
from tests.plain.conftest import Asked

FILE = """\
clouds:
  prod: {auth: {auth_url: "https://keystone.example:5000/v3", username: admin, password: p}}
  test: {auth: {auth_url: "https://test.example:5000/v3", username: me, password: p}}
"""


@pytest.fixture
def named(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clouds in a clouds.yaml."""
    path = tmp_path / "clouds.yaml"
    path.write_text(FILE)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(path))
    session.find_clouds()


@pytest.mark.usefixtures("named")
def test_every_cloud_is_asked_and_told_in_a_table(
    asked: Asked, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(known: CloudCheck, **_: object) -> CloudCheck:
        if known.name == "prod":
            return replace(known, state=CheckState.OK, user="admin", project="admin", admin=True)
        refused = CheckState.REFUSED
        return replace(known, state=refused, message="wrong password", hint="look it up")

    monkeypatch.setattr(check, "check_cloud", answer)
    sitting = asked()
    clouds.check_clouds(sitting.asker)
    text = sitting.written

    assert "keystone.example:5000  ✓ ok" in text
    assert "admin in admin" in text
    assert "test: wrong password; look it up" in text
    assert session.facts.checks["test"].state is CheckState.REFUSED


def test_without_a_cloud_that_is_said(asked: Asked) -> None:
    sitting = asked()
    clouds.check_clouds(sitting.asker)

    assert "no clouds.yaml names a cloud" in sitting.written
