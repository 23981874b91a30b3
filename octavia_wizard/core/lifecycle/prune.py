"""Deleting former images."""

from __future__ import annotations

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.lifecycle.errand import cloud_to_work_on, errand_of, former_of
from octavia_wizard.core.lifecycle.model import Errand, Kept
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.image_marks import carriers
from octavia_wizard.core.steps.image_prune import KEPT_USUALLY, pruning
from octavia_wizard.core.steps.shapes import project_of


def prune_plan(session: Session, keep: int | None = None) -> Errand:
    """Plan to delete the former images but the ``keep`` newest, by default as image.keep says.

    Raises UsageError for a number that is none.
    """
    cloud = cloud_to_work_on(session)
    if keep is not None and keep < 0:
        raise UsageError(f"{keep} images cannot be kept", hint="0 keeps none")
    if keep is None:
        told = session.effective.maybe_number("image.keep")
        keep = KEPT_USUALLY if told is None else told
    answers: dict[str, object] = {"image.replace": True, "image.keep": keep}
    if session.effective.chosen("image.source", "role"):
        # Only with an image of its own does a deployment have former ones to keep.
        answers |= {"image.source": "existing", "image.existing": _any_image(session, cloud)}
    session.read_cloud(frozenset({Part.AMPHORAE}))
    errand = errand_of(session, answers, f"image prune --keep {keep}", "image_prune")
    found = errand.session.facts.cloud
    staying = pruning(errand.session.effective, found).staying if found is not None else ()
    kept = tuple(Kept(image, why) for image, why in staying)
    return Errand(errand.session, errand.plan, errand.command, kept)


def _any_image(session: Session, cloud: CloudFacts) -> str:
    found = carriers(session.effective, cloud.images, project_of(cloud)) or former_of(session)
    if not found:
        raise UsageError("there is no former image to delete")
    return found[0].id
