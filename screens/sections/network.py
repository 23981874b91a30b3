"""The screen of the section network: it can propose addresses that nothing uses."""

from __future__ import annotations

from functools import partial

from textual import work
from textual.binding import Binding

from octavia_wizard.core.proposals import Proposal, propose_network
from octavia_wizard.core.session import Session
from octavia_wizard.screens.outlook import twin
from octavia_wizard.screens.section import QuestionsScreen
from octavia_wizard.screens.workers.threads import in_thread

_ANSWERED = ("network.cidr", "network.pool")


class NetworkScreen(QuestionsScreen):
    """The management network; its addresses are drawn to scale beside the questions."""

    BINDINGS = [
        Binding("f7", "propose", "free range", id="network.propose", tooltip="Propose a free range")
    ]

    async def action_propose(self) -> None:
        """Find a free CIDR and pool and answer with them, saying why."""
        row = await self._typed()
        if row is not None and row.is_changed:
            self.take(row)
        self.propose()

    @work(exclusive=True, group="propose")
    async def propose(self) -> None:
        """Look for free addresses in the background, and take them as answers."""
        session = self.app.session
        effective = session.effective
        found = await in_thread(partial(_proposed, twin(session)), "propose")
        if found is None:
            self.app.notify(
                "Nothing free was found in the private address ranges: choose by hand.",
                title="No free range",
                severity="warning",
                markup=False,
            )
            return
        answers = dict(zip(_ANSWERED, (found.cidr, found.pool), strict=True))
        if all(effective.maybe_text(key) == value for key, value in answers.items()):
            self.app.notify(f"{found.reason}.", title="As it is", markup=False)
            return
        for row in self.rows:
            key = row.question.key
            if key in answers:
                row.reset()
                self._change(row, partial(self.app.give, key, answers[key]))
                row.reset()
        self.app.notify(f"{found.reason}.", title=f"{found.cidr}, {found.pool}", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Propose addresses only for a network that is to be created."""
        if action == "propose":
            return self.app.session.effective.chosen("network.mode", "create")
        return super().check_action(action, parameters)


def _proposed(session: Session) -> Proposal | None:
    return propose_network(session.effective, session.facts)
