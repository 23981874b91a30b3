"""Verdicts on the images of a deployment, each with its cure."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.finding import Severity
from octavia_wizard.core.lifecycle.failover import failover_commands
from octavia_wizard.core.lifecycle.model import (
    OLD_AFTER,
    ImageStanding,
    ImageStatus,
    KnownImage,
    Note,
    NoteKind,
)


def notes(status: ImageStatus) -> tuple[Note, ...]:
    """Judge the images; the gravest first."""
    found = [
        *_tagged(status),
        *_judged(status.current),
        *_left(status),
        *_amphorae(status),
    ]
    order = list(Severity)
    return tuple(sorted(found, key=lambda note: order.index(note.severity)))


def _tagged(status: ImageStatus) -> Iterator[Note]:
    tag, current = status.tag, status.current
    if current is None:
        yield Note(
            NoteKind.NONE,
            Severity.ERROR,
            f"no active image has the tag {tag}: Octavia cannot boot an amphora",
            "image rotate uploads one, image rollback takes a former one",
        )
    others = status.of(ImageStanding.CARRIER)
    if current is not None and others:
        ids = " and ".join(_named(one) for one in others)
        yield Note(
            NoteKind.SEVERAL,
            Severity.WARNING,
            f"{ids} has the tag {tag} too; Octavia takes the newest, {_named(current)}",
            f"openstack image unset --tag {tag} ID, or image rollback to one of them",
        )
    for one in status.of(ImageStanding.MISPLACED):
        why = f"it is {one.image.status}"
        if one.image.status == "active":
            why = f"it belongs to project {one.image.owner}, not {status.owner}"
        yield Note(
            NoteKind.MISPLACED,
            Severity.WARNING if current is not None else Severity.ERROR,
            f"{_named(one)} has the tag {tag}, but Octavia does not find it: {why}",
            f"take the tag from it: openstack image unset --tag {tag} {one.image.id}",
        )


def _judged(current: KnownImage | None) -> Iterator[Note]:
    if current is None:
        return
    if current.age is not None and current.age > OLD_AFTER:
        since = "built" if current.origin.built else "uploaded"
        yield Note(
            NoteKind.OLD,
            Severity.WARNING,
            f"{_named(current)} was {since} {current.age} days ago and has had no security fixes "
            "since",
            "image rotate builds and uploads a new one",
        )
    if current.matches_release is False:
        yield Note(
            NoteKind.RELEASE,
            Severity.WARNING,
            f"{_named(current)} was built from Octavia {current.origin.octavia}, which is not the "
            "deployed release: agent and controller may not understand one another",
            "image rotate builds it from the branch of the release",
        )


def _left(status: ImageStatus) -> Iterator[Note]:
    for one in status.of(ImageStanding.UNFINISHED):
        yield Note(
            NoteKind.UNFINISHED,
            Severity.NOTE,
            f"{_named(one)} is an upload that did not come to its end ({one.image.status})",
            f"resume goes on with it, and the next upload removes it; by hand: "
            f"openstack image delete {one.image.id}",
        )
    for record in status.builds[:1]:
        yield Note(
            NoteKind.NEWER_BUILD,
            Severity.NOTE,
            f"{record.request.output}, built {record.finished[:10]}, is newer and not in Glance",
            f"image rotate --file {record.request.output}",
        )


def _amphorae(status: ImageStatus) -> Iterator[Note]:
    if status.amphorae_unread:
        yield Note(
            NoteKind.UNREAD,
            Severity.NOTE,
            f"which amphorae run which image is not known: {status.amphorae_unread}",
        )
    needed = failover_commands(status)
    if needed:
        count = sum(len(one.amphorae) for one in needed)
        yield Note(
            NoteKind.FAILOVER,
            Severity.WARNING,
            f"{count} amphorae run another image than {_current(status)}",
            "an amphora keeps its image until failover replaces it",
        )


def _current(status: ImageStatus) -> str:
    return _named(status.current) if status.current is not None else "the current one"


def _named(one: KnownImage) -> str:
    return f"{one.image.name} {one.image.id}"
