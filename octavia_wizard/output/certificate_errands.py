"""What comes of renewing a certificate, and the phases by which an authority is replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from octavia_wizard.core.handover_model import NextCommand
from octavia_wizard.core.lifecycle.rollover_model import Phase, RolloverPlan
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper

if TYPE_CHECKING:
    from pathlib import Path

    from octavia_wizard.core.effective import Effective
    from octavia_wizard.core.engine.run import RunResult
    from octavia_wizard.core.pki.renewing import Refusal
    from octavia_wizard.core.pki.rollover_files import Stage

BLOCKED = 4
"""Exit code where nothing was done because something stands in the way."""
_SOURCE = (
    "{} holds the former one: put the new one in its place, so that it is not taken over again "
    "when another of your files changes"
)
_TIME = "%Y-%m-%d %H:%M UTC"


def planned_result(changes: int) -> Result:
    """Say that nothing was changed, though it could be."""
    text = f"{changes} change{'' if changes == 1 else 's'} would be made; nothing was changed."
    if not changes:
        text = "Nothing would be changed."
    document = {"changes": changes, "dry_run": True}
    return Result("certificates-planned", (document,), lambda paper: paper.line(text))


def refusal_result(refusal: Refusal, ways: Sequence[NextCommand]) -> Result:
    """Show why a certificate cannot be renewed here, and how else."""
    document = {
        "renewed": False,
        "reason": refusal.reason,
        "cure": refusal.cure,
        "commands": [asdict(one) for one in ways],
    }

    def write(paper: Paper) -> None:
        paper.prose(refusal.reason, ("✗ ", "bold red"))
        paper.prose(refusal.cure, ("fix: ", "dim"), indent=1)
        write_commands(paper, ways, "By your own PKI:")

    return Result("certificate-not-renewed", (document,), write, BLOCKED)


def request_result(request: Path, key: Path, ways: Sequence[NextCommand]) -> Result:
    """Show where a request and its key are, and what to do with them."""
    document = {
        "request": str(request),
        "key": str(key),
        "commands": [asdict(one) for one in ways],
    }

    def write(paper: Paper) -> None:
        paper.line(("Written, and nothing else was changed:", "bold"))
        paper.rows([("request", str(request)), ("key", f"{key}, mode 0600")], ("dim",), indent=1)
        write_commands(paper, ways, "Next:")

    return Result("certificate-request", (document,), write)


def renewed_result(
    effective: Effective,
    run: RunResult,
    ways: Sequence[NextCommand],
    approve: Sequence[str],
) -> Result:
    """Show the new client certificate, and how it comes to the controllers."""
    from octavia_wizard.core.pki.layout import certificate_layout
    from octavia_wizard.core.pki.reading.inspection import read_certificate

    layout = certificate_layout(effective)
    view = read_certificate(layout.files[Pem.CLIENT])
    document = {
        "renewed": True,
        "certificate": str(view.path),
        "subject": view.subject,
        "fingerprint": view.fingerprint,
        "not_after": view.not_after,
        "run": run.run_id,
        "journal": str(run.journal),
        "approve": list(approve),
        "commands": [asdict(one) for one in ways],
    }
    rows = [
        ("certificate", str(view.path)),
        ("subject", view.subject),
        ("valid until", f"{view.not_after:%Y-%m-%d}"),
        ("SHA-256", view.fingerprint),
        ("run", run.run_id),
    ]

    def write(paper: Paper) -> None:
        paper.line(("The client certificate is renewed.", "bold"))
        paper.rows(rows, ("dim",), indent=1)
        _write_approvals(paper, approve)
        if not layout.generate:
            paper.prose(_SOURCE.format(layout.sources.get(Pem.CLIENT)), ("! ", "yellow"))
        write_commands(paper, ways, "Controllers go on with the former one until you run:")

    return Result("certificate-renewed", (document,), write)


def rollover_result(plan: RolloverPlan, where: str) -> Result:
    """Show all phases of a rollover, and which one is next."""

    def write(paper: Paper) -> None:
        paper.title(f"Replacing the {plan.side} CA on {where}")
        paper.rows(_heading(plan), ("dim",), indent=1)
        for phase in plan.phases:
            _write_phase(paper, plan, phase)
        paper.gap()
        _write_readiness(paper, plan)

    return Result("ca-rollover", (plan_document(plan),), write)


def advanced_result(
    plan: RolloverPlan, stage: Stage | None, run: RunResult, approve: Sequence[str]
) -> Result:
    """Show the phase whose files are in place, or that was distributed, and what follows."""
    phase = plan.current
    commands = phase.commands[1:] if phase is not None and stage is not None else ()
    document = {
        **plan_document(plan),
        "run": run.run_id,
        "journal": str(run.journal),
        "approve": list(approve),
        "commands": [asdict(one) for one in commands],
    }

    def write(paper: Paper) -> None:
        if phase is not None:
            what = "files are in place" if stage is not None else "was distributed"
            paper.line((f"Phase {phase.stage}: {what}.", "bold"), f" Run {run.run_id}.")
        _write_approvals(paper, approve)
        write_commands(paper, commands, "Nothing has reached the controllers yet. Run:")
        if phase is not None and phase.wait and stage is not None:
            paper.prose(phase.wait, ("before the next phase: ", "dim"))
        if stage is None:
            _write_readiness(paper, plan)

    return Result("ca-rollover-advanced", (document,), write)


def plan_document(plan: RolloverPlan) -> Mapping[str, object]:
    """Return the plan of a rollover as data."""
    return {**asdict(plan), "next": plan.following.value}


def write_commands(
    paper: Paper, commands: Sequence[NextCommand], heading: str, indent: int = 0
) -> None:
    """Write commands to copy, each with the directory to run it in and what it is for."""
    if not commands:
        return
    if heading:
        paper.line((heading, "bold"), indent=indent)
    directory = ""
    for command in commands:
        if command.directory and command.directory != directory:
            paper.line(f"cd {command.directory}", indent=indent + 1)
            directory = command.directory
        paper.line(command.command, indent=indent + 1)
        if command.note:
            paper.prose(command.note, ("# ", "dim"), indent=indent + 2)


def _heading(plan: RolloverPlan) -> list[tuple[str, str]]:
    rows = [("present", plan.present), ("new", plan.coming or "not made yet")]
    if not plan.ours:
        rows.append(("files", "your own: change them where you keep them, and replay"))
    return rows


def _write_phase(paper: Paper, plan: RolloverPlan, phase: Phase) -> None:
    paper.gap()
    mark, style = ("= ", "green") if phase.done else ("· ", "dim")
    if phase.stage is plan.following:
        mark, style = "> ", "yellow"
    paper.line((mark, style), (f"{phase.stage}: {phase.title}", "bold"))
    times = (("files changed", phase.changed), ("on all controllers", phase.distributed))
    told = [f"{name} {at:{_TIME}}" for name, at in times if at is not None]
    if phase.changed is not None and phase.distributed is None:
        told.append("not known to be on all controllers")
    if told:
        paper.line(", ".join(told), indent=1)
    paper.prose(phase.why, indent=1)
    for change in phase.changes:
        paper.prose(change, ("~ ", "yellow"), indent=1)
    write_commands(paper, phase.commands, "", indent=1)
    if phase.wait:
        paper.prose(phase.wait, ("then wait: ", "dim"), indent=1)
    paper.prose(phase.back, ("to go back: ", "dim"), indent=1)


def _write_readiness(paper: Paper, plan: RolloverPlan) -> None:
    ready = plan.readiness
    if plan.problem:
        paper.prose(plan.problem, ("✗ ", "bold red"))
        return
    if plan.unread:
        paper.prose(f"the amphorae could not be looked at: {plan.unread}", ("! ", "yellow"))
    mark = ("✓ ", "green") if ready.met else ("! ", "yellow")
    word = "may be begun" if ready.met else "must wait"
    paper.prose(f"Phase {plan.following} {word}: {ready.reason}.", mark)
    if ready.earliest is not None and not ready.met:
        paper.line(("not before: ", "dim"), f"{ready.earliest:{_TIME}}", indent=1)
    if ready.cure and not ready.met:
        paper.prose(ready.cure, ("fix: ", "dim"), indent=1)
    for command in ready.failovers:
        paper.line(command, indent=2)


def _write_approvals(paper: Paper, lines: Sequence[str]) -> None:
    for line in lines:
        paper.prose(f"approve the new fingerprint: {line}", ("! ", "yellow"))
