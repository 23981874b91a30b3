"""What an import found, as a program and as a person read it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.core.adopting.values import shown
from octavia_wizard.core.answers.save import preset_document
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.adopting.model import Adoption
    from octavia_wizard.output.paper import Paper

_MARK = "≠"
_WIDTH = 74
"""Columns for a key and its value; the preset has long values in full."""


def import_result(
    adoption: Adoption, text: str, out: Path | None, commands: Sequence[str]
) -> Result:
    """Show every answer with its source, then what the preset does not say, then what is next."""

    def write(paper: Paper) -> None:
        if out is None:
            paper.paragraph(text.rstrip("\n"))
            paper.gap()
        _write_table(paper, adoption)
        _write_asides(paper, adoption)
        _write_list(paper, "Could not be seen", adoption.unseen)
        _write_list(paper, "To see to before it is applied", adoption.todo)
        paper.gap()
        paper.line(_summary(adoption, out))
        for command in commands:
            paper.line(("next: ", "dim"), command, indent=1)

    return Result("import", (_document(adoption, out, commands),), write)


def _write_table(paper: Paper, adoption: Adoption) -> None:
    paper.title(f"Found, for OSA {adoption.release.name} ({_MARK}: not the role's default)")
    for line in adoption.lines:
        mark = _MARK if line.differs else " "
        value = _cut(shown(line.value), _WIDTH - len(line.key))
        paper.line((f"{mark} ", "yellow"), (line.key, "bold"), f": {value}", indent=1)
        default = f"; role default: {line.role_default}" if line.differs else ""
        paper.prose(f"{line.found.grounds}{default}", indent=3)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _write_asides(paper: Paper, adoption: Adoption) -> None:
    if adoption.asides:
        paper.gap()
        paper.title("Left in your files")
        for aside in adoption.asides:
            paper.line((f"{aside.kind:<9}", "yellow"), f"{aside.name}  {aside.where}", indent=1)
            paper.prose(aside.why, indent=2)
    _write_list(paper, "Set in two files", adoption.twice)
    if adoption.deviations:
        paper.gap()
        paper.title("Will mean something else once it is applied")
        for one in adoption.deviations:
            paper.line((one.name, "bold"), f": {one.before} → {one.after}", indent=1)
            paper.prose(one.why, ("why: ", "dim"), indent=2)


def _write_list(paper: Paper, title: str, texts: Sequence[str]) -> None:
    if texts:
        paper.gap()
        paper.title(title)
        for text in texts:
            paper.prose(text, ("- ", "dim"), indent=1)


def _summary(adoption: Adoption, out: Path | None) -> str:
    count, differing = len(adoption.lines), len(adoption.differing)
    where = f"written to {out}" if out is not None else "nothing was written"
    return f"{count} answers, {differing} of them not the role's default; {where}. No secret is in."


def _document(adoption: Adoption, out: Path | None, commands: Sequence[str]) -> dict[str, object]:
    return {
        "path": str(out) if out is not None else None,
        "release": adoption.release.name,
        "preset": preset_document(adoption.answers),
        "answers": [
            {
                "key": line.key,
                "value": line.value,
                "role_default": line.role_default,
                "differs": line.differs,
                "source": str(line.found.source),
                "where": line.found.where,
            }
            for line in adoption.lines
        ],
        "left": [
            {"name": one.name, "where": one.where, "kind": str(one.kind), "why": one.why}
            for one in adoption.asides
        ],
        "deviations": [
            {"name": one.name, "before": one.before, "after": one.after, "why": one.why}
            for one in adoption.deviations
        ],
        "twice": list(adoption.twice),
        "unseen": list(adoption.unseen),
        "todo": list(adoption.todo),
        "next": list(commands),
    }
