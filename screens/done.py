"""The hand-over: what was made, where the preset is, and what to run next."""

from __future__ import annotations

from textual.content import Content

from octavia_wizard.core.handover import Handover
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.explain import PageScreen


class HandoverScreen(PageScreen):
    """A page to read at the end."""

    place = "Done ▸ what comes next"

    def __init__(self, handover: Handover) -> None:
        super().__init__()
        self.handover = handover

    def page(self) -> Content:
        """Return what was made, and what to do next."""
        return page_of(self.handover)


def page_of(handover: Handover) -> Content:
    """Write the page."""
    lines = [Content.styled(f"{glyphs.DONE} Applied. Everything is as planned.", "bold")]
    if handover.preset is not None:
        lines += [
            Content(""),
            Content("The answers as a preset, to replay this deployment:"),
            Content(f"  {handover.replay}"),
        ]
    if handover.commands:
        lines += [Content(""), Content.styled("Run next, in this order", "bold")]
        directory = ""
        for number, command in enumerate(handover.commands, start=1):
            if command.directory and command.directory != directory:
                directory = command.directory
                lines.append(Content(f"  cd {directory}"))
            lines.append(Content(f"  {number}  {command.command}"))
            if command.note:
                lines.append(Content.styled(f"     {command.note}", "$foreground 60%"))
    if handover.notes:
        lines += [Content(""), Content.styled("Put off", "bold")]
        lines += [Content(f"  {note}") for note in handover.notes]
    if handover.certificates:
        lines += [Content(""), Content.styled("Renew by", "bold")]
        for dated in handover.certificates:
            lines.append(Content(f"  {dated.renew_by:%Y-%m-%d}  {dated.what}, {dated.subject}"))
    if handover.made:
        things = len(handover.made)
        lines += [Content(""), Content.styled(f"Made in this deployment, {things} in all", "bold")]
        for thing in handover.made:
            lines.append(Content(f"  {thing.kind.ljust(20)} {thing.name}"))
    if handover.journal is not None:
        lines += [Content(""), Content(f"Journal  {handover.journal}")]
    lines += [Content(""), Content("Take back what was made:"), Content(f"  {handover.undo}")]
    return Content("\n").join(lines)
