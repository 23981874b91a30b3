"""The review of the certificates: both chains as trees, to look into, approve, or make now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from octavia_wizard.core.errors import PresetError, WizardError
from octavia_wizard.core.pki.chain_nodes import ChainNode
from octavia_wizard.core.pki.chains import Chains
from octavia_wizard.core.views import Picture, Role, Subject, certificates
from octavia_wizard.screens.certificate_pages import (
    DetailsScreen,
    about_chains,
    to_approve,
    to_make,
)
from octavia_wizard.screens.confirm import AskScreen, Way
from octavia_wizard.screens.drawing import drawn, drawn_line
from octavia_wizard.screens.frame import Rule, WizardScreen
from octavia_wizard.screens.outlook import twin
from octavia_wizard.screens.panes import Options
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.passphrase import ask_passphrase
from octavia_wizard.screens.workers.threads import in_thread

STEP = "certificates"


class ChainsScreen(WizardScreen[None]):
    """The certificates as they are, or as they will be made."""

    section = "certificates"
    place = "Certificates ▸ review"
    purpose = (
        "Look at both chains before anything relies on them: who each certificate is about, what "
        "it may do, its fingerprint, its key and how long it holds. Approving writes the "
        "fingerprints into the preset; a replay with other certificates then stops."
    )
    BINDINGS = [
        Binding("a", "approve", "approve", id="chains.approve", tooltip="Take these fingerprints"),
        Binding(
            "u",
            "withdraw",
            "withdraw approval",
            id="chains.withdraw",
            tooltip="Take the approval back",
        ),
        Binding("m", "make", "make them now", id="chains.make", tooltip="Make what is missing"),
        Binding("enter", "details", "details", id="chains.details", tooltip="Show all of it"),
        Binding(
            "p",
            "passphrase",
            "passphrase",
            id="chains.passphrase",
            tooltip="Type the passphrase of a private key",
        ),
        Binding("escape,f7", "leave", "back", id="chains.leave", tooltip="Go back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.chains: Chains | None = None
        self._last: object = None

    def body(self) -> ComposeResult:
        """Yield the tree, today below it, and what can be said of the whole."""
        yield Options(id="chains", compact=True, markup=False)
        yield Static(id="chains-today", markup=False)
        yield Rule()
        with VerticalScroll(id="chains-about", can_focus=False):
            yield Paragraph(id="chains-text", markup=False)

    def on_mount(self) -> None:
        """Begin at the first certificate."""
        super().on_mount()
        self.set_focus(self.query_one("#chains", OptionList))

    def show_news(self) -> None:
        """Read the files again where something changed."""
        session = self.app.session
        # A run makes files, and says so by its news alone.
        run = self.app.run_model
        ended = run is not None and run.ended
        state = (session.answers, session.facts, id(run), ended, self.size.width)
        if state != self._last:
            self._last = state
            self.read(Subject(session.effective, session.facts))

    @work(exclusive=True, group="chains", description="chains")
    async def read(self, subject: Subject) -> None:
        """Read the files in the background, and show what is in them."""
        moment = certificates.now()
        reading = partial(certificates.chains_of, subject, moment)
        self.chains = await in_thread(reading, "chains")
        self._show(moment)
        self.refresh_bindings()

    def _show(self, moment: datetime) -> None:
        chains, tree = self.chains, self.query_one("#chains", OptionList)
        if chains is None:
            self._tell(Content("Answer first which release this is and where certificates lie."))
            return
        width = min((tree.size.width or self.size.width - 4) - 2, certificates.WIDEST)
        scale = certificates.scale_of(chains, width, moment)
        lines = [
            drawn(_loud(certificates.draw_headed(node, depth, width, scale)))
            for depth, node in chains.nodes
        ]
        held = tree.highlighted or 0
        tree.clear_options()
        tree.add_options(Option(one) for one in lines)
        tree.highlighted = min(held, len(lines) - 1)
        today = certificates.bottom(chains, width, scale)
        self.query_one("#chains-today", Static).update(drawn_line(today))
        self._tell(about_chains(chains, self.app.size.width - 4))

    def _tell(self, text: Content) -> None:
        self.query_one("#chains-text", Static).update(text)

    @property
    def node(self) -> tuple[ChainNode, ChainNode | None] | None:
        """Return the certificate under the cursor, and the one above it in its chain."""
        place = self.query_one("#chains", OptionList).highlighted
        if self.chains is None or place is None:
            return None
        depth, node = self.chains.nodes[place]
        return node, self.chains.client if depth else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense for these certificates."""
        chains = self.chains
        if action == "approve":
            return bool(chains and chains.can_be_approved)
        if action == "withdraw":
            return bool(self.app.session.effective.texts("certificates.approved"))
        if action == "make":
            return bool(chains and chains.is_planned) and not self.app.is_applying
        if action == "passphrase":
            return chains is not None and not chains.is_planned
        return True

    # --- keys

    def action_leave(self) -> None:
        """Go back to the questions."""
        self.dismiss(None)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_details()

    def action_details(self) -> None:
        """Show everything about the certificate under the cursor."""
        if self.node is not None:
            self.app.push_screen(DetailsScreen(*self.node))

    async def action_passphrase(self) -> None:
        """Ask for the passphrase of the operator's own key."""
        await ask_passphrase(self.app)

    def action_approve(self) -> None:
        """Approve exactly what is shown, after one question."""
        shown = self.chains
        if shown is None or not shown.can_be_approved:
            return
        marks = [mark for _, mark in shown.fingerprints]

        def answered(result: str | None) -> None:
            if result == "approve":
                self._answer(lambda: self.app.give("certificates.approved", marks))

        ways = (Way("n", "Not yet", "no"), Way("y", "Yes, approve", "approve"))
        self.app.push_screen(AskScreen("Approve them?", to_approve(shown), ways), answered)

    def action_withdraw(self) -> None:
        """Approve none any more."""
        self._answer(lambda: self.app.take_back("certificates.approved"))

    def _answer(self, change: Callable[[], None]) -> None:
        try:
            change()
        except PresetError as error:
            self.app.notify(error.message, severity="error", markup=False)
        self._take_news()

    @work(exclusive=True, group="making")
    async def action_make(self) -> None:
        """Make the certificates ahead of everything else, after saying what is written where."""
        planning = partial(twin(self.app.session).plan, (STEP,))
        try:
            plan = await in_thread(planning, "plan")
        except WizardError as error:
            self.app.notify(error.message, severity="error", markup=False)
            return
        if plan.obstacles or not plan.has_changes:
            reasons = [item.decision.reason for item in plan.obstacles]
            text = "; ".join(reasons) or "There is nothing to make."
            self.app.notify(text, title="Not made", severity="warning", markup=False)
            return

        def answered(result: str | None) -> None:
            if result == "make":
                self.app.start_part(plan)
                self.app.show_apply()

        ways = (Way("n", "Not yet", "no"), Way("y", "Yes, make them", "make"))
        self.app.push_screen(AskScreen("Make them now?", to_make(plan), ways), answered)


def _loud(picture: Picture) -> Picture:
    """Leave nothing quiet: under the cursor it would vanish where the theme is the terminal's."""
    return tuple(
        tuple(replace(span, role=Role.PLAIN) if span.role is Role.QUIET else span for span in row)
        for row in picture
    )
