"""Taking over what a bundle brings from another host."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

from octavia_wizard.core.bundle import Bundle
from octavia_wizard.core.engine.resume import resumable
from octavia_wizard.core.lifecycle.errand import errand_of
from octavia_wizard.core.lifecycle.model import Errand
from octavia_wizard.core.session import Session

COMMAND = "secrets import"
"""How the commands of such runs begin."""


def import_plan(session: Session, bundle: Bundle, source: Path) -> Errand:
    """Plan to write what is missing on this host; the bundle stays in memory."""
    host = replace(session.facts.host, bundle=bundle)
    session.facts = replace(session.facts, host=host)
    return errand_of(session, {}, f"{COMMAND} {shlex.quote(str(source))}", "secrets_import")


def unfinished_import(session: Session) -> str | None:
    """Return the id of the run an import goes on with; FileError for a damaged journal."""
    run = resumable(session.place)
    return run.run_id if run is not None and run.command.startswith(COMMAND) else None
