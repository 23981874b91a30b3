"""The runs of playbooks on this host, and what Ansible found on the controllers, as pictures."""

from __future__ import annotations

from datetime import datetime

from octavia_wizard.core.durations import lasted
from octavia_wizard.core.facts.controllers import Controller
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.layout import cut, verdict
from octavia_wizard.core.views.model import Line, Picture, Role, Subject, line

_SIGNS = {
    PlayState.RUNNING: (glyphs.RUNNING, Role.STRONG),
    PlayState.DONE: (glyphs.DONE, Role.GOOD),
    PlayState.FAILED: (glyphs.ERROR, Role.BAD),
    PlayState.LOST: (glyphs.ATTENTION, Role.ATTENTION),
}


def draw_runs(subject: Subject, width: int) -> Picture:
    """Draw the newest run of each playbook, the newest first; nothing where none was run here."""
    newest: dict[str, PlaybookRun] = {}
    for run in subject.facts.host.playbook_runs:
        newest.setdefault(run.purpose, run)
    if not newest:
        return ()
    column = max(map(len, newest)) + 2
    rows = []
    for run in newest.values():
        sign, role = _SIGNS[run.state]
        row = f" {run.purpose.ljust(column)}{_day(run.started)}  {run.state:<8}{_took(run)}"
        if run.options:
            row += f"  {' '.join(run.options)}"
        rows.append(line((sign, role), cut(row.rstrip(), width - 1)))
    return tuple(rows)


def draw_controllers(subject: Subject, width: int) -> Picture:
    """Draw how the controllers stood when they were last asked; nothing where nobody asked."""
    found = subject.facts.controllers
    if found is None:
        return ()
    if found.problem:
        return verdict(Role.ATTENTION, found.problem, width)
    if not found.hosts:
        return verdict(Role.QUIET, "no controller runs Octavia yet", width)
    return tuple(_controller(host, width) for host in found.hosts)


def _controller(host: Controller, width: int) -> Line:
    if host.problem:
        return line((glyphs.ERROR, Role.BAD), cut(f" {host.name}  {host.problem}", width - 1))
    down = sorted(unit for unit, state in host.services.items() if state != "active")
    if down:
        text = f" {host.name}  {', '.join(f'{unit} {host.services[unit]}' for unit in down)}"
        return line((glyphs.ATTENTION, Role.ATTENTION), cut(text, width - 1))
    text = f" {host.name}  all of Octavia active"
    return line((glyphs.DONE, Role.GOOD), cut(text, width - 1))


def _day(started: str) -> str:
    return f"{datetime.fromisoformat(started):%Y-%m-%d %H:%M}"


def _took(run: PlaybookRun) -> str:
    return "" if run.seconds is None else lasted(run.seconds)
