"""What an unfinished run leaves for the next one.

To resume is to plan the same answers again and to run that plan: steps that are done decide to
keep what they made, and every run begins by looking for what earlier ones left pending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from octavia_wizard.core.engine.history import HistoryStatus, summary_of
from octavia_wizard.core.engine.ledger import Ledger
from octavia_wizard.core.engine.lines import RunKind
from octavia_wizard.core.engine.lock import held
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Pending

ERRANDS = ("image ", "certs ", "secrets ", "playbooks ", "verify")
"""How the commands of runs begin that have answers of their own."""


@dataclass(frozen=True, slots=True)
class Resumable:
    """An unfinished run, with what is needed to go on with it."""

    run_id: str
    """To be given to ``run_plan`` as ``resumes``."""
    command: str
    status: HistoryStatus
    started: str
    """UTC, ISO 8601."""
    deploy_dir: str
    cloud: str | None
    region: str | None
    release: str
    answers: Mapping[str, object]
    """The answers as they were given, as a preset document."""
    only: tuple[str, ...]
    """The steps that were asked for, where not all were."""
    done: tuple[str, ...]
    failed: tuple[str, ...]
    pending: tuple[Pending, ...]
    """Changes that were announced and may have been made, of this and earlier runs."""
    message: str
    """What the first failed step said."""
    skip: tuple[str, ...] = ()
    """The steps the operator left out."""

    @property
    def is_errand(self) -> bool:
        """Whether it was about one thing alone: its answers are not those of the deployment."""
        return self.command.startswith(ERRANDS)


def resumable(place: DeploymentPlace) -> Resumable | None:
    """Return the newest run if it can be resumed; None also while a run goes on.

    An unfinished undo is not resumed but undone again.  Raises FileError for a damaged journal.
    """
    if held(place) is not None:
        return None
    ledger = Ledger.read(place)
    if not ledger.runs:
        return None
    newest = ledger.runs[-1]
    summary = summary_of(newest, ledger, running=False)
    if summary.kind is not RunKind.RUN or not summary.status.is_unfinished:
        return None
    header = newest.header
    return Resumable(
        run_id=header.run_id,
        command=header.command,
        status=summary.status,
        started=header.started,
        deploy_dir=header.deploy_dir,
        cloud=header.cloud,
        region=header.region,
        release=header.release,
        answers=header.answers,
        only=header.only,
        skip=header.skip,
        done=summary.steps_done,
        failed=summary.steps_failed,
        pending=tuple(ledger.pending[seq] for seq in sorted(ledger.pending)),
        message=summary.message,
    )
