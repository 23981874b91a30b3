"""The step, done on request, that carries out one phase of the rollover of an authority.

Each phase changes files only; between two of them the playbook distributes what was changed.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.pki.layout import CertificateLayout, certificate_layout
from octavia_wizard.core.pki.reading.inspection import Unreadable
from octavia_wizard.core.pki.rollover_files import (
    NEXT,
    RECORD,
    Position,
    Side,
    Stage,
    position_of,
)
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Work,
)
from octavia_wizard.core.steps.ca_rollover_files import (
    exchanges_of,
    lines_of,
    marked,
    obstacle_to,
)
from octavia_wizard.core.steps.client_renewal import going_on, moment_of, unapproved
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.replacing import (
    Exchange,
    ReplacingStep,
    carry_over,
    put_by,
    waiting,
)
from octavia_wizard.core.steps.shapes import refuse

ROLLOVER = "certificates.rollover"
DISTRIBUTED = "distributed"
"""Instead of a stage: the playbook has brought the present one to all controllers."""


class CaRolloverStep(ReplacingStep):
    """Changes the files of one side to the next phase."""

    id: ClassVar[str] = "ca_rollover"
    title: ClassVar[str] = "CA rollover"
    without: ClassVar[str] = "the authority stays as it is"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Compare the files with the phase that was asked for."""
        gap = unanswered(effective, self.section)
        if gap is not None:
            return gap
        told = effective.maybe_text(ROLLOVER)
        if told is None or moment_of(effective) is None:
            return Decision(Action.SKIP, reason="nobody asked for a rollover")
        layout = certificate_layout(effective)
        if not layout.generate:
            return _conflict(
                layout,
                "the certificates are your own: their files are changed by you, and replayed",
            )
        side, wanted = aim_of(told)
        place = place_of(layout, side)
        there = waiting(place)
        if there:
            return going_on(place, there)
        try:
            position = position_of(layout, side)
        except Unreadable as problem:
            return _conflict(layout, str(problem))
        if wanted is None:
            return _marking(effective, layout, position)
        return _staging(effective, facts, layout, position, wanted)

    def apply(self, work: Work, decision: Decision) -> None:
        """Make what is new, let the whole set wait, and replace one file after the other."""
        fresh = self.decide(work.effective, work.facts)
        refuse(fresh)
        if not fresh.action.changes:
            return
        layout = certificate_layout(work.effective)
        side, wanted = aim_of(work.effective.text(ROLLOVER))
        moment = moment_of(work.effective) or datetime.now(UTC)
        place = place_of(layout, side)
        there = waiting(place)
        if not there:
            position = position_of(layout, side)
            if wanted is None:
                there = (marked(layout, position, moment),)
            else:
                there = _made(work, layout, position, wanted, moment)
            put_by(work, place, there)
        carry_over(work, place, there)
        _tidy(layout)


def aim_of(text: str) -> tuple[Side, Stage | None]:
    """Return side and stage of an answer such as ``server-trust``; None where it only marks."""
    side, _, stage = text.partition("-")
    return Side(side), None if stage == DISTRIBUTED else Stage(stage)


def place_of(layout: CertificateLayout, side: Side) -> Path:
    """Return where a set of files waits: beside the directory, on the same file system."""
    return layout.directory.with_name(f".{layout.directory.name}.octavia-wizard-rollover-{side}")


def _marking(effective: Effective, layout: CertificateLayout, position: Position) -> Decision:
    noted, moment = position.noted, moment_of(effective)
    path = str(layout.directory / RECORD)
    if noted is None or moment is None:
        return _conflict(layout, f"no rollover of the {position.side} CA was begun")
    if position.problem:
        return _conflict(layout, position.problem)
    if noted.distributed == moment:
        return Decision(Action.KEEP, path, reason=f"phase {noted.stage} was distributed")
    if moment < noted.changed:
        return _conflict(
            layout, f"phase {noted.stage} was begun {noted.changed:%Y-%m-%d %H:%M} UTC, later"
        )
    line = f"~ phase {noted.stage} was distributed {moment:%Y-%m-%d %H:%M} UTC"
    return Decision(Action.CHANGE, path, (line,))


def _staging(
    effective: Effective,
    facts: Facts,
    layout: CertificateLayout,
    position: Position,
    wanted: Stage,
) -> Decision:
    if position.problem:
        return _conflict(layout, position.problem)
    if position.stage is wanted:
        reason = f"the {position.side} CA is in phase {wanted}"
        return Decision(Action.KEEP, str(layout.directory), reason=reason)
    if position.following is not wanted:
        return _conflict(
            layout, f"phase {wanted} does not follow {position.stage}, but {position.following}"
        )
    refused = unapproved(effective, layout) or obstacle_to(
        effective, facts, layout, position, wanted
    )
    if refused:
        return _conflict(layout, refused)
    lines = lines_of(effective, facts, layout, position, wanted)
    return Decision(Action.CHANGE, str(layout.directory), tuple(lines))


def _made(
    work: Work, layout: CertificateLayout, position: Position, wanted: Stage, moment: datetime
) -> tuple[Exchange, ...]:
    work.log(f"going over to phase {wanted} of the {position.side} CA")
    try:
        return exchanges_of(work.effective, work.facts, layout, position, wanted, moment)
    except (ValueError, Unreadable) as problem:
        raise StepError(str(problem), hint="'octavia-wizard certs show' tells more") from None


def _tidy(layout: CertificateLayout) -> None:
    """Remove the directories of the new authority where nothing is left in them."""
    for place in (layout.directory / NEXT / "private", layout.directory / NEXT):
        with suppress(OSError):
            place.rmdir()


def _conflict(layout: CertificateLayout, reason: str) -> Decision:
    return Decision(Action.CONFLICT, str(layout.directory), reason=reason)
