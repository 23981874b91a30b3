"""A plan by prompts: as a table, with what it changes, and the one question before it is done."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.steps.base import Action
from octavia_wizard.output.plans import summary
from octavia_wizard.plain import looking
from octavia_wizard.plain.asking import Asker
from octavia_wizard.plain.options import Option

_MARKS = {
    Action.CREATE: "+",
    Action.CHANGE: "~",
    Action.RUN: ">",
    Action.ADOPT: "=",
    Action.KEEP: "=",
    Action.SKIP: "-",
    Action.CONFLICT: "✗",
    Action.BLOCKED: "✗",
}
_FILES = "files"
"""The step whose differences were shown as files."""


def write_plan(asker: Asker, plan: Plan) -> None:
    """Write the steps as a table, then what they change in what exists."""
    paper = asker.paper
    paper.gap()
    paper.title(f"Plan for {_place(asker)}")
    rows = [
        (
            f"{_MARKS[item.action]} {item.action}",
            item.title,
            " ".join(filter(None, (item.decision.subject, _reason(item.decision.reason)))),
        )
        for item in plan.items
    ]
    paper.rows([("What", "Step", "Which"), *rows], indent=1)
    for item in plan.items:
        if item.decision.diff and item.step != _FILES:
            paper.line((item.title, "bold"), indent=1)
            paper.diff(item.decision.diff, indent=2)
    paper.line(summary(plan))


def _reason(text: str) -> str:
    return f"({text})" if text else ""


def _place(asker: Asker) -> str:
    session = asker.session
    cloud = session.facts.cloud
    place = f"{cloud.name} · {cloud.region}" if cloud else "files only"
    return f"{place} · OSA {session.effective.release.name} · {session.options.deploy_dir}"


_WAYS = (
    Option("no", "No, not yet", "back to the sections", key="n"),
    Option("yes", "Yes, apply", "make these changes", key="y"),
    Option("files", "Files", "show the differences again", key="p"),
    Option("plan", "Plan", "show the steps again", key="l"),
    Option("findings", "Findings", "show them in words", key="f"),
)
_WITHDRAW = Option("withdraw", "Withdraw", "an acceptance", key="w")


def consents(asker: Asker, plan: Plan) -> bool:
    """Ask for the last time; what is to be applied can be looked at again before answering."""
    _sum_up(asker, plan)
    ways = [*_WAYS, _WITHDRAW] if asker.session.answers.accept else _WAYS
    while True:
        match asker.prompter.choose("Apply now?", ways, "no", moves=False):
            case "yes":
                return True
            case "files":
                looking.show_files(asker)
            case "plan":
                write_plan(asker, plan)
            case "findings":
                looking.show_findings(asker)
            case "withdraw":
                withdraw(asker)
                return False
            case _:
                return False


def _sum_up(asker: Asker, plan: Plan) -> None:
    counts = Counter(item.action for item in plan.changes)
    what = ", ".join(f"{number} {action}" for action, number in counts.items())
    asker.paper.gap()
    changes = f"{len(plan.changes)} ({what or 'none'})"
    asker.paper.rows([("on", _place(asker)), ("changes", changes)], ("dim",), indent=1)
    asker.paper.prose(
        "Each change is written down before it is made. A run can be stopped by Ctrl-C and "
        "resumed, and taken back by the verb undo.",
        indent=1,
    )


def withdraw(asker: Asker) -> None:
    """Let a warning that was accepted stand in the way again."""
    session = asker.session
    options = [Option(name, name) for name in session.answers.accept]
    picked = asker.prompter.choose("Which", [*options, Option("", "none")], "", moves=False)
    if not picked:
        return
    answers = session.answers
    kept = tuple(name for name in answers.accept if name != picked)

    def change() -> None:
        session.answers = replace(answers, accept=kept)

    asker.change(change)
    asker.paper.line(f"{picked} is not accepted any more")
