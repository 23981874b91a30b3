"""Things the wizard made, in as few words as tell them apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PARTS = frozenset({"rule", "rule removal", "directory", "staging"})
"""What belongs to something else that is named anyway."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in the cloud or on this host."""

    kind: str
    name: str
    id: str
    result: str


def row_of(thing: Thing, deploy_dir: Path | None) -> tuple[str, ...]:
    """Return kind, name, what was done and id; a path is shortened below the deploy directory."""
    shown = "" if thing.id == thing.name else thing.id
    return (thing.kind, shortened(thing.name, deploy_dir), thing.result, shown)


def notable(things: Iterable[Thing]) -> list[Thing]:
    """Leave out what is a part of something else."""
    return [thing for thing in things if thing.kind not in _PARTS]


def shortened(name: str, deploy_dir: Path | None) -> str:
    """Write a path below the deploy directory relative to it."""
    if deploy_dir is None or not name.startswith(f"{deploy_dir}/"):
        return name
    return str(Path(name).relative_to(deploy_dir))
