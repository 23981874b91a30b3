"""Downloading the image file, as a step sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.checksums import parse_checksum
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.image.download import download
from octavia_wizard.core.image.fetched import Fetched, fetched, remember_fetched
from octavia_wizard.core.image.hashes import Digests, remember, stamp
from octavia_wizard.core.places import make_directories
from octavia_wizard.core.steps.base import Action, Decision, Unit, Work
from octavia_wizard.core.steps.image_brought import image_path, is_fetched
from octavia_wizard.core.steps.image_target import carried_download
from octavia_wizard.core.urls import shown_url


def decide_download(effective: Effective, facts: Facts) -> Decision:
    """Say whether the file has to be downloaded."""
    path, url = image_path(effective), shown_url(effective.text("image.url"))
    told = effective.maybe_text("image.checksum") or ""
    known = fetched(path)
    if known is not None and is_fetched(effective, path):
        return Decision(Action.KEEP, str(path), reason=f"downloaded {known.at[:10]}")
    carried = carried_download(effective, facts) if known is None else None
    if carried is not None:
        reason = f"Glance has it as {carried.name} {carried.id}"
        return Decision(Action.KEEP, str(path), reason=reason)
    if known is None and path.exists():
        reason = (
            "a file is there that was not downloaded by this wizard, or was changed since. Answer "
            "another image.path, or set image.source to file to upload it"
        )
        return Decision(Action.CONFLICT, str(path), reason=reason)
    lines = [f"+ download {url}", f"+ verified against {told}" if told else "~ not verified"]
    if known is not None:
        lines.append(f"- what was downloaded from {known.url}")
    return Decision(Action.CREATE, str(path), tuple(lines))


def fetch(work: Work) -> str:
    """Download the file, verify it, and return its SHA-512."""
    effective, path = work.effective, image_path(work.effective)
    told = effective.maybe_text("image.checksum") or ""
    url = effective.text("image.url")
    make_directories(path.parent)

    def progress(done: int, total: int) -> None:
        work.progress(done, total, f"downloading {path.name}", Unit.BYTES)

    came = download(
        url,
        path,
        checksum=parse_checksum(told) if told else None,
        progress=progress,
        log=work.log,
        cancel=work.cancel,
        disk_format=effective.text("image.disk_format"),
    )
    taken = stamp(path)
    remember(path, Digests(came.md5, came.sha512), taken)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    remember_fetched(path, Fetched(shown_url(url), told, taken, came.sha512, at))
    return came.sha512


def find_fetched(effective: Effective) -> str | None:
    """Return the SHA-512 of the file, where it was downloaded whole."""
    known = fetched(Path(image_path(effective)))
    return known.sha512 if known is not None else None
