"""The image file is built or downloaded once, taken back by undo, and never made for nothing."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.events import StepProgress
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.image.build import packages
from octavia_wizard.core.image.build.lookup import owner_of
from octavia_wizard.core.image.build.record import BuildState, builds
from octavia_wizard.core.steps import image_file
from octavia_wizard.core.steps.base import Action, Unit, Work
from octavia_wizard.core.steps.image import ImageStep
from octavia_wizard.core.steps.image_file import ImageFileStep
from tests.core.image import support
from tests.core.image.build.fake_build import make_fake
from tests.core.pki.support import effective
from tests.core.steps.single_step import StepBench, bench

Answers = dict[str, object]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that only replays needs none of the packages of a real one."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(packages, "absent_packages", lambda family, names: frozenset())


def building(root: Path, log: str = "image_build_ok", **more: object) -> Answers:
    """Answer what is to be built, by a build that replays a log."""
    fake = make_fake(root / f"fake-{log}", log, commit=True)
    return {
        "image__source": "build",
        "image__path": str(root / "images" / "amphora.qcow2"),
        "image__name": "amphora-x64-haproxy",
        "image__tag": "octavia-amphora-image",
        "image__disk_format": "qcow2",
        "image__architecture": "x86_64",
        "image__properties": {},
        "image__base_os": "ubuntu-minimal",
        "image__base_release": "noble",
        "image__size_gib": 2,
        "image__octavia_repository": str(fake.checkout),
        "image__octavia_ref": "master",
        "image__builder": str(fake.builder),
        "image__cache_directory": str(root / "dib"),
        "image__work_directory": str(root / "work"),
        **more,
    }


def answers(given: Answers) -> Effective:
    return effective("33.0.1", **given)


def maker(root: Path, given: Answers) -> StepBench:
    return bench(root, ImageFileStep(), answers(given))


def both(root: Path, given: Answers) -> StepBench:
    return StepBench(root, (ImageFileStep(), ImageStep()), effective=answers(given))


@pytest.fixture
def build(tmp_path: Path) -> StepBench:
    return maker(tmp_path, building(tmp_path))


def image_of(one: StepBench) -> Path:
    return Path(one.effective.text("image.path"))


def test_the_image_is_built_once(build: StepBench) -> None:
    decision = build.decision()
    assert decision.action is Action.RUN
    assert any("ubuntu-minimal noble, 2 GiB" in line for line in decision.diff)
    build.run()
    assert image_of(build).exists()
    assert build.decision().action is Action.KEEP
    build.run()
    assert len(builds()) == 1


def test_how_far_it_is_comes_as_shares_of_the_whole(build: StepBench) -> None:
    build.run()
    told = [event for event in build.of(StepProgress) if event.total]
    assert {event.unit for event in told} == {Unit.SHARE}
    shares = [event.done for event in told]
    assert shares == sorted(shares)
    assert shares[-1] == told[-1].total == 1000


def test_undo_removes_what_was_built_and_only_that(build: StepBench) -> None:
    build.run()
    build.undo()
    assert not image_of(build).exists()
    build.run()
    image_of(build).write_bytes(b"somebody else's")
    build.undo()
    assert image_of(build).read_bytes() == b"somebody else's"


def test_a_file_of_somebody_else_is_not_replaced(build: StepBench) -> None:
    image_of(build).parent.mkdir(parents=True)
    image_of(build).write_bytes(b"precious")
    decision = build.decision()
    assert decision.action is Action.CONFLICT
    assert "image.path" in decision.reason


def test_a_failed_build_fails_the_step_with_the_cure_and_can_be_tried_again(
    tmp_path: Path,
) -> None:
    one = maker(tmp_path, building(tmp_path, "image_build_nospace"))
    one.run()
    assert "No space left" in one.failure()
    assert one.decision().action is Action.RUN
    well = maker(tmp_path, building(tmp_path))
    well.run()
    assert well.decision().action is Action.KEEP


def test_an_image_that_is_too_old_is_built_anew(tmp_path: Path) -> None:
    given = building(tmp_path)
    maker(tmp_path, given).run()
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
    earlier = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    assert maker(tmp_path, {**given, "image__not_before": earlier}).decision().action is Action.KEEP
    decision = maker(tmp_path, {**given, "image__not_before": later}).decision()
    assert decision.action is Action.RUN
    assert any("- the image built" in line for line in decision.diff)


def test_other_options_are_another_image(tmp_path: Path) -> None:
    given = building(tmp_path)
    maker(tmp_path, given).run()
    assert maker(tmp_path, {**given, "image__fips": True}).decision().action is Action.RUN


def test_what_is_built_is_uploaded_and_needs_no_file_afterwards(tmp_path: Path) -> None:
    one = both(tmp_path, building(tmp_path))
    assert [item.action for item in one.plan().items] == [Action.RUN, Action.CREATE]
    one.run()
    (image,) = one.cloud.images.values()
    record = owner_of(image_of(one))
    assert record is not None
    assert record.state is BuildState.DONE
    assert image.properties["octavia_wizard_build"] == record.request.fingerprint
    image_of(one).unlink()
    assert [item.action for item in one.plan().items] == [Action.KEEP, Action.KEEP]


def test_a_run_that_ended_right_after_the_build_takes_the_image_as_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = image_file._build

    def ends(work: Work) -> str:
        real(work)
        raise StepError("the power went")

    one = maker(tmp_path, building(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr(image_file, "_build", ends)
        one.run()
    assert image_of(one).exists()
    one.run()
    assert len(builds()) == 1
    one.undo()
    assert not image_of(one).exists()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server with an image."""
    root = tmp_path / "site"
    root.mkdir()
    image = support.qcow2(root / "amphora.qcow2")

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *given: object, **more: object) -> None:
            super().__init__(*given, directory=str(root), **more)  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/amphora.qcow2", image
    server.shutdown()
    server.server_close()


def downloading(root: Path, url: str, **more: object) -> StepBench:
    given: Answers = {
        "image__source": "download",
        "image__url": url,
        "image__path": str(root / "images" / "amphora.qcow2"),
        "image__name": "amphora-x64-haproxy",
        "image__tag": "octavia-amphora-image",
        "image__disk_format": "qcow2",
        "image__architecture": "x86_64",
        "image__properties": {},
        **more,
    }
    return maker(root, given)


def test_a_download_is_verified_kept_and_taken_back(tmp_path: Path, site: tuple[str, Path]) -> None:
    url, image = site
    sha256 = hashlib.sha256(image.read_bytes()).hexdigest()
    one = downloading(tmp_path, url, image__checksum=f"sha256:{sha256}")
    assert one.decision().action is Action.CREATE
    one.run()
    assert image_of(one).read_bytes() == image.read_bytes()
    assert one.decision().action is Action.KEEP
    assert downloading(tmp_path, url).decision().action is Action.KEEP
    one.undo()
    assert not image_of(one).exists()


def test_a_download_of_other_content_is_refused(tmp_path: Path, site: tuple[str, Path]) -> None:
    one = downloading(tmp_path, site[0], image__checksum="sha256:" + "0" * 64)
    one.run()
    assert "0000" in one.failure()
    assert not image_of(one).exists()


def test_a_file_that_was_not_downloaded_is_left_alone(
    tmp_path: Path, site: tuple[str, Path]
) -> None:
    one = downloading(tmp_path, site[0])
    image_of(one).parent.mkdir()
    image_of(one).write_bytes(b"precious")
    assert one.decision().action is Action.CONFLICT
