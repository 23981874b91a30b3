"""How the wizard's images are known in Glance: the tag, and the properties it gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from octavia_wizard.core.durations import instant
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import images_called
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.image.build.record import BuildRecord

UPLOAD = "octavia_wizard_upload"
"""Property that tells one upload from every other, to find it again after a lost answer."""
SOURCE = "octavia_wizard_source"
"""Property with the name of the file."""
SOURCE_SHA512 = "octavia_wizard_source_sha512"
"""Property with the SHA-512 of the file; set once Glance is known to have the same data."""
SOURCE_URL = "octavia_wizard_url"
"""Property with the URL a file was downloaded from, without credentials."""
VERIFIED = "octavia_wizard_verified"
"""Property with the checksum a download was verified against."""
BUILD = "octavia_wizard_build"
"""Property with the fingerprint of what was to be built."""
BUILT = "octavia_wizard_built"
"""Property with the time the build was finished: UTC, ISO 8601."""
BASE = "octavia_wizard_base"
OCTAVIA = "octavia_wizard_octavia"
BUILDER = "octavia_wizard_builder"
FOR_TAG = "octavia_wizard_tag"
"""Property with the tag an image is or was to be found by."""
REPLACED = "octavia_wizard_replaced"
"""Property of a former image: when another took its place; UTC, ISO 8601."""

OWNER_VARIABLE = "octavia_amp_image_owner_id"
_UNFINISHED = ("queued", "saving", "uploading", "importing")
_LIMIT = 2
"""Octavia asks for no more: one to boot, and one to warn of."""


def octavia_choice(images: Iterable[Image], tag: str, owner: str | None) -> tuple[Image, ...]:
    """Return exactly what Octavia gets when it asks for its image; it boots the first.

    It lists the images with the tag, of status ``active`` and, where one is configured, of the
    owner, the newest first and two at most; it warns where there are two
    (octavia/image/drivers/glance_driver.py, get_image_id_by_tag).  Glance breaks a tie of
    created_at by id (glance/db/sqlalchemy/api.py, image_get_all) and lists no hidden images.
    """
    return carriers_of(images, tag, owner)[:_LIMIT]


def carriers_of(images: Iterable[Image], tag: str, owner: str | None) -> tuple[Image, ...]:
    """Return all images Octavia could choose, the one it would take first."""
    found = (
        image
        for image in images
        if tag in image.tags and image.status == "active" and owner in (None, image.owner)
    )
    return newest_first(found)


def carriers(effective: Effective, images: Iterable[Image], owner: str) -> tuple[Image, ...]:
    """Return the images Octavia could choose in this deployment, the one it would take first."""
    asked = owner if asks_for_owner(effective) else None
    return carriers_of(images, effective.text("image.tag"), asked)


def asks_for_owner(effective: Effective) -> bool:
    """Say whether Octavia looks at the owner: the role says so since 23.0.0."""
    told = effective.variables().get(OWNER_VARIABLE)
    return effective.release.rules.image_owner_is_service_project or bool(told and told.value)


def image_owner(effective: Effective, cloud: CloudFacts) -> str | None:
    """Return the project whose images Octavia looks for; None where it takes any."""
    told = effective.variables().get(OWNER_VARIABLE)
    if told is not None and told.value:
        return str(told.value)
    if not asks_for_owner(effective):
        return None
    existing = effective.maybe_text("image.existing")
    named = images_called(cloud, existing) if existing else ()
    return named[0].owner if len(named) == 1 else cloud.service_project_id


def former_images(images: Iterable[Image], tag: str, owner: str) -> tuple[Image, ...]:
    """Return what can be gone back to, the newest first.

    That is what the wizard uploaded for this tag or took the tag from, and nothing else: an
    image that merely looks like one may be somebody's.
    """
    found = (
        image
        for image in images
        if image.status in ("active", "deactivated")
        and image.owner == owner
        and tag not in image.tags
        and _was_for(image, tag)
    )
    # Glance tells times to the second: of two made within one, the later is replaced later.
    return tuple(
        sorted(
            found,
            key=lambda one: (one.created_at, str(one.properties.get(REPLACED, "")), one.id),
            reverse=True,
        )
    )


def unfinished_uploads(images: Iterable[Image], tag: str, owner: str) -> tuple[Image, ...]:
    """Return uploads of the wizard for this tag that did not come to their end."""
    return tuple(
        image
        for image in images
        if image.status in _UNFINISHED
        and image.owner == owner
        and is_ours(image)
        and image.properties.get(FOR_TAG, tag) == tag
    )


def is_ours(image: Image) -> bool:
    """Say whether the wizard uploaded an image."""
    return UPLOAD in image.properties


def newest_first(images: Iterable[Image]) -> tuple[Image, ...]:
    """Return images in the order in which Octavia prefers them."""
    return tuple(sorted(images, key=lambda image: (image.created_at, image.id), reverse=True))


def is_build(image: Image, fingerprint: str, not_before: datetime | None) -> bool:
    """Say whether an image is of a build like this that is not too old."""
    if image.properties.get(BUILD) != fingerprint:
        return False
    built = moment_of(image.properties.get(BUILT))
    return not_before is None or (built is not None and built >= not_before)


def not_before(effective: Effective) -> datetime | None:
    """Return the moment before which an image counts as too old; None where any age does."""
    return moment_of(effective.maybe_text("image.not_before"))


def moment_of(text: str | None) -> datetime | None:
    """Read a time in ISO 8601, UTC where it does not say; None where there is none."""
    try:
        return instant(text) if text else None
    except ValueError:
        return None


def wanted_properties(effective: Effective) -> dict[str, str]:
    """Return the properties an operator asked for."""
    architecture = effective.text("image.architecture")
    return {"hw_architecture": architecture, **effective.mapping("image.properties")}


def build_properties(record: BuildRecord) -> Mapping[str, str]:
    """Return what tells of the build an image came from."""
    request = record.request
    told = {
        BUILD: request.fingerprint,
        BUILT: record.finished,
        BASE: f"{request.base_os} {request.base_release}",
        OCTAVIA: " @ ".join(filter(None, (record.ref, record.commit))),
        BUILDER: _builder(record),
    }
    return {name: value for name, value in told.items() if value}


def _builder(record: BuildRecord) -> str:
    version = record.builder_version
    return f"diskimage-builder {version}" if version[:1].isdigit() else version


def _was_for(image: Image, tag: str) -> bool:
    """Say whether an image without the tag had it once, or was to have it, because of us."""
    known = image.properties.get(FOR_TAG)
    replaced = REPLACED in image.properties
    verified = is_ours(image) and SOURCE_SHA512 in image.properties
    return known == tag and (replaced or verified)
