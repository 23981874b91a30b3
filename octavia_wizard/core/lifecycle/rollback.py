"""Going back to a former image."""

from __future__ import annotations

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.cloud import images_called
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.lifecycle.errand import cloud_to_work_on, errand_of, former_of
from octavia_wizard.core.lifecycle.model import Errand
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.image_marks import carriers
from octavia_wizard.core.steps.image_words import subject
from octavia_wizard.core.steps.shapes import project_of


def rollback_plan(session: Session, image: str | None = None) -> Errand:
    """Plan to give the tag back to a former image: by name or id, or else the newest older one.

    Raises UsageError where there is none, or where the one that is named was never replaced.
    """
    cloud = cloud_to_work_on(session)
    chosen = _named(session, cloud, image) if image else _newest_older(session, cloud)
    answers = {
        "image.source": "existing",
        "image.existing": chosen.id,
        "image.replace": True,
    }
    return errand_of(session, answers, "image rollback", "image")


def _named(session: Session, cloud: CloudFacts, wanted: str) -> Image:
    former = former_of(session)
    ids = {image.id for image in former}
    found = [image for image in images_called(cloud, wanted) if image.id in ids]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        listed = ", ".join(image.id for image in found)
        raise UsageError(
            f"{len(found)} former images are called {wanted}", hint=f"give the id: {listed}"
        )
    raise UsageError(
        f"{wanted} is no image that was replaced earlier",
        hint=_choice(former) or "no image was replaced yet",
    )


def _newest_older(session: Session, cloud: CloudFacts) -> Image:
    """Return the newest former image that is older than the present one."""
    former = former_of(session)
    now = carriers(session.effective, cloud.images, project_of(cloud))
    # Glance tells times in whole seconds, so the older of two may seem to be as old.
    older = [image for image in former if not now or image.created_at <= now[0].created_at]
    if older:
        return older[0]
    if not former:
        raise UsageError(
            "there is no former image to go back to",
            hint="image rotate leaves one, when a new image takes its place",
        )
    raise UsageError(
        f"no former image is older than {subject(now[0])}", hint=f"name one: {_choice(former)}"
    )


def _choice(former: tuple[Image, ...]) -> str:
    return ", ".join(f"{subject(image)} of {image.created_at[:10]}" for image in former)
