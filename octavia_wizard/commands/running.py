"""Running a plan from the command line: confirm, follow, stop on signals, hand over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from octavia_wizard.commands.flow import where
from octavia_wizard.commands.invocation import Invocation
from octavia_wizard.core.commandline import command_line
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.engine.plan import Plan
    from octavia_wizard.core.engine.run import RunResult
    from octavia_wizard.core.errors import WizardError
    from octavia_wizard.core.session import Session

F = TypeVar("F", bound=Callable[..., Any])


def yes_option(function: F) -> F:
    """Add the option that confirms in advance."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask before anything is changed.")(
        function
    )


def skip_option(function: F) -> F:
    """Add the option that leaves steps out."""
    return click.option(
        "--skip",
        multiple=True,
        metavar="STEP",
        help="Leave this step out, where that does no harm; may be repeated.",
    )(function)


def require_consent(invocation: Invocation, question: str, *, yes: bool) -> None:
    """Ask for a yes unless it was given; raises UsageError without one."""
    from octavia_wizard.core.errors import UsageError

    if yes:
        return
    if not invocation.output.interactive:
        raise UsageError(
            "there is nobody to confirm the changes, so nothing was changed",
            hint="run it with --yes to go on without asking",
        )
    if not invocation.output.confirm(question):
        raise UsageError("not confirmed: nothing was changed")


def asked_for(plan: Plan) -> Plan:
    """Leave out the steps that were not asked for, where others were."""
    from octavia_wizard.core.steps.base import Action

    items = tuple(item for item in plan.items if item.action is not Action.SKIP)
    return replace(plan, items=items or plan.items)


def refuse_obstacles(plan: Plan) -> None:
    """Raise BlockedError for a plan that cannot be carried out."""
    from octavia_wizard.core.errors import BlockedError

    if not plan.obstacles:
        return
    lines = [
        f"{item.title}: {item.action}: {item.decision.subject} {item.decision.reason}".rstrip()
        for item in plan.obstacles
    ]
    raise BlockedError(
        "\n".join(lines),
        hint="mend what each line names, or answer so that what is there is adopted",
    )


def nothing_to_do(session: Session, plan: Plan) -> Result:
    """Say that everything is as planned; nothing is written."""
    skipped = [item for item in plan.items if item.decision.reason]
    document = {"changes": 0, "where": where(session)}

    def write(paper: Any) -> None:
        paper.line(f"Nothing to do: everything is as planned on {where(session)}.")
        for item in skipped:
            paper.line(("- ", "dim"), f"{item.title}: {item.decision.reason}", indent=1)

    return Result("converged", (document,), write)


def confirm_and_run(
    invocation: Invocation,
    session: Session,
    plan: Plan,
    command: str,
    *,
    yes: bool,
    resumes: str | None = None,
) -> Result:
    """Ask, run, and hand over; raises what made the run fail."""
    result = carry_out(invocation, session, plan, command, yes=yes, resumes=resumes)
    return _finish(session, plan, result)


def carry_out(
    invocation: Invocation,
    session: Session,
    plan: Plan,
    command: str,
    *,
    yes: bool,
    resumes: str | None = None,
    question: str = "",
) -> RunResult:
    """Ask and run; raises what made the run fail."""
    count = len(plan.changes)
    usual = f"Make {'this change' if count == 1 else f'these {count} changes'}?"
    require_consent(invocation, question or usual, yes=yes)
    result = _run(invocation, session, plan, command, resumes)
    if result.error is not None:
        _say_what_stands(invocation, result)
        raise _with_hint(result.error, invocation, plan, result)
    return result


def _run(
    invocation: Invocation, session: Session, plan: Plan, command: str, resumes: str | None
) -> RunResult:
    from octavia_wizard.core.engine.signals import stop_on_signals
    from octavia_wizard.core.interview import apply
    from octavia_wizard.core.stopping import Stop

    cancel = Stop()
    with stop_on_signals(cancel), invocation.output.follow() as report:
        return apply(session, plan, command=command, report=report, cancel=cancel, resumes=resumes)


def _finish(session: Session, plan: Plan, result: RunResult) -> Result:
    from octavia_wizard.core.handover import hand_over
    from octavia_wizard.output.endings import handover_result

    summary = f"Done in {result.elapsed:.0f} s on {where(session)}."
    return handover_result(hand_over(session, plan, result, interview=False), summary)


def _say_what_stands(invocation: Invocation, result: RunResult) -> None:
    document = {
        "run": result.run_id,
        "status": result.status.value,
        "finished": list(result.finished),
        "failed": list(result.failed),
        "blocked": list(result.blocked),
        "journal": str(result.journal),
    }
    names = ("finished", "failed", "blocked")

    def write(paper: Any) -> None:
        rows = [(name, ", ".join(getattr(result, name))) for name in names if getattr(result, name)]
        paper.rows([*rows, ("journal", str(result.journal))], ("dim",), indent=1)

    invocation.output.show(Result("run", (document,), write))


def _with_hint(
    error: WizardError, invocation: Invocation, plan: Plan, result: RunResult
) -> WizardError:
    """Let the hint of an error end in how to go on, with the failed step or without it."""
    from octavia_wizard.core.engine.skipping import skippable

    def resume(*words: str) -> str:
        return command_line(
            "resume", *words, deploy_dir=invocation.deploy_dir, rehearse=invocation.rehearse
        )

    ways = [error.hint, f"{resume()} goes on from here"]
    for step in result.failed:
        omission = skippable(plan, step)
        if omission.is_safe:
            ways.append(f"{resume('--skip', step)} leaves out {'; '.join(omission.effects)}")
    error.hint = "; ".join(filter(None, ways))
    return error
