"""What screens with a log have in common: the log alone, the search in it, and scrolling."""

from __future__ import annotations

from textual import on

from octavia_wizard.screens.frame import WizardScreen
from octavia_wizard.screens.log_pane import LogPane


class LoggedScreen(WizardScreen[None]):
    """A screen with a log below what it shows; subclasses declare the keys."""

    _makes_room = False
    """Whether the log took the whole body for the sake of a search."""

    @property
    def log_pane(self) -> LogPane:
        """Return the log."""
        return self.query_one(LogPane)

    def action_log(self) -> None:
        """Give the log the whole body, or the rest its room back."""
        self.toggle_class("-full-log")
        # What is shown again has no width before the next drawing.
        self.call_after_refresh(self._take_news)

    def action_search(self) -> None:
        """Look for a text in the log."""
        self._makes_room = not self.log_pane.display
        self.set_class(self._makes_room or self.has_class("-full-log"), "-full-log")
        self.log_pane.open_search()

    @on(LogPane.SearchClosed)
    def _searched(self) -> None:
        """Give what the search took the place of its room back."""
        if self._makes_room:
            self._makes_room = False
            self.action_log()
        self.refresh_bindings()

    def action_scroll(self, by: int) -> None:
        """Scroll the log, or what failed where there is no room for both."""
        if self.log_pane.display:
            self.log_pane.scroll_by(by)
        else:
            self.query_one("#why").scroll_relative(y=by, animate=False)

    def action_follow(self) -> None:
        """Follow the log again."""
        self.log_pane.follow()

    def action_leave(self) -> None:
        """End the search; without one, go back, and the work goes on."""
        if self.log_pane.is_searching:
            self.log_pane.close_search()
        else:
            self.dismiss(None)
