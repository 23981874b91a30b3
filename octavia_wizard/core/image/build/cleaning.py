"""Remove what is left of a build, in the only order that is safe.

What is mounted below a build's directories is the host's own cache and /dev: nothing may be
deleted there before the kernel's table shows that nothing is mounted any more.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.image.build import tables, tree
from octavia_wizard.core.image.build.remains import Leftovers, Stray
from octavia_wizard.core.image.build.surroundings import surroundings

_TRIES = 5
_PAUSE = 0.5
"""Seconds between tries: a process that has just ended may hold a mount for a moment."""
_GRACE = 3.0
"""Seconds a process has to end in."""
_LONGEST = 60.0
"""Seconds one tool may take."""


def clean(leftovers: Leftovers, tell: Callable[[str], None] = lambda line: None) -> tuple[str, ...]:
    """Remove leftovers, and tell of each; return what could not be removed, and why.

    A directory in which anything is still mounted is not touched.
    """
    return _Cleaning(tell).carry_out(leftovers)


class _Cleaning:
    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._left: list[str] = []

    def carry_out(self, leftovers: Leftovers) -> tuple[str, ...]:
        self._end(leftovers.processes)
        for path in leftovers.mounts:
            self._unmount(path)
        for loop in leftovers.loops:
            self._release(loop)
        for path in leftovers.tmpfs:
            self._unmount(path)
        for path in leftovers.directories:
            self._remove(path)
        for path in leftovers.files:
            self._delete(path)
        return tuple(self._left)

    def _end(self, strays: Iterable[Stray]) -> None:
        present = [stray for stray in strays if sessions.exists(stray.pid, stray.started)]
        for number in (signal.SIGTERM, signal.SIGKILL):
            for stray in present:
                self._tell(f"ending process {stray.pid} ({stray.name})")
                send(stray.pid, number)
            until = time.monotonic() + _GRACE
            while present and time.monotonic() < until:
                present = [stray for stray in present if sessions.exists(stray.pid, stray.started)]
                time.sleep(0.05)
        self._left += [f"process {x.pid} ({x.name}): it does not end" for x in present]

    def _unmount(self, path: Path) -> None:
        said = ""
        for attempt in range(_TRIES):
            if not _is_mounted(path):
                return
            if attempt:
                time.sleep(_PAUSE)
            said = as_root("umount", str(path))
            if not said:
                self._tell(f"unmounted {path}")
        if _is_mounted(path):
            self._left.append(f"mount {path}: {said or 'mounted again'}{_used_by(path)}")

    def _release(self, loop: tables.Loop) -> None:
        # The device may meanwhile have been given to something else.
        if loop not in tables.loops():
            return
        said = ""
        if tables.mappings(loop):
            said = as_root("kpartx", "-d", loop.device)
        for name in tables.mappings(loop):
            said = as_root("dmsetup", "remove", name) or said
        if kept := tables.mappings(loop):
            self._left.append(f"device mapping {', '.join(kept)}: {said}")
            return
        said = as_root("losetup", "-d", loop.device)
        for _ in range(_TRIES):
            if loop not in tables.loops():
                self._tell(f"released {loop.device}")
                return
            time.sleep(_PAUSE)
        self._left.append(f"loop device {loop.device}: {said or 'still in use'}")

    def _remove(self, path: Path) -> None:
        if not os.path.lexists(path):
            return
        if refusal := _refusal(path):
            self._left.append(f"directory {path}: {refusal}")
            return
        command = ("rm", "-rf", "--one-file-system", "--", str(path))
        # What the wizard made for a build is its own, and goes without sudo as well.
        said = _run(command)
        if os.path.lexists(path) and os.geteuid():
            said = as_root(*command)
        if os.path.lexists(path):
            self._left.append(f"directory {path}: {said or 'it came back'}")
        else:
            self._tell(f"removed {path}")

    def _delete(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self._left.append(f"file {path}: {error.strerror}")


def send(pid: int, number: int) -> None:
    """Send a signal; where that is not permitted, through sudo if it asks for no password."""
    with suppress(ProcessLookupError):
        try:
            os.kill(pid, number)
        except PermissionError:
            as_root("kill", f"-{number}", str(pid))


def as_root(*argv: str) -> str:
    """Run a tool as root; return what it said if it failed, and "" otherwise."""
    return _run(argv if os.geteuid() == 0 else ("sudo", "-n", *argv))


def _run(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**surroundings(), "LC_ALL": "C"},
            timeout=_LONGEST,
            check=False,
        )
    except FileNotFoundError:
        return f"{command[0]} is not installed"
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return ""
    said = done.stdout.decode(errors="replace").strip().splitlines()
    return said[-1] if said else f"{command[0]} ended with {done.returncode}"


def _is_mounted(path: Path) -> bool:
    try:
        return any(mount.point == path for mount in tables.mounts())
    except OSError:
        return True


def _refusal(path: Path) -> str:
    """Say why a directory must not be removed; "" where it may."""
    if not path.is_absolute() or len(path.parts) < 3 or path.is_symlink():
        return "it is no directory of a build"
    try:
        held = tables.mounts_in([Path(os.path.realpath(path))])
    except OSError:
        return "the table of mounts cannot be read"
    if held:
        return f"{held[0].point} is still mounted"
    if any(loop.backing.is_relative_to(path) for loop in tables.loops()):
        return "a loop device still uses it"
    return ""


def _used_by(path: Path) -> str:
    names = []
    for process in tree.users([path])[:3]:
        with suppress(psutil.Error):
            names.append(f"{process.name()} ({process.pid})")
    return f"; used by {', '.join(names)}" if names else ""
