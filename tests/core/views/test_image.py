"""What is known of the image: of a file, of one in Glance, of the one the role brings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from octavia_wizard.core.image.hashes import hashes, remember, stamp
from octavia_wizard.core.steps import image_marks as marks
from octavia_wizard.core.views.image import VIEWS
from octavia_wizard.core.views.image_lines import age_text, size_text, span_text
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
        f"2026-11-01, {age_text(datetime(2026, 11, 1, tzinfo=UTC))}, active",
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
    sizes = (None, 12, 4096, 1024**2, 3 * 1024**3)
    told = ["?", "12 bytes", "4.0 KiB", "1.0 MiB", "3.0 GiB"]
    assert [size_text(n) for n in sizes] == told


def test_ages_and_spans_are_no_more_precise_than_a_picture_may_be() -> None:
    now = datetime(2026, 11, 22, 1, tzinfo=UTC)
    ages = [age_text(now - timedelta(hours=hours), now) for hours in (0, 2, 24 * 12)]
    assert ages == ["today", "yesterday", "12 days ago"]
    assert [span_text(10, 20), span_text(170, 430)] == ["1 min", "3 to 7 min"]


def test_a_disk_without_a_system_is_not_said_to_boot(tmp_path: Path) -> None:
    path = tmp_path / "empty.raw"
    path.write_bytes(bytes(1024 * 1024))
    what = subject(cloud=cloud(), image__disk_format="raw", **_file(path))
    shown = text(IMAGE, what)
    assert "looks like" not in shown
    assert "\n! " in shown


def test_what_the_wizard_built_says_from_what(tmp_path: Path) -> None:
    one = image(
        properties={
            marks.BASE: "ubuntu-minimal noble",
            marks.OCTAVIA: "stable/2026.1 @ 0123abc",
            marks.BUILDER: "diskimage-builder 3.43.0",
            marks.BUILT: "2026-11-01T10:00:00+00:00",
        }
    )
    what = subject(cloud=cloud(images=(one,)), image__source="existing", image__existing="i1")
    shown = " ".join(text(IMAGE, what).split())
    assert "Built 2026-11-01, " in shown
    assert "ubuntu-minimal noble; Octavia stable/2026.1 @ 0123abc; diskimage-builder 3.43" in shown
