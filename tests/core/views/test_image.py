"""What is known of the image: of a file, of one in Glance, of the one the role brings."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.image.hashes import hashes, remember, stamp
from octavia_wizard.core.views.image import VIEWS, size_text
from tests.core.findings.support import SERVICE, cloud, image
from tests.core.image.support import qcow2
from tests.core.views.support import WIDTHS, subject, text

(IMAGE,) = VIEWS


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _file(path: Path) -> dict[str, object]:
    return {"image__source": "file", "image__path": str(path)}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_file_is_told_by_format_sizes_and_hash(tmp_path: Path, width: int) -> None:
    path = qcow2(tmp_path / "amphora.qcow2")
    what = subject(cloud=cloud(), **_file(path))
    shown = " ".join(text(IMAGE, what, width).split())
    assert "qcow2" in shown
    assert "for the guest" in shown
    assert "not taken yet" in shown
    assert "✓ looks like a disk an amphora can boot from" in shown
    digests = hashes(path)
    remember(path, digests, stamp(path))
    assert digests.sha512[:16] in text(IMAGE, what, width)


def test_a_file_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.qcow2").write_text("no image")
    shown = text(IMAGE, subject(cloud=cloud(), **_file(tmp_path / "a.qcow2")))
    assert "✗ it is not in qcow2 format" in shown
    assert "looks like" not in shown
    assert "it does not exist" in text(IMAGE, subject(cloud=cloud(), **_file(tmp_path / "b")))


def test_an_image_in_glance_is_told_by_owner_tags_and_age() -> None:
    one = image(disk_format="qcow2", size=345 * 1024**2, created_at="2026-11-01T10:00:00Z")
    what = subject(cloud=cloud(images=(one,)), image__source="existing", image__existing="i1")
    shown = text(IMAGE, what)
    for part in (
        "amphora  i1",
        "service, the service project",
        "octavia-amphora-image",
        "qcow2, 345.0 MiB, private",
        "2026-11-01, active",
        "✓ active, and carries Octavia's tag",
    ):
        assert part in shown


def test_an_image_without_the_tag_or_of_another_project_is_told() -> None:
    one = image(tags=(), owner="other")
    what = subject(cloud=cloud(images=(one,)), image__source="existing", image__existing="i1")
    shown = text(IMAGE, what)
    assert "✗ lacks the tag octavia-amphora-image" in shown
    assert "Owner     other" in shown
    assert SERVICE not in shown


def test_images_that_cannot_be_told_apart_or_found() -> None:
    two = cloud(images=(image("i1"), image("i2")))
    given = {"image__source": "existing", "image__existing": "amphora"}
    assert "✗ 2 images are called amphora" in text(IMAGE, subject(cloud=two, **given))
    assert "✗ no image has the id or name amphora" in text(IMAGE, subject(cloud=cloud(), **given))


@pytest.mark.parametrize("release", ["18.1.20", "29.2.4", "33.0.1"])
def test_the_image_the_role_downloads_is_not_for_production(release: str) -> None:
    shown = text(IMAGE, subject(release, cloud=cloud(), image__source="role"), 116)
    assert "test-only-amphora-x64-haproxy-ubuntu" in shown
    assert "not for production" in shown


def test_sizes_are_written_in_the_unit_that_suits() -> None:
    assert [size_text(n) for n in (None, 1024**2, 3 * 1024**3)] == ["?", "1.0 MiB", "3.0 GiB"]
