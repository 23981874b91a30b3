"""What a plan says of a file that is still to be downloaded, or of a download that is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.image.fetched import Fetched, remember_fetched
from octavia_wizard.core.image.hashes import hashes, stamp
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.image_file import ImageFileStep
from octavia_wizard.core.steps.image_marks import SOURCE_URL, VERIFIED
from octavia_wizard.core.steps.image_target import carried_download
from tests.core.image.support import qcow2
from tests.core.steps.image_bench import uploader
from tests.core.steps.single_step import StepBench

URL = "https://images.example/amphora.qcow2"
CHECKSUM = "sha256:" + "0" * 64


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caches and records of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def downloader(root: Path, url: str = URL, checksum: str | None = CHECKSUM) -> StepBench:
    """Return a deployment whose image is downloaded."""
    more: dict[str, object] = {"image__url": url, "image__checksum": checksum}
    return uploader(root / "amphora.qcow2", "33.0.1", image__source="download", **more)


def arrive(root: Path, url: str = URL) -> Path:
    """Have the file downloaded."""
    path = qcow2(root / "amphora.qcow2")
    remember_fetched(
        path, Fetched(url, CHECKSUM, stamp(path), hashes(path).sha512, "2026-01-01T00:00:00+00:00")
    )
    return path


def test_a_file_to_be_downloaded_is_no_obstacle(tmp_path: Path) -> None:
    """Nor is one of another URL, which the download replaces."""
    one = downloader(tmp_path)
    assert one.decision().diff[0].endswith("amphora.qcow2, to be downloaded")
    arrive(tmp_path, "https://images.example/other.qcow2")
    assert one.decision().diff[0].endswith("amphora.qcow2, to be downloaded")


def test_a_download_may_go_once_it_is_uploaded(tmp_path: Path) -> None:
    """Its URL and checksum are known in Glance; of another URL it would be another image."""
    one = downloader(tmp_path)
    path = arrive(tmp_path)
    assert one.run().status is RunStatus.DONE
    (image,) = one.cloud.images.values()
    assert (image.properties[SOURCE_URL], image.properties[VERIFIED]) == (URL, CHECKSUM)
    path.unlink()
    assert one.decision().action is Action.KEEP
    assert carried_download(one.effective, one.facts()) == image
    assert ImageFileStep().decide(one.effective, one.facts()).action is Action.KEEP
    other = downloader(tmp_path, "https://images.example/other.qcow2")
    assert other.decision().action is Action.CONFLICT
    stricter = downloader(tmp_path, checksum="sha256:" + "1" * 64)
    assert stricter.decision().action is Action.CONFLICT


def test_an_upload_without_its_file_fails_with_a_cure(tmp_path: Path) -> None:
    """Where the step that makes the file was got round, nothing is uploaded."""
    one = downloader(tmp_path)
    assert one.run().status is RunStatus.FAILED
    assert "was to be downloaded" in one.failure()
    assert one.cloud.images == {}
