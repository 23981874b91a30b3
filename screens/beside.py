"""What goes on beside the interview: the build of the image, and what earlier ones left."""

from __future__ import annotations

from collections import deque
from functools import partial

from textual import work

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.urls import shown
from octavia_wizard.screens.build import BuildScreen
from octavia_wizard.screens.confirm import AskScreen, Way
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.prospects import left_question, offer_text
from octavia_wizard.screens.workers.survey import SECTION, Found, clear_up, find_builds, write_off
from octavia_wizard.screens.workers.threads import in_thread

_BEAT = 0.25
"""Seconds between two looks at how far the clearing up is."""
_TOAST = 10.0
"""Seconds for which something is told that nobody waits for."""


class Beside(Desk):
    """Offers, shows and takes up builds."""

    # --- the build

    def show_build(self) -> None:
        """Open the screen of the build."""
        model = self.builds.model
        if model is not None and not isinstance(self.screen, BuildScreen):
            self.push_screen(BuildScreen(model))

    @work(exclusive=True, group="build-offer")
    async def offer_build(self) -> None:
        """Offer, once for each image, to build it while the interview goes on."""
        try:
            found = await self.builds.worth_offering()
        except WizardError:
            # What is in the way is told when it is built on request.
            return
        if found is None:
            return
        if not isinstance(self.screen, HubScreen):
            # The operator went on meanwhile, and is asked another time.
            self.builds.forget_offer(found.request)
            return
        ways = (Way("l", "Later", "later"), Way("y", "Yes, build it", "build"))

        def answered(result: str | None) -> None:
            if result == "build":
                self.builds.start(found.request)

        heading = "Build the image now, in the background?"
        self.push_screen(AskScreen(heading, offer_text(found), ways), answered)

    @property
    def is_build_shown(self) -> bool:
        """Say whether the screen of the build is the one that is seen."""
        return isinstance(self.screen, BuildScreen)

    # --- earlier builds

    @work(exclusive=True, group="build-look")
    async def look_for_builds(self) -> None:
        """Take up a build that goes on, and tell of what a killed one left."""
        try:
            found = await in_thread(find_builds, "builds")
            if found.dead and not found.left:
                await in_thread(partial(write_off, found.dead), "builds")
        except WizardError as error:
            self.notify(error.message, title="Earlier builds", severity="warning", markup=False)
            return
        self._take_up(found)
        if found.left:
            ways = (Way("l", "Later", "later"), Way("c", "Clean up", "clean"))

            def answered(result: str | None) -> None:
                if result == "clean":
                    self.clear_up(found)

            self.push_screen(AskScreen(*left_question(found), ways), answered)

    def _take_up(self, found: Found) -> None:
        if not found.going:
            return
        record = found.going[0]
        self.builds.start(record.request, taken_up=True)
        began = record.started.replace("T", " ")[:16]
        text = f"The build of {shown(str(record.request.output))}, begun {began} UTC, is followed."
        if len(found.going) > 1:
            text += f" {len(found.going) - 1} more: octavia-wizard image status."
        self.notify(text, title="A build goes on", timeout=_TOAST, markup=False)

    @work(exclusive=True, group="build-clean")
    async def clear_up(self, found: Found) -> None:
        """Remove what killed builds left, and tell how far that is."""
        job = self.begin_job(SECTION, "clearing up")
        said: deque[str] = deque(maxlen=1)
        timer = self.set_interval(_BEAT, lambda: job.update(said[0] if said else ""))
        try:
            left = await in_thread(partial(clear_up, found, said.append), "clear-up")
        except WizardError as error:
            self.notify(error.message, title="Not cleaned up", severity="error", markup=False)
            return
        finally:
            timer.stop()
            job.end()
        if left:
            text = f"Could not be removed: {', '.join(left)}."
            self.notify(
                text, title="Not all is gone", severity="error", timeout=_TOAST, markup=False
            )
        else:
            self.notify("All of it is gone.", title="Cleaned up", markup=False)
        self.check()
