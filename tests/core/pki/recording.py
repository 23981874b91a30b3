"""The operating system's own record of the files a command makes and the programs it starts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STRACE = shutil.which("strace")
_CALLS = (
    *("open", "openat", "openat2", "creat", "mkdir", "mkdirat", "mknod", "mknodat"),
    *("symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "fchmodat2", "execve", "execveat"),
)
FOR_ALL_TO_READ = re.compile(
    r"/(user_variables_octavia\.yml|openstack_user_config\.octavia\.yml\.snippet"
    r"|conf\.d(/octavia\.yml)?)$"
)
"""They hold no secrets; whoever administers the cloud may look at them."""
_TEMPORARY = re.compile(r"/\.([^/]+)\.[0-9a-f]{8}\.tmp$")
_CALL = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_HANDLE = re.compile(r"^\d+<([^>]*)>, (0[0-7]*)$")
_AT = re.compile(r"^(?:AT_FDCWD|\d+)<([^>]*)>, ")
_MODE = re.compile(r"(0[0-7]*)(?:, (?:0|AT_\w+|makedev\(.*\)))?$")


@dataclass(frozen=True, slots=True)
class Made:
    """One file or directory as it came into being, or was given a mode."""

    call: str
    path: str
    mode: int

    @property
    def is_public(self) -> bool:
        """Say whether it is one of the files without secrets, or its temporary name."""
        return bool(FOR_ALL_TO_READ.search(_TEMPORARY.sub(r"/\1", self.path)))


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a command did, and what it said."""

    returncode: int
    output: str
    made: tuple[Made, ...]
    started: str
    """Arguments and environment of every program, as the kernel was given them."""


def recorded(
    command: list[str], record: Path, cwd: Path, environment: Mapping[str, str]
) -> Recorded:
    """Run a command under a mask that forbids nothing, and read the record of it."""
    strace = [str(STRACE), "-ff", "-y", "-v", "-qq", "-s", "65536", "-e", f"trace={_traced()}"]
    done = subprocess.run(
        [*strace, "-o", str(record), *command],
        cwd=cwd,
        env=dict(environment),
        umask=0,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    made, started = [], []
    for path in sorted(record.parent.glob(f"{record.name}.*")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("execve"):
                started.append(line)
            elif (one := _parsed(line)) is not None:
                made.append(one)
        path.unlink()
    return Recorded(done.returncode, done.stdout + done.stderr, tuple(made), "\n".join(started))


def _traced() -> str:
    """Name the calls; a question mark, for not every architecture or version has them all."""
    return ",".join(f"?{call}" for call in _CALLS)


def _parsed(line: str) -> Made | None:
    """Return what a line tells of a file's mode; None where it made none, or failed."""
    found = _CALL.match(line)
    if found is None or int(found[3]) < 0:
        return None
    call, arguments = found[1], found[2]
    if call == "fchmod":
        handle = _HANDLE.match(arguments)
        assert handle is not None, line
        return Made(call, handle[1], int(handle[2], 8))
    if call.startswith("symlink"):
        return None
    if call.startswith("open") and not re.search(r"O_CREAT|O_TMPFILE", arguments):
        return None
    quoted, mode, at = _QUOTED.search(arguments), _MODE.search(arguments), _AT.match(arguments)
    assert quoted is not None, line
    assert mode is not None, line
    # Joining keeps a path that is absolute already.
    path = os.path.join(at[1], quoted[1]) if at else quoted[1]
    assert os.path.isabs(path), f"cannot tell where this is: {line}"
    return Made(call, path, int(mode[1], 8))
