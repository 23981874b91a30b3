"""The hand-over: what was made, where the preset is, and what to run next."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual import work
from textual.binding import Binding
from textual.content import Content

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.files import read_text
from octavia_wizard.core.handover import Handover
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.explain import PageScreen
from octavia_wizard.screens.workers.threads import in_thread


class HandoverScreen(PageScreen):
    """A page to read at the end."""

    place = "Done ▸ what comes next"
    purpose = (
        "What was made, what to run next, and where it is all written down: the runbook is this "
        "page and more, as a document to keep."
    )
    BINDINGS = [
        Binding(
            "r", "read", "read the runbook", id="done.read", tooltip="Show it as it was written"
        )
    ]

    def __init__(self, handover: Handover) -> None:
        super().__init__()
        self.handover = handover

    def page(self) -> Content:
        """Return what was made, and what to do next."""
        return page_of(self.handover)

    @work(exclusive=True, group="runbook")
    async def action_read(self) -> None:
        """Show the runbook as it was written."""
        path = self.handover.runbook
        if path is None:
            return
        try:
            text = await in_thread(partial(read_text, path), "runbook")
        except WizardError as error:
            self.app.notify(error.message, title="Runbook", severity="error", markup=False)
            return
        if text is None:
            self.app.notify(f"{path} is gone", title="Runbook", severity="error", markup=False)
        else:
            self.app.push_screen(RunbookScreen(path, text))


class RunbookScreen(PageScreen):
    """The runbook as plain text."""

    place = "Done ▸ runbook"

    def __init__(self, path: Path, text: str) -> None:
        super().__init__()
        self.path, self.text = path, text
        self.purpose = f"The runbook as it was written to {path}: plain text in Markdown."

    def page(self) -> Content:
        """Return the document, under the path it has."""
        return Content("\n").join([Content.styled(str(self.path), "bold"), Content(self.text)])


def page_of(handover: Handover) -> Content:
    """Write the page."""
    parts = [
        _summary(handover),
        _documents(handover),
        _commands(handover),
        _put_off(handover),
        _dates(handover),
        _made(handover),
        [Content("Take back what was made:"), Content(f"  {handover.undo}")],
    ]
    lines: list[Content] = []
    for part in filter(None, parts):
        lines += [Content(""), *part] if lines else part
    return Content("\n").join(lines)


def _summary(handover: Handover) -> list[Content]:
    text = "Everything is as planned."
    if handover.put_off:
        text = "What is put off comes later; everything else is as planned."
    return [Content.styled(f"{glyphs.DONE} Applied. {text}", "bold")]


def _documents(handover: Handover) -> list[Content]:
    lines = []
    if handover.runbook is not None:
        lines += [Content("The runbook, to keep (R reads it):"), Content(f"  {handover.runbook}")]
    if handover.preset is not None:
        lines += [
            Content("The answers as a preset, to replay this deployment:"),
            Content(f"  {handover.replay}"),
        ]
    if handover.journal is not None:
        lines += [Content("What was done, as a journal:"), Content(f"  {handover.journal}")]
    return lines


def _commands(handover: Handover) -> list[Content]:
    if not handover.commands:
        return []
    lines = [Content.styled("Run next, in this order", "bold")]
    directory = ""
    for number, command in enumerate(handover.commands, start=1):
        if command.directory and command.directory != directory:
            directory = command.directory
            lines.append(Content(f"  cd {directory}"))
        lines.append(Content(f"  {number}  {command.command}"))
        if command.note:
            lines.append(Content.styled(f"     {command.note}", "$foreground 60%"))
    return lines


def _put_off(handover: Handover) -> list[Content]:
    lines = [Content.styled("Put off", "bold")]
    for item in handover.put_off:
        lines.append(Content(f"  {item.title}: {item.why}. Afterwards:"))
        lines.append(Content(f"    {item.command}"))
    return lines if handover.put_off else []


def _dates(handover: Handover) -> list[Content]:
    lines = [Content.styled("Renew by", "bold")]
    for dated in handover.certificates:
        lines.append(Content(f"  {dated.renew_by:%Y-%m-%d}  {dated.what}, {dated.subject}"))
    return lines if handover.certificates else []


def _made(handover: Handover) -> list[Content]:
    things = len(handover.made)
    lines = [Content.styled(f"Made in this deployment, {things} in all", "bold")]
    lines += [Content(f"  {thing.kind.ljust(20)} {thing.name}") for thing in handover.made]
    return lines if things else []
