"""Asking for what only the operator can type: passphrases, and the password of ansible-vault."""

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

from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.secret_prompts import SecretPrompt, Tried, secret_prompts, try_secret
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.paragraph import Paragraph
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
    """Ends with whether something was typed that opens what it is for."""

    app = getters.app(Desk)
    BINDINGS = [
        # No priority: it would overtake the characters of a line that is pasted with its Enter.
        Binding("enter", "take", "take", id="passphrase.take"),
        Binding("escape", "leave", "leave", priority=True, id="passphrase.leave"),
        Binding("ctrl+c", "app.help_quit", show=False),
    ]

    def __init__(self, prompt: SecretPrompt) -> None:
        super().__init__()
        self.prompt = prompt

    def compose(self) -> ComposeResult:
        """Yield what it is for, the line to type in, and the verdict."""
        with Vertical(id="ask"):
            yield Static(Content.styled(self.prompt.heading, "bold"), markup=False)
            yield Static(self._about(), id="ask-text", markup=False)
            if self.prompt.can_be_typed:
                yield MaskedInput(id="passphrase")
            yield Paragraph("", id="passphrase-verdict", markup=False)
            typing = self.prompt.can_be_typed
            ways = "Enter takes it   Esc leaves it" if typing else "Esc goes back"
            yield Static(Content.styled(ways, "$foreground 60%"), markup=False)

    def on_mount(self) -> None:
        """Begin in the line."""
        if self.prompt.can_be_typed:
            self.set_focus(self.query_one(MaskedInput))

    def _about(self) -> Content:
        text = Content(f"{self.prompt.standing}\n")
        return text + Content(self.prompt.purpose) if self.prompt.can_be_typed else text

    @property
    def typed(self) -> Secret:
        """Return what stands in the line."""
        return Secret(self.query_one(MaskedInput).value)

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        event.stop()
        self._say("", "")
        self.try_so_far(Secret(event.value))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.take(Secret(event.value))

    @work(exclusive=True, group="passphrase", description="passphrase")
    async def try_so_far(self, typed: Secret) -> None:
        """Try what is typed so far, once the operator pauses."""
        if not typed:
            return
        await asyncio.sleep(_PAUSE)
        if self.prompt.opens_vault:
            # Each try costs a call of ansible-vault: the whole password is tried, on Enter.
            return
        verdict = (await self._tried(typed)).verdict
        if verdict.opens:
            self._say(glyphs.DONE, f"{verdict.text} Enter takes it.", "$text-success")
        else:
            self._say(glyphs.TO_DO, f"As typed so far: {verdict.text}")

    @work(exclusive=True, group="passphrase", description="passphrase")
    async def take(self, typed: Secret) -> None:
        """Keep what was typed if it opens what it is for, else say why not."""
        self._say(glyphs.RUNNING, "trying it")
        tried = await self._tried(typed)
        if not tried.verdict.opens:
            self._say(glyphs.ERROR, tried.verdict.text, "$text-error")
            return
        session = self.app.session
        if tried.vault is not None:
            session.use_vault(tried.vault)
            self.app.look_again()
        elif self.prompt.key is not None:
            session.give_secret(self.prompt.key.name, typed)
        self.query_one(MaskedInput).clear()
        self.app.check()
        self.dismiss(True)

    async def _tried(self, typed: Secret) -> Tried:
        options = self.app.session.options
        trying = partial(try_secret, self.prompt, typed, options.deploy_dir, options.environ)
        return await in_thread(trying, "passphrase")

    def _say(self, glyph: str, text: str, style: str = "") -> None:
        line = Content.assemble((glyph, style), f" {text}") if glyph else Content("")
        self.query_one("#passphrase-verdict", Static).update(line)

    def action_take(self) -> None:
        """Take what was typed."""
        if self.prompt.can_be_typed:
            self.take(self.typed)
        else:
            self.dismiss(False)

    def action_leave(self) -> None:
        """Leave the key closed."""
        self.dismiss(False)


async def ask_passphrase(desk: Desk, *, unasked: bool = False) -> None:
    """Ask for the secrets only the operator can type; ``unasked`` only for those waited for.

    After one that fits comes the next that is waited for.
    """
    effective, host = desk.session.effective, desk.session.facts.host
    prompts = await in_thread(partial(secret_prompts, effective, host), "locked keys")
    wanted = [prompt for prompt in prompts if prompt.is_wanted]
    if unasked and not wanted:
        return
    if not prompts:
        desk.notify("Nothing asks for a passphrase.", markup=False)
        return

    def answered(taken: bool | None) -> None:
        # What a vault opens has to be read first; the files may have the passphrases.
        if taken and len(wanted) > 1 and not prompts[0].opens_vault:
            desk.run_worker(ask_passphrase(desk, unasked=True), exclusive=True, group="passphrase")

    desk.push_screen(PassphraseScreen(prompts[0]), answered)
