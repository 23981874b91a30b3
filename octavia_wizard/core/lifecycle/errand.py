"""A plan of day two: an ordinary plan over answers of its own.

So journal, resume and undo know it. The answers go into the journal of the run, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.model import CloudFacts, Facts
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.lifecycle.model import Errand
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.image_marks import former_images
from octavia_wizard.core.steps.shapes import project_of


def errand_of(session: Session, answers: Mapping[str, object], command: str, step: str) -> Errand:
    """Return the plan of one step over answers of its own; the deployment's stay as they are."""
    other = answering(session, session.facts, answers)
    # What was answered for another source would only be told as superfluous.
    unused = [key for key in other.effective.unused if key.startswith("image.")]
    other.take_back(*unused)
    return Errand(other, other.plan(only=(step,)), command)


def errand_on_host(
    session: Session, answers: Mapping[str, object], command: str, step: str
) -> Errand:
    """Return the plan of one step that touches no cloud, so that none is asked for it."""
    other = answering(session, replace(session.facts, cloud=None), answers)
    return Errand(other, other.plan(only=(step,)), command)


def answering(session: Session, facts: Facts, answers: Mapping[str, object]) -> Session:
    """Return a session beside this one, with answers of its own laid over."""
    other = Session(session.options, session.answers)
    other.facts = facts
    for key, value in answers.items():
        other.give(key, value)
    return other


def cloud_to_work_on(session: Session) -> CloudFacts:
    """Return the cloud that was read; raises UsageError without one."""
    cloud = session.facts.cloud
    if cloud is None or not session.works_live:
        raise UsageError(
            "there is no cloud with images to work on",
            hint="name a cloud of your clouds.yaml with --cloud",
        )
    project_of(cloud)
    return cloud


def former_of(session: Session) -> tuple[Image, ...]:
    """Return the images that can be gone back to, the newest first; raises UsageError."""
    cloud = cloud_to_work_on(session)
    tag = session.effective.text("image.tag")
    return former_images(cloud.images, tag, project_of(cloud))
