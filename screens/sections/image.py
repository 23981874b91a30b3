"""The screen of the section image: it builds the image while the interview goes on."""

from __future__ import annotations

from textual import work
from textual.binding import Binding
from textual.content import Content

from octavia_wizard.core.errors import WizardError
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.confirm import AskScreen, Way
from octavia_wizard.screens.keys import word_for
from octavia_wizard.screens.prospects import hindered, offer_text
from octavia_wizard.screens.section import QuestionsScreen


class ImageScreen(QuestionsScreen):
    """Where the image comes from; what it is, or will be made of, stands beside the questions."""

    BINDINGS = [
        Binding(
            "f7",
            "build",
            "build now",
            id="image.build",
            tooltip="Build the image now, in the background",
        ),
        Binding(
            "f8",
            "show_build",
            "the build",
            id="image.show_build",
            tooltip="Show how far the build is, and its log",
        ),
    ]

    async def action_build(self) -> None:
        """Say what a build would come to, and begin it on consent."""
        row = await self._typed()
        if row is not None and not self.take(row):
            return
        self.ask_to_build()

    @work(exclusive=True, group="prospect")
    async def ask_to_build(self) -> None:
        """Look up what a build would come to, and ask; what hinders it is told instead."""
        builds = self.app.builds
        try:
            found = await builds.foresee()
        except WizardError as error:
            self.app.notify(error.message, title="Not built", severity="error", markup=False)
            return
        if found is None or builds.is_going_on or not self.is_current:
            return
        if found.hindrances:
            self.app.push_screen(hindered(found.hindrances))
            return
        ways = (Way("n", "No", "no"), Way("y", "Yes, build it", "build"))

        def answered(result: str | None) -> None:
            if result == "build":
                builds.start(found.request)
                self._take_news()

        self.app.push_screen(AskScreen("Build the image now?", offer_text(found), ways), answered)

    def action_show_build(self) -> None:
        """Show the build."""
        self.app.show_build()

    def findings_text(self) -> Content:
        """Say how far a build is, while nothing stands in the way."""
        text = super().findings_text()
        if self.app.trial is not None or not text.plain.startswith(glyphs.DONE):
            return text
        model, key = self.app.builds.model, word_for(self.app, "image.show_build")
        if model is not None and model.status == "failed":
            return Content.styled(
                f"{glyphs.ERROR} the build failed: {key} shows why", "$text-error"
            )
        return text

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a build where one is wanted and none goes on, and to look at the last one."""
        builds = self.app.builds
        if action == "build":
            return builds.wanted is not None and not builds.is_going_on
        if action == "show_build":
            return builds.model is not None
        return super().check_action(action, parameters)
