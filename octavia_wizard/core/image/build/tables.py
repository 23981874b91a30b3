"""What the kernel says of mounts, loop devices and device mappings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_OCTAL = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of the table of mounts."""

    point: Path
    kind: str
    """Type of the file system, e.g. ``tmpfs``."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop device that has a file."""

    device: str
    """E.g. ``/dev/loop0``."""
    backing: Path


def mounts() -> tuple[Mount, ...]:
    """Return all mounts this process sees, in the order of the kernel; raises OSError.

    Blanks, tabs, line ends and backslashes are octal in /proc/self/mountinfo (proc(5)).
    """
    found = []
    for line in Path("/proc/self/mountinfo").read_bytes().splitlines():
        before, _, after = line.partition(b" - ")
        point = _OCTAL.sub(lambda match: bytes([int(match[1], 8)]), before.split(b" ")[4])
        found.append(Mount(Path(os.fsdecode(point)), os.fsdecode(after.split(b" ")[0])))
    return tuple(found)


def mounts_in(directories: Iterable[Path]) -> tuple[Mount, ...]:
    """Return the mounts at and below directories, each before what it is mounted on."""
    places = tuple(directories)
    found = [m for m in mounts() if any(m.point.is_relative_to(place) for place in places)]
    # Of two mounts at one place the later covers the earlier.
    order = sorted(enumerate(found), key=lambda it: (len(it[1].point.parts), it[0]), reverse=True)
    return tuple(mount for _, mount in order)


def loops() -> tuple[Loop, ...]:
    """Return the loop devices in use."""
    found = []
    for path in sorted(Path("/sys/block").glob("loop*/loop/backing_file")):
        with suppress(OSError):
            backing = os.fsdecode(path.read_bytes()).removesuffix("\n").removesuffix(" (deleted)")
            found.append(Loop(f"/dev/{path.parts[3]}", Path(backing)))
    return tuple(found)


def mappings(loop: Loop) -> tuple[str, ...]:
    """Return the names in /dev/mapper that kpartx gave to the partitions of a loop device."""
    name = os.path.basename(loop.device)
    found = {path.name for path in Path("/dev/mapper").glob(f"{name}p*")}
    for path in Path(f"/sys/block/{name}/holders").glob("dm-*/dm/name"):
        with suppress(OSError):
            found.add(path.read_text(encoding="ascii").strip())
    return tuple(sorted(found))
