"""How the wizard is left: what goes on is stopped, or goes on by itself, as the operator wants."""

from __future__ import annotations

import asyncio
import os

from textual import work

from octavia_wizard.core.errors import Interrupted, WizardError
from octavia_wizard.screens.confirm import AskScreen, Way
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.terminal import let_go
from octavia_wizard.screens.workers.threads import in_thread

_STAY = Way("s", "Stay", "stay")
_CANCELS = "A build of the image is cancelled and cleaned up, which may take a while."
_ENDED = {
    True: "ended in the midst of what it does on the hosts; a later run of it mends that",
    False: "cancelled and cleaned up, which may take a while",
}
"""What becomes of a playbook, and of a build."""


class Leaving(Desk):
    """Ends in good order, whatever goes on."""

    _silence: int | None = None
    """Keeps reads from a lost terminal waiting."""

    def leave(self) -> None:
        """Leave; ask first while a run or a build goes on."""
        if self.is_applying:
            self.push_screen(AskScreen("A run is going on", *self._ways_of_run()), self._go)
        elif self.builds.is_going_on:
            self.push_screen(
                AskScreen("The image is being built", *self._ways_of_build()), self._go
            )
        else:
            self.finish(self.code)

    def _ways_of_run(self) -> tuple[str, tuple[Way, ...]]:
        text = "It stops after the calls in progress, and can be resumed later."
        model = self.run_model
        if model is None or not model.goes_on_alone:
            if self.builds.is_going_on:
                text += f" {_CANCELS}"
            return text, (_STAY, Way("l", "Stop and leave", "stop"))
        what = "The playbook" if model.is_playing else "The build of the image"
        text += f" {what} can go on by itself meanwhile, and is followed again then."
        text += f" Stopped, it is {_ENDED[model.is_playing]}."
        ways = (
            _STAY,
            Way("g", "Leave it going", "leave run"),
            Way("l", "Stop all, leave", "stop"),
        )
        return text, ways

    def _ways_of_build(self) -> tuple[str, tuple[Way, ...]]:
        cancel = Way("c", "Cancel it, then leave", "stop")
        if not self.builds.is_launched:
            text = (
                "It is still being prepared, and does not go on without the wizard yet. "
                "What was installed for it stays."
            )
            return text, (_STAY, cancel)
        text = (
            "It can go on by itself: the next start finds it, and takes the image in. "
            "Cancelled, it is cleaned up first: seconds as a rule, minutes at worst."
        )
        return text, (_STAY, Way("l", "Leave it running", "leave"), cancel)

    def _go(self, result: str | None) -> None:
        if result == "leave":
            self.finish(self.code)
        elif result == "leave run":
            self.leave_run()
            self.finish_at_rest()
        elif result == "stop":
            self.stop_run()
            self.builds.cancel()
            self.finish_at_rest()

    @property
    def code(self) -> int:
        """Return the exit code that says how the last run ended."""
        model = self.run_model
        if model is None:
            return 0
        if model.error is not None:
            return model.error.exit_code
        return model.result.exit_code if model.result is not None else 0

    @work(group="finish")
    async def finish(self, code: int) -> None:
        """Keep the answers and end."""
        try:
            await in_thread(self._saver.save, "save")
        except WizardError as error:
            self.save_error = error
        if self._silence is not None:
            os.close(self._silence)
            self._silence = None
        self.exit(code)

    @work(group="finish")
    async def finish_at_rest(self, code: int | None = None) -> None:
        """Wait until what was stopped has ended in good order, then end."""
        while self.is_applying or (self.builds.is_going_on and self.builds.is_cancelled):
            await asyncio.sleep(0.05)
        self.finish(self.code if code is None else code)

    # --- signals

    def lose_terminal(self) -> None:
        """End without a terminal, as after a broken SSH connection."""
        self._silence = let_go()
        self.hang_up()

    def hang_up(self) -> None:
        """End after a signal: stop the run, keep the answers; a build or playbook goes on."""
        if self.is_applying:
            self.leave_run()
            self.finish_at_rest()
        elif self.builds.is_going_on and not self.builds.is_launched:
            # Nothing would go on: what is being prepared ends in good order.
            self.builds.cancel()
            self.finish_at_rest(Interrupted.exit_code)
        else:
            self.finish(Interrupted.exit_code)
