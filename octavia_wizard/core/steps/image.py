"""The step that brings the amphora image into Glance."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import (
    CloudError,
    FileError,
    Interrupted,
    StepError,
    WizardError,
)
from octavia_wizard.core.facts.model import CloudFacts, Facts, Part
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.image.hashes import Digests, hashes, recall, remember, stamp
from octavia_wizard.core.image.inspect import inspect_image
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Intent,
    Pending,
    Record,
    Step,
    Undone,
    UndoResult,
    Work,
)
from octavia_wizard.core.steps.image_target import (
    SOURCE,
    SOURCE_SHA512,
    UPLOAD,
    find_target,
    image_path,
    missing_properties,
    wanted_image,
)
from octavia_wizard.core.steps.shapes import (
    BACK_ALREADY,
    CHANGED,
    cloud_of,
    found_again,
    plain,
    read_again,
    refuse,
    same,
    take_back,
)

IMAGE = "image"
LABELS = "image tag and properties"

ACTIVE_WITHIN = 600.0
"""Seconds Glance may take to make an uploaded image active."""


class ImageStep(Step):
    """Uploads a file as the image Octavia finds by its tag, or checks an existing image."""

    id: ClassVar[str] = "image"
    title: ClassVar[str] = "Amphora image"
    section: ClassVar[str] = "image"
    reads: ClassVar[frozenset[Part]] = frozenset({Part.IDENTITY, Part.IMAGES})
    indispensable: ClassVar[str] = "without an image Octavia cannot boot a single amphora"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Find the image by tag, owner and data; hashes of the file only from the cache."""
        return find_target(effective, facts).decision

    def apply(self, work: Work, decision: Decision) -> None:
        """Upload the file and tag the image, or only mend tag and properties."""
        target = find_target(work.effective, work.facts)
        refuse(target.decision)
        if target.decision.action is Action.CREATE:
            for image in target.unfinished:
                work.log(f"removing the unfinished upload {image.id}")
                work.cloud.delete_image(image.id)
            _create(work)
        elif target.decision.action is Action.CHANGE and target.image is not None:
            if not target.compared_by_hash:
                _hash_first(work)
            _label(work, target.image)

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for an upload by its mark, or for labels that were about to be set."""
        cloud = read_again(work, Part.IMAGES)
        if pending.kind == LABELS:
            return _labelled(self.id, pending, cloud)
        mark = pending.lookup.get("mark")
        for image in cloud.images:
            if mark and image.properties.get(UPLOAD) == mark:
                return found_again(self.id, pending, image.id, _identity(image))
        return None

    def undo(self, work: Work, record: Record) -> Undone:
        """Delete an image that holds what was uploaded, or put its labels back."""
        cloud = read_again(work, Part.IMAGES)
        image = next((one for one in cloud.images if one.id == record.id), None)
        if image is None:
            return Undone(UndoResult.GONE)
        if record.kind == LABELS:
            if _has_labels(image, record.before):
                return BACK_ALREADY
            if not _has_labels(image, record.after):
                return Undone(UndoResult.CHANGED_SINCE, "its tags or properties were changed")
            before = dict(record.before)
            return take_back(lambda: work.cloud.update_image(image.id, before), UndoResult.RESTORED)
        if not _is_ours(image, record.after):
            return Undone(UndoResult.CHANGED_SINCE, "the image was changed by somebody else")
        return take_back(lambda: work.cloud.delete_image(image.id), UndoResult.REMOVED)


def _create(work: Work) -> None:
    path, effective = image_path(work.effective), work.effective
    file = inspect_image(path, effective.text("image.disk_format"), thorough=True)
    if file.problems:
        raise StepError(f"{path}: {'; '.join(file.problems)}")
    mark = uuid.uuid4().hex
    wanted = wanted_image(effective, cloud_of(work.facts))
    properties = {**wanted.properties, UPLOAD: mark, SOURCE: path.name}
    with work.intent(IMAGE, wanted.name, mark=mark, owner=wanted.owner) as intent:
        made = work.cloud.create_image(replace(wanted, properties=properties))
        try:
            image = _fill(work, made)
        except WizardError as error:
            _clear_away(work, made, intent, error)
            raise
        intent.created(image.id, _identity(image))


def _fill(work: Work, made: Image) -> Image:
    """Upload the data, check what arrived, and only then let Octavia find the image."""
    path, tag = image_path(work.effective), work.effective.text("image.tag")
    taken = stamp(path)

    def progress(done: int, total: int) -> None:
        work.progress(done, total, f"uploading {path.name}")

    sent = work.cloud.upload_image(made.id, path, progress, work.cancel)
    digests = Digests(sent["md5"], sent["sha512"])
    image = _active(work, made.id)
    _check_arrival(image, digests)
    if stamp(path) != taken:
        raise StepError(
            f"{path} was changed during the upload", hint="wait until it is finished, and resume"
        )
    with suppress(FileError):
        remember(path, digests, taken)
    changes = {"tags": (tag,), "properties": {SOURCE_SHA512: digests.sha512}}
    return work.cloud.update_image(image.id, changes)


def _active(work: Work, id: str) -> Image:
    """Wait until Glance has taken the data in."""
    end = time.monotonic() + ACTIVE_WITHIN
    while True:
        image = work.cloud.get_image(id)
        if image.status == "active":
            return image
        if image.status in ("killed", "deleted", "pending_delete", "deactivated"):
            raise StepError(
                f"Glance gave the image up: it is {image.status}",
                hint="see Glance's log; its store may be full",
            )
        if time.monotonic() > end:
            raise StepError(
                f"the image is still {image.status} after {ACTIVE_WITHIN:.0f} s",
                hint="see Glance's log, then resume",
            )
        if work.cancel.wait(1):
            raise Interrupted("stopped while Glance takes the image in")


def _check_arrival(image: Image, sent: Digests) -> None:
    arrived = image.hash_value if image.hash_algo == "sha512" else None
    damaged = image.checksum not in (None, sent.md5) or arrived not in (None, sent.sha512)
    if damaged:
        raise StepError(
            f"Glance received other data than was sent: MD5 {image.checksum} instead of {sent.md5}",
            hint="something between here and Glance damages data; resume to try again",
        )


def _clear_away(work: Work, made: Image, intent: Intent, error: WizardError) -> None:
    """Remove an image that did not come about; if that fails, the next run finds it by its mark."""
    try:
        work.cloud.delete_image(made.id)
    except CloudError:
        work.log(f"the unfinished image {made.id} could not be removed; the next run does that")
        return
    intent.dropped(f"removed again: {error.message}")


def _hash_first(work: Work) -> None:
    """Hash the file before an image is tagged that was only compared by name and size."""
    path = image_path(work.effective)
    taken = stamp(path)

    def progress(done: int, total: int) -> None:
        work.progress(done, total, f"hashing {path.name}")

    remember(path, hashes(path, progress, work.cancel), taken)
    again = find_target(work.effective, work.facts).decision
    if again.action is not Action.CHANGE or recall(path) is None:
        raise StepError(
            f"the image of that name and size holds other data than {path}",
            hint="plan again: the file is known by its hash now",
        )


def _label(work: Work, image: Image) -> None:
    tag = work.effective.text("image.tag")
    missing = missing_properties(work.effective, image)
    before = {
        "tags": list(image.tags),
        "properties": {key: image.properties.get(key) for key in missing},
    }
    tags = [*image.tags] if tag in image.tags else [*image.tags, tag]
    after = {"tags": tags, "properties": dict(missing)}
    with work.intent(LABELS, image.name, id=image.id, before=before, after=after) as intent:
        work.cloud.update_image(image.id, {"tags": tuple(tags), "properties": dict(missing)})
        intent.changed(image.id, before, after)


def _labelled(step: str, pending: Pending, cloud: CloudFacts) -> Record | None:
    """Return the record of labels that were set although the answer was lost."""
    before, after = pending.lookup.get("before"), pending.lookup.get("after")
    image = next((one for one in cloud.images if one.id == pending.lookup.get("id")), None)
    if image is None or not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return None
    if not _has_labels(image, after):
        return None
    return Record(pending.seq, step, LABELS, pending.name, CHANGED, image.id, before, after)


def _has_labels(image: Image, labels: object) -> bool:
    if not isinstance(labels, Mapping):
        return False
    properties = labels.get("properties", {})
    return set(labels.get("tags", ())) == set(image.tags) and all(
        image.properties.get(key) == value for key, value in properties.items()
    )


def _is_ours(image: Image, after: Mapping[str, object]) -> bool:
    """Say whether an image is as we left it; a tag of ours may be gone, none may have come."""
    tags = after.get("tags")
    known = set(tags) if isinstance(tags, list) else set()
    return set(image.tags) <= known and same({**_identity(image), "tags": tags}, after)


def _identity(image: Image) -> dict[str, object]:
    return plain(
        {
            "name": image.name,
            "owner": image.owner,
            "checksum": image.checksum,
            "tags": sorted(image.tags),
            "mark": image.properties.get(UPLOAD),
        }
    )
