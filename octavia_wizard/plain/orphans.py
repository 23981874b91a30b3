"""Builds an earlier wizard left behind: found at the start, followed, cleaned up or left."""

from __future__ import annotations

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.image.build.cancel import cancel_build
from octavia_wizard.core.image.build.cleaning import clean
from octavia_wizard.core.image.build.leftovers import find_leftovers, orphans
from octavia_wizard.core.image.build.lookup import standing_of
from octavia_wizard.core.image.build.process import alive, exit_code
from octavia_wizard.core.image.build.record import BuildRecord, BuildState
from octavia_wizard.core.image.build.record import builds as known_builds
from octavia_wizard.core.image.build.remains import Leftovers
from octavia_wizard.core.steps.image_marks import moment_of
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.image_progress import brief_standing
from octavia_wizard.plain.asking import Asker
from octavia_wizard.plain.building import Builds
from octavia_wizard.plain.options import Option

_SHOWN = 8
"""Left-overs that are named one by one."""
_LATER = Option("later", "Later", "leave all as it is", key="l")
_CLEAN = Option("clean", "Clean up", "remove what it left on this host", key="c")


def deal_with_orphans(asker: Asker, builds: Builds) -> None:
    """Report the builds nobody looks after and what is left of others, and ask about each."""
    try:
        for record in orphans():
            _deal_with(record, asker, builds)
        if find_leftovers():
            _deal_with_leftovers(asker)
    except WizardError as error:
        asker.say_error(error)


def _deal_with_leftovers(asker: Asker) -> None:
    """Ask about what builds of the wizard left; of what others left, say how it is removed."""
    ended = (BuildState.FAILED, BuildState.CANCELLED)
    ours = [left for r in known_builds() if r.state in ended and (left := find_leftovers(r))]
    for left in ours:
        asker.paper.line(("! ", "yellow"), "an image build that did not end well has left:")
        _list(left, asker)
        ways = [_CLEAN, _LATER]
        if asker.prompter.choose("Left-overs", ways, "later", moves=False) == "clean":
            _tell_cleaned(clean(left, lambda row: asker.paper.line(row, indent=1)), asker)
    if not ours:
        asker.paper.prose(
            "On this host are left-overs of image builds that the wizard does not know. "
            "'octavia-wizard image clean' shows them, and removes them when you say so.",
            ("! ", "yellow"),
        )


def _deal_with(record: BuildRecord, asker: Asker, builds: Builds) -> None:
    lives, code = alive(record), exit_code(record)
    _introduce(record, asker, lives=lives, code=code)
    ways = [_LATER]
    if lives:
        ways.insert(0, Option("clean", "Cancel it", "and clean up", key="c"))
    elif find_leftovers(record):
        _list(find_leftovers(record), asker)
        ways.insert(0, _CLEAN)
    else:
        ways.insert(0, Option("clean", "Forget it", "nothing of it is left", key="c"))
    followed = (lives or code is not None) and not builds.running
    if followed:
        word = "Follow it" if lives else "Take it in"
        ways.insert(0, Option("follow", word, "while you answer the rest", key="f"))
    first = "follow" if followed else "later"
    match asker.prompter.choose("Image build", ways, first, moves=False):
        case "follow":
            builds.begin(record.request)
        case "clean":
            _cancel(record, asker)


def _introduce(record: BuildRecord, asker: Asker, *, lives: bool, code: int | None) -> None:
    began = moment_of(record.started)
    when = f", begun {began.astimezone():%Y-%m-%d %H:%M}" if began else ""
    system = record.request.base_os.removesuffix("-minimal")
    what = f"image build {system} {record.request.base_release}{when}"
    asker.paper.gap()
    if lives:
        standing = standing_of(record)
        how = f": {brief_standing(standing)}" if standing else ""
        asker.paper.prose(f"{glyphs.RUNNING} {what} goes on without a wizard{how}")
    elif code is not None:
        asker.paper.line(f"{glyphs.RUNNING} {what} has ended, and nobody has seen it")
    else:
        asker.paper.line(("! ", "yellow"), f"{what} was cut off")


def _cancel(record: BuildRecord, asker: Asker) -> None:
    try:
        cancel_build(record, lambda row: asker.paper.line(row, indent=1))
    except KeyboardInterrupt:
        asker.paper.line("stopped; what is left is asked about at the next start")
        return
    left = find_leftovers(record)
    _tell_cleaned(left.lines() if left else (), asker)


def _list(left: Leftovers, asker: Asker) -> None:
    lines = left.lines()
    for row in lines[:_SHOWN]:
        asker.paper.line(row, indent=1)
    if len(lines) > _SHOWN:
        asker.paper.line(f"and {len(lines) - _SHOWN} more", indent=1)


def _tell_cleaned(left: tuple[str, ...], asker: Asker) -> None:
    if not left:
        asker.paper.line(("✓ ", "green"), "cleaned up")
        return
    asker.paper.line(("! ", "yellow"), "could not be removed:")
    for row in left:
        asker.paper.line(row, indent=1)
