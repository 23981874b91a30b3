"""What is handed over of the image: where it came from, and when a new one is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.handover_image import amphora_image
from octavia_wizard.core.handover_model import ROTATE_AFTER, AmphoraImage, Made
from octavia_wizard.core.image.build.asking import request_of
from octavia_wizard.core.image.build.record import BuildState, Result, new_record, save_record
from octavia_wizard.core.image.fetched import Fetched, remember_fetched
from octavia_wizard.core.image.hashes import hashes, remember, stamp
from octavia_wizard.core.lifecycle.model import OLD_AFTER
from octavia_wizard.core.session import Options, Session
from octavia_wizard.core.steps import image_marks as marks
from tests.core.findings.support import image

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PRESET = Path("/p.yml")
MADE = (Made("image", "image", "amphora-x64-haproxy", "i9", "created"),)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session on a cloud, with a home of its own."""
    for name in ("STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    found = Session(Options(tmp_path, environ={"HOME": str(tmp_path)}))
    for key, value in (("cloud.name", "site"), ("cloud.release", "33.0.1")):
        found.give_text(key, value)
    found.facts = replace(found.facts, cloud=CloudFacts("site", "here", "service"))
    return found


def handed(session: Session, source: str, path: Path | None = None, **more: str) -> AmphoraImage:
    """Answer where the image comes from, and return what is handed over of it."""
    session.give("image.source", source)
    if path is not None:
        session.give("image.path", str(path))
    for key, value in more.items():
        session.give(key.replace("__", "."), value)
    found = amphora_image(session, MADE, PRESET, NOW)
    assert found is not None
    return found


def file(tmp_path: Path) -> Path:
    """Return a file."""
    path = tmp_path / "amphora.qcow2"
    path.write_bytes(b"x" * 512)
    return path


def test_what_was_built_is_told_from_what_and_built_anew(session: Session, tmp_path: Path) -> None:
    path = file(tmp_path)
    handed(session, "build", path)
    request = request_of(session.effective)
    assert request is not None
    result = Result(stamp=stamp(path), size=512, virtual_size=None, md5="", sha512="ab" * 64)
    save_record(
        replace(
            new_record(request),
            state=BuildState.DONE,
            finished="2026-11-01T10:00:00+00:00",
            ref="stable/2026.1",
            commit="0123abc",
            builder_version="3.43.0",
            result=result,
        )
    )
    told = handed(session, "build", path)

    assert told.origin == (
        "built 2026-11-01 from ubuntu-minimal noble, Octavia stable/2026.1 @ 0123abc, "
        "diskimage-builder 3.43.0"
    )
    assert (told.name, told.id, told.sha512) == ("amphora-x64-haproxy", "i9", "ab" * 64)
    assert told.rotate_by == datetime(2026, 11, 1, 10, tzinfo=UTC) + ROTATE_AFTER
    assert told.rotate.endswith("image rotate /p.yml")
    assert told.builds_anew


def test_a_file_is_told_by_its_hash(session: Session, tmp_path: Path) -> None:
    path = file(tmp_path)
    digests = hashes(path)
    remember(path, digests, stamp(path))
    told = handed(session, "file", path)

    assert (told.origin, told.sha512) == (f"uploaded from {path}", digests.sha512)
    assert told.rotate.endswith("image status")
    assert told.rotate_by == NOW + ROTATE_AFTER
    assert not told.builds_anew


def test_a_download_is_told_by_its_url(session: Session, tmp_path: Path) -> None:
    path, url = file(tmp_path), "https://mirror.example/a.qcow2"
    remember_fetched(path, Fetched(url, "", stamp(path), "cd" * 64, NOW.isoformat()))
    told = handed(session, "download", path, image__url="https://me:pw@mirror.example/a.qcow2")

    assert (told.origin, told.sha512) == (f"downloaded from {url}", "cd" * 64)


def test_one_that_was_in_glance_tells_by_its_properties(session: Session) -> None:
    built = {marks.BUILT: "2026-10-01T00:00:00+00:00", marks.BASE: "rocky 10"}
    one = image("i9", properties=built, hash_algo="sha512", hash_value="ef" * 64)
    cloud = session.facts.cloud
    assert cloud is not None
    session.facts = replace(session.facts, cloud=replace(cloud, images=(one,)))
    told = handed(session, "existing", image__existing="i9")

    assert (told.origin, told.sha512) == ("built 2026-10-01 from rocky 10", "ef" * 64)
    assert told.rotate_by == datetime(2026, 10, 1, tzinfo=UTC) + ROTATE_AFTER


def test_nothing_is_handed_over_where_nothing_was_uploaded(session: Session) -> None:
    session.give("image.source", "role")
    assert amphora_image(session, (), PRESET, NOW) is None
    session.give("cloud.mode", "files")
    session.give("image.source", "existing")
    assert amphora_image(session, (), PRESET, NOW) is None


def test_it_is_due_when_the_status_calls_it_old() -> None:
    assert timedelta(days=OLD_AFTER) == ROTATE_AFTER
