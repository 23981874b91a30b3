"""The image amphorae will boot from, as far as can be told before it is used."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import images_called
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.image.hashes import recall
from octavia_wizard.core.image.inspect import ImageFile, inspect_image, is_test_only
from octavia_wizard.core.questions.paths import absolute
from octavia_wizard.core.steps.image_marks import (
    BASE,
    BUILDER,
    BUILT,
    OCTAVIA,
    SOURCE,
    SOURCE_URL,
    moment_of,
)
from octavia_wizard.core.urls import shown_url
from octavia_wizard.core.views.image_build import draw_build
from octavia_wizard.core.views.image_download import draw_download
from octavia_wizard.core.views.image_lines import TEST, age_text, fact, size_text
from octavia_wizard.core.views.layout import verdict
from octavia_wizard.core.views.model import Picture, Role, Subject, View

_PROVENANCE = (
    (BASE, ""),
    (OCTAVIA, "Octavia "),
    (BUILDER, ""),
)
"""What the wizard writes down of an image it built, and how it is introduced."""


def draw_image(subject: Subject, width: int) -> Picture:
    """Draw what is known of the chosen image; reads the head of a file."""
    effective = subject.effective
    match effective.maybe_text("image.source"):
        case "build":
            return draw_build(subject, width)
        case "file":
            return _file(effective, width)
        case "download":
            return draw_download(subject, width)
        case "existing":
            return _existing(subject, width)
        case "role":
            return _by_role(effective, width)
    return ()


def _file(effective: Effective, width: int) -> Picture:
    given = effective.maybe_text("image.path")
    if given is None:
        return verdict(Role.QUIET, "no file is named yet", width)
    path = absolute(given)
    found = inspect_image(path, effective.maybe_text("image.disk_format") or "qcow2")
    picture = [*fact("File", str(path), width)]
    if found.size:
        picture += fact("Format", _format(found), width)
        picture += fact("Hash", _hash(path), width)
    for problem in found.problems:
        picture += verdict(Role.BAD, problem, width)
    if found.test_only:
        picture += verdict(Role.ATTENTION, TEST, width)
    elif found.size and not found.problems:
        picture += _judged(found, width)
    return tuple(picture)


def _judged(file: ImageFile, width: int) -> Picture:
    """Say whether a whole image is one that boots, as far as that can be told."""
    if file.boots is None:
        return verdict(Role.QUIET, "whether it boots cannot be told from this format", width)
    if not file.boots:
        return verdict(Role.ATTENTION, file.hint, width)
    return verdict(Role.GOOD, "looks like a disk an amphora can boot from", width)


def _format(file: ImageFile) -> str:
    kind = file.format or "raw, or nothing known"
    disk = f"{size_text(file.size)} on disk, {size_text(file.virtual_size)} for the guest"
    age = f", changed {age_text(file.changed)}" if file.changed else ""
    return f"{kind}, {disk}{age}"


def _hash(path: Path) -> str:
    known = recall(path)
    if known is None:
        return "not taken yet; the upload is compared with it"
    return f"SHA-512 {known.sha512[:16]}… MD5 {known.md5}"


def _existing(subject: Subject, width: int) -> Picture:
    wanted, cloud = subject.effective.maybe_text("image.existing"), subject.facts.cloud
    if cloud is None or Part.IMAGES in cloud.unread:
        why = cloud.unread[Part.IMAGES] if cloud else "no cloud was read"
        return verdict(Role.QUIET, f"images not known: {why}", width)
    if wanted is None:
        return verdict(Role.QUIET, "no image is chosen yet", width)
    found = images_called(cloud, wanted)
    if not found:
        return verdict(Role.BAD, f"no image has the id or name {wanted}", width)
    if len(found) > 1:
        return verdict(Role.BAD, f"{len(found)} images are called {wanted}: choose an id", width)
    return _glance(subject.effective, cloud, found[0], width)


def _glance(effective: Effective, cloud: CloudFacts, image: Image, width: int) -> Picture:
    tag = effective.maybe_text("image.tag") or ""
    ours = image.owner == cloud.service_project_id
    owner = f"{cloud.service_project}, the service project" if ours else image.owner
    disk = ", ".join((image.disk_format or "no format", size_text(image.size), image.visibility))
    made = moment_of(image.created_at)
    created = f"{made:%Y-%m-%d}, {age_text(made)}" if made else "not known"
    picture = [
        *fact("Image", f"{image.name}  {image.id}", width),
        *fact("Owner", owner, width),
        *fact("Tags", ", ".join(image.tags) or "none", width),
        *fact("Data", disk, width),
        *fact("Created", f"{created}, {image.status}", width),
        *_provenance(image, width),
    ]
    if tag not in image.tags:
        picture += verdict(Role.BAD, f"lacks the tag {tag}, by which Octavia finds it", width)
    if is_test_only(image.name):
        picture += verdict(Role.ATTENTION, TEST, width)
    elif tag in image.tags and image.status == "active":
        picture += verdict(Role.GOOD, "active, and carries Octavia's tag", width)
    return tuple(picture)


def _provenance(image: Image, width: int) -> Picture:
    """Say how an image came about that the wizard built or uploaded."""
    known = image.properties
    parts = [f"{lead}{known[name]}" for name, lead in _PROVENANCE if known.get(name)]
    built = moment_of(known.get(BUILT))
    if built:
        parts.insert(0, f"{built:%Y-%m-%d}, {age_text(built)}")
    if parts:
        return fact("Built", "; ".join(parts), width)
    source = known.get(SOURCE_URL) or known.get(SOURCE)
    return fact("From", f"{source}, uploaded by the wizard", width) if source else ()


def _by_role(effective: Effective, width: int) -> Picture:
    told = effective.settings.get("variables.octavia_artefact_url")
    url = told.value if told is not None else effective.release.rules.default_image_url
    if not isinstance(url, str):
        return verdict(Role.BAD, "the role of this release downloads no image", width)
    test = is_test_only(url)
    return (
        *fact("Download", shown_url(url), width),
        *fact("Brought", "into Glance by the Octavia playbook, not by the wizard", width),
        *(verdict(Role.ATTENTION, TEST, width) if test else ()),
    )


# Reads the head of a file, which may lie on a slow disk.
VIEWS: tuple[View, ...] = (View("image", "The image", draw_image, slow=True),)
