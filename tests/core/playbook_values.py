"""Runs of playbooks as values, for what looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from octavia_wizard.core.facts.model import Tools
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.playbook_inputs import inputs_of

BEGAN = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
TOOLS = Tools(
    wrapper=Path("/usr/local/bin/openstack-ansible"), clone=Path("/srv/openstack-ansible")
)


def ran(
    purpose: str = "octavia",
    state: PlayState = PlayState.DONE,
    *,
    minutes: int = 0,
    options: tuple[str, ...] = (),
    inputs: Mapping[str, str] | None = None,
    start_again: str = "",
    root: Path = Path("/state/playbooks"),
) -> PlaybookRun:
    """Return a run that began some minutes after ``BEGAN``."""
    began = BEGAN + timedelta(minutes=minutes)
    ended = state in (PlayState.DONE, PlayState.FAILED)
    failed = state is PlayState.FAILED
    name = f"{purpose}-{began:%Y%m%dT%H%M%SZ}-4f2a"
    return PlaybookRun(
        id=name,
        purpose=purpose,
        command=("/usr/local/bin/openstack-ansible", f"openstack.osa.{purpose}", *options),
        options=options,
        inputs=inputs or {},
        started=began.isoformat(timespec="seconds"),
        state=state,
        directory=root / name,
        ended=(began + timedelta(seconds=200)).isoformat(timespec="seconds") if ended else None,
        seconds=200.0 if ended else None,
        code=2 if failed else 0 if ended else None,
        start_again=start_again,
    )


def with_runs(session: Session, *runs: PlaybookRun, tools: Tools = TOOLS) -> Session:
    """Let a session know of runs, the newest first, and of what playbooks are run with."""
    host = replace(session.facts.host, playbook_runs=runs, tools=tools)
    session.facts = replace(session.facts, host=host)
    return session


def inputs(session: Session, purpose: str) -> Mapping[str, str]:
    """Return what a playbook works on by the answers of a session."""
    return inputs_of(purpose, session.effective, session.facts)
