"""Brings a file into Glance whole: a new record for every attempt, and the tag at the very end."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from octavia_wizard.core.errors import CloudError, FileError, Interrupted, StepError, WizardError
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.image.hashes import Digests, hashes, recall, remember, stamp
from octavia_wizard.core.steps.base import Intent, Unit, Work
from octavia_wizard.core.steps.image_brought import BUILT_LATER, Brought, brought, image_path
from octavia_wizard.core.steps.image_marks import SOURCE_SHA512, UPLOAD
from octavia_wizard.core.steps.image_target import ImageTarget, wanted_image
from octavia_wizard.core.steps.shapes import cloud_of, plain, same

IMAGE = "image"

ACTIVE_WITHIN = 600.0
"""Seconds Glance may take to make an uploaded image active."""


def create(work: Work, target: ImageTarget) -> Image:
    """Upload the file as a new image and let Octavia find it; return the image.

    An attempt that fails takes its half-made image away: Glance refuses a second upload into a
    record, and what is in one that broke off is not known.
    """
    told = brought(work.effective, thorough=True)
    _require_file(told)
    for image in target.unfinished:
        work.log(f"removing the unfinished upload {image.id}")
        work.cloud.delete_image(image.id)
    mark = uuid.uuid4().hex
    wanted = wanted_image(work.effective, cloud_of(work.facts), told)
    properties = {**wanted.properties, UPLOAD: mark}
    relation = {
        "tag": work.effective.text("image.tag"),
        "predecessors": [one.id for one in target.rivals],
    }
    with work.intent(IMAGE, wanted.name, mark=mark, owner=wanted.owner, **relation) as intent:
        made = work.cloud.create_image(replace(wanted, properties=properties))
        try:
            image = _fill(work, made)
        except WizardError as error:
            _clear_away(work, made, intent, error)
            raise
        intent.created(image.id, {**identity(image), **relation})
    return image


def hash_file(work: Work) -> None:
    """Hash the file and remember it, before an image of its size is taken for the same."""
    path = image_path(work.effective)
    taken = stamp(path)

    def progress(done: int, total: int) -> None:
        work.progress(done, total, f"hashing {path.name}", Unit.BYTES)

    remember(path, hashes(path, progress, work.cancel), taken)


def identity(image: Image) -> dict[str, object]:
    """Return what tells whether an image is as it was left, as plain data."""
    return plain(
        {
            "name": image.name,
            "owner": image.owner,
            "checksum": image.checksum,
            "tags": sorted(image.tags),
            "mark": image.properties.get(UPLOAD),
        }
    )


def is_ours(image: Image, after: Mapping[str, object]) -> bool:
    """Say whether an image is as we left it; a tag of ours may be gone, none may have come."""
    tags = after.get("tags")
    known = set(tags) if isinstance(tags, list) else set()
    now = {**identity(image), "tags": tags}
    return set(image.tags) <= known and same(now, {key: after.get(key) for key in now})


def _require_file(told: Brought) -> None:
    """Raise StepError unless the file is there, and sound."""
    if told.file is None:
        lacking = "built" if told.later == BUILT_LATER else "downloaded"
        raise StepError(
            f"{told.path} is not the image that was to be {lacking}",
            hint="something replaced it meanwhile; plan again",
        )
    if told.problems:
        raise StepError(f"{told.path}: {told.problems}")


def _fill(work: Work, made: Image) -> Image:
    """Upload the data, check what arrived, and only then let Octavia find the image."""
    path, tag = image_path(work.effective), work.effective.text("image.tag")
    taken = stamp(path)

    def progress(done: int, total: int) -> None:
        work.progress(done, total, f"uploading {path.name}", Unit.BYTES)

    # Hashing takes a processor as long as sending does; what was hashed once is not hashed again.
    known = recall(path)
    if known is None:
        sent = work.cloud.upload_image(made.id, path, progress, work.cancel)
    else:
        sent = {"sha512": known.sha512}
        work.cloud.upload_image(made.id, path, progress, work.cancel, hashing=False)
    image = _active(work, made.id)
    digests = known or _digests(work, path, image, sent["sha512"])
    _check_arrival(image, digests)
    if stamp(path) != taken:
        raise StepError(
            f"{path} was changed during the upload", hint="wait until it is finished, and resume"
        )
    with suppress(FileError):
        remember(path, digests, taken)
    # From here on two images may have the tag, so this is the last moment to stop.
    work.checkpoint()
    changes = {"tags": (tag,), "properties": {SOURCE_SHA512: digests.sha512}}
    return work.cloud.update_image(image.id, changes)


def _active(work: Work, id: str) -> Image:
    """Wait until Glance has taken the data in."""
    end = time.monotonic() + ACTIVE_WITHIN
    while True:
        image = work.cloud.get_image(id)
        if image.status == "active":
            return image
        if image.status in ("killed", "deleted", "pending_delete", "deactivated"):
            raise StepError(
                f"Glance gave the image up: it is {image.status}",
                hint="see Glance's log; its store may be full",
            )
        if time.monotonic() > end:
            raise StepError(
                f"the image is still {image.status} after {ACTIVE_WITHIN:.0f} s",
                hint="see Glance's log, then resume",
            )
        if work.cancel.wait(1):
            raise Interrupted("stopped while Glance takes the image in")


def _digests(work: Work, path: Path, image: Image, sha512: str) -> Digests:
    """Return both hashes of a file; where SHA-512 agrees, Glance's MD5 is the file's as well."""
    if image.hash_algo == "sha512" and image.hash_value == sha512 and image.checksum:
        return Digests(image.checksum, sha512)
    # Before Rocky, and where another algorithm is configured, Glance tells no SHA-512.
    return hashes(path, cancel=work.cancel)


def _check_arrival(image: Image, sent: Digests) -> None:
    arrived = image.hash_value if image.hash_algo == "sha512" else None
    damaged = image.checksum not in (None, sent.md5) or arrived not in (None, sent.sha512)
    if damaged:
        raise StepError(
            f"Glance received other data than was sent: MD5 {image.checksum} instead of {sent.md5}",
            hint="something between here and Glance damages data; resume to try again",
        )


def _clear_away(work: Work, made: Image, intent: Intent, error: WizardError) -> None:
    """Remove an image that did not come about; if that fails, the next run finds it by its mark."""
    try:
        work.cloud.delete_image(made.id)
    except CloudError:
        work.log(f"the unfinished image {made.id} could not be removed; the next run does that")
        return
    intent.dropped(f"removed again: {error.message}")
