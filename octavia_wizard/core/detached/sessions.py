"""The processes of a program that runs by itself: whether they live, which belong to it.

Such a program is the leader of a session of its own. A process is known by its number, by when
it began and by the boot of this host, as numbers are given anew.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psutil

_SAME_MOMENT = 1.5
"""Seconds by which two readings of when a process began may differ: the clock may be corrected."""


class Started(Protocol):
    """What is kept of a program that was started."""

    @property
    def pid(self) -> int:
        """Leader of its session; 0 before that was written down."""

    @property
    def pid_started(self) -> float:
        """When that process was created, in seconds since 1970."""

    @property
    def boot_id(self) -> str:
        """The boot of this host it was started in."""

    @property
    def code(self) -> Path:
        """Where its exit code comes to be."""


def boot_id() -> str:
    """Return what tells this boot of the host from any other; "" where the kernel has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def lives(process: psutil.Process) -> bool:
    """Say whether a process is there and is no zombie."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def exists(pid: int, started: float) -> bool:
    """Say whether a process that began at a time, in seconds since 1970, is still there."""
    try:
        found = psutil.Process(pid) if pid > 0 else None
        return bool(found and lives(found) and abs(found.create_time() - started) < _SAME_MOMENT)
    except psutil.Error:
        return False


def alive(started: Started) -> bool:
    """Say whether any process of a program is at work on this host."""
    return leader(started) is not None or bool(members(started))


def leader(started: Started) -> psutil.Process | None:
    """Find the shell that keeps the exit code of a program; None once it has ended."""
    if started.boot_id and started.boot_id != boot_id():
        return None
    if not started.pid:
        # The wizard was killed between starting the program and writing down its process.
        mark = str(started.code)
        return next((p for p in psutil.process_iter() if mark in command_line(p)[:5]), None)
    with suppress(psutil.Error):
        found = psutil.Process(started.pid)
        same = abs(found.create_time() - started.pid_started) < _SAME_MOMENT
        if lives(found) and (same or str(started.code) in command_line(found)):
            return found
    return None


def members(started: Started) -> list[psutil.Process]:
    """Return all living processes of a program: its session, and what descends from it."""
    if started.boot_id and started.boot_id != boot_id():
        return []
    head = leader(started)
    session = head.pid if head else started.pid
    if not session or (head is None and psutil.pid_exists(session) and _leads(session)):
        return []
    found = {p.pid: p for p in psutil.process_iter() if _session(p.pid) == session}
    for process in tuple(found.values()):
        # Some programs give their children a session of their own, as apt and sudo do.
        for child in descendants(process):
            found.setdefault(child.pid, child)
    return [process for process in found.values() if lives(process)]


def descendants(process: psutil.Process) -> list[psutil.Process]:
    """Return the descendants of a process, each after its parent."""
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def ancestors(process: psutil.Process) -> list[psutil.Process]:
    """Return the processes above one; none where it has just ended."""
    with suppress(psutil.Error):
        return process.parents()
    return []


def parent_of(process: psutil.Process) -> int:
    """Return the number of the process above one; 0 where it has just ended."""
    with suppress(psutil.Error):
        return process.ppid()
    return 0


def command_line(process: psutil.Process) -> list[str]:
    """Return the arguments of a process; none where it has gone."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def catches(pid: int, number: int) -> bool:
    """Say whether a process has a handler for a signal; one that has none may die of it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    for line in status.splitlines():
        name, _, value = line.partition(":")
        if name == "SigCgt":
            return bool(int(value, 16) >> (number - 1) & 1)
    return False


def _leads(session: int) -> bool:
    with suppress(psutil.Error):
        return psutil.Process(session).status() != psutil.STATUS_ZOMBIE
    return False


def _session(pid: int) -> int:
    with suppress(OSError):
        return os.getsid(pid)
    return 0
