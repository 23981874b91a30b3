"""Starts, watches and ends the processes of a rehearsal cloud."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from pathlib import Path

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import configuration, index, preflight, processes
from octavia_wizard.rehearsal.layout import Layout, Service
from octavia_wizard.rehearsal.processes import Recorded
from octavia_wizard.rehearsal.progress import Phase, Watch

SCRIPT = Path(__file__).parent / "inside" / "supervisor.py"
START_SECONDS = 300.0
"""How long a start may take on a slow machine before it is given up."""
STOP_SECONDS = 12.0
"""A little more than the supervisor itself allows its services."""
LOG_LINES = 6
STAGES = {
    "database": (Phase.DATABASES, "has its database"),
    "listening": (Phase.SERVICES, "is listening"),
    "backend": (Phase.BOOTSTRAP, "is ready"),
}
"""Stages the services announce: the phase they count for, and what to tell."""


def start(layout: Layout, watch: Watch) -> None:
    """Start the services and wait until all of them, and what works behind them, are there.

    Raises RehearsalError when one dies or takes too long; the caller ends what is left.
    """
    _forget_last_run(layout)
    # the supervisor ends when this pipe does, so a start that is killed leaves nothing behind
    end, leash = os.pipe()
    try:
        pid = _launch(layout, end)
        try:
            _follow(layout, watch, pid)
            os.write(leash, b"!")
        except BaseException:
            _end_child(pid)
            raise
    finally:
        os.close(end)
        os.close(leash)


def _launch(layout: Layout, stdin: int) -> int:
    """Start the supervisor, which makes a session of its own; returns its process id.

    Not by subprocess: it would complain of a child that goes on running, as this one is meant to.
    """
    settings = str(configuration.settings_file(layout))
    command = [str(layout.python), "-I", "-Wignore", str(SCRIPT), settings]
    output = str(layout.logs / "supervisor.out")
    mode = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
    return os.posix_spawn(
        command[0],
        command,
        _environment(layout),
        file_actions=[
            (os.POSIX_SPAWN_DUP2, stdin, 0),
            (os.POSIX_SPAWN_OPEN, 1, output, mode, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
    )


def stop(layout: Layout) -> list[int]:
    """End the processes in our own pid files; returns their ids. Nothing else is ever touched.

    Raises RehearsalError when one cannot be ended.
    """
    ours = alive(layout)
    # the supervisor ends its services itself; the others get the signal only if it is gone
    leader = [each for each in ours if each.name == "supervisor"]
    for number, targets, seconds in (
        (signal.SIGTERM, leader or ours, STOP_SECONDS),
        (signal.SIGKILL, ours, STOP_SECONDS),
    ):
        for process in targets:
            _signal(process, number, layout)
        if _gone(ours, seconds):
            break
    left = [process.pid for process in ours if processes.has_not_ended(process)]
    if left:
        raise RehearsalError(
            f"processes {', '.join(map(str, left))} of the rehearsal cloud do not end",
            hint="they may wait for a hung disk; look at them with ps, then run down again",
        )
    for process in leader:
        _has_ended(process.pid)
    _forget_last_run(layout)
    return [process.pid for process in ours]


def alive(layout: Layout) -> list[Recorded]:
    """Return the processes of this cloud that are running, the supervisor among them."""
    recorded = (processes.read_pid_file(path) for path in sorted(layout.run.glob("*.pid")))
    return [each for each in recorded if each is not None and _is_ours(each, layout)]


def last_words(layout: Layout) -> str:
    """Return what the supervisor of the last run had to say; it says nothing when it is stopped."""
    try:
        text = (layout.logs / "supervisor.out").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return _without_passwords(text.strip().splitlines()[-1], layout) if text.strip() else ""


def _is_ours(process: Recorded, layout: Layout) -> bool:
    return processes.is_alive(process, configuration.settings_file(layout))


def _signal(process: Recorded, number: signal.Signals, layout: Layout) -> None:
    if _is_ours(process, layout):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


def _gone(ours: list[Recorded], seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if not any(processes.has_not_ended(process) for process in ours):
            return True
        time.sleep(0.05)
    return False


def _end_child(pid: int) -> None:
    """End a supervisor that may not have written its pid file yet."""
    # the services ask the kernel to be killed with their supervisor
    for number in (signal.SIGTERM, signal.SIGKILL):
        if _has_ended(pid):
            return
        os.kill(pid, number)
        limit = time.monotonic() + STOP_SECONDS
        while not _has_ended(pid) and time.monotonic() < limit:
            time.sleep(0.02)


def _has_ended(pid: int) -> bool:
    """Tell whether a child of ours has ended, and let its number go if so."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def _forget_last_run(layout: Layout) -> None:
    for path in (*layout.run.glob("*.pid"), layout.run / "events"):
        path.unlink(missing_ok=True)


def _environment(layout: Layout) -> dict[str, str]:
    """Keep the operator's OpenStack, proxy and Python variables away from the services."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    # XDG_CACHE_HOME: stevedore keeps the entry points it found there
    return {**kept, "LANG": "C.UTF-8", "XDG_CACHE_HOME": str(layout.entry_points)}


def _follow(layout: Layout, watch: Watch, pid: int) -> None:
    """Report the stages as the services announce them, until all have come to the last."""
    limit = time.monotonic() + START_SECONDS
    counts = dict.fromkeys(STAGES, 0)
    seen = 0
    while counts["backend"] < len(Service):
        events = _events(layout)
        for service, stage in events[seen:]:
            if stage in ("died", "failed"):
                raise _failure(service, layout)
            if stage in STAGES:
                counts[stage] += 1
                phase, words = STAGES[stage]
                watch.tell(phase, f"{service} {words}", counts[stage], len(Service))
        seen = len(events)
        if _has_ended(pid):
            raise _failure("supervisor", layout)
        if time.monotonic() > limit:
            late = sorted(set(Service) - {name for name, stage in events if stage == "backend"})
            raise RehearsalError(
                f"after {START_SECONDS:.0f} s these services are still not ready: "
                + ", ".join(late),
                hint=f"the machine may be too busy; the logs are in {layout.logs}",
            )
        watch.wait(0.05)


def _events(layout: Layout) -> list[tuple[str, str]]:
    try:
        lines = (layout.run / "events").read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    whole = (json.loads(line) for line in lines if line.endswith("\n"))
    return [(event["service"], event["stage"]) for event in whole]


def _failure(name: str, layout: Layout) -> RehearsalError:
    """Explain why a service is not there, from the end of what it wrote."""
    if preflight.free_mib(layout.root) < 1:
        return RehearsalError(
            f"the disk is full: {layout.root}", hint="free some room, then start again"
        )
    tail = _tail(layout, name)
    return RehearsalError(
        f"{name} ended while starting" + (f":\n{tail}" if tail else ""),
        hint=f"the logs are in {layout.logs}; --fresh starts with a new state",
    )


def _tail(layout: Layout, name: str) -> str:
    """Return the last lines of a service's output or log, with every secret blotted out."""
    for path in (layout.logs / f"{name}.out", layout.logs / f"{name}.log"):
        with contextlib.suppress(OSError):
            text = path.read_text(encoding="utf-8", errors="replace").rstrip()
            if text:
                return _without_passwords("\n".join(text.splitlines()[-LOG_LINES:]), layout)
    return ""


def _without_passwords(text: str, layout: Layout) -> str:
    with contextlib.suppress(OSError, ValueError):
        for secret in json.loads(layout.passwords.read_text(encoding="utf-8")).values():
            text = text.replace(str(secret), "***")
    return index.without_secrets(text)
