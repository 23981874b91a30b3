"""The step that brings the amphora image into Glance, and lets Octavia find it."""

from __future__ import annotations

from typing import ClassVar

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.model import Facts, Part
from octavia_wizard.core.image.hashes import recall
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
from octavia_wizard.core.steps.image_brought import image_path
from octavia_wizard.core.steps.image_labels import (
    LABELS,
    label,
    labelled,
    put_back,
    retire,
    would_leave_none,
)
from octavia_wizard.core.steps.image_marks import UPLOAD
from octavia_wizard.core.steps.image_target import find_target
from octavia_wizard.core.steps.image_upload import create, hash_file, identity, is_ours
from octavia_wizard.core.steps.shapes import found_again, read_again, refuse, take_back


class ImageStep(Step):
    """Uploads a file as the image Octavia finds by its tag, or goes over to an existing one."""

    id: ClassVar[str] = "image"
    title: ClassVar[str] = "Amphora image"
    section: ClassVar[str] = "image"
    needs: ClassVar[tuple[str, ...]] = ("image_file",)
    reads: ClassVar[frozenset[Part]] = frozenset({Part.IDENTITY, Part.IMAGES})
    indispensable: ClassVar[str] = "without an image Octavia cannot boot a single amphora"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Find the image by tag, owner and data; hashes of the file only from the cache."""
        return find_target(effective, facts).decision

    def apply(self, work: Work, decision: Decision) -> None:
        """Upload the file or take the image that is there; tag it, then untag what it replaces."""
        target = find_target(work.effective, work.facts)
        refuse(target.decision)
        if target.decision.action is Action.CREATE:
            made = create(work, target)
            retire(work, made.id, target.rivals)
        elif target.decision.action is Action.CHANGE and target.image is not None:
            if not target.compared_by_hash:
                _hash_first(work)
            label(work, target.image, target.properties or {}, target.visibility, target.rivals)
            retire(work, target.image.id, target.rivals)

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for an upload by its mark, or for labels that were about to be set."""
        cloud = read_again(work, Part.IMAGES)
        if pending.kind == LABELS:
            return labelled(self.id, pending, cloud)
        mark = pending.lookup.get("mark")
        for image in cloud.images:
            if mark and image.properties.get(UPLOAD) == mark:
                relation = {
                    key: pending.lookup[key]
                    for key in ("tag", "predecessors")
                    if key in pending.lookup
                }
                return found_again(self.id, pending, image.id, {**identity(image), **relation})
        return None

    def undo(self, work: Work, record: Record) -> Undone:
        """Delete an image that holds what was uploaded, or put its labels back."""
        cloud = read_again(work, Part.IMAGES)
        image = next((one for one in cloud.images if one.id == record.id), None)
        if image is None:
            return Undone(UndoResult.GONE)
        if record.kind == LABELS:
            return put_back(work, record, image, cloud)
        if not is_ours(image, record.after):
            return Undone(UndoResult.CHANGED_SINCE, "the image was changed by somebody else")
        obstacle = would_leave_none(record.after, image, cloud)
        if obstacle:
            return Undone(UndoResult.CHANGED_SINCE, obstacle)
        return take_back(lambda: work.cloud.delete_image(image.id), UndoResult.REMOVED)


def _hash_first(work: Work) -> None:
    """Hash the file before an image is tagged that was only compared by name and size."""
    path = image_path(work.effective)
    hash_file(work)
    again = find_target(work.effective, work.facts).decision
    if again.action is not Action.CHANGE or recall(path) is None:
        raise StepError(
            f"the image of that name and size holds other data than {path}",
            hint="plan again: the file is known by its hash now",
        )
