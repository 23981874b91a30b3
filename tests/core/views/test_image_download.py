"""An image to be downloaded: where from, how verified, what is there; never a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.image.fetched import Fetched, remember_fetched
from octavia_wizard.core.image.hashes import stamp
from octavia_wizard.core.views.image import VIEWS
from octavia_wizard.core.views.model import Subject
from tests.core.findings.support import cloud
from tests.core.views.support import WIDTHS, subject, text

(IMAGE,) = VIEWS
URL = "https://me:secret@mirror.example/amphora.qcow2"
BARE = "https://mirror.example/amphora.qcow2"


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def downloading(path: Path, **more: object) -> Subject:
    """Return answers that download an image."""
    given = {"image__url": URL, "image__path": str(path), **more}
    return subject(cloud=cloud(), image__source="download", **given)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_url_is_told_without_its_password(tmp_path: Path, width: int) -> None:
    shown = text(IMAGE, downloading(tmp_path / "a"), width)
    assert "mirror.example" in shown
    assert "secret" not in shown


def test_a_signed_url_is_told_without_its_signature_and_known_again(tmp_path: Path) -> None:
    path, signature = tmp_path / "a", "temp_url_sig=0123abcd"
    path.write_bytes(b"x" * 4096)
    asked = downloading(path, image__url=f"{BARE}?{signature}")
    known = Fetched(f"{BARE}?temp_url_sig=…", "", stamp(path), "", "2026-11-01T10:00:00+00:00")
    remember_fetched(path, known)
    shown = text(IMAGE, asked)
    assert "0123abcd" not in shown
    assert "✓ 4.0 KiB are there, downloaded " in shown


def test_without_a_checksum_that_is_said(tmp_path: Path) -> None:
    assert "! no checksum" in text(IMAGE, downloading(tmp_path / "a"))
    what = downloading(tmp_path / "a", image__checksum=f"sha256:{'a1' * 32}")
    assert "Checksum  sha256 a1a1a1a1a1a1a1a1…" in text(IMAGE, what)


def test_the_tests_own_image_is_not_for_production(tmp_path: Path) -> None:
    url = "https://tarballs.example/test-only-amphora-x64-haproxy-ubuntu-noble.qcow2"
    assert "not for production" in text(IMAGE, downloading(tmp_path / "a", image__url=url))
    assert "not for production" not in text(IMAGE, downloading(tmp_path / "a"))


def test_what_has_come_already_is_gone_on_from(tmp_path: Path) -> None:
    (tmp_path / "a.part").write_bytes(b"x" * 4096)
    assert "4.0 KiB of it are there" in text(IMAGE, downloading(tmp_path / "a"))


def test_what_is_there_whole_or_from_elsewhere_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 4096)
    assert "✗ a file of 4.0 KiB from elsewhere lies there" in text(IMAGE, downloading(path))
    remember_fetched(path, Fetched(BARE, "", stamp(path), "", "2026-11-01T10:00:00+00:00"))
    assert "✓ 4.0 KiB are there, downloaded " in text(IMAGE, downloading(path))
    other = downloading(path, image__url="https://other.example/b.qcow2")
    assert f"takes the place of 4.0 KiB from {BARE}" in " ".join(text(IMAGE, other).split())
