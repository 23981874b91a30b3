"""The screen of the section cloud: it asks the clouds for a token while one chooses."""

from __future__ import annotations

from textual.binding import Binding

from octavia_wizard.screens.section import QuestionsScreen
from octavia_wizard.screens.workers.clouds import check_clouds


class CloudScreen(QuestionsScreen):
    """Which cloud, and which release; clouds and evidence stand beside the questions."""

    BINDINGS = [Binding("f5", "check", "check again", id="wizard.read_again", tooltip="Ask again")]

    def show_news(self) -> None:
        """Show what changed; a cloud that was not asked yet is."""
        super().show_news()
        check_clouds(self.app)

    def action_check(self) -> None:
        """Find and ask the clouds again, and read host and cloud afresh."""
        check_clouds(self.app, again=True)
        self.app.look_again(host=True)
