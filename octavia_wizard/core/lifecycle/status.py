"""How the images of a deployment stand: which one Octavia boots, how old it is, who runs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import CloudError, UsageError
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import Amphora, Image
from octavia_wizard.core.image.build.lookup import finished_at, is_unchanged
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, builds
from octavia_wizard.core.lifecycle.model import ImageStanding, ImageStatus, KnownImage, Origin
from octavia_wizard.core.lifecycle.notes import notes
from octavia_wizard.core.questions.image_build import build_refs
from octavia_wizard.core.releases import Release
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.image_marks import (
    BASE,
    BUILD,
    BUILDER,
    BUILT,
    OCTAVIA,
    REPLACED,
    SOURCE,
    SOURCE_SHA512,
    carriers_of,
    former_images,
    image_owner,
    is_ours,
    moment_of,
    newest_first,
    octavia_choice,
    unfinished_uploads,
)
from octavia_wizard.core.steps.image_prune import running

_BRANCH = re.compile(r"(stable|unmaintained)/\S+|\S+-(eol|eom)|master")


def image_status(session: Session, now: datetime | None = None) -> ImageStatus:
    """Read images and amphorae afresh and judge them; raises UsageError, CloudError.

    Amphorae that cannot be read, without Octavia or the admin role, are told as such.
    """
    if not session.works_live:
        raise UsageError(
            "these answers name no cloud, so there is no image to tell of",
            hint="name a cloud of your clouds.yaml with --cloud",
        )
    session.read_cloud(frozenset({Part.IDENTITY, Part.IMAGES}))
    unread = _read_amphorae(session)
    cloud = session.facts.cloud
    assert cloud is not None  # noqa: S101  # read just now
    if Part.IMAGES in cloud.unread:
        raise CloudError(f"the images cannot be read: {cloud.unread[Part.IMAGES]}")
    return status_of(session.effective, cloud, unread, now or datetime.now(UTC))


def status_of(effective: Effective, cloud: CloudFacts, unread: str, now: datetime) -> ImageStatus:
    """Judge what was read; ``unread`` says why the amphorae were not, and is "" where they were."""
    tag, owner = effective.text("image.tag"), image_owner(effective, cloud)
    amphorae = () if unread else running(cloud.amphorae)
    used = None if unread else _used(amphorae)
    known = tuple(
        _known(image, standing, effective.release, used, now)
        for image, standing in _standings(cloud, tag, owner)
    )
    status = ImageStatus(tag, owner, known, (), amphorae, unread)
    status = ImageStatus(tag, owner, known, _newer_builds(status), amphorae, unread)
    return ImageStatus(tag, owner, known, status.builds, amphorae, unread, notes(status))


def _read_amphorae(session: Session) -> str:
    try:
        session.read_cloud(frozenset({Part.AMPHORAE}))
    except CloudError as error:
        return error.message
    cloud = session.facts.cloud
    return cloud.unread.get(Part.AMPHORAE, "") if cloud is not None else "there is no cloud"


def _standings(cloud: CloudFacts, tag: str, owner: str | None) -> list[tuple[Image, ImageStanding]]:
    choice = octavia_choice(cloud.images, tag, owner)
    carrying = carriers_of(cloud.images, tag, owner)
    project = cloud.service_project_id or ""
    found = {image.id: ImageStanding.CARRIER for image in carrying}
    found |= {image.id: ImageStanding.CURRENT for image in choice[:1]}
    former = former_images(cloud.images, tag, project)
    found |= {image.id: ImageStanding.FORMER for image in former}
    unfinished = unfinished_uploads(cloud.images, tag, project)
    found |= {image.id: ImageStanding.UNFINISHED for image in unfinished}
    for image in cloud.images:
        if tag in image.tags:
            found.setdefault(image.id, ImageStanding.MISPLACED)
    return [(image, found[image.id]) for image in newest_first(cloud.images) if image.id in found]


def _known(
    image: Image,
    standing: ImageStanding,
    release: Release,
    used: Mapping[str, int] | None,
    now: datetime,
) -> KnownImage:
    origin = origin_of(image)
    made = origin.built or moment_of(image.created_at)
    return KnownImage(
        image=image,
        standing=standing,
        origin=origin,
        age=max(0, (now - made).days) if made is not None else None,
        matches_release=_matches(origin, release),
        amphorae=None if used is None else used.get(image.id, 0),
        ours=is_ours(image),
        replaced=moment_of(image.properties.get(REPLACED)),
    )


def origin_of(image: Image) -> Origin:
    """Return where an image came from, as its properties tell."""
    told = image.properties
    return Origin(
        source=told.get(SOURCE, ""),
        sha512=told.get(SOURCE_SHA512, ""),
        base=told.get(BASE, ""),
        octavia=told.get(OCTAVIA, ""),
        builder=told.get(BUILDER, ""),
        build=told.get(BUILD, ""),
        built=moment_of(told.get(BUILT)),
    )


def _matches(origin: Origin, release: Release) -> bool | None:
    """Compare branches; of a commit, or a branch of a site's own, nothing can be said."""
    branch = origin.octavia.partition(" @ ")[0].removeprefix("origin/")
    if not _BRANCH.fullmatch(branch):
        return None
    return branch in build_refs(release)


def _used(amphorae: tuple[Amphora, ...]) -> dict[str, int]:
    used: dict[str, int] = {}
    for amphora in amphorae:
        if amphora.image_id is not None:
            used[amphora.image_id] = used.get(amphora.image_id, 0) + 1
    return used


def _newer_builds(status: ImageStatus) -> tuple[BuildRecord, ...]:
    """Return finished builds of this host that Glance does not have, newer than the image."""
    current = status.current
    made = None
    if current is not None:
        made = current.origin.built or moment_of(current.image.created_at)
    there = {one.origin.sha512 for one in status.images}
    return tuple(
        record
        for record in builds()
        if record.state is BuildState.DONE
        and record.result is not None
        and record.result.sha512 not in there
        and (made is None or finished_at(record) > made)
        and is_unchanged(record)
    )
