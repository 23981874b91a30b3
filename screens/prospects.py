"""What is said before a build is begun, and before what a killed one left is removed."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content

from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.urls import shown
from octavia_wizard.core.views.image_lines import span_text
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.confirm import AskScreen, Way
from octavia_wizard.screens.wording import count
from octavia_wizard.screens.workers.survey import Found, Prospect

_LABEL = 9
_LINE = 58
"""Columns for what stands behind a label."""
_MOST = 12
"""Left-overs named one by one."""


def offer_text(found: Prospect) -> Content:
    """Say what a build makes of what, where, and how long that takes."""
    request = found.request
    lines = [
        _fact("Image", made_of(request)),
        _fact("Octavia", f"{request.refs[0]} of {shown(request.repository)}"),
        *_path("Kept as", request.output),
        _fact("Takes", _time(found)),
    ]
    lines += [Content.assemble(f"{glyphs.DOT} ", note) for note in found.notes]
    last = "The interview goes on meanwhile; every screen tells how far it is."
    if found.is_running:
        last = "A build of it goes on already: it is followed."
    elif found.is_in_glance:
        last = "Glance has this image already, so that a run would not upload another."
    elif found.is_finished:
        last = "The image lies there already, as it was built: it would be taken as it is."
    return Content("\n").join([*lines, Content(""), Content(last)])


def hindered(hindrances: tuple[str, ...]) -> AskScreen:
    """Return the screen that says why a build cannot be begun, and what cures that."""
    text = "\n".join(f"{glyphs.ERROR} {one}" for one in hindrances)
    return AskScreen("It cannot be built yet", text, (Way("b", "Back", "back"),))


def _fact(label: str, text: str) -> Content:
    return Content.assemble((label.ljust(_LABEL), "$foreground 60%"), text)


def _path(label: str, path: Path) -> list[Content]:
    """Write a path, its file on a line of its own where both are too long for one."""
    home = Path.home()
    text = f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
    if len(text) <= _LINE:
        return [_fact(label, text)]
    return [_fact(label, text.removesuffix(path.name)), _fact("", path.name)]


def made_of(request: BuildRequest) -> str:
    """Name what an image is made of."""
    parts = (
        f"{request.base_os.removesuffix('-minimal')} {request.base_release}",
        request.architecture,
        request.disk_format,
        f"disk of {request.size_gib} GiB",
    )
    return ", ".join(parts)


def _time(found: Prospect) -> str:
    why = "as the last build here took" if found.learned else "none was built here yet to tell by"
    return f"{span_text(found.least, found.most)}; {why}"


def left_question(found: Found) -> tuple[str, str]:
    """Return the heading and the text of the question before left-overs are removed."""
    records = found.dead
    begun = ", ".join(record.started.replace("T", " ")[:16] for record in records)
    lines = list(found.left.lines())
    more = [f"and {len(lines) - _MOST} more"] if len(lines) > _MOST else []
    text = [
        f"{count(len(records), 'build').capitalize()} of the image, begun {begun} UTC, "
        f"{'was' if len(records) == 1 else 'were'} killed. On this host is still:",
        "",
        *(f"{glyphs.DOT} {line}" for line in [*lines[:_MOST], *more]),
        "",
        "It takes room and memory, and can make the next build fail. Cleaning up removes this and "
        "nothing else, mounts first; the log of the build is kept.",
    ]
    return "A build was killed and left something behind", "\n".join(text)
