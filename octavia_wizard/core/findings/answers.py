"""Checks of the answers as such: missing, not applicable, not to choose, or with a template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from octavia_wizard.core.emit.user_variables import all_rows, variable_values
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import GIVEN, Check, Situation, error, note, warning
from octavia_wizard.core.questions import QUESTIONS, Context, Kind, find_question

_TEMPLATE = re.compile(r"\{\{|\{%|\{#")

MISSING = error(
    "answer-missing",
    "cloud",
    "A question has no answer",
    "It has no default: only you can know.",
    "Answer it.",
)
UNUSED = note(
    "answer-not-used",
    "cloud",
    "An answer does not apply",
    "Given the other answers, its question is not asked.",
    "Nothing to do; remove it from the preset to be rid of this note.",
)
NOT_A_CHOICE = error(
    "choice-not-available",
    "cloud",
    "The answer is not among the choices",
    "What can be chosen follows from the release and from the other answers.",
    "Choose one of those.",
)
TEMPLATE = error(
    "template-in-value",
    "variables",
    "A value holds a Jinja template",
    "Ansible would run it when it reads the emitted file, with all of its variables, secrets "
    "included.",
    "Write the value itself; what must be computed belongs into a file of your own.",
)

TWICE = warning(
    "variable-answered-twice",
    "variables",
    "A role variable is set by name, and a question says otherwise",
    "The file takes the value given by name, and the steps take the answer: role and wizard would "
    "then make different things.",
    "Give the value as the answer, and take the variable out of the list.",
)

# Answers that contradict others, in the operator's terms; spare_pool has a finding of its own.
_WHY_UNUSED = {
    "network.physical_network": "An overlay, or an adopted network, is given no physical network.",
    "network.segmentation_id": "A flat or adopted network is given no segmentation id.",
    "network.created_by": "An adopted network is created by nobody.",
    "network.pool": "The subnet of an adopted network has its pool already.",
}
_BY_NAME = "variables."
_ELSEWHERE = frozenset({"capacity.spare_pool"})


def check_missing(case: Situation) -> Iterator[Finding]:
    """Report each question that only the operator can answer."""
    context = Context(case.release, case.facts, case.effective)
    for key in case.effective.missing:
        question = find_question(key)
        title = question.title if question else key
        choices = question.choices(context) if question and question.choices else ()
        labels = ", ".join(choice.label for choice in choices[:6])
        fix = f"Set {key}" + (f", e.g. {labels}." if labels else ".")
        yield MISSING.found(f"{title} ({key}) has no answer.", place=key, fix=fix)


def check_unused(case: Situation) -> Iterator[Finding]:
    """Report each answer that changes nothing."""
    for key in case.effective.unused:
        if key not in _ELSEWHERE:
            what = f"{key} is answered and does not apply."
            yield UNUSED.found(what, place=key, why=_WHY_UNUSED.get(key, ""))


def check_choices(case: Situation) -> Iterator[Finding]:
    """Look for answers that this release, or these other answers, do not offer."""
    context = Context(case.release, case.facts, case.effective)
    for question in QUESTIONS:
        if question.kind not in (Kind.CHOICE, Kind.CHOICES) or question.choices is None:
            continue
        if not case.given(question.key):
            continue
        value = case.effective.value(question.key)
        legal = [choice.value for choice in question.choices(context)]
        wrong = [v for v in (value if isinstance(value, list) else [value]) if v not in legal]
        if wrong:
            yield NOT_A_CHOICE.found(
                f"{question.key} is {', '.join(map(str, wrong))}.",
                place=question.key,
                fix=f"Choose {', '.join(map(str, legal))}.",
            )


def check_twice(case: Situation) -> Iterator[Finding]:
    """Look for role variables whose question is answered differently."""
    by_name = case.effective.variables()
    led_to = _led_to(case) if by_name else {}
    for question in QUESTIONS:
        for name in question.variables:
            if name not in by_name or question.key not in case.effective:
                continue
            named, answered = by_name[name].value, case.effective.value(question.key)
            if named is None or named == answered:
                continue
            # Some answers are not the value itself: what they would lead to is compared then.
            if not _is_its_value(question.key, name) and led_to.get(name, named) == named:
                continue
            what = f"{name} is {named}, and {question.key} is {answered}."
            yield TWICE.found(what, place=f"variables.{name}")


def _led_to(case: Situation) -> dict[str, object]:
    """Return what the file would say if nothing were set by name."""
    kept = {
        setting.key: setting for setting in case.effective if not setting.key.startswith(_BY_NAME)
    }
    return variable_values(replace(case.effective, settings=kept), case.facts)


def _is_its_value(key: str, name: str) -> bool:
    """Say whether the answer to a question is, as it stands, the value of a variable."""
    return any(row.key == key and row.variable == name and not row.value for row in all_rows())


def check_templates(case: Situation) -> Iterator[Finding]:
    """Look for templates in every answer, however deep."""
    for setting in case.effective:
        found = _template(setting.value) if setting.provenance in GIVEN else None
        if found is not None:
            what = f"{setting.key} holds {found!r}."
            yield TEMPLATE.found(what, place=setting.key)


def _template(value: object) -> str | None:
    if isinstance(value, str):
        match = _TEMPLATE.search(value)
        return value[match.start() :][:40] if match else None
    if isinstance(value, Mapping):
        parts = [*value, *value.values()]
    else:
        parts = list(value) if isinstance(value, list | tuple) else []
    return next((found for part in parts if (found := _template(part)) is not None), None)


CHECKS: tuple[Check, ...] = (
    check_missing,
    check_unused,
    check_choices,
    check_twice,
    check_templates,
)
