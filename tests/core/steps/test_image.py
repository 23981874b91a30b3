"""The amphora image reaches Glance whole, is found by its tag, and is never duplicated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from octavia_wizard.core.cloud.sdk import connect
from octavia_wizard.core.engine.events import StepProgress
from octavia_wizard.core.engine.lines import Kind
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import CloudError, TransientError
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.image.hashes import hashes, recall, remember, stamp
from octavia_wizard.core.steps.base import Action, UndoResult
from octavia_wizard.core.steps.image import ImageStep
from octavia_wizard.core.steps.image_target import SOURCE, SOURCE_SHA512, UPLOAD
from tests.conftest import RehearsalCloud
from tests.core.engine.killing import Moment, finishes
from tests.core.image.support import CLUSTER, qcow2
from tests.core.pki.support import effective
from tests.core.steps.image_bench import answers, uploader
from tests.core.steps.single_step import StepBench, bench
from tests.fakes import SERVICE

TAG = "octavia-amphora-image"
NAME = "amphora-x64-haproxy"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of hashes of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A sound image file."""
    return qcow2(tmp_path / "amphora.qcow2")


def put(one: StepBench, id: str, path: Path | None = None, **changed: Any) -> Image:
    """Let Glance have an image, by default a sound one of the file."""
    data = path.read_bytes() if path else b"other"
    image = Image(
        id=id,
        name=NAME,
        status="active",
        owner=SERVICE,
        tags=(TAG,),
        disk_format="qcow2",
        size=len(data),
        checksum=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        created_at=f"2020-01-01T00:00:0{len(one.cloud.images)}Z",
        properties={"hw_architecture": "x86_64", "hw_rng_model": "virtio"},
    )
    one.cloud.images[id] = replace(image, **changed)
    return one.cloud.images[id]


def altered(real: Callable[[str], Image], **changed: Any) -> Callable[[str], Image]:
    """Let Glance tell something else of an image than it has."""

    def told(id: str) -> Image:
        return replace(real(id), **changed)

    return told


def only_image(one: StepBench) -> Image:
    """Return the one image there is."""
    (image,) = one.cloud.images.values()
    return image


def test_upload_once_and_keep(path: Path) -> None:
    """The file arrives whole, private, in the service project, tagged; the next run is silent."""
    one = uploader(path)
    planned = one.decision()
    assert planned.action is Action.CREATE
    assert f"+ tag {TAG}" in planned.diff
    assert one.run().status is RunStatus.DONE
    image = only_image(one)
    assert one.cloud.image_data[image.id] == path.read_bytes()
    assert (image.status, image.owner, image.visibility) == ("active", SERVICE, "private")
    assert image.tags == (TAG,)
    assert image.properties["hw_architecture"] == "x86_64"
    assert image.properties["hw_rng_model"] == "virtio"
    assert image.properties[SOURCE] == path.name
    assert image.properties[SOURCE_SHA512] == hashlib.sha512(path.read_bytes()).hexdigest()
    assert one.of(StepProgress)[-1].done == path.stat().st_size
    assert one.decision().action is Action.KEEP
    count = len(one.cloud.writes)
    one.run()
    assert len(one.cloud.writes) == count


def test_the_tag_comes_last(path: Path) -> None:
    """Until the data is there and checked, Octavia cannot pick the image."""
    one = uploader(path)
    tagged: list[bool] = []
    real = one.cloud.upload_image

    def watch(
        id: str, path: Path, progress: Callable[[int, int], None], cancel: Event
    ) -> Mapping[str, str]:
        tagged.append(bool(one.cloud.images[id].tags))
        sent = real(id, path, progress, cancel)
        tagged.append(bool(one.cloud.images[id].tags))
        return sent

    one.cloud.upload_image = watch  # type: ignore[assignment, method-assign]
    one.run()
    assert tagged == [False, False]


def test_a_replay_does_not_read_the_file_again(path: Path) -> None:
    """The hash of the upload is remembered, so a converged plan only compares."""
    one = uploader(path)
    one.run()
    digests = recall(path)
    assert digests is not None
    assert digests.md5 == only_image(one).checksum


def test_an_image_of_the_same_data_is_kept(path: Path) -> None:
    """Whoever uploaded it, and under whatever name: the data counts."""
    one = uploader(path)
    put(one, "theirs", path, name="something else")
    decision = one.decision()
    assert decision.action is Action.KEEP
    assert "compared by size" in decision.reason


def test_only_labels_are_missing(path: Path) -> None:
    """Tag and properties are added to an image of the same data; undo takes them back."""
    one = uploader(path)
    put(one, "theirs", path, tags=("mine",), properties={"hw_architecture": "aarch64"})
    decision = one.decision()
    assert decision.action is Action.CHANGE
    assert set(decision.diff) == {
        f"+ tag {TAG}",
        "+ hw_architecture=x86_64",
        "+ hw_rng_model=virtio",
    }
    assert one.run().status is RunStatus.DONE
    image = only_image(one)
    assert set(image.tags) == {"mine", TAG}
    assert image.properties == {"hw_architecture": "x86_64", "hw_rng_model": "virtio"}
    assert not one.undo().left
    image = only_image(one)
    assert set(image.tags) == {"mine"}
    assert image.properties == {"hw_architecture": "aarch64"}


def test_an_untagged_image_is_hashed_before_it_is_tagged(path: Path) -> None:
    """Same name and size are not enough to make Octavia boot it."""
    one = uploader(path)
    put(one, "theirs", path, tags=(), checksum="0" * 32)
    assert one.decision().action is Action.CHANGE
    assert one.run().status is RunStatus.FAILED
    assert "holds other data" in one.failure()
    assert only_image(one).tags == ()
    assert one.decision().action is Action.CREATE


def test_another_image_has_the_tag(path: Path) -> None:
    """It is never pushed aside silently; both ways out are told."""
    one = uploader(path)
    put(one, "theirs")
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert "openstack image unset --tag" in decision.reason
    assert "image.source" in decision.reason


def test_two_images_have_the_tag(path: Path) -> None:
    """Octavia would take the newest; both are listed, the newest first."""
    one = uploader(path)
    put(one, "old", path)
    put(one, "new", path)
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert [line.split()[1] for line in decision.diff] == ["new", "old"]


@pytest.mark.parametrize(
    ("release", "action"), [("22.4.4", Action.CONFLICT), ("23.0.0", Action.CREATE)]
)
def test_images_of_other_projects(release: str, action: Action, path: Path) -> None:
    """From 23.0.0 Octavia only looks in the service project; before, it would take any."""
    one = uploader(path, release)
    put(one, "theirs", owner="somebody")
    assert one.decision().action is action


@pytest.mark.parametrize(
    ("changed", "word"),
    [({"visibility": "public"}, "every project"), ({"disk_format": "raw"}, "disk format")],
)
def test_what_cannot_be_mended_here(changed: dict[str, Any], word: str, path: Path) -> None:
    """A public image, or one of another format, is a conflict that says what to do."""
    one = uploader(path)
    put(one, "theirs", path, **changed)
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert word in decision.reason


def test_a_bad_file_is_refused(path: Path) -> None:
    """What the header shows stops the plan; a file cut short stops the upload."""
    one = uploader(path)
    with path.open("r+b") as file:
        file.truncate(6 * CLUSTER)
    assert one.decision().action is Action.CREATE
    assert one.run().status is RunStatus.FAILED
    assert "cut short" in one.failure()
    assert one.cloud.writes == []
    path.write_bytes(b"hello")
    assert "not in qcow2 format" in one.decision().reason
    path.unlink()
    assert "does not exist" in one.decision().reason


def test_the_file_may_go_once_it_is_uploaded(path: Path) -> None:
    """A deployment stays converged when the file was deleted to save space."""
    one = uploader(path)
    one.run()
    path.unlink()
    decision = one.decision()
    assert decision.action is Action.KEEP
    assert "file is gone" in decision.reason


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    "changed",
    [
        {"hash_value": "0" * 128, "checksum": "0" * 32},
        {"hash_algo": None, "hash_value": None, "checksum": "0" * 32},
        {"hash_algo": "sha256", "hash_value": "0" * 64, "checksum": "0" * 32},
    ],
)
def test_damage_on_the_way_is_noticed(known: bool, changed: dict[str, Any], path: Path) -> None:
    """If Glance has other data than was sent, the image goes, and nothing is tagged.

    Also where an old Glance tells MD5 only, and where the file was hashed before.
    """
    one = uploader(path)
    if known:
        remember(path, hashes(path), stamp(path))
    one.cloud.get_image = altered(  # type: ignore[assignment, method-assign]
        one.cloud.get_image, **changed
    )
    assert one.run().status is RunStatus.FAILED
    assert "other data than was sent" in one.failure()
    assert one.cloud.images == {}


def test_a_file_that_changes_during_the_upload(path: Path) -> None:
    """What was uploaded is then neither the old file nor the new, and is removed."""
    one = uploader(path)
    real = one.cloud.upload_image

    def touching(
        id: str, path: Path, progress: Callable[[int, int], None], cancel: Event
    ) -> Mapping[str, str]:
        sent = real(id, path, progress, cancel)
        path.write_bytes(path.read_bytes() + b"\0" * 512)
        return sent

    one.cloud.upload_image = touching  # type: ignore[assignment, method-assign]
    assert one.run().status is RunStatus.FAILED
    assert "changed during the upload" in one.failure()
    assert one.cloud.images == {}


def test_stopping_an_upload_leaves_nothing(path: Path) -> None:
    """A request to stop ends the transfer, removes the record, and can be resumed."""
    one = uploader(path)
    real = one.cloud.upload_image

    def stopped(
        id: str, path: Path, progress: Callable[[int, int], None], cancel: Event
    ) -> Mapping[str, str]:
        return real(id, path, lambda done, total: one.cancel.set(), cancel)

    one.cloud.upload_image = stopped  # type: ignore[assignment, method-assign]
    assert one.run().status is RunStatus.INTERRUPTED
    assert one.cloud.images == {}
    again = uploader(path)
    assert again.run().status is RunStatus.DONE
    assert only_image(again).status == "active"


def test_glance_gives_up(path: Path) -> None:
    """A killed image is an error with a hint, and is removed."""
    one = uploader(path)
    one.cloud.get_image = altered(  # type: ignore[assignment, method-assign]
        one.cloud.get_image, status="killed"
    )
    assert one.run().status is RunStatus.FAILED
    assert "gave the image up" in one.failure()
    assert one.cloud.images == {}


@pytest.mark.parametrize("call", range(2, 8))
@pytest.mark.parametrize("how", ["refused", "lost"])
def test_one_passing_fault_at_any_call(how: str, call: int, path: Path) -> None:
    """Wherever the connection breaks, one whole image is there in the end, and undo removes it."""
    one = uploader(path)
    if how == "lost":
        one.cloud.lose = {call}
    else:
        one.cloud.fail = {call: TransientError("503 Service Unavailable")}
    assert one.run().status is RunStatus.DONE
    image = only_image(one)
    assert (image.status, image.tags) == ("active", (TAG,))
    assert one.cloud.image_data[image.id] == path.read_bytes()
    assert not one.undo().left
    assert one.cloud.images == {}


def test_a_half_made_image_that_could_not_be_removed(path: Path) -> None:
    """It is announced in the next plan, removed there, and made afresh."""
    one = uploader(path)

    def broken(*_: object) -> Mapping[str, str]:
        raise CloudError("413 too large")

    def refused(id: str) -> None:
        raise CloudError("403")

    one.cloud.upload_image = broken  # type: ignore[assignment, method-assign]
    one.cloud.delete_image = refused  # type: ignore[method-assign]
    assert one.run().status is RunStatus.FAILED
    left = only_image(one)
    again = uploader(path)
    assert f"- unfinished upload {left.id}" in again.decision().diff
    assert again.run().status is RunStatus.DONE
    assert only_image(again).id != left.id


def test_somebody_elses_unfinished_upload_is_left_alone(path: Path) -> None:
    """Only what bears our mark is removed."""
    one = uploader(path)
    put(one, "theirs", status="queued", tags=(), size=None, checksum=None)
    one.run()
    assert "theirs" in one.cloud.images
    assert UPLOAD not in one.cloud.images["theirs"].properties


def run_in(root: Path) -> object:
    """Run the step; in a process of its own, to be killed."""
    return uploader(root / "amphora.qcow2").run()


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_a_killed_run_is_completed(moment: Moment, tmp_path: Path) -> None:
    """Killed around each journaled act, the next run ends with one image; undo leaves none."""
    finished = False
    for line in (1, 2, 3):
        root = tmp_path / str(line)
        root.mkdir()
        qcow2(root / "amphora.qcow2")
        finished = finishes(run_in, root, line, moment, (Kind.INTENT, Kind.OUTCOME))
        one = uploader(root / "amphora.qcow2")
        assert one.run().status is RunStatus.DONE
        image = only_image(one)
        assert (image.status, image.tags) == ("active", (TAG,))
        assert not one.undo().left
        assert one.cloud.images == {}
    assert finished


def test_undo_spares_a_changed_image(path: Path) -> None:
    """An image that got another tag since is somebody's, and stays."""
    one = uploader(path)
    one.run()
    image = only_image(one)
    one.cloud.images[image.id] = replace(image, tags=(TAG, "in-use"))
    (left,) = one.undo().left
    assert left.outcome is not None
    assert left.outcome.result is UndoResult.CHANGED_SINCE


def adopter(root: Path, existing: str = NAME, release: str = "33.0.1") -> StepBench:
    """Return a bench that adopts an image."""
    settings = effective(
        release, image__source="existing", image__existing=existing, image__tag=TAG
    )
    return bench(root, ImageStep(), settings)


@pytest.mark.parametrize("by", [NAME, "theirs"])
def test_an_existing_image_is_adopted_unchanged(by: str, tmp_path: Path) -> None:
    """By name or id; nothing is written, and undo leaves it alone."""
    one = adopter(tmp_path, by)
    put(one, "theirs")
    assert one.decision().action is Action.ADOPT
    assert one.run().status is RunStatus.DONE
    assert one.cloud.writes == []
    assert not one.undo().items


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"tags": ()}, "openstack image set --tag"),
        ({"status": "deactivated"}, "deactivated, not active"),
        ({"name": "other"}, "has no image"),
    ],
)
def test_an_image_octavia_would_not_find(
    changed: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    """It is refused with the command that helps; the wizard does not change what it adopts."""
    one = adopter(tmp_path)
    put(one, "theirs", **changed)
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert reason in decision.reason


def test_an_adopted_image_of_another_project(tmp_path: Path) -> None:
    """It is taken, and said how Octavia comes to find it."""
    one = adopter(tmp_path)
    put(one, "theirs", owner="somebody")
    decision = one.decision()
    assert decision.action is Action.ADOPT
    assert "octavia_amp_image_owner_id" in decision.reason


def test_an_adopted_name_that_is_not_unique(tmp_path: Path) -> None:
    """Two images of that name, or a rival with the tag, are listed."""
    one = adopter(tmp_path)
    put(one, "one")
    put(one, "two", tags=())
    assert "2 images are called" in one.decision().reason
    one = adopter(tmp_path, "one")
    put(one, "three")
    assert one.decision().action is Action.CONFLICT
    assert "Octavia takes the newest" in one.decision().reason


def test_other_ways_to_an_image(path: Path) -> None:
    """The role's download, files only, missing answers and a foreign owner are told as such."""
    facts = uploader(path).facts()
    step = ImageStep()
    assert step.decide(effective(image__source="role"), facts).action is Action.SKIP
    assert step.decide(answers(path), Facts(HostFacts(path))).action is Action.SKIP
    missing = replace(answers(path), missing=("image.path",))
    assert step.decide(missing, facts).action is Action.BLOCKED
    foreign = answers(path, variables__octavia_amp_image_owner_id="somebody")
    assert step.decide(foreign, facts).action is Action.CONFLICT


@pytest.mark.integration
def test_on_a_real_glance(tmp_path: Path, rehearsal_cloud: RehearsalCloud) -> None:
    """Upload, replay, labels and undo against the real service; the hashes agree."""
    path = qcow2(tmp_path / "amphora.qcow2", data_clusters=200)
    tag = "octavia-amphora-image-test-step"
    settings = answers(path, image__tag=tag, image__name="test-step-image")
    one = bench(tmp_path, ImageStep(), settings)
    one.use(connect("rehearsal", extra_files=[rehearsal_cloud.clouds_file]))
    assert one.decision().action is Action.CREATE
    assert one.run().status is RunStatus.DONE
    assert one.decision().action is Action.KEEP
    cloud = one.facts().cloud
    assert cloud is not None
    image = next(i for i in cloud.images if tag in i.tags)
    assert image.hash_value == hashlib.sha512(path.read_bytes()).hexdigest()
    assert image.visibility == "private"
    one.cloud.update_image(image.id, {"tags": ()})
    assert one.decision().action is Action.CHANGE
    assert one.run().status is RunStatus.DONE
    assert one.decision().action is Action.KEEP
    assert not one.undo().left
    assert one.decision().action is Action.CREATE
