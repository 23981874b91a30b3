"""Leaving a step out of a run: whether that does harm, and the plan without it.

A step may be left out where it says what becomes of the deployment without it, where nothing is
in conflict, and where every step that needs it is there already, is skipped anyway, or may be
left out as well and then is.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.steps.base import Action, Decision

LEFT_OUT = "left out by the operator"

_NOT_NEEDING = (Action.SKIP, Action.KEEP, Action.ADOPT)
"""What a step does that is not held up by a step it needs being left out."""


@dataclass(frozen=True, slots=True)
class Omission:
    """What leaving one step out comes to."""

    step: str
    items: tuple[PlanItem, ...] = ()
    """What is left out: the step, then those that need it."""
    refusal: str = ""
    """Why it must not be left out, or "" where it may be."""

    @property
    def is_safe(self) -> bool:
        """Say whether it may be left out."""
        return not self.refusal

    @property
    def effects(self) -> tuple[str, ...]:
        """Say for each step that is left out what happens then."""
        return tuple(f"{item.title}: {item.without}" for item in self.items)


def skippable(plan: Plan, step: str) -> Omission:
    """Say whether a step of a plan may be left out, and what is left out with it; pure.

    Raises UsageError for a name that is no step of the plan.
    """
    by_id = {item.step: item for item in plan.items}
    if step not in by_id:
        raise _unknown(step, by_id)
    items: list[PlanItem] = []
    for item in _with_dependents(plan, step):
        refusal = _refusal(item, by_id[step])
        if refusal:
            return Omission(step, refusal=refusal)
        items.append(item)
    return Omission(step, tuple(items))


def leave_out(plan: Plan, steps: Sequence[str]) -> Plan:
    """Return the plan in which these steps, and those that need them, are skipped.

    Raises UsageError with every step that must not be left out, why, and which may be.
    """
    found = [skippable(plan, step) for step in dict.fromkeys(steps)]
    refused = [omission.refusal for omission in found if not omission.is_safe]
    if refused:
        raise UsageError("\n".join(refused), hint=_hint(plan))
    left = {item.step for omission in found for item in omission.items}
    items = tuple(_left_out(item) if item.step in left else item for item in plan.items)
    return replace(plan, items=items, skip=tuple(i.step for i in items if i.step in left))


def may_be_left_out(plan: Plan) -> tuple[str, ...]:
    """Return the steps of a plan that are not skipped and may be left out."""
    return tuple(
        item.step
        for item in plan.items
        if item.action is not Action.SKIP and skippable(plan, item.step).is_safe
    )


def _with_dependents(plan: Plan, step: str) -> Iterable[PlanItem]:
    """Yield a step, then those that could not be done without it; none where it is skipped."""
    gone: set[str] = set()
    for item in plan.items:
        if item.step == step and item.action is not Action.SKIP:
            gone.add(step)
            yield item
        elif gone.intersection(item.needs) and item.action not in _NOT_NEEDING:
            gone.add(item.step)
            yield item


def _refusal(item: PlanItem, first: PlanItem) -> str:
    """Say why a step must not be left out, or return ""; ``first`` was asked to be."""
    if item.action is Action.CONFLICT:
        return (
            f"{item.step} cannot be left out: {item.title} is in conflict with what exists, and "
            "OpenStack-Ansible would meet it too"
        )
    if item.without:
        return ""
    if item is first:
        return f"{item.step} cannot be left out: {item.indispensable}"
    return (
        f"{first.step} cannot be left out: {item.title} needs it, and that must not be left out: "
        f"{item.indispensable}"
    )


def _left_out(item: PlanItem) -> PlanItem:
    reason = f"{LEFT_OUT}: {item.without}"
    return replace(item, decision=Decision(Action.SKIP, item.decision.subject, reason=reason))


def _hint(plan: Plan) -> str:
    may = may_be_left_out(plan)
    return f"may be left out: {', '.join(may)}" if may else "no step of this plan may be left out"


def _unknown(step: str, known: Mapping[str, PlanItem]) -> UsageError:
    near = difflib.get_close_matches(step, known, n=1)
    return UsageError(
        f"there is no step {step!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
        hint=f"the steps are: {', '.join(known)}",
    )
