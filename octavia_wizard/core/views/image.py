"""The image amphorae will boot from, as far as can be told before it is used."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import images_called
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.image.hashes import recall
from octavia_wizard.core.image.inspect import ImageFile, inspect_image, is_test_only
from octavia_wizard.core.views.layout import verdict, wrapped
from octavia_wizard.core.views.model import Picture, Role, Subject, View, line

_LABEL = 10
_TEST = "made for the tests of Octavia: no timely security fixes, not for production"


def draw_image(subject: Subject, width: int) -> Picture:
    """Draw what is known of the chosen image; reads the head of a file."""
    effective = subject.effective
    match effective.maybe_text("image.source"):
        case "file":
            return _file(effective, width)
        case "existing":
            return _existing(subject, width)
        case "role":
            return _download(effective, width)
    return ()


def size_text(size: int | None) -> str:
    """Write bytes as MiB or GiB; "?" where they are not known."""
    if size is None:
        return "?"
    gib = size / 1024**3
    return f"{gib:.1f} GiB" if gib >= 1 else f"{size / 1024**2:.1f} MiB"


def _file(effective: Effective, width: int) -> Picture:
    given = effective.maybe_text("image.path")
    if given is None:
        return verdict(Role.QUIET, "no file is named yet", width)
    path = Path(given).expanduser()
    found = inspect_image(path, effective.maybe_text("image.disk_format") or "qcow2")
    picture = [*_fact("File", str(path), width)]
    if found.size:
        picture += _fact("Format", _format(found), width)
        picture += _fact("Hash", _hash(path), width)
    for problem in found.problems:
        picture += verdict(Role.BAD, problem, width)
    if found.test_only:
        picture += verdict(Role.ATTENTION, _TEST, width)
    elif found.size and not found.problems:
        picture += verdict(Role.GOOD, "looks like a disk an amphora can boot from", width)
    return tuple(picture)


def _format(file: ImageFile) -> str:
    kind = file.format or "raw, or nothing known"
    return f"{kind}, {size_text(file.size)} on disk, {size_text(file.virtual_size)} for the guest"


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
    made = f"{image.created_at[:10] or 'not known'}, {image.status}"
    picture = [
        *_fact("Image", f"{image.name}  {image.id}", width),
        *_fact("Owner", owner, width),
        *_fact("Tags", ", ".join(image.tags) or "none", width),
        *_fact("Data", disk, width),
        *_fact("Created", made, width),
    ]
    if tag not in image.tags:
        picture += verdict(Role.BAD, f"lacks the tag {tag}, by which Octavia finds it", width)
    if is_test_only(image.name):
        picture += verdict(Role.ATTENTION, _TEST, width)
    if len(picture) == 5 and image.status == "active":
        picture += verdict(Role.GOOD, "active, and carries Octavia's tag", width)
    return tuple(picture)


def _download(effective: Effective, width: int) -> Picture:
    told = effective.settings.get("variables.octavia_artefact_url")
    url = told.value if told is not None else effective.release.rules.default_image_url
    if not isinstance(url, str):
        return verdict(Role.BAD, "the role of this release downloads no image", width)
    test = is_test_only(url)
    return (
        *_fact("Download", url, width),
        *_fact("Brought", "into Glance by the Octavia playbook, not by the wizard", width),
        *(verdict(Role.ATTENTION, _TEST, width) if test else ()),
    )


def _fact(name: str, text: str, width: int) -> Picture:
    first, *rest = wrapped(text, width - _LABEL) or (line(""),)
    indented = (line(" " * _LABEL, *row) for row in rest)
    return (line((name.ljust(_LABEL), Role.QUIET), *first), *indented)


# Reads the head of a file, which may lie on a slow disk.
VIEWS: tuple[View, ...] = (View("image", "The image", draw_image, slow=True),)
