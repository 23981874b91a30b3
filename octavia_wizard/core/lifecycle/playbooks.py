"""Running some of the playbooks as an errand.

An errand runs just the playbooks it names. What they need is not done with them: where any of it
is not as planned, the errand is refused, for the playbook would bring an older state to the hosts.
"""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from octavia_wizard.core import steps as registry
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.errors import BlockedError, LockedError, UsageError
from octavia_wizard.core.lifecycle.errand import answering
from octavia_wizard.core.lifecycle.model import Errand
from octavia_wizard.core.lifecycle.playbook_standing import newest_run, purposes_of, steps_of
from octavia_wizard.core.playbooks.record import PlayState
from octavia_wizard.core.releases import Release
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.playbook import (
    CHOSEN,
    NOT_BEFORE,
    RUN_THEM,
    PlaybookStep,
)
from octavia_wizard.core.steps.playbook_call import FROM_START, OPTIONS

COMMAND = "playbooks run"
"""How the commands of such runs begin."""
_FILES = "files"
_ALL_OF_IT = "it was asked for by name"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What an operator adds to a run of a playbook."""

    check: bool = False
    diff: bool = False
    limit: str = ""
    tags: str = ""
    skip_tags: str = ""
    verbosity: int = 0

    def arguments(self) -> tuple[str, ...]:
        """Return them as Ansible takes them."""
        pairs = (("--limit", self.limit), ("--tags", self.tags), ("--skip-tags", self.skip_tags))
        return (
            *(("--check",) if self.check else ()),
            *(("--diff",) if self.diff else ()),
            *(word for name, value in pairs if value for word in (name, value)),
            *((f"-{'v' * self.verbosity}",) if self.verbosity else ()),
        )


def playbooks_errand(
    session: Session,
    names: Sequence[str],
    options: RunOptions,
    *,
    whole: bool = False,
    now: datetime | None = None,
) -> Errand:
    """Plan to run the playbooks of these names, whatever their last run was.

    A run that failed is taken up at the play that failed, unless ``whole``. Raises UsageError for
    a name that the release has no playbook of, LockedError while another playbook is at work.
    """
    release = session.effective.release
    wanted = tuple(_named(name, release) for name in dict.fromkeys(names))
    _refuse_beside_others(session, wanted)
    # What is chosen decides about a variable: none of them may seem to be taken back.
    chosen = (*session.effective.texts(CHOSEN), *(step.rule for step in wanted))
    more = options.arguments()
    given = [*session.effective.texts(OPTIONS), *more]
    answers: dict[str, object] = {
        RUN_THEM: True,
        CHOSEN: list(dict.fromkeys(chosen)),
        OPTIONS: given,
        NOT_BEFORE: _since(session, wanted, tuple(given), now or datetime.now(UTC)),
        FROM_START: whole,
    }
    other = answering(session, session.facts, answers)
    words = (*(step.purpose for step in wanted), *more, *(("--whole",) if whole else ()))
    plan = reduced_plan(other, [step.id for step in wanted])
    return Errand(other, plan, f"{COMMAND} {shlex.join(words)}")


def reduced_plan(session: Session, ids: Sequence[str]) -> Plan:
    """Return the plan of these steps alone, one after the other, without those they need."""
    facts, by_id = session.facts, {step.id: step for step in registry.ALL}
    items: list[PlanItem] = []
    for item in session.plan(ids).items:
        if item.step in ids:
            decision = by_id[item.step].decide(session.effective, facts)
            former = tuple(one.step for one in items[-1:])
            alone = replace(item, without="", indispensable=_ALL_OF_IT)
            items.append(replace(alone, needs=former, decision=decision))
    return Plan(tuple(items), tuple(ids))


def require_the_needed(session: Session, ids: Sequence[str]) -> None:
    """Raise BlockedError where something that these playbooks need is not as planned.

    That is every file they read, and for Octavia's also what it uses in the cloud. One that runs
    already has read it all.
    """
    runs = session.facts.host.playbook_runs
    running = {run.purpose for run in runs if run.state is PlayState.RUNNING}
    beginning = [one for one in ids if not running & set(purposes_of([one]))]
    if not beginning:
        return
    plan = session.plan((*beginning, _FILES))
    wanted = needed(session.effective, beginning)
    waiting = [
        item for item in plan.items if item.step in wanted and item.action not in _AS_PLANNED
    ]
    if not waiting:
        return
    lines = [
        f"{item.title}: {item.action} {item.decision.subject} {item.decision.reason}".rstrip()
        for item in waiting
    ]
    steps = ",".join(item.step for item in waiting)
    preset = str(session.place.preset) if session.place.preset.is_file() else "PRESET"
    before = session.command_line("replay", preset, "--only", steps)
    raise BlockedError(
        "\n".join(("a playbook reads what is not as planned yet:", *lines)),
        hint=f"do that first: {before}",
    )


def needed(effective: Effective, ids: Iterable[str]) -> frozenset[str]:
    """Return the steps these playbooks rely on, but for other playbooks."""
    by_id = {step.id: step for step in registry.ALL}
    found: set[str] = set()
    open_ones = [*ids, _FILES]
    while open_ones:
        step = by_id[open_ones.pop()]
        for need in step.needed(effective):
            other = need in by_id and isinstance(by_id[need], PlaybookStep)
            if need not in found and not other:
                open_ones.append(need)
                found.add(need)
    return frozenset(found | {_FILES})


_AS_PLANNED = (Action.KEEP, Action.ADOPT, Action.SKIP)


def _refuse_beside_others(session: Session, wanted: Sequence[PlaybookStep]) -> None:
    """Raise LockedError while a playbook goes on that is not the first of these.

    Failing later, this run would be the newest: 'resume' would no longer follow what goes on.
    """
    first = min(wanted, key=registry.ALL.index, default=None)
    for run in session.facts.host.playbook_runs:
        if run.state is PlayState.RUNNING and (first is None or run.purpose != first.purpose):
            follow = session.command_line("playbooks", "run", run.purpose)
            raise LockedError(
                f"the playbook {run.purpose}, begun {run.started}, still goes on",
                hint=f"wait for its end; {follow} follows it",
            )


def _since(
    session: Session, wanted: Iterable[PlaybookStep], given: tuple[str, ...], now: datetime
) -> str:
    """Return from when on a run counts as the one asked for; raises UsageError.

    One that goes on, and is the same, is followed: it began earlier. One that came to its end
    never counts, also where the clock was put back since.
    """
    since = [now.astimezone(UTC)]
    for step in wanted:
        last = newest_run(session.facts.host.playbook_runs, step.purpose)
        if last is None:
            continue
        if last.state is not PlayState.RUNNING:
            ended = datetime.fromisoformat(last.started).astimezone(UTC) + timedelta(seconds=1)
            since[0] = max(since[0], ended)
            continue
        if last.options != given:
            raise UsageError(
                f"a run of {shlex.join(last.command)} goes on since {last.started}",
                hint="wait for its end; the same call without other options follows it",
            )
        since.append(datetime.fromisoformat(last.started).astimezone(UTC))
    return min(since).isoformat(timespec="seconds")


def _named(name: str, release: Release) -> PlaybookStep:
    known = {step.purpose: step for step, _ in steps_of(release)}
    found = known.get(name.removesuffix("_playbook"))
    if found is None:
        near = difflib.get_close_matches(name, known, n=1)
        raise UsageError(
            f"{release.name} has no playbook {name!r}"
            + (f"; did you mean {near[0]!r}?" if near else ""),
            hint=f"its playbooks are: {', '.join(known)}",
        )
    return found
