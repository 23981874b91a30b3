"""The image amphorae boot from, as it is handed over: which, from where, when to build anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from octavia_wizard.core.facts.cloud import images_called
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.handover_model import ROTATE_AFTER, AmphoraImage, Made
from octavia_wizard.core.image.build.lookup import owner_of
from octavia_wizard.core.image.fetched import fetched
from octavia_wizard.core.image.hashes import recall
from octavia_wizard.core.questions.paths import absolute
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps import image_marks as marks

_STEP = "image"
_ANEW = ("build", "download")
"""Sources from which a preset alone brings a new image."""


def amphora_image(
    session: Session, known: tuple[Made, ...], preset: Path, now: datetime
) -> AmphoraImage | None:
    """Return what is to be kept of the image; None where no cloud is touched.

    ``known`` is what was made or adopted. Nothing is read but records of this host.
    """
    effective = session.effective
    source = effective.maybe_text("image.source")
    if not session.works_live or source is None or source == "role":
        return None
    thing = next((one for one in known if one.step == _STEP), None)
    found = _in_glance(session, thing)
    told = _origin(session, found)
    built = marks.moment_of(told.get(marks.BUILT))
    made = built or marks.moment_of(found.created_at if found else None) or now
    words = ("image", "rotate", str(preset)) if source in _ANEW else ("image", "status")
    return AmphoraImage(
        name=thing.name if thing else effective.maybe_text("image.name") or "",
        id=thing.id if thing else found.id if found else "",
        origin=_words(told, built),
        sha512=told.get(marks.SOURCE_SHA512, ""),
        rotate_by=made + ROTATE_AFTER,
        rotate=session.command_line(*words),
        builds_anew=source in _ANEW,
    )


def _in_glance(session: Session, thing: Made | None) -> Image | None:
    """Return the image as it was last read, where it was there then."""
    cloud = session.facts.cloud
    wanted = thing.id if thing and thing.id else session.effective.maybe_text("image.existing")
    found = images_called(cloud, wanted) if cloud is not None and wanted else ()
    return found[0] if len(found) == 1 else None


def _origin(session: Session, found: Image | None) -> Mapping[str, str]:
    """Return where the image came from, by the names its properties in Glance have."""
    told = session.effective.maybe_text("image.path")
    if session.effective.chosen("image.source", "existing") or told is None:
        return _properties(found) if found else {}
    path = absolute(told)
    build, download, digests = owner_of(path), fetched(path), recall(path)
    if build is not None and build.result is not None:
        return {**marks.build_properties(build), marks.SOURCE_SHA512: build.result.sha512}
    if download is not None:
        return {marks.SOURCE_URL: download.url, marks.SOURCE_SHA512: download.sha512}
    sums = {marks.SOURCE_SHA512: digests.sha512} if digests else {}
    return {marks.SOURCE: str(path), **sums}


def _properties(image: Image) -> Mapping[str, str]:
    told = dict(image.properties)
    if image.hash_algo == "sha512" and image.hash_value:
        told.setdefault(marks.SOURCE_SHA512, image.hash_value)
    return told


def _words(told: Mapping[str, str], built: datetime | None) -> str:
    """Say in a clause how the image came about; "" where nobody knows."""
    if built is not None:
        octavia = told.get(marks.OCTAVIA, "")
        parts = (
            f"built {built:%Y-%m-%d} from {told.get(marks.BASE, 'a base system not known')}",
            f"Octavia {octavia}" if octavia else "",
            told.get(marks.BUILDER, ""),
        )
        return ", ".join(filter(None, parts))
    if marks.SOURCE_URL in told:
        return f"downloaded from {told[marks.SOURCE_URL]}"
    return f"uploaded from {told[marks.SOURCE]}" if marks.SOURCE in told else ""
