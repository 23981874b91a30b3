"""What the command palette offers: every section and every verb."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.app import SystemCommand

from octavia_wizard.core.questions import SECTIONS
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.hub import REVIEW_TITLE


def commands_of(desk: Desk) -> Iterator[SystemCommand]:
    """Yield the commands, the sections first."""
    for number, section in enumerate(SECTIONS, start=1):
        title = f"{number} {section.title}"
        yield SystemCommand(title, section.help, partial(desk.show_section, section.name))
    number = len(SECTIONS) + 1
    yield SystemCommand(f"{number} {REVIEW_TITLE}", "Findings, files and plan.", desk.show_review)
    if desk.run_model is not None:
        yield SystemCommand("The run", "Steps and log of the run.", desk.show_apply)
    yield SystemCommand("Preview", "The variables file as it would be.", desk.show_preview)
    yield SystemCommand("Read again", "Read host and cloud afresh.", desk.look_again)
    yield SystemCommand("Saved where", "Where the answers are kept.", desk.say_where)
    yield SystemCommand("Theme", "Other colours.", desk.action_change_theme)
    yield SystemCommand("Leave", "Leave; the answers are kept.", desk.leave)
