"""Things the wizard made, in as few words as tell them apart."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from octavia_wizard.output.paper import Paper

_UUID = re.compile(
    r"\b([0-9a-f]{8})(?:-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{24})\b"
)
"""With dashes, or as keystone writes the ids of projects; JSON has them whole."""

_PARTS = frozenset({"rule", "rule removal", "directory", "staging"})
"""What belongs to something else that is named anyway."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in the cloud or on this host."""

    kind: str
    name: str
    id: str
    result: str


def write_things(
    paper: Paper,
    things: Iterable[Thing],
    deploy_dir: Path | None,
    runs: Sequence[str] = (),
) -> None:
    """Write a row for each: what was done, kind, the beginning of its id, and name.

    ``runs`` are the runs they were made by, where that has to be told.
    """
    rows = [_row(thing, deploy_dir) for thing in things]
    if runs:
        rows = [(f"run {run.partition('-')[0]}", *row) for run, row in zip(runs, rows, strict=True)]
    styles = ("dim",) * (len(rows[0]) - 1) if rows else ()
    paper.rows(rows, styles, indent=1)


def _row(thing: Thing, deploy_dir: Path | None) -> tuple[str, ...]:
    # What has no id of its own, such as a file, bears its name in its place.
    known = _UUID.sub(r"\1", thing.id) if _UUID.fullmatch(thing.id) else ""
    name = _UUID.sub(r"\1", shortened(thing.name, deploy_dir))
    return (thing.result, thing.kind, "" if known == name else known, name)


def homely(path: str | Path) -> str:
    """Write a path below the home directory with a tilde, as shells read it."""
    home = os.path.expanduser("~").rstrip("/")
    text = str(path)
    return f"~{text.removeprefix(home)}" if home and text.startswith(f"{home}/") else text


def notable(things: Iterable[Thing]) -> list[Thing]:
    """Leave out what is a part of something else."""
    return [thing for thing in things if thing.kind not in _PARTS]


def shortened(name: str, deploy_dir: Path | None) -> str:
    """Write a path below the deploy directory relative to it, others as ``homely`` does."""
    if deploy_dir is None or not name.startswith(f"{deploy_dir}/"):
        return homely(name)
    return str(Path(name).relative_to(deploy_dir))
