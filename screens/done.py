"""The hand-over: what was made and run, where it is written down, and what to run next."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual import work
from textual.binding import Binding
from textual.content import Content

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.files import read_text
from octavia_wizard.core.handover import Handover
from octavia_wizard.screens.explain import PageScreen
from octavia_wizard.screens.handed_over import page_of
from octavia_wizard.screens.workers.threads import in_thread


class HandoverScreen(PageScreen):
    """A page to read at the end."""

    place = "Done ▸ what comes next"
    purpose = (
        "What was made and run, what is left to run by hand, and where it is all written down: "
        "the runbook is this page and more, as a document to keep."
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
