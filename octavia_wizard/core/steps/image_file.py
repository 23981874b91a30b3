"""The step that brings the image file about: builds it, or downloads it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.facts.model import Facts, Part
from octavia_wizard.core.files import remove_file
from octavia_wizard.core.image.build.asking import request_of
from octavia_wizard.core.image.build.lookup import (
    OTHER_PATH,
    finished_build,
    holds_other_file,
    is_over,
    owner_of,
    running_build,
)
from octavia_wizard.core.image.build.making import bring_about
from octavia_wizard.core.image.build.record import BuildRecord
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.image.hashes import stamp
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Pending,
    Record,
    Step,
    Undone,
    UndoResult,
    Unit,
    Work,
)
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.image_brought import image_path
from octavia_wizard.core.steps.image_download import decide_download, fetch, find_fetched
from octavia_wizard.core.steps.image_marks import not_before
from octavia_wizard.core.steps.image_target import carried_build
from octavia_wizard.core.steps.shapes import CREATED, not_possible

FILE = "image file"
_THOUSAND = 1000


class ImageFileStep(Step):
    """Builds or downloads the file that the next step uploads."""

    id: ClassVar[str] = "image_file"
    title: ClassVar[str] = "Image file"
    section: ClassVar[str] = "image"
    reads: ClassVar[frozenset[Part]] = frozenset({Part.IDENTITY, Part.IMAGES})
    indispensable: ClassVar[str] = "without the file there is no image to upload"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Say whether a file has to be made; nothing where Glance has the image already."""
        source = effective.maybe_text("image.source")
        if source not in ("build", "download"):
            return Decision(Action.SKIP, reason="no file is to be made")
        hindrance = unanswered(effective, "image") or not_possible(effective, facts)
        if hindrance is not None:
            return hindrance
        if source == "download":
            return decide_download(effective, facts)
        request = request_of(effective)
        if request is None:
            return Decision(Action.BLOCKED, reason="not answered yet: what is to be built")
        return _decide_build(effective, facts, request)

    def apply(self, work: Work, decision: Decision) -> None:
        """Build or download the file; a build that goes on already is followed to its end."""
        path = image_path(work.effective)
        with work.intent(FILE, str(path)) as intent:
            if work.effective.chosen("image.source", "download"):
                sha512 = fetch(work)
            else:
                sha512 = _build(work)
            intent.created(str(path), {"stamp": stamp(path), "sha512": sha512})

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for the file that was being made when the run ended."""
        path = Path(pending.name)
        if path != image_path(work.effective):
            return None
        made = owner_of(path)
        sha512 = made.result.sha512 if made and made.result else find_fetched(work.effective)
        if sha512 is None:
            return None
        after = {"stamp": stamp(path), "sha512": sha512}
        return Record(pending.seq, self.id, FILE, pending.name, CREATED, str(path), {}, after)

    def undo(self, work: Work, record: Record) -> Undone:
        """Remove the file, if it is as it was made."""
        path = Path(record.id)
        try:
            now = stamp(path)
        except FileError:
            return Undone(UndoResult.GONE)
        if now != record.after.get("stamp"):
            return Undone(UndoResult.CHANGED_SINCE, f"{path} was changed since")
        remove_file(path)
        return Undone(UndoResult.REMOVED)


def _decide_build(effective: Effective, facts: Facts, request: BuildRequest) -> Decision:
    path = str(request.output)
    carried = carried_build(effective, facts)
    if carried is not None:
        return Decision(Action.KEEP, path, reason=f"Glance has it as {carried.name} {carried.id}")
    finished = finished_build(request, not_before(effective))
    if finished is not None:
        return Decision(Action.KEEP, path, reason=f"built {finished.finished[:10]}")
    running = running_build(request)
    if running is not None:
        how = "has ended, and is taken in" if is_over(running) else "goes on"
        lines = (f"~ build {running.id}, begun {running.started}, {how}",)
        return Decision(Action.RUN, path, lines)
    if holds_other_file(request):
        reason = f"a file is there that this wizard did not build. {OTHER_PATH}"
        return Decision(Action.CONFLICT, path, reason=reason)
    return Decision(Action.RUN, path, _lines(request, owner_of(request.output)))


def _lines(request: BuildRequest, former: BuildRecord | None) -> tuple[str, ...]:
    lines = [
        f"+ build {request.base_os} {request.base_release}, {request.size_gib} GiB, "
        f"{request.disk_format}, {request.architecture}",
        f"+ Octavia {request.refs[0]}",
        f"+ {request.output}",
    ]
    if former is not None:
        lines.append(f"- the image built {former.finished[:10]}")
    return tuple(lines)


def _build(work: Work) -> str:
    request = request_of(work.effective)
    if request is None:
        raise StepError("what is to be built is not answered", hint="see the section Amphora image")

    def tell(standing: Standing) -> None:
        share = round(standing.share * _THOUSAND)
        work.progress(share, _THOUSAND, standing.brief, Unit.SHARE, standing.left)

    record = bring_about(request, tell=tell, log=work.log, cancel=work.cancel)
    if record.result is None:
        raise StepError(f"build {record.id} left no image", hint=f"see {record.log}")
    return record.result.sha512
