"""The step, done on request, that deletes former images from Glance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import CloudFacts, Facts, Part
from octavia_wizard.core.facts.resources import Amphora, Image
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Pending,
    Record,
    Step,
    Undone,
    UndoResult,
    Work,
)
from octavia_wizard.core.steps.image_marks import former_images, is_ours
from octavia_wizard.core.steps.image_words import subject
from octavia_wizard.core.steps.shapes import cloud_of, not_possible, project_of, read_again

REMOVAL = "image removal"
REMOVED = "removed"
KEPT_USUALLY = 1
"""Former images kept where nothing says otherwise: one to go back to."""
_NO_MORE = ("DELETED", "PENDING_DELETE")


@dataclass(frozen=True, slots=True)
class Pruning:
    """Which former images go, and which stay for what reason."""

    going: tuple[Image, ...] = ()
    staying: tuple[tuple[Image, str], ...] = ()


def pruning(effective: Effective, cloud: CloudFacts) -> Pruning:
    """Judge every former image; those with the tag, and those of others, are none of them."""
    keep = effective.maybe_number("image.keep")
    keep = KEPT_USUALLY if keep is None else keep
    former = former_images(cloud.images, effective.text("image.tag"), project_of(cloud))
    going, staying = [], []
    for place, image in enumerate(former, 1):
        why = _newest(place, keep) or _why_kept(image, cloud.amphorae)
        if why:
            staying.append((image, why))
        else:
            going.append(image)
    return Pruning(tuple(going), tuple(staying))


def running(amphorae: Iterable[Amphora]) -> tuple[Amphora, ...]:
    """Return the amphorae that run, or are about to."""
    return tuple(one for one in amphorae if one.status not in _NO_MORE)


class PruneStep(Step):
    """Deletes the former images beyond those to be kept; what is deleted cannot be undone."""

    id: ClassVar[str] = "image_prune"
    title: ClassVar[str] = "Former amphora images"
    section: ClassVar[str] = "image"
    reads: ClassVar[frozenset[Part]] = frozenset({Part.IDENTITY, Part.IMAGES, Part.AMPHORAE})
    without: ClassVar[str] = "former images stay in Glance, and take up its room"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Say which images go; blocked where it cannot be known what amphorae run."""
        hindrance = not_possible(effective, facts)
        if hindrance is not None:
            return hindrance
        found = pruning(effective, cloud_of(facts))
        kept = "; ".join(f"{subject(image)} stays: {why}" for image, why in found.staying)
        if not found.going:
            return Decision(Action.KEEP, reason=kept or "there is no former image")
        lines = tuple(
            f"- image {subject(image)} of {image.created_at[:10]}" for image in found.going
        )
        number = len(found.going)
        images = f"{number} former image{'s' if number != 1 else ''}"
        return Decision(Action.CHANGE, images, lines, kept)

    def apply(self, work: Work, decision: Decision) -> None:
        """Delete the images one by one, the oldest first."""
        going = pruning(work.effective, cloud_of(work.facts)).going
        for done, image in enumerate(reversed(going), 1):
            with work.intent(REMOVAL, image.name, id=image.id) as intent:
                work.cloud.delete_image(image.id)
                intent.removed(image.id)
            work.log(f"deleted {subject(image)}")
            work.progress(done, len(going))

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look whether an image that was about to be deleted is gone."""
        wanted = str(pending.lookup.get("id", ""))
        if any(image.id == wanted for image in read_again(work, Part.IMAGES).images):
            return None
        return Record(pending.seq, self.id, pending.kind, pending.name, REMOVED, wanted)

    def undo(self, work: Work, record: Record) -> Undone:
        """Say that it is gone; the journal holds nothing to undo of this step."""
        return Undone(UndoResult.GONE, "a deleted image cannot be brought back")


def _newest(place: int, keep: int) -> str:
    if place > keep:
        return ""
    return "the newest to go back to" if keep == 1 else f"one of the {keep} newest to go back to"


def _why_kept(image: Image, amphorae: tuple[Amphora, ...]) -> str:
    there = running(amphorae)
    users = sum(1 for amphora in there if amphora.image_id == image.id)
    unknown = sum(1 for amphora in there if amphora.image_id is None)
    if not is_ours(image):
        return "the wizard took its tag, but did not upload it"
    if image.tags:
        return f"it has other tags: {' '.join(image.tags)}"
    if users:
        return f"{users} amphorae run it"
    if unknown:
        return f"{unknown} amphorae do not say which image they run"
    return ""
