"""An image is built in the background while the rest is answered, by prompts and by lines."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.image.build import leftovers, packages, preflight
from octavia_wizard.core.image.build.process import alive
from octavia_wizard.core.image.build.record import BuildState, builds
from octavia_wizard.core.interview import Beginning
from octavia_wizard.core.session import Session
from octavia_wizard.plain.building import Builds
from octavia_wizard.plain.hub import Hub
from tests.core.image.build.conftest import eventually
from tests.core.image.build.fake_build import make_fake
from tests.plain.conftest import Asked, Sitting
from tests.plain.imaging import building

OFFER = "Start the build now, while you answer the rest?"
Prepared = Callable[..., Sitting]


@pytest.fixture
def prepared(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Prepared]:
    """A sitting whose answers build by replaying a log, on a host that lacks nothing."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(leftovers, "_ROOTS", (tmp_path / "tmp",))
    monkeypatch.setattr(packages, "missing", lambda request: ())
    monkeypatch.setattr(preflight, "preflight", lambda *_: ())
    begun: list[Sitting] = []

    def prepare(log: str = "image_build_ok", speed: str = "0", **more: str) -> Sitting:
        fake = make_fake(tmp_path / "fake", log, {"speed": speed, **more}, commit=True)
        begun.append(asked(building(fake, tmp_path)))
        return begun[-1]

    yield prepare
    for sitting in begun:
        current = builds_of(sitting).current
        if current is not None:
            assert current.stop(60.0), "the build did not end"
    assert not [record.id for record in builds() if alive(record)]


def builds_of(sitting: Sitting) -> Builds:
    """Return the builds of a sitting."""
    return sitting.asker.builds


def offer(sitting: Sitting, *lines: str) -> str:
    """Answer the question whether to build now; return what was written."""
    sitting.type(*lines)
    builds_of(sitting).offer()
    return sitting.written


def begun(sitting: Sitting) -> str:
    """Begin the build, and return what was written."""
    return offer(sitting, "y")


def ended(sitting: Sitting) -> str:
    """Wait for the end of the build, and return what is said of it."""
    current = builds_of(sitting).current
    assert current is not None
    assert current.over.wait(60.0)
    eventually(lambda: sitting.asker.prompter._news, what="the news")
    sitting.asker.prompter.catch_up()
    return sitting.written


def test_it_is_offered_when_the_section_was_answered(prepared: Prepared) -> None:
    sitting = prepared()
    keys = [item.question.key for item in sitting.session.asked("image")]
    sitting.type(*[""] * len(keys), "n")

    assert sitting.asker.ask_section("image")
    assert OFFER in sitting.written
    assert builds() == ()


def test_without_a_yes_nothing_is_begun(prepared: Prepared) -> None:
    assert "it is built when you apply" in offer(prepared(), "")
    assert builds() == ()


def test_it_comes_to_its_end_beside_the_questions(prepared: Prepared, tmp_path: Path) -> None:
    sitting = prepared()
    assert "b in the list of sections shows it" in begun(sitting)
    text = ended(sitting)

    assert f"✓ image build: done, {tmp_path}/images/amphora.qcow2" in text
    assert (tmp_path / "images" / "amphora.qcow2").stat().st_size > 100_000
    assert [record.state for record in builds()] == [BuildState.DONE]


def test_what_is_built_is_not_offered_again_and_shown_as_built(prepared: Prepared) -> None:
    sitting = prepared()
    begun(sitting)
    ended(sitting)

    assert offer(sitting) == ""
    later = Builds(sitting.asker)
    later.show()
    assert "amphora.qcow2" in sitting.written
    sitting.asker.gallery.enter("image")
    assert "✓ built today" in sitting.written


def test_sections_and_their_list_say_how_far_it_is(prepared: Prepared) -> None:
    sitting = prepared(speed="1")
    begun(sitting)
    current = builds_of(sitting).current
    assert current is not None
    eventually(lambda: current.standing and current.standing.phase == "root.d", 30)
    sitting.type("8", "<", "q", "s", "q", "c")
    Hub(sitting.asker).run(Beginning(sitting.session))
    text = sitting.written

    assert "◐ running     bootstrapping the base system" in text
    heading, _, _ = text.partition("Deployment\n")
    assert "◐ image build: bootstrapping the base system" in heading.rpartition(": 8")[2]
    assert "min left" in text
    assert text.count("The image is being built") == 2
    assert "! image build: cancelled, and cleaned up" in text


def test_a_failure_is_told_with_cause_and_remedy(prepared: Prepared) -> None:
    sitting = prepared("image_build_missing_element")
    begun(sitting)
    text = ended(sitting)

    assert "✗ image build: failed" in text
    assert "why  " in text
    assert "image.elements" in text.partition("do   ")[2]
    sitting.type("n")
    builds_of(sitting).show()
    text = sitting.written
    assert "MissingElementException" in text
    assert f"the whole log: {builds()[0].log}" in text
    assert OFFER in text


def test_by_lines_it_is_shown_followed_and_cancelled(prepared: Prepared) -> None:
    sitting = prepared(speed="1")
    begun(sitting)
    current = builds_of(sitting).current
    assert current is not None
    eventually(lambda: current.standing and current.standing.phase == "root.d", 30)
    sitting.type("", "l", "c", "n")
    for _ in range(3):
        builds_of(sitting).show()
    text = sitting.written
    assert "◐ bootstrapping the base system" in text
    assert "the whole log: " in text
    assert not current.cancel.is_set()

    sitting.type("c", "y")
    builds_of(sitting).show()
    text = sitting.written
    assert "cancelling and cleaning up" in text
    assert "! image build: cancelled, and cleaned up" in text
    assert builds()[0].state is BuildState.CANCELLED
    assert "\x1b" not in text


def test_ctrl_c_ends_the_looking_and_never_the_build(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = prepared(speed="1")
    begun(sitting)
    current = builds_of(sitting).current
    assert current is not None
    eventually(lambda: current.standing, 30)

    def interrupted(seconds: float | None = None) -> bool:
        raise KeyboardInterrupt

    sitting.type("f")
    with monkeypatch.context() as patch:
        patch.setattr(current.over, "wait", interrupted)
        builds_of(sitting).show()

    assert current.running
    assert not current.cancel.is_set()


def test_other_answers_mean_another_build(prepared: Prepared) -> None:
    sitting = prepared(speed="1")
    begun(sitting)
    eventually(builds, 30, "its record")
    assert offer(sitting) == ""
    sitting.session.give("image.base_release", "jammy")
    text = offer(sitting, "n")

    assert "is of former answers" in text
    assert len(builds()) == 1


def test_what_must_be_mended_first_is_named(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = prepared()
    too_small = preflight.Hindrance("image-build-size", "It does not fit on a disk of 1 GiB.")
    monkeypatch.setattr(preflight, "preflight", lambda *_: (too_small,))
    sitting.session.give("image.size_gib", 1)
    text = offer(sitting)

    assert "the build can begin when this is mended" in text
    assert "✗ It does not fit on a disk of 1 GiB." in text
    assert OFFER not in text


def test_no_file_of_somebody_else_is_written_over(prepared: Prepared) -> None:
    sitting = prepared()
    path = Path(str(sitting.session.effective.text("image.path")))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("not built here")
    text = " ".join(offer(sitting).split())

    assert "is there, and was not built here. Answer another image.path" in text
    assert OFFER not in text
    assert not builds()


def test_nothing_is_offered_where_nothing_is_built(prepared: Prepared, session: Session) -> None:
    sitting = prepared()
    session.give("image.source", "existing")

    assert offer(sitting) == ""
    assert not builds_of(sitting).known


@pytest.mark.parametrize("word", ["y", "s"])
def test_one_may_stay(prepared: Prepared, word: str) -> None:
    sitting = prepared(speed="1")
    begun(sitting)
    current = builds_of(sitting).current
    assert current is not None
    eventually(lambda: current.standing and current.standing.phase == "root.d", 30)
    sitting.type("l" if word == "y" else "s")

    assert builds_of(sitting).may_leave() is (word == "y")
    assert current.running
