"""Tag and properties of images: given, taken away and put back, each change journaled.

Octavia lists the active images with the tag and boots the newest of them
(octavia/image/drivers/glance_driver.py), and fails when there is none.  Glance has no change that
covers two images: each call alters one record, so between two calls either both images have the
tag or neither has.  The tag is therefore always given first and taken away after, and for the time
between these two calls both images carry it:

- going over to a newer image, Octavia takes the newer one from the first call on;
- going back to an older one, Octavia takes the newer one until the second call.

Either way it finds an image at every moment, and one of the two meant.  A run that is killed
between the calls is resumed by the second; an undo takes the steps back in the opposite order,
which is again first to give and then to take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.steps.base import Pending, Record, Undone, UndoResult, Work
from octavia_wizard.core.steps.image_marks import FOR_TAG, REPLACED, carriers_of
from octavia_wizard.core.steps.shapes import BACK_ALREADY, CHANGED, read_again, take_back

LABELS = "image tag and properties"


def label(
    work: Work,
    image: Image,
    properties: Mapping[str, str],
    visibility: str = "",
    predecessors: Iterable[Image] = (),
) -> None:
    """Give an image the tag and what else it lacks, in one call."""
    tag = work.effective.text("image.tag")
    tags = image.tags if tag in image.tags else (*image.tags, tag)
    wanted: dict[str, str | None] = dict(properties)
    if REPLACED in image.properties:
        wanted[REPLACED] = None
    changes: dict[str, object] = {"tags": tags, "properties": wanted}
    if visibility:
        changes["visibility"] = visibility
    if _lacks(image, changes):
        _change(work, image, changes, tag=tag, predecessors=[one.id for one in predecessors])


def retire(work: Work, successor: str, rivals: Iterable[Image]) -> None:
    """Take the tag from the images that were planned to lose it, now that another has it.

    Raises StepError, and takes it from none, when that other image is not found by it.
    """
    rivals, tag = tuple(rivals), work.effective.text("image.tag")
    if not rivals:
        return
    now = {image.id: image for image in read_again(work, Part.IMAGES).images}
    keeper = now.get(successor)
    if keeper is None or keeper.status != "active" or tag not in keeper.tags:
        raise StepError(
            f"the image {successor} lost the tag {tag} meanwhile, or is not active any more",
            hint="the former image keeps the tag; see to the new one and resume",
        )
    for rival in rivals:
        image = now.get(rival.id)
        if image is not None and tag in image.tags:
            # To the microsecond: Glance tells when an image was made to the second only.
            at = datetime.now(UTC).isoformat(timespec="microseconds")
            changes = {
                "tags": tuple(one for one in image.tags if one != tag),
                "properties": {REPLACED: at, FOR_TAG: tag},
            }
            _change(work, image, changes, tag=tag, successor=successor)
            work.log(f"took the tag {tag} from {image.name} {image.id}, which stays in Glance")


def labelled(step: str, pending: Pending, cloud: CloudFacts) -> Record | None:
    """Return the record of labels that were set although the answer was lost."""
    before, after = pending.lookup.get("before"), pending.lookup.get("after")
    image = next((one for one in cloud.images if one.id == pending.lookup.get("id")), None)
    if image is None or not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return None
    if not _has(image, after):
        return None
    return Record(pending.seq, step, LABELS, pending.name, CHANGED, image.id, before, after)


def put_back(work: Work, record: Record, image: Image, cloud: CloudFacts) -> Undone:
    """Put tag and properties back as they were; never so that two images or none have the tag."""
    if _has(image, record.before):
        return BACK_ALREADY
    if not _has(image, record.after):
        return Undone(UndoResult.CHANGED_SINCE, "its tags or properties were changed")
    obstacle = _obstacle(record, image, cloud)
    if obstacle:
        return Undone(UndoResult.CHANGED_SINCE, obstacle)
    before = dict(record.before)
    return take_back(lambda: work.cloud.update_image(image.id, before), UndoResult.RESTORED)


def would_leave_none(after: Mapping[str, object], image: Image, cloud: CloudFacts) -> str:
    """Say why an image must not lose its tag: what it replaced is there, and has it not back."""
    tag, replaced = str(after.get("tag", "")), after.get("predecessors")
    if tag not in image.tags or not isinstance(replaced, list):
        return ""
    there = [one.id for one in cloud.images if one.id in replaced]
    others = [one for one in carriers_of(cloud.images, tag, None) if one.id != image.id]
    if not there or others:
        return ""
    return f"it is the only one with the tag {tag}; {' and '.join(there)} did not get it back"


def _obstacle(record: Record, image: Image, cloud: CloudFacts) -> str:
    """Say why the tag may not change places again."""
    tag = str(record.after.get("tag", ""))
    had, has = tag in _tags(record.before), tag in _tags(record.after)
    if has and not had:
        return would_leave_none(record.after, image, cloud)
    if had and not has:
        known = (image.id, record.after.get("successor"))
        others = [one for one in carriers_of(cloud.images, tag, None) if one.id not in known]
        if others:
            return f"{others[0].name} {others[0].id} has the tag {tag} by now"
    return ""


def _change(work: Work, image: Image, changes: Mapping[str, object], **relation: object) -> None:
    """Change an image in one call; the relation says of which switch the change is a part."""
    before = _now(image, changes)
    after = {**changes, "tags": list(_tags(changes)), **relation}
    with work.intent(LABELS, image.name, id=image.id, before=before, after=after) as intent:
        work.cloud.update_image(image.id, changes)
        intent.changed(image.id, before, after)


def _now(image: Image, changes: Mapping[str, object]) -> dict[str, object]:
    """Return what the fields to be changed are at present."""
    now: dict[str, object] = {
        "tags": list(image.tags),
        "properties": {key: image.properties.get(key) for key in _properties(changes)},
    }
    if "visibility" in changes:
        now["visibility"] = image.visibility
    return now


def _lacks(image: Image, labels: Mapping[str, object]) -> bool:
    return not _has(image, labels)


def _has(image: Image, labels: Mapping[str, object]) -> bool:
    return (
        set(_tags(labels)) == set(image.tags)
        and labels.get("visibility", image.visibility) == image.visibility
        and all(image.properties.get(k) == value for k, value in _properties(labels).items())
    )


def _tags(labels: Mapping[str, object]) -> tuple[str, ...]:
    tags = labels.get("tags")
    return tuple(map(str, tags)) if isinstance(tags, list | tuple) else ()


def _properties(labels: Mapping[str, object]) -> Mapping[str, object]:
    properties = labels.get("properties")
    return properties if isinstance(properties, Mapping) else {}
