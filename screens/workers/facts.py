"""Looks at host and cloud with a session of the thread's own."""

from __future__ import annotations

from collections.abc import Callable

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.session import Session
from octavia_wizard.screens.outlook import CloudSight, Sight

Looker = Callable[[Session], WizardError | None]
"""Reads the cloud of a session, or says why that cannot be done."""


def read_facts(session: Session, looker: Looker, *, host: bool) -> tuple[Facts, CloudSight]:
    """Read the cloud, and the host if wanted; what is in the way comes back as a value."""
    if host:
        try:
            session.read_host()
        except WizardError as unread:
            return session.facts, CloudSight(Sight.FAILED, unread)
    if not session.works_live:
        return session.facts, CloudSight(Sight.NOT_WANTED)
    if "cloud.name" in session.effective.missing:
        return session.facts, CloudSight(Sight.UNDECIDED)
    error = looker(session)
    if error is not None:
        session.forget_cloud()
        return session.facts, CloudSight(Sight.FAILED, error)
    return session.facts, CloudSight(Sight.READ)
