"""The files that answers name are read once, and only where that makes sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Effective, Setting
from octavia_wizard.core.findings import inspect
from octavia_wizard.core.releases import find_release


def _effective(**settings: object) -> Effective:
    provided = {
        key.replace("__", "."): Setting(key.replace("__", "."), value, Provenance.OPERATOR)
        for key, value in settings.items()
    }
    return Effective(find_release("33.0.1"), provided)


def test_an_image_file_is_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "amphora.raw"
    path.write_bytes(bytes(1024))
    image = inspect(_effective(image__path=str(path), image__disk_format="raw")).image
    assert image is not None
    assert image.virtual_size == 1024
    assert not image.problems


def test_a_missing_image_file_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "nothing"
    image = inspect(_effective(image__path=str(path), image__disk_format="raw")).image
    assert image is not None
    assert image.problems == ("it does not exist",)


def test_a_home_directory_is_written_with_a_tilde(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "amphora.raw").write_bytes(bytes(512))
    image = inspect(_effective(image__path="~/amphora.raw", image__disk_format="raw")).image
    assert image is not None
    assert image.path == tmp_path / "amphora.raw"


def test_generated_certificates_are_reviewed_only_when_all_of_them_exist(tmp_path: Path) -> None:
    effective = _effective(
        certificates__source="generate",
        certificates__directory=str(tmp_path),
        certificates__key_type="rsa-4096",
    )
    first = inspect(effective)
    assert first.review is None
    assert first.layout is not None
    for path in first.layout.files.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    second = inspect(effective)
    assert second.review is not None
    assert {finding.id for finding in second.review.findings} == {"cert-unreadable"}
