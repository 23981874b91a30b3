"""The runbook: what was made, how to check, repeat and undo it, as a document to keep.

It tells names, ids, paths, fingerprints and dates, and never a secret. The same deployment gives
the same text but for the dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from octavia_wizard.core.files import write_file
from octavia_wizard.core.handover_model import Dated, Handover, Made, Watching
from octavia_wizard.core.markdown import code, prose, shell
from octavia_wizard.core.runbook_runs import (
    changed_files,
    not_undone,
    playbooks,
    steps,
    verification,
)

MODE = 0o600
TITLE = "Octavia on OpenStack-Ansible: runbook"
_STAGING = "staging"
_WORDS = {"rule removal": "removed rule"}


def write_runbook(path: Path, handover: Handover) -> None:
    """Write the runbook in one move, readable by its owner alone; raises FileError."""
    write_file(path, runbook_text(handover), MODE)


def runbook_text(handover: Handover) -> str:
    """Return the runbook; pure."""
    parts = (
        _heading(handover),
        verification(handover),
        _made(handover),
        changed_files(handover),
        _image(handover),
        _certificates(handover),
        playbooks(handover),
        steps(handover),
        _put_off(handover),
        _next(handover),
        _verify(handover),
        _again(handover),
        _places(handover),
    )
    return "\n".join(line for part in parts for line in part).rstrip("\n") + "\n"


def _heading(handover: Handover) -> Iterator[str]:
    place = handover.place
    yield f"# {TITLE}"
    yield ""
    when = f" on {_moment(handover.written)}" if handover.written else ""
    yield f"Written by octavia-wizard{when}."
    yield ""
    if place is None:
        return
    if place.cloud:
        yield f"- Cloud: {code(place.cloud)}, region {code(place.region)}"
        yield f"- Service project: {code(place.project)}"
    else:
        yield "- Cloud: none was touched, only files were written"
    yield f"- Release: OpenStack-Ansible {code(place.release)}"
    yield f"- Deploy directory: {code(str(place.deploy_dir))}"
    yield ""


def _made(handover: Handover) -> Iterator[str]:
    made = [thing for thing in handover.made if thing.kind != _STAGING]
    groups = (
        ("Made or changed in the cloud", [thing for thing in made if not _is_local(thing)]),
        ("Written on this host", [thing for thing in made if _is_local(thing)]),
        ("Adopted: used as found, and left alone by undo", list(handover.adopted)),
    )
    for title, things in groups:
        if things:
            yield f"## {title}"
            yield ""
            yield from (_thing(thing) for thing in things)
            yield ""


def _is_local(thing: Made) -> bool:
    return thing.id.startswith("/")


def _thing(thing: Made) -> str:
    done = _WORDS.get(thing.kind, f"{thing.result} {thing.kind}")
    line = f"- {prose(done)} {code(thing.name)}"
    known = not thing.id or thing.id == thing.name
    return line if known else f"{line}, id {code(thing.id)}"


def _image(handover: Handover) -> Iterator[str]:
    image = handover.image
    if image is None:
        return
    yield "## Amphora image"
    yield ""
    yield f"- Image: {code(image.name)}{f', id {code(image.id)}' if image.id else ''}"
    if image.origin:
        yield f"- {prose(image.origin[:1].upper() + image.origin[1:])}"
    if image.sha512:
        yield f"- SHA-512 of the file: {code(image.sha512)}"
    yield f"- A new one is due by {image.rotate_by:%Y-%m-%d}"
    yield ""
    yield (
        "An image has the packages of the day it was built. Put a new one in its place by that "
        "date, and sooner after security fixes of the kernel, HAProxy or OpenSSL and after an "
        "upgrade of Octavia. "
        + (
            "This builds or fetches it, uploads it and moves the tag; the former one stays, for "
            "image rollback. Amphorae take it when they are failed over, by commands it shows:"
            if image.builds_anew
            else "This tells how the images stand; image rotate takes a new file:"
        )
    )
    yield ""
    yield from shell(image.rotate)
    yield ""


def _certificates(handover: Handover) -> Iterator[str]:
    if not handover.certificates:
        return
    yield "## Certificates"
    yield ""
    for dated in handover.certificates:
        yield from _certificate(dated)
    yield ""
    if handover.watching is not None:
        yield from _watching(handover.watching)


def _certificate(dated: Dated) -> Iterator[str]:
    yield f"- {prose(dated.what)}"
    yield f"  - Subject: {code(dated.subject)}"
    yield f"  - SHA-256: {code(dated.fingerprint)}"
    yield f"  - Valid until {dated.not_after:%Y-%m-%d}, renew by {dated.renew_by:%Y-%m-%d}"
    yield f"  - File: {code(str(dated.path))}"
    if dated.renew:
        done = f": {code(dated.command)}" if dated.command else ""
        yield f"  - By {dated.renew_by:%Y-%m-%d}, {prose(dated.renew)}{done}"
    yield f"  - {'Approved by this fingerprint' if dated.approved else 'Not approved by anybody'}"


def _watching(watching: Watching) -> Iterator[str]:
    yield (
        "Have this run every day, by cron or a monitoring system. It ends with 8 where one is due, "
        "with 4 where one is critical or does not work:"
    )
    yield ""
    yield from shell(watching.check)
    yield ""
    yield (
        "Amphorae have certificates of their own, signed by the server CA: Octavia makes each for "
        "30 days, and octavia-housekeeping renews it within the last 14. Where it does not, "
        "controllers refuse the amphora in the end."
        + (" This tells whether it does:" if watching.amphorae else "")
    )
    yield ""
    if watching.amphorae:
        yield from shell(watching.amphorae)
        yield ""
    if watching.root_keys:
        yield (
            "Nothing needs the keys of the roots until a CA is replaced. Keep them offline, in two "
            "places, and their passphrases elsewhere; then remove from this host:"
        )
        yield ""
        yield from (f"- {code(str(path))}" for path in watching.root_keys)
        yield ""


def _put_off(handover: Handover) -> Iterator[str]:
    if not handover.put_off:
        return
    yield "## Put off"
    yield ""
    for item in handover.put_off:
        yield f"{prose(item.title)}: {prose(item.why)}. This does it later:"
        yield ""
        yield from shell(item.command)
        yield ""


def _next(handover: Handover) -> Iterator[str]:
    if not handover.commands:
        return
    yield "## Run next, in this order"
    yield ""
    for number, command in enumerate(handover.commands, start=1):
        note = f": {prose(command.note)}" if command.note else ""
        yield f"{number}. {prose(command.purpose)}{note}"
        yield ""
        where = [f"cd {command.directory}"] if command.directory else []
        yield from (f"   {line}" for line in shell(*where, command.command))
        yield ""


def _verify(handover: Handover) -> Iterator[str]:
    if not handover.checks:
        return
    yield "## Verify by hand"
    yield ""
    if handover.variables:
        yield from shell(*(f"export {name}={value}" for name, value in handover.variables))
    else:
        yield "With the variables of an administrator in the environment:"
    yield ""
    for check in handover.checks:
        yield f"{prose(check.purpose)}:"
        yield ""
        yield from shell(check.command)
        yield ""


def _again(handover: Handover) -> Iterator[str]:
    ways = (
        ("Replay the preset; what is as planned is kept", handover.replay),
        ("Go on with a run that did not come to its end", handover.resume),
        ("Tell what was run and what is there because of it", handover.status),
        ("Write this document anew", handover.rewrite),
        ("Take back what octavia-wizard made, and nothing else", handover.undo),
    )
    yield "## Repeat, resume, undo"
    yield ""
    for purpose, command in ways:
        if command:
            yield f"{purpose}:"
            yield ""
            yield from shell(command)
            yield ""
    if handover.undo:
        yield from not_undone(handover)


def _places(handover: Handover) -> Iterator[str]:
    found = (
        ("Preset", handover.preset),
        ("Journal of the last run", handover.journal),
        ("Journals", handover.journals),
        ("Backups of files, by run", handover.backups),
        ("Logs of playbooks, by run", handover.playbook_logs if handover.ran else None),
        ("This document for a browser", handover.runbook_html),
    )
    yield "## Where things are"
    yield ""
    for name, path in found:
        if path is not None:
            yield f"- {name}: {code(str(path))}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
