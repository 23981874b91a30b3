"""What a build would need and take, and what earlier builds left: looked up in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from octavia_wizard.core.finding import Severity
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, builds, save_record
from octavia_wizard.core.image.build.remains import Leftovers, joined
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.session import Session

SECTION = "image"


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a build would come to."""

    request: BuildRequest
    least: float
    """Seconds it takes at least, as far as can be foreseen."""
    most: float
    learned: bool
    """Whether that is what the last build on this host took."""
    notes: tuple[str, ...]
    """What the operator should know before it begins, such as packages to be installed."""
    hindrances: tuple[str, ...]
    """Why it cannot be begun, each with the cure."""
    is_running: bool
    """Whether a build of it goes on, to be followed instead of begun."""
    is_finished: bool
    """Whether the image lies there already."""
    is_in_glance: bool
    """Whether Glance has it already, so that none needs to be built."""


@dataclass(frozen=True, slots=True)
class Found:
    """What earlier wizards left behind."""

    going: tuple[BuildRecord, ...]
    """Builds that go on, or ended with nobody there to take their image in; newest first."""
    dead: tuple[BuildRecord, ...]
    """Builds that were killed."""
    left: Leftovers
    """What is left of these."""


def prospect(session: Session, request: BuildRequest) -> Prospect:
    """Look up what a build of the image would come to: looks at the host and at former builds."""
    from octavia_wizard.core.findings import catalogue
    from octavia_wizard.core.image.build.lookup import (
        OTHER_PATH,
        finished_build,
        holds_other_file,
        is_going_on,
        running_build,
    )
    from octavia_wizard.core.image.build.preflight import Gravity, preflight
    from octavia_wizard.core.image.build.weights import weights_for
    from octavia_wizard.core.steps.image_marks import not_before
    from octavia_wizard.core.steps.image_target import carried_build

    records = builds()
    weights = weights_for(request, records)
    running = running_build(request)
    found = preflight(request, records)
    cures = {name: kind.cure for name, kind in catalogue().items()}
    # What the findings tell of the host already is told once, freshly looked at.
    wrong = {
        one.what: one.fix or cures.get(one.id, "") for one in found if one.severity is Gravity.ERROR
    }
    for one in session.blocking:
        if one.section == SECTION and one.severity is Severity.ERROR:
            wrong.setdefault(one.what, one.fix)
    if running is None and holds_other_file(request):
        wrong[f"{request.output} is there, and was not built here."] = f"{OTHER_PATH}."
    return Prospect(
        request=request,
        least=weights.least,
        most=weights.most,
        learned=weights.learned,
        notes=tuple(one.what for one in found if one.severity is not Gravity.ERROR),
        hindrances=tuple(f"{what} {fix}".strip() for what, fix in wrong.items()),
        is_running=running is not None and is_going_on(running),
        is_in_glance=carried_build(session.effective, session.facts) is not None,
        is_finished=finished_build(request, not_before(session.effective)) is not None,
    )


def find_builds() -> Found:
    """Look for builds nobody looks after; raises FileError."""
    from octavia_wizard.core.image.build.leftovers import find_leftovers, orphans
    from octavia_wizard.core.image.build.process import alive, exit_code

    going, dead, left = [], [], Leftovers()
    for record in orphans():
        if alive(record) or exit_code(record) is not None:
            going.append(record)
        else:
            dead.append(record)
            left = joined((left, find_leftovers(record)))
    return Found(tuple(going), tuple(dead), left)


def clear_up(found: Found, tell: Callable[[str], None]) -> tuple[str, ...]:
    """Remove what is left of killed builds, and return what could not be; raises FileError."""
    from octavia_wizard.core.image.build.leftovers import clean

    left = clean(found.left, tell) if found.left else ()
    if not left:
        write_off(found.dead)
    return left


def write_off(dead: tuple[BuildRecord, ...]) -> None:
    """Write down that builds were killed; raises FileError."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for record in dead:
        message = "the build was killed, or this host restarted, while no wizard followed it"
        save_record(replace(record, state=BuildState.FAILED, message=message, finished=now))
