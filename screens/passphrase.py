"""Asking for the passphrase of a key the operator brings along."""

from __future__ import annotations

import asyncio
from functools import partial

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.pki.passphrases import LockedKey, Verdict, try_passphrase
from octavia_wizard.core.secrets import Secret, locked_keys, passphrases_to_ask
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.workers.threads import in_thread

_PAUSE = 0.4
"""Seconds without a key after which what is typed so far is tried."""


_HINT = "type it here; it is not shown"


class MaskedInput(Input):
    """A line to type a secret into; nothing of it gets into the clipboard."""

    def __init__(self, id: str) -> None:
        super().__init__(password=True, id=id, compact=True, placeholder=_HINT)

    def action_copy(self) -> None:
        """Copy nothing: a clipboard is no place for a secret."""

    def action_cut(self) -> None:
        """Remove what is selected, without copying it."""
        self.delete_selection()


class PassphraseScreen(ModalScreen[bool]):
    """Ends with whether a passphrase was typed that opens the key."""

    app = getters.app(Desk)
    BINDINGS = [
        Binding("enter", "take", "take", priority=True, id="passphrase.take"),
        Binding("escape", "leave", "leave", priority=True, id="passphrase.leave"),
        Binding("ctrl+c", "app.help_quit", show=False),
    ]

    def __init__(self, key: LockedKey) -> None:
        super().__init__()
        self.key = key

    def compose(self) -> ComposeResult:
        """Yield what it is for, the line to type in, and the verdict."""
        with Vertical(id="ask"):
            heading = f"Passphrase of {self.key.path.name}"
            yield Static(Content.styled(heading, "bold"), markup=False)
            yield Static(self._about(), id="ask-text", markup=False)
            if self.key.can_be_typed:
                yield MaskedInput(id="passphrase")
            yield Static("", id="passphrase-verdict", markup=False)
            ways = "Enter takes it   Esc leaves it" if self.key.can_be_typed else "Esc goes back"
            yield Static(Content.styled(ways, "$foreground 60%"), markup=False)

    def on_mount(self) -> None:
        """Begin in the line."""
        if self.key.can_be_typed:
            self.set_focus(self.query_one(MaskedInput))

    def _about(self) -> Content:
        text = Content(f"{self.key.standing}\n")
        if not self.key.can_be_typed:
            return text
        return text + Content(
            "Octavia opens the key with it each time it makes an amphora. It is kept in memory "
            f"until you apply, then written as {self.key.name} into {OUR_SECRETS}, mode 0600, "
            "and nowhere else."
        )

    @property
    def typed(self) -> Secret:
        """Return what stands in the line."""
        return Secret(self.query_one(MaskedInput).value)

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        event.stop()
        self._say("", "")
        self.try_so_far(Secret(event.value))

    @work(exclusive=True, group="passphrase", description="passphrase")
    async def try_so_far(self, typed: Secret) -> None:
        """Try what is typed so far, once the operator pauses."""
        if not typed:
            return
        await asyncio.sleep(_PAUSE)
        verdict = await self._judged(typed)
        if verdict.opens:
            self._say(glyphs.DONE, f"{verdict.text} Enter takes it.", "$text-success")
        else:
            self._say(glyphs.TO_DO, f"As typed so far: {verdict.text}")

    @work(exclusive=True, group="passphrase", description="passphrase")
    async def take(self, typed: Secret) -> None:
        """Keep what was typed if it opens the key, else say why not."""
        self._say(glyphs.RUNNING, "trying it")
        verdict = await self._judged(typed)
        if not verdict.opens:
            self._say(glyphs.ERROR, verdict.text, "$text-error")
            return
        self.app.session.give_secret(self.key.name, typed)
        self.query_one(MaskedInput).clear()
        self.app.check()
        self.dismiss(True)

    async def _judged(self, typed: Secret) -> Verdict:
        return await in_thread(partial(try_passphrase, self.key.path, typed), "passphrase")

    def _say(self, glyph: str, text: str, style: str = "") -> None:
        line = Content.assemble((glyph, style), f" {text}") if glyph else Content("")
        self.query_one("#passphrase-verdict", Static).update(line)

    def action_take(self) -> None:
        """Take what was typed."""
        if self.key.can_be_typed:
            self.take(self.typed)
        else:
            self.dismiss(False)

    def action_leave(self) -> None:
        """Leave the key closed."""
        self.dismiss(False)


async def ask_passphrase(desk: Desk, *, unasked: bool = False) -> None:
    """Ask for the passphrase of the operator's own key; ``unasked`` only where one is needed."""
    effective, host = desk.session.effective, desk.session.facts.host
    look = passphrases_to_ask if unasked else locked_keys
    keys = await in_thread(partial(look, effective, host), "locked keys")
    if keys:
        desk.push_screen(PassphraseScreen(keys[0]))
    elif not unasked:
        desk.notify("There is no key of your own that asks for a passphrase.", markup=False)
