"""An image that is in Glance already: taken as it is, or given the tag where that was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import images_called
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.core.steps.image_marks import OWNER_VARIABLE, REPLACED, carriers
from octavia_wizard.core.steps.image_words import lost_tags, subject, two_carriers
from octavia_wizard.core.steps.shapes import project_of, several


@dataclass(frozen=True, slots=True)
class Adopted:
    """What is to be done about an image of the operator's choice."""

    decision: Decision
    image: Image | None = None
    rivals: tuple[Image, ...] = ()
    """Images that lose the tag once this one has it."""


def adopted(effective: Effective, cloud: CloudFacts) -> Adopted:
    """Judge the image; nothing of it is changed, unless it is to replace the one with the tag."""
    name = effective.text("image.existing")
    found = images_called(cloud, name)
    if not found:
        reason = f"Glance has no image {name} that these credentials can see"
        return Adopted(Decision(Action.CONFLICT, name, reason=reason))
    if len(found) > 1:
        return Adopted(several("images", name, (image.id for image in found)))
    image = found[0]
    if image.status != "active":
        why = f"it is {image.status}, not active"
        return Adopted(Decision(Action.CONFLICT, subject(image), reason=why))
    all_carriers = carriers(effective, cloud.images, image.owner)
    rivals = tuple(one for one in all_carriers if one.id != image.id)
    if effective.is_on("image.replace"):
        return _replacing(effective, image, rivals) or _as_it_is(cloud, image)
    return _refused(effective, image, all_carriers) or _as_it_is(cloud, image)


def _replacing(effective: Effective, image: Image, rivals: tuple[Image, ...]) -> Adopted | None:
    tag = effective.text("image.tag")
    lines = [] if tag in image.tags else [f"+ tag {tag}"]
    lines += lost_tags(effective, rivals)
    if not lines:
        return None
    reason = "it was replaced earlier" if REPLACED in image.properties else ""
    decision = Decision(Action.CHANGE, subject(image), tuple(lines), reason)
    return Adopted(decision, image, rivals)


def _refused(effective: Effective, image: Image, found: tuple[Image, ...]) -> Adopted | None:
    tag = effective.text("image.tag")
    if tag not in image.tags:
        reason = (
            f"it lacks the tag {tag} by which Octavia finds it{_instead(found)}; an adopted image "
            "is not changed unless image.replace is yes: "
            f"openstack image set --tag {tag} {image.id}"
        )
        return Adopted(Decision(Action.CONFLICT, subject(image), reason=reason))
    if len(found) > 1:
        return Adopted(Decision(Action.CONFLICT, subject(image), *two_carriers(effective, found)))
    return None


def _instead(found: tuple[Image, ...]) -> str:
    return f", which {subject(found[0])} has" if found else ""


def _as_it_is(cloud: CloudFacts, image: Image) -> Adopted:
    reason = ""
    if image.owner != project_of(cloud):
        reason = f"it belongs to project {image.owner}; Octavia is told so by {OWNER_VARIABLE}"
    return Adopted(Decision(Action.ADOPT, subject(image), reason=reason), image)
