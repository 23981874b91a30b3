"""A release of Ubuntu newer than debootstrap is built by the script all of them share."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.image.build import debootstrap


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(debootstrap, "SUITES", tmp_path)
    for name in ("gutsy", "jammy"):
        (tmp_path / name).touch()
    return tmp_path


def test_a_known_release_needs_no_other_script(scripts: Path) -> None:
    assert debootstrap.stand_in_for("jammy") is None


def test_a_newer_release_takes_the_shared_one(scripts: Path) -> None:
    assert debootstrap.stand_in_for("noble") == scripts / "gutsy"


def test_without_the_shared_one_there_is_none(scripts: Path) -> None:
    (scripts / "gutsy").unlink()
    assert debootstrap.stand_in_for("noble") is None


def test_without_debootstrap_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debootstrap, "SUITES", tmp_path / "none")
    assert debootstrap.suites() is None
    assert debootstrap.stand_in_for("noble") is None
