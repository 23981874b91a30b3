"""The plan: what each step would do, as a pure function of effective values and facts."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from octavia_wizard.core import steps as registry
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.steps.base import Action, Decision, Step

SCHEMA = 1
"""Version of the document ``plan_document`` returns."""

_IN_THE_WAY = (Action.CONFLICT, Action.BLOCKED)


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One step and what it would do."""

    step: str
    title: str
    section: str
    needs: tuple[str, ...]
    decision: Decision
    without: str = ""
    """What happens when it is left out, in one sentence; "" where it must not be."""
    indispensable: str = ""
    """Why it must not be left out, where it must not."""

    @property
    def action(self) -> Action:
        """What would be done."""
        return self.decision.action


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps, each after the steps it needs."""

    items: tuple[PlanItem, ...]
    only: tuple[str, ...] = ()
    """The steps that were asked for, where not all were."""
    skip: tuple[str, ...] = ()
    """The steps the operator leaves out."""

    @property
    def changes(self) -> tuple[PlanItem, ...]:
        """Return the items that would change something."""
        return tuple(item for item in self.items if item.action.changes)

    @property
    def conflicts(self) -> tuple[PlanItem, ...]:
        """Return the items that are in conflict with what exists."""
        return tuple(item for item in self.items if item.action is Action.CONFLICT)

    @property
    def obstacles(self) -> tuple[PlanItem, ...]:
        """Return the items that keep the plan from being carried out: in conflict or blocked."""
        return tuple(item for item in self.items if item.action in _IN_THE_WAY)

    @property
    def has_changes(self) -> bool:
        """Say whether carrying the plan out would change anything."""
        return bool(self.changes)


def build_plan(
    effective: Effective,
    facts: Facts,
    steps: Sequence[Step] | None = None,
    only: Sequence[str] = (),
) -> Plan:
    """Decide every step, in dependency order; all registered steps when none are given.

    Steps this deployment has nothing to do with are left out, unless they are asked for.
    With ``only``, just these steps and the steps they need are planned; the others are skipped.
    Without a cloud, every step that reads one is skipped.  A step that needs a step in conflict is
    blocked, and so is one that looks at a part of the cloud that could not be read: to take what
    could not be read for missing would make it a second time.  Raises UsageError for a name in
    ``only`` that is no step.
    """
    every = registry.steps_for(only) if steps is None else steps
    known = [step for step in every if step.id in only or step.concerns(effective)]
    needs = _needs(every, known, effective)
    ordered = in_order(known, needs)
    wanted = _closure(ordered, needs, only) if only else set(needs)
    items: dict[str, PlanItem] = {}
    for step in ordered:
        if step.id in wanted:
            decision = (
                _without_cloud(step, facts)
                or _blocked_by_need(needs[step.id], items)
                or unreadable(step, facts)
                or step.decide(effective, facts)
            )
        else:
            decision = Decision(Action.SKIP, reason="not among the steps asked for")
        items[step.id] = PlanItem(
            step=step.id,
            title=step.title,
            section=step.section,
            needs=needs[step.id],
            decision=decision,
            without=step.consequence(effective),
            indispensable=step.indispensable,
        )
    return Plan(tuple(items.values()), tuple(only))


def in_order(
    steps: Sequence[Step], needs: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Step, ...]:
    """Return the steps so that each follows its needs, and else as they were given.

    Without ``needs`` it is by those every deployment has.

    Raises ``graphlib.CycleError`` for a circle and ``LookupError`` for a need that is no step:
    both are mistakes of the program, not of the operator.
    """
    by_id = {step.id: step for step in steps}
    needs = {step.id: step.needs for step in steps} if needs is None else needs
    if len(by_id) != len(steps):
        raise LookupError("two steps have the same id")
    for step in steps:
        for need in needs[step.id]:
            if need not in by_id:
                raise LookupError(f"step {step.id} needs {need}, which is no step")
    TopologicalSorter(needs).prepare()
    ordered: dict[str, Step] = {}

    def visit(step: Step) -> None:
        for need in needs[step.id]:
            visit(by_id[need])
        ordered.setdefault(step.id, step)

    for step in steps:
        visit(step)
    return tuple(ordered.values())


def _needs(
    every: Sequence[Step], known: Sequence[Step], effective: Effective
) -> dict[str, tuple[str, ...]]:
    """Return the needs of the known steps; in place of one left aside stand the needs of that."""
    known_ids, by_id = {step.id for step in known}, {step.id: step for step in every}

    def through(need: str) -> Iterator[str]:
        if need in known_ids or need not in by_id:
            yield need
        else:
            for further in by_id[need].needed(effective):
                yield from through(further)

    return {
        step.id: tuple(dict.fromkeys(n for need in step.needed(effective) for n in through(need)))
        for step in known
    }


def unreadable(step: Step, facts: Facts) -> Decision | None:
    """Return why a step cannot be decided: a part it looks at could not be read."""
    unread = facts.cloud.unread if facts.cloud else {}
    gaps = [f"{part} could not be read: {unread[part]}" for part in unread if part in step.reads]
    return Decision(Action.BLOCKED, reason="; ".join(sorted(gaps))) if gaps else None


def plan_document(plan: Plan) -> dict[str, object]:
    """Return the plan as data for JSON, with the version of its schema."""
    return {
        "schema": SCHEMA,
        "kind": "plan",
        "changes": len(plan.changes),
        "conflicts": len(plan.conflicts),
        "steps": [
            {
                "step": item.step,
                "title": item.title,
                "section": item.section,
                "needs": list(item.needs),
                "action": item.action.value,
                "subject": item.decision.subject,
                "diff": list(item.decision.diff),
                "reason": item.decision.reason,
            }
            for item in plan.items
        ],
    }


def _without_cloud(step: Step, facts: Facts) -> Decision | None:
    if facts.cloud is None and step.reads:
        return Decision(Action.SKIP, reason="no cloud to work on: left to the os_octavia role")
    return None


def _blocked_by_need(needs: Sequence[str], items: Mapping[str, PlanItem]) -> Decision | None:
    for need in needs:
        if items[need].action in _IN_THE_WAY:
            return Decision(
                Action.BLOCKED, reason=f"needs {items[need].title}, which is {items[need].action}"
            )
    return None


def _closure(
    steps: Sequence[Step], needs: Mapping[str, tuple[str, ...]], only: Iterable[str]
) -> set[str]:
    by_id = {step.id: step for step in steps}
    wanted: set[str] = set()
    for name in only:
        if name not in by_id:
            near = difflib.get_close_matches(name, by_id, n=1)
            raise UsageError(
                f"there is no step {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
                hint=f"the steps are: {', '.join(by_id)}",
            )
        wanted.add(name)
    # Needs come before the steps that have them, so one pass from the end reaches them all.
    for step in reversed(steps):
        if step.id in wanted:
            wanted.update(needs[step.id])
    return wanted
