"""Finds the image in Glance that belongs to a file, or that is to be adopted, and judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import images_called
from octavia_wizard.core.facts.model import CloudFacts, Facts
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.image.hashes import Digests, recall
from octavia_wizard.core.image.inspect import ImageFile, inspect_image
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.shapes import cloud_of, not_possible, project_of, several

UPLOAD = "octavia_wizard_upload"
"""Property that tells one upload from every other, to find it again after a lost answer."""
SOURCE = "octavia_wizard_source"
"""Property with the name of the file."""
SOURCE_SHA512 = "octavia_wizard_source_sha512"

_OWNER_VARIABLE = "octavia_amp_image_owner_id"
_UNFINISHED = ("queued", "saving", "uploading", "importing")


@dataclass(frozen=True, slots=True)
class ImageTarget:
    """What is to be done about the image, and with which one."""

    decision: Decision
    image: Image | None = None
    unfinished: tuple[Image, ...] = ()
    """Half-made images of ours, to be removed first."""
    compared_by_hash: bool = True


def find_target(effective: Effective, facts: Facts) -> ImageTarget:
    """Find the image, and say what is to be done about it."""
    if effective.chosen("image.source", "role"):
        reason = "the role downloads the project's test image, and uploads it"
        return ImageTarget(Decision(Action.SKIP, reason=reason))
    hindrance = unanswered(effective, "image") or not_possible(effective, facts)
    if hindrance is not None:
        return ImageTarget(hindrance)
    if effective.chosen("image.source", "existing"):
        return ImageTarget(_adopted(effective, cloud_of(facts)))
    return _from_file(effective, cloud_of(facts))


def image_path(effective: Effective) -> Path:
    """Return the path of the file to upload."""
    return Path(effective.text("image.path")).expanduser().absolute()


def wanted_image(effective: Effective, cloud: CloudFacts) -> Image:
    """Return the image to create, without id and tag: the tag comes last, when it is active."""
    return Image(
        id="",
        name=effective.text("image.name"),
        status="queued",
        owner=project_of(cloud),
        visibility="private",
        disk_format=effective.text("image.disk_format"),
        properties=wanted_properties(effective),
    )


def wanted_properties(effective: Effective) -> dict[str, str]:
    """Return the properties an operator asked for."""
    architecture = effective.text("image.architecture")
    return {"hw_architecture": architecture, **effective.mapping("image.properties")}


def carriers(effective: Effective, images: tuple[Image, ...], owner: str) -> tuple[Image, ...]:
    """Return the images Octavia could choose: active, with the tag, and of the owner it asks for.

    Octavia takes the newest (octavia/image/drivers/glance_driver.py).
    """
    tag = effective.text("image.tag")
    told = effective.variables().get(_OWNER_VARIABLE)
    asked = effective.release.rules.image_owner_is_service_project or bool(told and told.value)
    return tuple(
        image
        for image in images
        if tag in image.tags and image.status == "active" and (not asked or image.owner == owner)
    )


def _from_file(effective: Effective, cloud: CloudFacts) -> ImageTarget:
    path, project, name = image_path(effective), project_of(cloud), effective.text("image.name")
    found = carriers(effective, cloud.images, project)
    refused = _other_owner(effective, project)
    if refused:
        return ImageTarget(Decision(Action.CONFLICT, name, reason=refused))
    if len(found) > 1:
        return ImageTarget(Decision(Action.CONFLICT, name, *_two_carriers(effective, found)))
    file = inspect_image(path, effective.text("image.disk_format"))
    if not path.exists() and found and SOURCE in found[0].properties:
        return _compared(effective, found[0], "the file is gone; its image is there")
    if file.problems:
        reason = f"{path}: {'; '.join(file.problems)}"
        return ImageTarget(Decision(Action.CONFLICT, name, (), reason))
    digests = recall(path)
    if found:
        return _carrier(effective, found[0], file, digests)
    same = _untagged(effective, cloud, project, file, digests)
    if same is not None:
        return replace(_compared(effective, same, ""), compared_by_hash=digests is not None)
    return _creation(effective, cloud, file)


def _carrier(
    effective: Effective, image: Image, file: ImageFile, digests: Digests | None
) -> ImageTarget:
    if _is_same(image, file, digests):
        how = "" if digests else "compared by size; the file was not hashed yet"
        return replace(_compared(effective, image, how), compared_by_hash=digests is not None)
    tag = effective.text("image.tag")
    lines = (f"- {image.id} {image.name}, {image.size} bytes", f"+ {file.path}, {file.size} bytes")
    reason = (
        f"another image carries the tag {tag} already. To go over to the file, take the tag from "
        f"it (openstack image unset --tag {tag} {image.id}); to stay with it, set image.source "
        "to existing"
    )
    return ImageTarget(Decision(Action.CONFLICT, _subject(image), lines, reason), image)


def _untagged(
    effective: Effective,
    cloud: CloudFacts,
    project: str,
    file: ImageFile,
    digests: Digests | None,
) -> Image | None:
    """Return the newest image made of this file that lacks only the tag."""
    name = effective.text("image.name")
    same = [
        image
        for image in cloud.images
        if image.owner == project
        and image.status == "active"
        and image.name == name
        and _is_same(image, file, digests)
    ]
    return max(same, key=lambda image: image.created_at, default=None)


def _is_same(image: Image, file: ImageFile, digests: Digests | None) -> bool:
    if image.size != file.size:
        return False
    if digests is None:
        return True
    if image.hash_algo == "sha512" and image.hash_value:
        return image.hash_value == digests.sha512
    return image.checksum == digests.md5


def _compared(effective: Effective, image: Image, reason: str) -> ImageTarget:
    """Compare everything but the data."""
    wanted_format = effective.text("image.disk_format")
    if image.disk_format != wanted_format:
        formats = (f"- {image.disk_format}", f"+ {wanted_format}")
        why = "it is in Glance under another disk format, which cannot be changed; delete it there"
        return ImageTarget(Decision(Action.CONFLICT, _subject(image), formats, why), image)
    if image.visibility not in ("private", "shared"):
        why = (
            f"it is {image.visibility}, so that every project sees it; "
            f"openstack image set --private {image.id}"
        )
        return ImageTarget(Decision(Action.CONFLICT, _subject(image), (), why), image)
    lines = tuple(f"+ {line}" for line in _missing(effective, image))
    action = Action.CHANGE if lines else Action.KEEP
    return ImageTarget(Decision(action, _subject(image), lines, reason), image)


def _missing(effective: Effective, image: Image) -> list[str]:
    tag = effective.text("image.tag")
    lines = [] if tag in image.tags else [f"tag {tag}"]
    return lines + [f"{k}={v}" for k, v in missing_properties(effective, image).items()]


def missing_properties(effective: Effective, image: Image) -> Mapping[str, str]:
    """Return the wanted properties an image has not, or has otherwise."""
    wanted = wanted_properties(effective)
    return {k: v for k, v in wanted.items() if image.properties.get(k) != v}


def _creation(effective: Effective, cloud: CloudFacts, file: ImageFile) -> ImageTarget:
    wanted = wanted_image(effective, cloud)
    unfinished = tuple(
        image
        for image in cloud.images
        if image.status in _UNFINISHED
        and image.name == wanted.name
        and image.owner == wanted.owner
        and UPLOAD in image.properties
    )
    lines = [f"- unfinished upload {image.id}" for image in unfinished]
    lines += [
        f"+ image {wanted.name} of {file.path} ({file.size / 1024 / 1024:.0f} MiB)",
        f"+ project {cloud.service_project}, private, {wanted.disk_format}",
        f"+ tag {effective.text('image.tag')}",
    ]
    lines += [f"+ {key}={value}" for key, value in wanted.properties.items()]
    decision = Decision(Action.CREATE, wanted.name, tuple(lines))
    return ImageTarget(decision, unfinished=unfinished)


def _adopted(effective: Effective, cloud: CloudFacts) -> Decision:
    name, tag = effective.text("image.existing"), effective.text("image.tag")
    found = images_called(cloud, name)
    if not found:
        reason = f"Glance has no image {name} that these credentials can see"
        return Decision(Action.CONFLICT, name, reason=reason)
    if len(found) > 1:
        return several("images", name, (image.id for image in found))
    image = found[0]
    subject = _subject(image)
    if image.status != "active":
        return Decision(Action.CONFLICT, subject, reason=f"it is {image.status}, not active")
    if tag not in image.tags:
        reason = (
            f"it lacks the tag {tag} by which Octavia finds it; an adopted image is not changed: "
            f"openstack image set --tag {tag} {image.id}"
        )
        return Decision(Action.CONFLICT, subject, reason=reason)
    rivals = carriers(effective, cloud.images, image.owner)
    if len(rivals) > 1:
        return Decision(Action.CONFLICT, subject, *_two_carriers(effective, rivals))
    if image.owner == project_of(cloud):
        return Decision(Action.ADOPT, subject)
    reason = f"it belongs to project {image.owner}; Octavia is told so by {_OWNER_VARIABLE}"
    return Decision(Action.ADOPT, subject, reason=reason)


def _other_owner(effective: Effective, project: str) -> str:
    told = effective.variables().get(_OWNER_VARIABLE)
    if told is None or not told.value or told.value == project:
        return ""
    return (
        f"{_OWNER_VARIABLE} is {told.value}, so Octavia would not look in the service project, "
        "where the image is uploaded; leave it out"
    )


def _two_carriers(effective: Effective, found: tuple[Image, ...]) -> tuple[tuple[str, ...], str]:
    newest = sorted(found, key=lambda image: image.created_at, reverse=True)
    tag = effective.text("image.tag")
    lines = tuple(f"~ {image.id} {image.name}, made {image.created_at}" for image in newest)
    reason = (
        f"{len(found)} active images carry the tag {tag}: "
        f"{' and '.join(image.id for image in newest)}. Octavia takes the newest; take the tag "
        f"from the others (openstack image unset --tag {tag} ID)"
    )
    return lines, reason


def _subject(image: Image) -> str:
    return f"{image.name} {image.id}".strip()
