"""The hand-over as a page: what was done and what it came to, then what is left to do."""

from __future__ import annotations

from textual.content import Content

from octavia_wizard.core.durations import lasted, moment
from octavia_wizard.core.handover_model import Handover, PlaybookRan
from octavia_wizard.core.playbooks.record import PlayState
from octavia_wizard.screens import glyphs

_QUIET = "$foreground 60%"
_DONE = {"create": "created", "change": "changed", "run": "run", "adopt": "adopted"}
_ENDED: dict[str, tuple[str, str]] = {
    PlayState.DONE: (glyphs.DONE, "ended well after"),
    PlayState.FAILED: (glyphs.ERROR, "failed after"),
    PlayState.LOST: (glyphs.ATTENTION, "was broken off after"),
    PlayState.RUNNING: (glyphs.RUNNING, "goes on"),
}


def page_of(handover: Handover) -> Content:
    """Write the page."""
    parts = [
        _summary(handover),
        _commands(handover),
        _put_off(handover),
        _verified(handover),
        _documents(handover),
        _playbooks(handover),
        _steps(handover),
        _dates(handover),
        _made(handover),
        [Content("Take back what was made:"), Content(f"  {handover.undo}")],
    ]
    lines: list[Content] = []
    for part in filter(None, parts):
        lines += [Content(""), *part] if lines else part
    return Content("\n").join(lines)


def _summary(handover: Handover) -> list[Content]:
    text = "Everything is as planned."
    if handover.put_off:
        text = "What is put off comes later; everything else is as planned."
    return [Content.styled(f"{glyphs.DONE} Applied. {text}", "bold")]


def _documents(handover: Handover) -> list[Content]:
    lines = []
    if handover.runbook is not None:
        lines += [Content("The runbook, to keep (R reads it):"), Content(f"  {handover.runbook}")]
        if handover.runbook_html is not None:
            lines.append(Content(f"  {handover.runbook_html}"))
            lines.append(Content.styled("    the same for a browser, or to print", _QUIET))
    if handover.preset is not None:
        lines += [
            Content("The answers as a preset, to replay this deployment:"),
            Content(f"  {handover.replay}"),
        ]
    if handover.journal is not None:
        lines += [Content("What was done, as a journal:"), Content(f"  {handover.journal}")]
    return lines


def _commands(handover: Handover) -> list[Content]:
    if not handover.commands:
        return []
    lines = [Content.styled("Still to be run by hand, in this order", "bold")]
    directory = ""
    for number, command in enumerate(handover.commands, start=1):
        if command.directory and command.directory != directory:
            directory = command.directory
            lines.append(Content(f"  cd {directory}"))
        lines.append(Content(f"  {number}  {command.command}"))
        if command.note:
            lines.append(Content.styled(f"     {command.note}", _QUIET))
    return lines


def _put_off(handover: Handover) -> list[Content]:
    lines = [Content.styled("Put off", "bold")]
    for item in handover.put_off:
        lines.append(Content(f"  {item.title}: {item.why}. Afterwards:"))
        lines.append(Content(f"    {item.command}"))
    return lines if handover.put_off else []


def _verified(handover: Handover) -> list[Content]:
    """Say whether it was proved that all of it works, and how to prove it at any time."""
    if handover.verified is not None:
        smoke = ", with a load balancer made and deleted in it" if handover.verified.smoke else ""
        lines = [Content.assemble(("Verified", "bold"), f" {moment(handover.verified.at)}{smoke}.")]
        lines += [Content(f"{glyphs.ATTENTION} {line}") for line in handover.verified.warnings]
        how = "At any time again:"
    else:
        lines = [Content.assemble(("Not verified yet", "bold"), ".")]
        how = "This does it, once the playbooks have run:"
    if not handover.verify:
        return lines if handover.verified is not None else []
    return [*lines, Content(how), Content(f"  {handover.verify}")]


def _playbooks(handover: Handover) -> list[Content]:
    """Tell which playbooks were run, how each ended, and how long it took."""
    if not handover.ran_lately:
        return []
    width = max(len(ran.purpose) for ran in handover.ran_lately)
    lines = [Content.styled("Playbooks that were run", "bold")]
    for ran in handover.ran_lately:
        sign, how = _ended(ran)
        lines.append(Content(f"  {sign} {ran.purpose.ljust(width)}  {moment(ran.started)}  {how}"))
    if handover.playbook_logs is not None:
        lines += [Content("  What they said is kept in"), Content(f"    {handover.playbook_logs}")]
    return lines


def _ended(ran: PlaybookRan) -> tuple[str, str]:
    sign, how = _ENDED.get(ran.outcome, (glyphs.DOT, ran.outcome))
    if ran.seconds is None:
        return sign, how.removesuffix(" after")
    return sign, f"{how} {lasted(ran.seconds)}"


def _steps(handover: Handover) -> list[Content]:
    """Tell what each step did in the last run, and how long it took."""
    steps = [step for run in handover.runs for step in run.steps]
    if not steps:
        return []
    width = max(len(step.title) for step in steps)
    lines = [Content.styled("Steps that did something", "bold")]
    for step in steps:
        did = _DONE.get(step.action, step.action)
        lines.append(
            Content(f"  {step.title.ljust(width)}  {did.ljust(7)}  {lasted(step.seconds)}")
        )
    return lines


def _dates(handover: Handover) -> list[Content]:
    lines = [Content.styled("Renew by", "bold")]
    for dated in handover.certificates:
        lines.append(Content(f"  {dated.renew_by:%Y-%m-%d}  {dated.what}, {dated.subject}"))
    return lines if handover.certificates else []


def _made(handover: Handover) -> list[Content]:
    things = len(handover.made)
    lines = [Content.styled(f"Made in this deployment, {things} in all", "bold")]
    lines += [Content(f"  {thing.kind.ljust(20)} {thing.name}") for thing in handover.made]
    return lines if things else []
