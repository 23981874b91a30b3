"""What will be built: of what, on which room, how long, and what lies there already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.image.build.asking import request_of
from octavia_wizard.core.image.build.record import (
    BuildRecord,
    BuildState,
    Result,
    new_record,
    save_record,
)
from octavia_wizard.core.image.hashes import stamp
from octavia_wizard.core.views import image_build
from octavia_wizard.core.views.image import VIEWS
from octavia_wizard.core.views.model import Subject
from tests.core.findings.support import cloud
from tests.core.views.support import WIDTHS, subject, text

(IMAGE,) = VIEWS
ENDED = "2026-11-01T10:00:00+00:00"


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(image_build, "missing", lambda _: ())


def built(**more: object) -> Subject:
    """Return answers that build an image."""
    return subject(cloud=cloud(), image__source="build", **more)


def record_of(what: Subject, state: BuildState, **more: object) -> BuildRecord:
    """Write down a build of what the answers want."""
    request = request_of(what.effective)
    assert request is not None
    record = replace(new_record(request), state=state, finished=ENDED, **more)  # type: ignore[arg-type]
    return save_record(record)


def put(what: Subject) -> Path:
    """Put a file where the image is to be."""
    request = request_of(what.effective)
    assert request is not None
    request.output.parent.mkdir(parents=True, exist_ok=True)
    request.output.write_bytes(b"x" * 4096)
    return request.output


@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_told_of_what_how_large_and_how_long(width: int) -> None:
    shown = " ".join(text(IMAGE, built(), width).split())
    assert "Built ubuntu noble, x86_64, qcow2, disk 2 GiB (the flavor has 20)" in shown
    assert "stable/2026.1 of https://opendev.org/openstack/octavia" in shown or width < 50
    assert "GiB for image, work directory and cache" in shown
    assert "nothing was built here yet to tell by" in shown
    assert "Options" not in shown


def test_it_fits_beside_the_questions() -> None:
    assert len(text(IMAGE, built(), 78).splitlines()) <= 8


def test_options_are_told_in_words() -> None:
    what = built(
        image__tune_build=True,
        image__sshd=False,
        image__kernel_package="linux-image-generic",
        image__elements=["site"],
        image__build_environment={"DIB_X": "1"},
        image__mirror="https://me:secret@mirror.example/ubuntu",
    )
    shown = " ".join(text(IMAGE, what).split())
    assert "no SSH daemon; kernel linux-image-generic" in shown
    assert "packages from https://mirror.example/ubuntu" in shown
    assert "own elements site; with DIB_X" in shown
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("consent", "words"),
    [(True, "will be installed on this host: kpartx"), (False, "! missing on this host")],
)
def test_missing_packages_are_named(
    monkeypatch: pytest.MonkeyPatch, consent: bool, words: str
) -> None:
    monkeypatch.setattr(image_build, "missing", lambda _: ("kpartx",))
    assert words in text(IMAGE, built(image__install_packages=consent))


def test_a_finished_build_is_taken_as_it_is() -> None:
    what = built()
    path = put(what)
    result = Result(stamp=stamp(path), size=4096, virtual_size=None, md5="", sha512="")
    record_of(what, BuildState.DONE, result=result)
    assert "✓ built " in text(IMAGE, what)
    assert "it is taken as it is" in text(IMAGE, what)


def test_one_that_is_too_old_or_changed_is_built_anew() -> None:
    what = built(image__not_before="2026-11-20")
    path = put(what)
    result = Result(stamp=stamp(path), size=4096, virtual_size=None, md5="", sha512="")
    record_of(what, BuildState.DONE, result=result)
    assert "to be built anew" in text(IMAGE, what)


def test_a_strangers_file_is_in_the_way() -> None:
    what = built()
    put(what)
    assert "✗ a file of 4.0 KiB that was not built here lies there" in text(IMAGE, what)


def test_a_failure_says_why_and_a_cut_off_build_what_to_do() -> None:
    what = built()
    record_of(what, BuildState.FAILED, message="the disk is full\nmake room")
    assert "✗ the last build failed " in text(IMAGE, what)
    assert "the disk is full" in text(IMAGE, what)
    assert "make room" not in text(IMAGE, what)


def test_a_build_that_goes_on_or_was_cut_off_is_told() -> None:
    what = built()
    record = record_of(what, BuildState.RUNNING)
    # This process is the wizard that looks after it.
    assert "◐ building since " in text(IMAGE, what)
    save_record(replace(record, wizard_pid=0))
    assert "was cut off" in text(IMAGE, what)


def test_the_picture_is_the_same_a_moment_later() -> None:
    what = built()
    assert text(IMAGE, what) == text(IMAGE, what)
