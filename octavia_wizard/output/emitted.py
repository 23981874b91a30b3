"""What was written into a directory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.core.emitting import Written
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.output.paper import Paper

_WHOLE = 2
"""Lines of a diff that only name the files."""


def emitted_result(written: Sequence[Written], out: Path) -> Result:
    """Show each file; where something was there before, with the difference."""
    documents = tuple(
        {
            "path": str(file.path),
            "action": file.action,
            "diff": list(file.diff),
            "notes": list(file.notes),
            "backup": str(file.backup) if file.backup else None,
        }
        for file in written
    )

    def write(paper: Paper) -> None:
        for file in written:
            style = "dim" if file.action == "kept" else "green"
            paper.line((f"{file.action:<8}", style), str(file.path))
            if file.action == "changed":
                paper.diff(file.diff[_WHOLE:], indent=2)
            for note in file.notes:
                paper.line(("- ", "dim"), note, indent=2)
            if file.backup is not None:
                paper.line(("backup: ", "dim"), str(file.backup), indent=2)
        count = sum(file.action != "kept" for file in written)
        paper.line(f"{count} of {len(written)} files written below {out}.")

    return Result("file", documents, write)
