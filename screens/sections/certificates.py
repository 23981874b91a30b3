"""The screen of the section certificates: its questions, the review, and the passphrase."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from textual import work
from textual.app import App
from textual.binding import Binding
from textual.content import Content

from octavia_wizard.core.vaulted import needs_vault_password
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.chains import ChainsScreen
from octavia_wizard.screens.keys import word_for
from octavia_wizard.screens.passphrase import ask_passphrase
from octavia_wizard.screens.row import QuestionRow
from octavia_wizard.screens.section import QuestionsScreen

APPROVED = "certificates.approved"
LOCKED = (
    "certificates.server_ca_certificate",
    "certificates.server_ca_key",
    "certificates.client_certificate",
    "certificates.client_key",
    "certificates.client_ca_key",
)
"""Answers that name a file which may be closed."""


class CertificatesScreen(QuestionsScreen):
    """Where certificates come from; what they are stands beside the questions."""

    BINDINGS = [
        Binding("f7", "review", "review", id="certificates.review", tooltip="Look at the chains"),
        Binding(
            "f8",
            "passphrase",
            "passphrase",
            id="certificates.passphrase",
            tooltip="Type the passphrase of a private key",
        ),
    ]

    def on_mount(self) -> None:
        """Open the review at once for whom a finding about approval led here."""
        super().on_mount()
        if self._first_key == APPROVED and self.app.outlook.about(APPROVED):
            self.action_review()

    def _change(self, row: QuestionRow, change: Callable[[], None]) -> bool:
        taken = super()._change(row, change)
        if taken and row.question.key in LOCKED:
            self.ask_where_needed()
        return taken

    @work(exclusive=True, group="passphrase")
    async def ask_where_needed(self) -> None:
        """Ask for the passphrase of a key that was named just now, if it has one."""
        await ask_passphrase(self.app, unasked=True)

    @work(exclusive=True, group="passphrase")
    async def action_passphrase(self) -> None:
        """Ask for the passphrase of the operator's own key."""
        await ask_passphrase(self.app)

    def action_review(self) -> None:
        """Look at both chains, to approve them."""
        self.app.push_screen(ChainsScreen())

    def findings_text(self) -> Content:
        """Say where to look at all of it, while nothing stands in the way."""
        text = super().findings_text()
        if self.app.trial is None and text.plain.startswith(glyphs.DONE):
            app = cast("App[object]", self.app)
            text += Content(f"; {word_for(app, 'certificates.review')} reviews both chains")
        return text

    @property
    def _lacking(self) -> bool:
        return any(finding.id == "passphrase-missing" for finding in self.app.outlook.findings)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the passphrase where one may be wanted."""
        if action == "passphrase":
            session = self.app.session
            own = session.effective.chosen("certificates.source", "own")
            return own or needs_vault_password(session.facts.host) or self._lacking
        return super().check_action(action, parameters)
