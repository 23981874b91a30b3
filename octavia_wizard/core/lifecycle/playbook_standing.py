"""How the playbooks of a deployment stand: which are due and why, and how each ended last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from octavia_wizard.core import steps as registry
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.lifecycle.errand import answering
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.releases import Playbook, Release
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.core.steps.playbook import RUN_THEM, PlaybookStep


class Due(StrEnum):
    """Whether a playbook is to be run."""

    DUE = "due"
    RUNNING = "running"
    UP_TO_DATE = "up to date"
    UNWANTED = "not wanted"
    """It is not among those to be run, or all are run by hand."""
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class KnownPlaybook:
    """A playbook of the release, and how it stands."""

    name: str
    title: str
    """What it is for."""
    command: str
    """The command line by hand."""
    directory: str
    """Where that is run; "" for anywhere."""
    due: Due
    why: tuple[str, ...]
    """Why it is due, or is not; for what changed a line each."""
    last: PlaybookRun | None
    """Its newest run from here, whatever the options."""
    note: str = ""


def names_of(release: Release) -> tuple[str, ...]:
    """Return the names of the playbooks a release has, in the order they are due."""
    return tuple(step.purpose for step, _ in steps_of(release))


def known_playbooks(session: Session) -> tuple[KnownPlaybook, ...]:
    """Tell how the playbooks of the release stand, in the order they are due."""
    effective, facts = session.effective, session.facts
    runs = facts.host.playbook_runs
    return tuple(
        _known(step, playbook, step.decide(effective, facts), facts, runs)
        for step, playbook in steps_of(effective.release)
    )


def due_playbooks(session: Session) -> tuple[str, ...]:
    """Return the names of those that are due by the answers, also where they are run by hand."""
    other = session
    if not session.effective.is_on(RUN_THEM):
        other = answering(session, session.facts, {RUN_THEM: True})
    return tuple(one.name for one in known_playbooks(other) if one.due in (Due.DUE, Due.RUNNING))


def purposes_of(ids: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the playbooks these steps run."""
    by_id = {step.id: step for step in registry.ALL}
    steps = (by_id.get(one) for one in ids)
    return tuple(step.purpose for step in steps if isinstance(step, PlaybookStep))


def newest_run(runs: Sequence[PlaybookRun], name: str | None = None) -> PlaybookRun | None:
    """Return the newest run, of one playbook or of any."""
    return next((run for run in runs if name in (None, run.purpose)), None)


def steps_of(release: Release) -> tuple[tuple[PlaybookStep, Playbook], ...]:
    """Return the steps that run a playbook of a release, each with that, in their order."""
    rules = release.rules
    return tuple(
        (step, rules.playbooks[step.rule])
        for step in registry.ALL
        if isinstance(step, PlaybookStep)
        and step.rule in rules.playbooks
        and rules.playbooks[step.rule].command
        and (step.purpose != "lbaas" or rules.lbaas_v2_era)
    )


def _known(
    step: PlaybookStep,
    playbook: Playbook,
    decision: Decision,
    facts: Facts,
    runs: Sequence[PlaybookRun],
) -> KnownPlaybook:
    checkout = facts.host.tools.playbooks
    directory = playbook.directory
    last = newest_run(runs, step.purpose)
    return KnownPlaybook(
        name=step.purpose,
        title=step.title.removeprefix("Playbook: "),
        command=decision.subject or " ".join(playbook.arguments()),
        directory=str(checkout) if directory and checkout else directory,
        due=_due(decision, last),
        why=decision.diff or ((decision.reason,) if decision.reason else ()),
        last=last,
        note=playbook.note,
    )


def _due(decision: Decision, last: PlaybookRun | None) -> Due:
    if decision.action is Action.RUN:
        running = last is not None and last.state is PlayState.RUNNING
        return Due.RUNNING if running else Due.DUE
    if decision.action is Action.KEEP:
        return Due.UP_TO_DATE
    return Due.BLOCKED if decision.action is Action.BLOCKED else Due.UNWANTED
