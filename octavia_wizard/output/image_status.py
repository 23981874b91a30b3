"""How the images of a deployment stand, and what a change of them comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from octavia_wizard.core.finding import Severity
from octavia_wizard.core.lifecycle.model import (
    Failover,
    ImageStanding,
    ImageStatus,
    Kept,
    KnownImage,
)
from octavia_wizard.core.views.image_lines import size_text
from octavia_wizard.output.images import record_document
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.ways import Ways, write_ways

_STYLES = {
    ImageStanding.CURRENT: "green",
    ImageStanding.CARRIER: "yellow",
    ImageStanding.UNFINISHED: "yellow",
    ImageStanding.MISPLACED: "red",
}
_MARKS = {
    Severity.ERROR: ("✗ ", "bold red"),
    Severity.WARNING: ("! ", "yellow"),
    Severity.NOTE: ("- ", "cyan"),
}


def status_result(status: ImageStatus, failovers: Sequence[Failover], where: str) -> Result:
    """Show the images, what is to be said about them, and how amphorae come to the current one."""
    document = {
        "tag": status.tag,
        "owner": status.owner,
        "current": status.current.image.id if status.current is not None else None,
        "images": [_document(one) for one in status.images],
        "builds": [record_document(record) for record in status.builds],
        "amphorae": [asdict(amphora) for amphora in status.amphorae],
        "amphorae_unread": status.amphorae_unread or None,
        "notes": [asdict(note) for note in status.notes],
        "failovers": [asdict(failover) for failover in failovers],
    }

    def write(paper: Paper) -> None:
        paper.title(f"Images with tag {status.tag} on {where}")
        if not status.images:
            paper.line("none", indent=1)
        for one in status.images:
            _write_image(paper, one)
        for note in status.notes:
            paper.prose(note.text, _MARKS[note.severity])
            if note.cure:
                paper.prose(note.cure, ("fix: ", "dim"), indent=1)
        write_failovers(paper, failovers)

    return Result("image-status", (document,), write)


def write_failovers(paper: Paper, failovers: Sequence[Failover]) -> None:
    """Write the commands that bring amphorae to the current image."""
    if not failovers:
        return
    paper.line(("Amphorae of other images come to the current one by:", "bold"))
    for failover in failovers:
        paper.line(failover.command, indent=1)


def kept_result(kept: Sequence[Kept]) -> Result:
    """Show the former images that are not deleted, and why."""
    documents = tuple({"id": one.image.id, "name": one.image.name, "why": one.why} for one in kept)

    def write(paper: Paper) -> None:
        for one in kept:
            paper.line(("= keep    ", "dim"), f"{one.image.name} {one.image.id[:8]}: {one.why}")

    return Result("image-kept", documents, write)


def changed_result(
    summary: str,
    document: Mapping[str, object],
    failovers: Sequence[Failover],
    advice: str,
    ways: Ways,
) -> Result:
    """Show what a run came to, how amphorae that run come to the image, and what may come next."""
    whole = {
        "summary": summary,
        **document,
        "failovers": [asdict(failover) for failover in failovers],
        "next": [command for command, _ in ways],
    }

    def write(paper: Paper) -> None:
        paper.line((summary, "bold"))
        write_failovers(paper, failovers)
        if failovers and advice:
            paper.prose(advice, ("# ", "dim"), indent=1)
        write_ways(paper, ways)

    return Result("image-changed", (whole,), write)


def _write_image(paper: Paper, one: KnownImage) -> None:
    image = one.image
    age = "" if one.age is None else f"{one.age} days old"
    cells = (f"{image.name} {image.id[:8]}", size_text(image.size), age, _use(one))
    paper.line(
        (f"{one.standing:<11}", _STYLES.get(one.standing, "dim")),
        ", ".join(filter(None, cells)),
        indent=1,
    )
    for words in (_origin(one), _uploaded(one)):
        if words:
            paper.prose(words, indent=3)


def _use(one: KnownImage) -> str:
    if one.amphorae is None:
        return ""
    return f"run by {one.amphorae} amphora{'' if one.amphorae == 1 else 'e'}"


def _origin(one: KnownImage) -> str:
    origin = one.origin
    release = {True: " (of this release)", False: " (of another release)", None: ""}
    parts = (
        f"built {origin.built:%Y-%m-%d}" if origin.built is not None else "",
        origin.base,
        f"Octavia {_short(origin.octavia)}{release[one.matches_release]}" if origin.octavia else "",
        origin.builder,
    )
    return ", ".join(filter(None, parts))


def _short(octavia: str) -> str:
    """Write the commit behind a branch as briefly as where an image was built."""
    ref, at, commit = octavia.partition(" @ ")
    return f"{ref}{at}{commit[:12]}"


def _uploaded(one: KnownImage) -> str:
    source = f" from {one.origin.source}" if one.origin.source else ""
    who = "uploaded by octavia-wizard" if one.ours else "not uploaded by octavia-wizard"
    replaced = f", replaced {one.replaced:%Y-%m-%d}" if one.replaced is not None else ""
    return f"{who}{source} {one.image.created_at[:10]}{replaced}"


def _document(one: KnownImage) -> dict[str, object]:
    return {
        **asdict(one.image),
        "standing": one.standing.value,
        "origin": asdict(one.origin),
        "age_days": one.age,
        "matches_release": one.matches_release,
        "amphorae": one.amphorae,
        "ours": one.ours,
        "replaced": one.replaced,
    }
