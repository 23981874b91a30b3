"""What the runbook tells of the past: runs and their steps, playbooks, files that were changed."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.durations import lasted, moment
from octavia_wizard.core.handover_model import Handover, PlaybookRan, RunDone, StepDone
from octavia_wizard.core.markdown import code, prose, shell

_SHOWN = 20
"""Runs of playbooks that are told; the others can be looked up."""
_DONE = {"create": "created", "change": "changed", "run": "run", "adopt": "adopted"}
_ENDED = {
    "done": "ended well",
    "failed": "failed",
    "lost": "ended without a word: killed, or the host was restarted",
    "running": "still running when this was written",
}


def verification(handover: Handover) -> Iterator[str]:
    """Tell whether it was verified that all of it works."""
    proof = handover.verified
    if proof is None and not handover.verify:
        return
    yield "## Verification"
    yield ""
    if proof is not None:
        smoke = " A load balancer was created in it, became active, and was deleted again."
        yield (
            f"Verified on {prose(moment(proof.at))}: no check failed.{smoke if proof.smoke else ''}"
        )
        for line in proof.warnings:
            yield ""
            yield f"Warning: {prose(line)}"
    else:
        yield "It was not verified yet."
    yield ""
    if handover.verify:
        yield "This does it at any time:"
        yield ""
        yield from shell(handover.verify)
        yield ""


def playbooks(handover: Handover) -> Iterator[str]:
    """Tell of the playbooks that were run: when, how long it took, and how it ended."""
    if not handover.ran:
        return
    yield "## Playbooks that were run"
    yield ""
    shown = handover.ran[-_SHOWN:]
    if len(shown) < len(handover.ran):
        yield f"The last {len(shown)} of {len(handover.ran)}:"
        yield ""
    for ran in shown:
        yield from _playbook(ran)
    yield ""


def _playbook(ran: PlaybookRan) -> Iterator[str]:
    ended = _ENDED.get(ran.outcome, ran.outcome)
    code_told = f", exit code {ran.code}" if ran.code else ""
    took = f" after {lasted(ran.seconds)}" if ran.seconds is not None else ""
    yield f"- {prose(moment(ran.started))}: {code(ran.command)}"
    yield f"  - {prose(ended[:1].upper() + ended[1:])}{took}{code_told}"
    yield f"  - Log: {code(str(ran.log))}"


def steps(handover: Handover) -> Iterator[str]:
    """Tell of the last run which steps did something, and how long each took."""
    runs = [run for run in handover.runs if run.steps or run is handover.runs[-1]]
    if not runs:
        return
    yield "## Steps of the last run"
    yield ""
    for run in runs:
        yield from _run(run)
        yield ""


def _run(run: RunDone) -> Iterator[str]:
    took = f" in {lasted(run.seconds)}" if run.seconds is not None else ""
    ended = f", {prose(run.status)}{took}" if run.status else ", not ended"
    yield f"Run {code(run.run_id)} ({code(run.command)}) of {prose(moment(run.started))}{ended}:"
    yield ""
    yield from (_step(step) for step in run.steps)
    if not run.steps:
        yield "- Nothing was to do"


def _step(step: StepDone) -> str:
    done = _DONE.get(step.action, step.action)
    subject = f" {code(step.subject)}" if step.subject else ""
    return f"- {prose(step.title)}: {prose(done)} in {lasted(step.seconds)}{subject}"


def changed_files(handover: Handover) -> Iterator[str]:
    """Tell which files were changed, and where each is kept as it was before."""
    if not handover.changed:
        return
    yield "## Files that were changed, and their backups"
    yield ""
    for one in handover.changed:
        yield f"- {code(str(one.path))}"
        yield f"  - As it was before run {code(one.run_id)}: {code(str(one.backup))}"
    yield ""


def not_undone(handover: Handover) -> Iterator[str]:
    """Tell what undo leaves as it is."""
    left = []
    if handover.ran:
        left.append(
            "What the playbooks did on the hosts: containers, packages, services and their "
            "configuration. Undo takes the variables and the inventory back; a playbook that is "
            "run afterwards works by those."
        )
    if handover.adopted:
        left.append("What was adopted: it was there before.")
    if any(ran.outcome == "running" for ran in handover.ran):
        left.append("A playbook that still runs: it is not stopped.")
    left.append("What was changed by somebody else since: it is listed, and stays.")
    yield "Undo does not take back:"
    yield ""
    yield from (f"- {prose(line)}" for line in left)
    yield ""
