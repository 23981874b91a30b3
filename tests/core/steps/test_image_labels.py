"""The tag changes places so that Octavia finds an image at every moment, and one in the end."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

from octavia_wizard.core.engine.lines import Kind
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import TransientError
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.steps import image_labels
from octavia_wizard.core.steps.base import Action, UndoResult
from octavia_wizard.core.steps.image_marks import FOR_TAG, REPLACED, former_images
from tests.core.engine.killing import Moment, finishes
from tests.core.image.support import qcow2
from tests.core.steps.image_bench import TAG, adopter, carriers, put, taken, uploader, watch
from tests.core.steps.single_step import StepBench
from tests.fakes import SERVICE


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of hashes of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A sound image file."""
    return qcow2(tmp_path / "amphora.qcow2")


def replacer(root: Path) -> StepBench:
    """Return a deployment that goes over from an image of somebody's to a file."""
    one = uploader(root / "amphora.qcow2", image__replace=True)
    if not one.cloud.images:
        put(one, "old", tags=("mine", TAG))
    return one


def returner(root: Path) -> StepBench:
    """Return a deployment that goes back from a newer image to an older one."""
    one = adopter(root, "older", image__replace=True)
    if not one.cloud.images:
        put(one, "older", tags=("mine",), properties={REPLACED: "2020", FOR_TAG: TAG})
        put(one, "newer")
    return one


def test_the_new_image_takes_the_place_of_the_old_one(path: Path) -> None:
    """The plan says so; Octavia never finds none; the former one stays, and is known as such."""
    one = replacer(path.parent)
    planned = one.decision()
    assert planned.action is Action.CREATE
    assert f"- tag {TAG} from amphora-x64-haproxy old (stays in Glance for image rollback)" in (
        planned.diff
    )
    seen = watch(one)
    assert one.run().status is RunStatus.DONE
    (new,) = carriers(one)
    assert new != "old"
    assert "" not in seen
    old = one.cloud.images["old"]
    assert old.tags == ("mine",)
    assert old.properties[FOR_TAG] == TAG
    assert REPLACED in old.properties
    assert [image.id for image in former_images([old], TAG, SERVICE)] == ["old"]
    assert one.decision().action is Action.KEEP
    count = len(one.cloud.writes)
    one.run()
    assert len(one.cloud.writes) == count


def test_without_the_answer_nothing_is_pushed_aside(path: Path) -> None:
    """The conflict names the answer that goes over."""
    one = uploader(path)
    put(one, "old")
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert "set image.replace to yes" in decision.reason


def test_undo_of_a_switch_puts_everything_back(path: Path) -> None:
    """The old image is as before, the new one is gone, and Octavia found one all the time."""
    one = replacer(path.parent)
    before = dict(one.cloud.images)
    one.run()
    again = replacer(path.parent)
    seen = watch(again)
    assert not again.undo().left
    assert again.cloud.images == before
    assert "" not in seen


def test_going_back_to_an_older_image(path: Path) -> None:
    """The newer one is taken until the last moment; then the older one, which is former no more."""
    one = returner(path.parent)
    assert one.decision().diff[0] == f"+ tag {TAG}"
    before = dict(one.cloud.images)
    seen = watch(one)
    assert one.run().status is RunStatus.DONE
    assert list(dict.fromkeys(seen)) == ["newer", "older"]
    assert carriers(one) == ["older"]
    assert REPLACED not in one.cloud.images["older"].properties
    assert REPLACED in one.cloud.images["newer"].properties
    assert one.decision().action is Action.ADOPT
    again = returner(path.parent)
    seen = watch(again)
    assert not again.undo().left
    assert again.cloud.images == before
    assert "" not in seen


def test_two_carriers_become_one(path: Path) -> None:
    """Also where both had the tag before: of an interrupted switch, or by hand."""
    one = uploader(path, image__replace=True)
    put(one, "same", path)
    put(one, "other")
    decision = one.decision()
    assert decision.action is Action.CHANGE
    assert len(decision.diff) == 1
    assert one.run().status is RunStatus.DONE
    assert carriers(one) == ["same"]


def test_an_uploaded_image_without_the_tag_is_not_uploaded_again(path: Path) -> None:
    """It is given the tag, and the other loses it."""
    one = uploader(path, image__replace=True)
    put(one, "same", path, tags=())
    put(one, "other")
    seen = watch(one)
    assert one.run().status is RunStatus.DONE
    assert carriers(one) == ["same"]
    assert "" not in seen
    assert sorted(one.cloud.images) == ["other", "same"]


def test_an_image_that_came_up_meanwhile_keeps_its_tag(path: Path) -> None:
    """It was not in the plan that was confirmed; the run says that there are two."""
    one = replacer(path.parent)
    real = one.cloud.upload_image

    def meanwhile(*words: object) -> object:
        sent = real(*words)  # type: ignore[arg-type]
        put(one, "meanwhile", created_at="2020-02-01T00:00:00Z")
        return sent

    one.cloud.upload_image = meanwhile  # type: ignore[assignment, method-assign]
    assert one.run().status is RunStatus.FAILED
    assert "did not stay as made" in one.failure()
    assert TAG in one.cloud.images["meanwhile"].tags
    assert TAG not in one.cloud.images["old"].tags


def test_if_the_new_image_loses_its_tag_the_old_one_keeps_it(path: Path) -> None:
    """Octavia is not left without an image by somebody who untags at the wrong moment."""
    one = replacer(path.parent)
    real = one.cloud.update_image

    def untagged(id: str, changes: dict[str, object]) -> object:
        made = real(id, changes)
        one.cloud.images[id] = replace(made, tags=())
        return made

    one.cloud.update_image = untagged  # type: ignore[assignment, method-assign]
    assert one.run().status is RunStatus.FAILED
    assert "lost the tag" in one.failure()
    assert carriers(one) == ["old"]


def bare(one: StepBench) -> dict[str, Image]:
    """Return the images without their properties."""
    return {key: replace(image, properties={}) for key, image in one.cloud.images.items()}


@pytest.mark.parametrize("call", range(1, 7))
@pytest.mark.parametrize("how", ["refused", "lost"])
@pytest.mark.parametrize("begin", [replacer, returner])
def test_one_passing_fault_at_any_write(
    begin: Callable[[Path], StepBench], how: str, call: int, path: Path
) -> None:
    """Wherever the connection breaks: one carrier in the end, none at no time, and undo."""
    one = begin(path.parent)
    before = bare(one)
    fault = TransientError("503 Service Unavailable")
    one.cloud.fail_writes = {call: fault} if how == "refused" else {}
    one.cloud.lose_writes = {call} if how == "lost" else set()
    seen = watch(one)
    assert one.run().status is RunStatus.DONE
    (carrier,) = carriers(one)
    assert carrier not in ("old", "newer")
    assert "" not in seen
    assert not one.undo().left
    after = bare(one)
    assert after == before
    assert "" not in seen


def replace_in(root: Path) -> object:
    """Go over; in a process of its own, to be killed."""
    return replacer(root).run()


def return_in(root: Path) -> object:
    """Go back; in a process of its own, to be killed."""
    return returner(root).run()


def undo_replaced(root: Path) -> object:
    """Undo a switch; in a process of its own, to be killed."""
    return replacer(root).undo()


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
@pytest.mark.parametrize(("work", "begin"), [(replace_in, replacer), (return_in, returner)])
def test_killed_anywhere_it_is_resumed_to_one_carrier(
    work: Callable[[Path], object],
    begin: Callable[[Path], StepBench],
    moment: Moment,
    tmp_path: Path,
) -> None:
    """Between any two calls; an image is found even before it is resumed; undo restores."""
    finished = False
    for line in range(1, 6):
        root = tmp_path / str(line)
        root.mkdir()
        qcow2(root / "amphora.qcow2")
        before = dict(begin(root).cloud.images)
        finished = finishes(work, root, line, moment, (Kind.INTENT, Kind.OUTCOME))
        one = begin(root)
        assert taken(one)
        assert one.run().status is RunStatus.DONE
        (carrier,) = carriers(one)
        assert carrier not in ("old", "newer")
        assert not one.undo().left
        assert one.cloud.images == before
    assert finished


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_an_undo_that_is_killed_is_finished_by_another(moment: Moment, tmp_path: Path) -> None:
    """And Octavia finds an image in between."""
    for line in (1, 2):
        root = tmp_path / str(line)
        root.mkdir()
        qcow2(root / "amphora.qcow2")
        before = dict(replacer(root).cloud.images)
        replacer(root).run()
        finishes(undo_replaced, root, line, moment, (Kind.UNDONE,))
        one = replacer(root)
        assert taken(one)
        assert not one.undo().left
        assert one.cloud.images == before


def test_undo_of_an_earlier_switch_does_not_make_a_second_carrier(tmp_path: Path) -> None:
    """The old image gets its tag back only from the one that took its place."""
    one = replacer(qcow2(tmp_path / "amphora.qcow2").parent)
    first = one.run()
    (second,) = carriers(one)
    other = uploader(qcow2(tmp_path / "new.qcow2", data_clusters=3), image__replace=True)
    assert other.run().status is RunStatus.DONE
    (third,) = carriers(other)
    report = other.undo(only_run=first.run_id)
    assert [str(item.what.id) for item in report.left] == ["old"]  # type: ignore[union-attr]
    assert "has the tag" in str(report.left[0])
    assert carriers(other) == [third]
    assert second not in other.cloud.images


def test_undo_leaves_the_only_image_while_the_former_one_is_untagged(path: Path) -> None:
    """Somebody changed the old image: it is not touched, so the new one has to stay."""
    one = replacer(path.parent)
    one.run()
    (new,) = carriers(one)
    one.cloud.images["old"] = replace(one.cloud.images["old"], tags=("theirs",))
    report = one.undo()
    assert [item.outcome.result for item in report.left if item.outcome] == [
        UndoResult.CHANGED_SINCE,
        UndoResult.CHANGED_SINCE,
    ]
    assert carriers(one) == [new]


def test_undo_goes_on_when_the_former_image_was_deleted(path: Path) -> None:
    """There is nothing to go back to then, as after undoing the first upload."""
    one = replacer(path.parent)
    one.run()
    del one.cloud.images["old"]
    assert not one.undo().left
    assert one.cloud.images == {}


def test_visibility_is_changed_where_it_is_answered(path: Path) -> None:
    """And put back by undo; a public image is not ours to hide."""
    one = uploader(path, image__visibility="shared")
    put(one, "same", path)
    assert "~ private → shared" in one.decision().diff
    assert one.run().status is RunStatus.DONE
    assert one.cloud.images["same"].visibility == "shared"
    assert not one.undo().left
    assert one.cloud.images["same"].visibility == "private"


def test_of_two_replaced_within_one_second_the_later_is_known(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Glance tells when they were made to the second only, and a prune keeps the newest."""
    ticks = itertools.count()

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls(2026, 11, 23, 9, 0, 0, next(ticks), tzinfo=tz or UTC)

    monkeypatch.setattr(image_labels, "datetime", Clock)
    one = uploader(path, image__replace=True)
    for name in "ab":
        put(one, name, tags=(TAG,), created_at="2026-11-23T09:00:00Z")
    assert one.run().status is RunStatus.DONE

    former = former_images(one.cloud.images.values(), TAG, SERVICE)
    marks = [image.properties[REPLACED] for image in former]
    assert len(set(marks)) == 2
    assert marks == sorted(marks, reverse=True)
