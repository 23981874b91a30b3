"""An image to be downloaded: from where, how it is verified, and what lies there already."""

from __future__ import annotations

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.image.fetched import Fetched, fetched
from octavia_wizard.core.image.inspect import is_test_only
from octavia_wizard.core.questions.paths import absolute
from octavia_wizard.core.steps.image_marks import moment_of
from octavia_wizard.core.urls import shown_url
from octavia_wizard.core.views.image_lines import TEST, age_text, fact, size_text
from octavia_wizard.core.views.layout import verdict
from octavia_wizard.core.views.model import Picture, Role, Subject

_PARTIAL = ".part"
"""What a file is called with that is not whole yet."""


def draw_download(subject: Subject, width: int) -> Picture:
    """Draw where the image comes from; looks at the file that is there."""
    effective = subject.effective
    url = effective.maybe_text("image.url")
    if url is None:
        return verdict(Role.QUIET, "no URL is named yet", width)
    path = effective.maybe_text("image.path")
    return (
        *fact("Download", shown_url(url), width),
        *fact("Kept as", path or "not answered yet", width),
        *_checksum(effective, width),
        *_there(effective, url, width),
        *(verdict(Role.ATTENTION, TEST, width) if is_test_only(url) else ()),
    )


def _checksum(effective: Effective, width: int) -> Picture:
    told = effective.maybe_text("image.checksum")
    if told:
        kind, _, digest = told.partition(":")
        return fact("Checksum", f"{kind} {digest[:16]}…" if digest else told, width)
    text = "no checksum: a damaged or forged file would not be noticed"
    return verdict(Role.ATTENTION, text, width)


def _there(effective: Effective, url: str, width: int) -> Picture:
    told = effective.maybe_text("image.path")
    if told is None:
        return ()
    path = absolute(told)
    partial = path.with_name(f"{path.name}{_PARTIAL}")
    entry = fetched(path)
    try:
        if entry is not None:
            return _known(entry, url, size_text(path.stat().st_size), width)
        if partial.exists():
            size = size_text(partial.stat().st_size)
            return verdict(Role.QUIET, f"{size} of it are there: the download goes on", width)
        if path.exists():
            size = size_text(path.stat().st_size)
            text = f"a file of {size} from elsewhere lies there: answer another path"
            return verdict(Role.BAD, text, width)
    except OSError as error:
        return verdict(Role.ATTENTION, f"{path}: {error.strerror}", width)
    return ()


def _known(entry: Fetched, url: str, size: str, width: int) -> Picture:
    at = moment_of(entry.at)
    age = f" {age_text(at)}" if at else ""
    if entry.url == shown_url(url):
        return verdict(Role.GOOD, f"{size} are there, downloaded{age}", width)
    text = f"takes the place of {size} from {entry.url}, downloaded{age}"
    return verdict(Role.QUIET, text, width)
