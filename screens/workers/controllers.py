"""Asks the controllers how they stand, through Ansible, while the interview goes on."""

from __future__ import annotations

from dataclasses import replace

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.facts.controllers import Controllers
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.outlook import twin
from octavia_wizard.screens.wording import count
from octavia_wizard.screens.workers.threads import in_thread

_GROUP = "controllers"


def ask_controllers(desk: Desk) -> None:
    """Ask afresh; what is found is laid on the session, and outlives the screen that asked."""
    desk.run_worker(_ask(desk), group=_GROUP, exclusive=True)


async def _ask(desk: Desk) -> None:
    job = desk.begin_job("deployment", "asking the controllers")
    asker = twin(desk.session)
    try:
        await in_thread(asker.look_at_controllers, "controllers")
    except WizardError as error:
        desk.notify(error.message, title="Not asked", severity="error", markup=False)
        return
    finally:
        job.end()
    found = asker.facts.controllers
    desk.session.facts = replace(desk.session.facts, controllers=found)
    desk.check()
    desk.tell()
    if found is not None:
        desk.notify(said_of(found), title="Controllers", markup=False)


def said_of(found: Controllers) -> str:
    """Say in a line what came of asking."""
    if found.problem:
        return f"not asked: {found.problem}"
    if not found.hosts:
        return "no controller runs Octavia yet"
    answered = len(found.hosts) - len(found.unreachable)
    return f"{answered} of {count(len(found.hosts), 'controller')} answered; F6 shows them"
