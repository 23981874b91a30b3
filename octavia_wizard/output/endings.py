"""How a command ended, and what is in the operator's hands now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.core.durations import lasted, moment
from octavia_wizard.output.model import Result
from octavia_wizard.output.things import Thing, homely, notable, write_things

if TYPE_CHECKING:
    from octavia_wizard.core.handover import Handover
    from octavia_wizard.output.paper import Paper


def handover_result(handover: Handover, summary: str) -> Result:
    """Show what was done, where the preset is, and what to run next."""

    def write(paper: Paper) -> None:
        paper.line((summary, "bold"))
        write_handover(paper, handover)

    document = {"summary": summary, **asdict(handover)}
    return Result("handover", (document,), write)


def runbook_result(paths: Sequence[Path]) -> Result:
    """Tell where the runbook was written."""

    def write(paper: Paper) -> None:
        paper.line(("Written:", "bold"))
        for path in paths:
            paper.line(str(path), indent=1)

    return Result("runbook", ({"written": list(paths)},), write)


def printed_runbook_result(text: str, form: str) -> Result:
    """Show the runbook itself."""

    def write(paper: Paper) -> None:
        for line in text.splitlines():
            paper.line(line)

    return Result("runbook", ({"form": form, "text": text},), write)


def write_handover(paper: Paper, handover: Handover) -> None:
    """Write the hand-over as lines."""
    paths = [
        ("preset", handover.preset),
        ("runbook", handover.runbook),
        ("as HTML", handover.runbook_html),
        ("journal", handover.journal),
    ]
    paper.rows([(name, str(path)) for name, path in paths if path], ("dim",), indent=1)
    if handover.made:
        paper.line(("Made or changed by octavia-wizard:", "bold"))
        things = notable(Thing(m.kind, m.name, m.id, m.result) for m in handover.made)
        write_things(paper, things, handover.deploy_dir)
    _write_ran(paper, handover)
    if handover.image is not None:
        image = handover.image
        paper.line(("Amphora image:", "bold"), f" {image.name} {image.id}".rstrip())
        if image.origin:
            paper.prose(image.origin, indent=1)
        paper.prose(f"a new one is due by {image.rotate_by:%Y-%m-%d}: {image.rotate}", indent=1)
    if handover.certificates:
        paper.line(("Certificates:", "bold"))
        for dated in handover.certificates:
            paper.line(
                f"{dated.what}: valid until {dated.not_after:%Y-%m-%d}, "
                f"renew by {dated.renew_by:%Y-%m-%d}",
                indent=1,
            )
            paper.line((f"SHA-256 {dated.fingerprint}", "dim"), indent=2)
            if dated.renew:
                done = f": {dated.command}" if dated.command else ""
                paper.prose(f"{dated.renew}{done}", ("by then, ", "dim"), indent=2)
        if handover.watching is not None:
            paper.prose(
                f"to hear of it in time, run every day: {handover.watching.check}", indent=1
            )
    for note in handover.notes:
        paper.prose(note, ("! ", "yellow"))
    _write_commands(paper, handover)


def _write_ran(paper: Paper, handover: Handover) -> None:
    if handover.ran_lately:
        paper.line(("Playbooks:", "bold"))
        rows = [
            (ran.purpose, ran.outcome, lasted(ran.seconds or 0.0), homely(ran.log))
            for ran in handover.ran_lately
        ]
        paper.rows(rows, ("", "", "dim", "dim"), indent=1)
    if handover.verified is not None:
        smoke = ", with a load balancer" if handover.verified.smoke else ""
        paper.line(("Verified:", "bold"), f" {moment(handover.verified.at)}{smoke}")
        for line in handover.verified.warnings:
            paper.prose(line, ("! ", "yellow"), indent=1)
    elif handover.verify:
        paper.line(("Not verified yet.", "bold"), " This does it, once the playbooks have run:")
        paper.line(handover.verify, indent=1)


def _write_commands(paper: Paper, handover: Handover) -> None:
    if not handover.commands:
        return
    paper.line(("Run next, on the deploy host:", "bold"))
    directory = ""
    for command in handover.commands:
        if command.directory and command.directory != directory:
            paper.line(f"cd {command.directory}", indent=1)
            directory = command.directory
        paper.line(command.command, indent=1)
        if command.note:
            paper.prose(command.note, ("# ", "dim"), indent=2)
