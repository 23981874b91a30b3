"""Going over to a new image."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.image.inspect import ANY, inspect_image
from octavia_wizard.core.lifecycle.errand import cloud_to_work_on, errand_of
from octavia_wizard.core.lifecycle.model import Errand
from octavia_wizard.core.questions.paths import absolute
from octavia_wizard.core.session import Session


def rotation_plan(
    session: Session, *, file: Path | None = None, now: datetime | None = None
) -> Errand:
    """Plan to upload a new image and to let it take the place of the one with the tag.

    Without ``file`` it is built anew, or taken from where the answers have it.  Raises UsageError
    where the answers bring no image.
    """
    cloud_to_work_on(session)
    answers: dict[str, object] = {"image.replace": True}
    if file is not None:
        path = absolute(str(file))
        answers |= {"image.source": "file", "image.path": str(path)}
        found = inspect_image(path, ANY)
        if not found.problems:
            answers["image.disk_format"] = found.kind
        return errand_of(session, answers, "image rotate --file", "image")
    source = session.effective.maybe_text("image.source")
    if source not in ("build", "file", "download"):
        raise UsageError(
            f"image.source is {source}, so there is no new image to go over to",
            hint="name a file, or answer image.source=build",
        )
    answers["image.source"] = source
    if source == "build":
        # Times of builds have no fractions: one that ended within this second is not a new one.
        at = (now or datetime.now(UTC)) + timedelta(seconds=1)
        answers["image.not_before"] = at.isoformat(timespec="seconds")
    return errand_of(session, answers, "image rotate", "image")
