"""What /proc tells of processes: whether one is ours, how much memory it holds, who has a port."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"
"""The state of a listening socket in /proc/net/tcp (include/net/tcp_states.h)."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A process of ours, as its pid file has it."""

    name: str
    pid: int
    started: int
    """Clock ticks from boot to the start of the process (field 22 of /proc/PID/stat)."""


def read_pid_file(path: Path) -> Recorded | None:
    """Read a pid file; None when it is gone or torn."""
    try:
        pid, started = path.read_text(encoding="ascii").split()
        return Recorded(path.stem, int(pid), int(started))
    except (OSError, ValueError):
        return None


def is_alive(process: Recorded, belongs_to: Path) -> bool:
    """Tell whether the process still runs and is the one that was recorded.

    Its start time must be the recorded one and its command line must name ``belongs_to``, so a
    process that got the number of a dead one is never taken for it.
    """
    return has_not_ended(process) and str(belongs_to) in command_line(process.pid)


def has_not_ended(process: Recorded) -> bool:
    """Tell whether a process is there; while it ends it has no command line, but still its ports.

    A zombie has ended.
    """
    fields = _stat(process.pid)
    return fields is not None and fields[0] not in "ZX" and int(fields[19]) == process.started


def command_line(pid: int) -> str:
    """Return the command line of a process, or "" when it cannot be read."""
    try:
        raw = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode("utf-8", "replace").strip()


def seconds_running(process: Recorded) -> float:
    """Return for how many seconds a process has been running."""
    uptime = float((PROC / "uptime").read_text(encoding="ascii").split()[0])
    return max(0.0, uptime - process.started / os.sysconf("SC_CLK_TCK"))


def memory_mib(pid: int) -> float:
    """Return the proportional set size of a process in MiB, 0 when it cannot be read."""
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def listener(port: int) -> tuple[int, str] | None:
    """Return process id and name of whoever listens on an IPv4 port, where /proc shows it."""
    inodes = _listening_inodes(port)
    for entry in PROC.iterdir() if inodes else ():
        if entry.name.isdigit() and _open_files(entry) & inodes:
            return int(entry.name), (entry / "comm").read_text(encoding="utf-8").strip()
    return None


def _open_files(process: Path) -> set[str]:
    """Return what a process has open; nothing when it is somebody else's."""
    found = set()
    with contextlib.suppress(OSError):
        for handle in (process / "fd").iterdir():
            # it may have been closed since it was listed
            with contextlib.suppress(FileNotFoundError):
                found.add(os.readlink(handle))
    return found


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found


def _stat(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat from the third (state) on; names may hold spaces."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()
