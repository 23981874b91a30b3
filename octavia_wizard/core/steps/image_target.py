"""Finds the image in Glance that belongs to a file or a build, and says what is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import CloudFacts, Facts
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.image.build.asking import request_of
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.image_adopted import adopted
from octavia_wizard.core.steps.image_brought import (
    Brought,
    brought,
    image_path,
    is_download,
    is_it,
)
from octavia_wizard.core.steps.image_marks import (
    BASE,
    BUILD,
    BUILT,
    FOR_TAG,
    OCTAVIA,
    OWNER_VARIABLE,
    SOURCE,
    SOURCE_SHA512,
    UPLOAD,
    carriers,
    is_build,
    newest_first,
    not_before,
    unfinished_uploads,
    wanted_properties,
)
from octavia_wizard.core.steps.image_words import (
    lost_tags,
    subject,
    two_carriers,
)
from octavia_wizard.core.steps.shapes import answered, cloud_of, not_possible, project_of

__all__ = [
    "SOURCE",
    "SOURCE_SHA512",
    "UPLOAD",
    "ImageTarget",
    "carried_build",
    "carried_download",
    "find_target",
    "image_path",
    "not_before",
]


@dataclass(frozen=True, slots=True)
class ImageTarget:
    """What is to be done about the image, and with which one."""

    decision: Decision
    image: Image | None = None
    """The image that is to be Octavia's; None where it is to be created."""
    rivals: tuple[Image, ...] = ()
    """Images that lose the tag once this one has it."""
    unfinished: tuple[Image, ...] = ()
    """Half-made images of ours, to be removed first."""
    properties: Mapping[str, str] | None = None
    """Properties the image lacks."""
    visibility: str = ""
    """Visibility it is to have instead of its own."""
    compared_by_hash: bool = True


def find_target(effective: Effective, facts: Facts) -> ImageTarget:
    """Find the image, and say what is to be done about it."""
    if effective.chosen("image.source", "role"):
        reason = "the role downloads the project's test image, and uploads it"
        return ImageTarget(Decision(Action.SKIP, reason=reason))
    hindrance = unanswered(effective, "image") or not_possible(effective, facts)
    if hindrance is not None:
        return ImageTarget(hindrance)
    cloud = cloud_of(facts)
    if effective.chosen("image.source", "existing"):
        found = adopted(effective, cloud)
        return ImageTarget(found.decision, found.image, found.rivals)
    refused = _other_owner(effective, project_of(cloud))
    if refused:
        return ImageTarget(Decision(Action.CONFLICT, effective.text("image.name"), (), refused))
    return _brought(effective, cloud)


def carried_build(effective: Effective, facts: Facts) -> Image | None:
    """Return the image that is of the build the answers want, and is Octavia's already.

    It makes no difference then which file lies on this host, or whether one does.
    """
    request, cloud = request_of(effective), facts.cloud
    if request is None or cloud is None or cloud.service_project_id is None:
        return None
    project, oldest = cloud.service_project_id, not_before(effective)
    for image in carriers(effective, cloud.images, project):
        if image.owner == project and is_build(image, request.fingerprint, oldest):
            return image
    return None


def carried_download(effective: Effective, facts: Facts) -> Image | None:
    """Return the image that was downloaded as the answers want, and is Octavia's already."""
    cloud = facts.cloud
    if cloud is None or cloud.service_project_id is None:
        return None
    found = carriers(effective, cloud.images, cloud.service_project_id)
    return next((image for image in found if is_download(image, effective)), None)


def wanted_image(effective: Effective, cloud: CloudFacts, told: Brought) -> Image:
    """Return the image to create, without id and tag: the tag comes last, when it is active."""
    marks = {SOURCE: told.path.name, FOR_TAG: effective.text("image.tag"), **told.provenance}
    return Image(
        id="",
        name=effective.text("image.name"),
        status="queued",
        owner=project_of(cloud),
        visibility=effective.maybe_text("image.visibility") or "private",
        disk_format=effective.text("image.disk_format"),
        properties={**marks, **wanted_properties(effective)},
    )


def _brought(effective: Effective, cloud: CloudFacts) -> ImageTarget:
    told, project = brought(effective), project_of(cloud)
    found = carriers(effective, cloud.images, project)
    ours = next((image for image in found if is_it(told, image, effective)), None)
    rivals = tuple(image for image in found if image is not ours)
    replacing = effective.is_on("image.replace")
    if len(found) > 1 and not replacing:
        return _conflict(effective, *two_carriers(effective, found))
    if ours is None and told.problems:
        return _conflict(effective, (), f"{told.path}: {told.problems}")
    if ours is not None:
        return _compared(effective, ours, told, rivals)
    if found and not replacing:
        return _taken(effective, found[0], told)
    same = _untagged(effective, cloud, told)
    if same is not None:
        return _compared(effective, same, told, rivals)
    return _creation(effective, cloud, told, rivals)


def _conflict(effective: Effective, lines: tuple[str, ...], reason: str) -> ImageTarget:
    return ImageTarget(Decision(Action.CONFLICT, effective.text("image.name"), lines, reason))


def _taken(effective: Effective, image: Image, told: Brought) -> ImageTarget:
    """Refuse to push another image aside unasked, and say in what it differs."""
    tag = effective.text("image.tag")
    wanted = f"{told.path}, {told.later}" if told.file is None else f"{told.path}"
    size = "" if told.file is None else f", {told.file.size} bytes"
    lines = (f"- {image.id} {_described(image)}", f"+ {wanted}{size}")
    reason = (
        f"another image carries the tag {tag} already{_difference(image, told, effective)}. "
        "To go over to the one the answers describe, set image.replace to yes, or take the tag "
        f"from it (openstack image unset --tag {tag} {image.id}); to stay with it, set "
        "image.source to existing"
    )
    return ImageTarget(Decision(Action.CONFLICT, subject(image), lines, reason), image)


def _described(image: Image) -> str:
    source = image.properties.get(SOURCE)
    built = image.properties.get(BUILT, "")[:10]
    base = image.properties.get(BASE)
    parts = [
        f"{image.name}, {image.size} bytes",
        f"of {source}" if source else "",
        f"built {built}" if built else "",
        base or "",
        image.properties.get(OCTAVIA, ""),
    ]
    return ", ".join(filter(None, parts))


def _difference(image: Image, told: Brought, effective: Effective) -> str:
    """Say why an image is not what the answers describe, where its properties tell."""
    if told.request is None:
        return ""
    made = image.properties.get(BUILD)
    if made is None:
        source = image.properties.get(SOURCE)
        return f": it was uploaded from the file {source}, not built" if source else ""
    if made != told.request.fingerprint:
        return ": it was built by other answers"
    limit = effective.maybe_text("image.not_before")
    return f": it was built {image.properties.get(BUILT, 'earlier')}, before {limit}"


def _untagged(effective: Effective, cloud: CloudFacts, told: Brought) -> Image | None:
    """Return the newest image made of this file that lacks only the tag."""
    if told.file is None or told.is_gone:
        return None
    by_data = replace(told, request=None)
    same = (
        image
        for image in cloud.images
        if image.owner == project_of(cloud)
        and image.status == "active"
        and image.name == effective.text("image.name")
        and is_it(by_data, image, effective)
    )
    return next(iter(newest_first(same)), None)


def _compared(
    effective: Effective, image: Image, told: Brought, rivals: tuple[Image, ...]
) -> ImageTarget:
    """Compare everything but the data."""
    wanted = effective.text("image.disk_format")
    if image.disk_format != wanted:
        formats = (f"- {image.disk_format}", f"+ {wanted}")
        why = "it is in Glance under another disk format, which cannot be changed; delete it there"
        return ImageTarget(Decision(Action.CONFLICT, subject(image), formats, why), image)
    if image.visibility not in ("private", "shared"):
        why = (
            f"it is {image.visibility}, so that every project sees it; "
            f"openstack image set --private {image.id}"
        )
        return ImageTarget(Decision(Action.CONFLICT, subject(image), (), why), image)
    properties = _missing(effective, image, told)
    visibility = _other_visibility(effective, image)
    tag = effective.text("image.tag")
    lines = [] if tag in image.tags else [f"+ tag {tag}"]
    lines += [f"+ {key}={value}" for key, value in properties.items()]
    lines += [f"~ {image.visibility} → {visibility}"] if visibility else []
    lines += lost_tags(effective, rivals)
    action = Action.CHANGE if lines else Action.KEEP
    by_size = told.file is not None and told.digests is None and not told.is_gone
    return ImageTarget(
        Decision(action, subject(image), tuple(lines), _how(told, image, by_size)),
        image,
        rivals,
        properties=properties,
        visibility=visibility,
        compared_by_hash=not by_size,
    )


def _how(told: Brought, image: Image, by_size: bool) -> str:
    built = image.properties.get(BUILT, "")[:10]
    if told.request is not None and built:
        return f"built {built}"
    if told.is_gone:
        return "the file is gone; its image is there"
    return "compared by size; the file was not hashed yet" if by_size else ""


def _missing(effective: Effective, image: Image, told: Brought) -> dict[str, str]:
    """Return the wanted properties an image has not, or has otherwise."""
    wanted = dict(wanted_properties(effective))
    if told.request is not None and BUILD not in image.properties:
        wanted |= told.provenance
    return {k: v for k, v in wanted.items() if image.properties.get(k) != v}


def _other_visibility(effective: Effective, image: Image) -> str:
    wanted = effective.maybe_text("image.visibility")
    if wanted is None or not answered(effective, "image.visibility"):
        return ""
    return wanted if wanted != image.visibility else ""


def _creation(
    effective: Effective, cloud: CloudFacts, told: Brought, rivals: Iterable[Image]
) -> ImageTarget:
    wanted, rivals = wanted_image(effective, cloud, told), tuple(rivals)
    unfinished = unfinished_uploads(cloud.images, effective.text("image.tag"), wanted.owner)
    size = f" ({told.file.size / 1024 / 1024:.0f} MiB)" if told.file else f", {told.later}"
    lines = [f"- unfinished upload {image.id}" for image in unfinished]
    lines += [
        f"+ image {wanted.name} of {told.path}{size}",
        f"+ project {cloud.service_project}, {wanted.visibility}, {wanted.disk_format}",
        f"+ tag {effective.text('image.tag')}",
    ]
    lines += [f"+ {key}={value}" for key, value in wanted_properties(effective).items()]
    lines += lost_tags(effective, rivals)
    decision = Decision(Action.CREATE, wanted.name, tuple(lines))
    return ImageTarget(decision, rivals=rivals, unfinished=unfinished)


def _other_owner(effective: Effective, project: str) -> str:
    told = effective.variables().get(OWNER_VARIABLE)
    if told is None or not told.value or told.value == project:
        return ""
    return (
        f"{OWNER_VARIABLE} is {told.value}, so Octavia would not look in the service project, "
        "where the image is uploaded; leave it out"
    )
