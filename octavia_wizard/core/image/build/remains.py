"""What builds can leave behind, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from octavia_wizard.core.image.build.tables import Loop


@dataclass(frozen=True, slots=True)
class Stray:
    """A process that outlived its build."""

    pid: int
    name: str
    started: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What is left of builds, in the order in which it has to go."""

    processes: tuple[Stray, ...] = ()
    mounts: tuple[Path, ...] = ()
    """Each before what it is mounted on."""
    mappings: tuple[str, ...] = ()
    """Names in /dev/mapper."""
    loops: tuple[Loop, ...] = ()
    tmpfs: tuple[Path, ...] = ()
    directories: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    """Half-made images."""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def lines(self) -> tuple[str, ...]:
        """Say one by one what there is, in the order in which it has to go."""
        return (
            *(f"process {stray.pid} ({stray.name})" for stray in self.processes),
            *(f"mount {path}" for path in self.mounts),
            *(f"device mapping {name}" for name in self.mappings),
            *(f"loop device {loop.device} of {loop.backing}" for loop in self.loops),
            *(f"tmpfs {path}" for path in self.tmpfs),
            *(f"directory {path}" for path in self.directories),
            *(f"file {path}" for path in self.files),
        )


def joined(parts: Iterable[Leftovers]) -> Leftovers:
    """Return the left-overs of several builds together, each thing once."""
    everything = tuple(parts)
    return Leftovers(
        **{
            field.name: tuple(
                dict.fromkeys(each for part in everything for each in getattr(part, field.name))
            )
            for field in fields(Leftovers)
        }
    )
