"""Why a run of a playbook failed, and what to do, in words.

The known cases are in ``data/failures.yml``.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from octavia_wizard.core.detached.sessions import boot_id
from octavia_wizard.core.playbooks.kept import load
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.playbooks.redaction import redacted
from octavia_wizard.core.playbooks.standing import PlayFailure, PlayReport
from octavia_wizard.core.releases.shipped import parse

_SHOWN = 3
"""Hosts that are told one by one."""
_TAIL = 200
"""Lines of the output that are looked through."""
_LONGEST = 300
_KILLED = 137
"""What a shell makes of SIGKILL."""
_MEMORY = "if memory ran out, the kernel's log (dmesg) says so"
_ERROR = re.compile(r"(?:ERROR! |\[ERROR\]: |ERROR: |error: |\S*openstack-ansible: )")


@dataclass(frozen=True, slots=True)
class Case:
    """One known way to fail."""

    id: str
    patterns: tuple[str, ...]
    """Looked for in what modules said and in the last lines of the output."""
    remedy: str
    summary: str = ""
    """What is wrong, for failures that have no task."""


def told(run: PlaybookRun, report: PlayReport) -> tuple[str, str]:
    """Return what went wrong, and what to do about it."""
    name = _name(run)
    log = f"the log is {report.log or run.log}"
    if run.state is PlayState.LOST:
        return _lost(run, name, log)
    if report.failures:
        message, remedy = _failures(name, report)
    elif run.code == 0:
        message, remedy = _nothing_done(run, name)
    else:
        message, remedy = _without_task(run, name, report)
    return message, f"{remedy}; {log}" if remedy else log


@cache
def cases() -> tuple[Case, ...]:
    """Return the known cases, in the order in which they are looked for."""
    text = files("octavia_wizard.core.playbooks.data").joinpath("failures.yml")
    entries: list[dict[str, object]] = parse(text.read_text(encoding="utf-8"))
    return tuple(
        Case(**{key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()})  # type: ignore[arg-type]
        for entry in entries
    )


def _name(run: PlaybookRun) -> str:
    """Return the playbook as it is called, e.g. ``os-octavia-install.yml``."""
    return run.command[1] if len(run.command) > 1 else run.purpose


def _failures(name: str, report: PlayReport) -> tuple[str, str]:
    first = report.failures[0]
    away = [failure for failure in report.failures if failure.unreachable]
    if len(away) == len(report.failures):
        lines = [f"{name} failed: {_hosts(away)} cannot be reached", *_per_host(report.failures)]
        return "\n".join(lines), (
            f"find out why: ssh {first.host}, or ansible {first.host} -m ping in OSA's playbooks "
            "directory"
        )
    task = next(failure for failure in report.failures if not failure.unreachable)
    same = [failure for failure in report.failures if failure.task == task.task]
    told_already = {failure.host for failure in same}
    others = [failure for failure in report.failures if failure.host not in told_already]
    lines = [f"{name} failed on {_hosts(same)} at task {task.task}"]
    if task.play:
        lines[0] += f" (play {task.play})"
    lines += _per_host(same)
    if task.file:
        lines.append(f"see {task.file}")
    if others:
        lines.append(f"failed elsewhere, too: {_hosts(others)}")
    case = _case(failure.message for failure in report.failures)
    return "\n".join(lines), case[0].remedy.format_map(case[1]) if case else ""


def _per_host(failures: Iterable[PlayFailure]) -> list[str]:
    said: dict[str, list[str]] = {}
    for failure in failures:
        text = failure.message or "what it said is kept secret (no_log)"
        said.setdefault(redacted(text.replace("\n", " "), _LONGEST), []).append(failure.host)
    lines = [f"{_listed(sorted(set(hosts)))}: {text}" for text, hosts in said.items()]
    more = len(lines) - _SHOWN
    return [*lines[:_SHOWN], f"and {more} more"] if more > 0 else lines


def _hosts(failures: Iterable[PlayFailure]) -> str:
    return _listed(sorted({failure.host for failure in failures}))


def _listed(hosts: list[str]) -> str:
    shown = ", ".join(hosts[:_SHOWN])
    return f"{shown} and {len(hosts) - _SHOWN} more" if len(hosts) > _SHOWN else shown


def _nothing_done(run: PlaybookRun, name: str) -> tuple[str, str]:
    kept = load(run.directory)
    group, start = (kept.group, kept.start_at) if kept is not None else ("", "")
    if start:
        # Ansible ends with 0 then, and before 2.9 without a word.
        return (
            f"{name} did nothing: the task to start at was not found: {start}",
            "run it again; it then starts at its beginning",
        )
    who = f"host of {group}" if group else "host"
    return (
        f"{name} did nothing: no {who} took part",
        "see whether the inventory has hosts for it, and whether its limit and tags leave any: "
        "ansible-inventory --graph in OSA's playbooks directory",
    )


def _without_task(run: PlaybookRun, name: str, report: PlayReport) -> tuple[str, str]:
    tail = _tail(report.log or run.log)
    case = _case(tail)
    if case is not None and case[0].summary:
        summary, remedy = (text.format_map(case[1]) for text in (case[0].summary, case[0].remedy))
        return f"{name} failed: {summary}", remedy
    kept = load(run.directory)
    if kept is not None and kept.cancelled:
        return f"{name} was cancelled", "run it again"
    if run.code == _KILLED:
        return f"{name} failed: Ansible was killed from outside", f"{_MEMORY}; then run it again"
    errors = [line for line in tail if _ERROR.match(line)]
    line = next(reversed(errors or [line for line in tail if line.strip()]), "")
    said = f": {redacted(line.strip(), _LONGEST)}" if line else ""
    return f"{name} failed with exit code {run.code}{said}", case[0].remedy if case else ""


def _lost(run: PlaybookRun, name: str, log: str) -> tuple[str, str]:
    kept = load(run.directory)
    if kept is not None and not kept.pid:
        return f"{name} was never started", f"run it again; {log}"
    if kept is not None and kept.boot_id and kept.boot_id != boot_id():
        return f"this host was restarted while {name} was at work", f"run it again; {log}"
    return (
        f"{name} was killed from outside: it ended without an exit code",
        f"{_MEMORY}; then run it again; {log}",
    )


def _case(lines: Iterable[str]) -> tuple[Case, dict[str, str]] | None:
    said = list(lines)
    for case in cases():
        for pattern in case.patterns:
            expression = re.compile(pattern)
            for line in said:
                found = expression.search(line)
                if found is not None:
                    what = found.groupdict().get("what") or ""
                    return case, {"what": redacted(what, _LONGEST), "line": line}
    return None


def _tail(log: Path) -> list[str]:
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 256_000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return list(deque(text.splitlines(), _TAIL))
