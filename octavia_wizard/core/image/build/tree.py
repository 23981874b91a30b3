"""The processes of a build: whose they are, which of them drives it, which may be signalled.

A build is a session of its own: a shell that keeps the exit code, below it
``diskimage-create.sh``, below that ``disk-image-create`` (both bash), and below that one
``outfilter.py``, which writes the log, and whatever the build does just then.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from octavia_wizard.core.detached.sessions import (
    command_line,
    descendants,
    exists,
    leader,
    lives,
    parent_of,
)
from octavia_wizard.core.image.build.record import BuildRecord

_TIDYING = frozenset(
    {"sync", "umount", "rm", "rmdir", "timeout", "kill", "ps", "xargs", "losetup", "kpartx"}
)
"""What disk-image-create's own clean-up starts (common-functions of diskimage-builder 3.43)."""

_FORSAKEN: set[str] = set()
"""Builds this process gave up and could not write that down."""


def looked_after(record: BuildRecord) -> bool:
    """Say whether the wizard that prepares or follows a build still does."""
    if record.id in _FORSAKEN and record.wizard_pid == os.getpid():
        return False
    return exists(record.wizard_pid, record.wizard_started)


def forsake(record: BuildRecord) -> None:
    """Keep in mind that this process looks after a build no more, whatever its record says."""
    _FORSAKEN.add(record.id)


def driver(processes: Iterable[psutil.Process]) -> psutil.Process | None:
    """Find ``disk-image-create`` among processes; its own subshells bear the same name."""
    found = {p.pid: p for p in processes if is_driver(p)}
    for process in found.values():
        with suppress(psutil.Error):
            if process.ppid() not in found:
                return process
    return None


def drivers() -> list[psutil.Process]:
    """Return every ``disk-image-create`` at work on this host, whoever started it."""
    found = {p.pid: p for p in psutil.process_iter() if is_driver(p) and lives(p)}
    return [p for p in found.values() if parent_of(p) not in found]


def is_driver(process: psutil.Process) -> bool:
    """Say whether a process is ``disk-image-create`` or a subshell of it."""
    arguments = command_line(process)
    names = {os.path.basename(word) for word in arguments[:3]}
    return bool(names & {"disk-image-create", "ramdisk-image-create"}) and (
        "--version" not in arguments
    )


def writers(processes: Iterable[psutil.Process]) -> set[int]:
    """Return the ids of ``outfilter.py``, which writes the log, and of the shells around it."""
    pool = {p.pid: p for p in processes}
    found: set[int] = set()
    for process in pool.values():
        if any(os.path.basename(word) == "outfilter.py" for word in command_line(process)[:4]):
            found.add(process.pid)
            parent = pool.get(parent_of(process))
            if parent is not None and len(descendants(parent)) == 1:
                found.add(parent.pid)
    return found


def tidying(process: psutil.Process) -> bool:
    """Say whether a child of disk-image-create belongs to its clean-up."""
    arguments = command_line(process)
    words = [os.path.basename(word) for word in arguments if not word.startswith("-")]
    if words[:1] == ["sudo"]:
        words = words[1:]
    if not words or words[0] in _TIDYING:
        return True
    return "dib-block-device.py" in words and words[-1] in {"umount", "cleanup", "delete"}


def converter(record: BuildRecord) -> psutil.Process | None:
    """Find the ``qemu-img convert`` of a build."""
    head = leader(record)
    for process in descendants(head) if head else ():
        with suppress(psutil.Error):
            if process.name().startswith("qemu-img") and "convert" in process.cmdline():
                return process
    return None


def chrooted(directories: Iterable[Path]) -> list[psutil.Process]:
    """Return the processes whose root directory is in one of these directories."""
    places = tuple(map(str, directories))
    return [p for p in psutil.process_iter() if within(_link(p.pid, "root"), places)]


def users(directories: Iterable[Path]) -> list[psutil.Process]:
    """Return the processes that work in one of these directories or have something open there."""
    places = tuple(map(str, directories))
    return [p for p in psutil.process_iter() if any(within(at, places) for at in held(p.pid))]


def environment(process: psutil.Process, *names: str) -> list[str]:
    """Return the values a process was started with, of those of the variables that it has."""
    try:
        found = process.environ()
    except psutil.Error:
        return []
    return [found[name] for name in names if found.get(name)]


def held(pid: int) -> Iterator[str]:
    """Return the paths a process is rooted in, works in, runs and has open."""
    for name in ("root", "cwd", "exe"):
        yield _link(pid, name)
    with suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            yield _link(pid, f"fd/{name}")


def _link(pid: int, name: str) -> str:
    with suppress(OSError):
        return os.readlink(f"/proc/{pid}/{name}")
    return ""


def within(path: str, places: tuple[str, ...]) -> bool:
    """Say whether a path is one of these directories or below one."""
    return any(path == place or path.startswith(f"{place}/") for place in places)
