"""Looking at the build in the background: drawn anew on a cursor, told in lines without one."""

from __future__ import annotations

from octavia_wizard.core.image.build.record import builds
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.image_progress import draw_progress
from octavia_wizard.core.views.layout import cut
from octavia_wizard.core.views.model import Picture, Role, line
from octavia_wizard.output.paper import INDENT, Paper
from octavia_wizard.plain.background import Background
from octavia_wizard.plain.drawing import WIDEST, draw
from octavia_wizard.plain.options import Option
from octavia_wizard.plain.prompter import Prompter

_KEYS = {"c": "cancel", "l": "log"}
_HINT = "Enter or Ctrl-C goes back and the build goes on; c cancels it, l shows the log"
_WAYS = (
    Option("back", "Back", "to the sections; it goes on", key="b"),
    Option("follow", "Follow", "tell how far it is until it ends; Ctrl-C comes back", key="f"),
    Option("log", "Log", "its last lines", key="l"),
    Option("cancel", "Cancel", "and clean up", key="c"),
)
_LAST = 6
"""Lines of the log beside a picture."""
_LOGGED = 40
"""Lines of the log where it is asked for."""
_TICK = 1.0
"""Seconds between two looks at how far it is."""


def watch_build(prompter: Prompter, build: Background) -> bool:
    """Show a build that goes on; say whether it shall be cancelled."""
    paper = prompter.paper
    picked = prompter.watch(
        lambda width, lines: draw_build(build, width, lines), build.over.is_set, _KEYS
    )
    if picked is None:
        width = min(paper.console.width - len(INDENT), WIDEST)
        draw(paper, (*_phases(build, width), *_last_lines(build, width, _LAST)))
        picked = str(prompter.choose("Image build", _WAYS, "back", moves=False))
    if picked == "log":
        show_log(paper, build)
    elif picked == "follow":
        _follow(paper, build)
    return picked == "cancel"


def draw_build(build: Background, width: int, lines: int) -> Picture:
    """Draw phases, last lines and what can be done, in no more lines than there are."""
    head = _phases(build, width)
    return (
        *head,
        *_last_lines(build, width, max(min(lines - len(head) - 2, _LAST), 0)),
        line(cut(_HINT, width)),
    )


def show_log(paper: Paper, build: Background) -> None:
    """Write the last lines of the log, and where all of it is."""
    for row in list(build.lines)[-_LOGGED:]:
        paper.line((row, "dim"), indent=1)
    known = (one for one in builds() if one.request.fingerprint == build.request.fingerprint)
    found = build.record or next(known, None)
    if found is not None:
        paper.line(f"the whole log: {found.log}", indent=1)


def _phases(build: Background, width: int) -> Picture:
    standing = build.standing
    if standing is None or build.cancel.is_set():
        return (line((f"{glyphs.RUNNING} ", Role.STRONG), f"image build: {build.brief}"),)
    return draw_progress(standing, build.times.seconds, width)


def _last_lines(build: Background, width: int, lines: int) -> Picture:
    last = list(build.lines)[-lines:] if lines else []
    rule = line((glyphs.RULE * min(width, WIDEST), Role.QUIET))
    return (rule, *(line((cut(row, width), Role.QUIET)) for row in last))


def _follow(paper: Paper, build: Background) -> None:
    """Tell in lines how far it is, until it ends."""
    # Here, because it takes what draws live displays along.
    from octavia_wizard.output.building import follow_build

    with follow_build(paper, build.cancel, lambda: None, verbose=False) as told:
        while not build.over.wait(_TICK):
            standing = build.standing
            if standing is not None:
                told.tell(standing)
