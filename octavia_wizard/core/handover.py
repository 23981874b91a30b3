"""What is left in the operator's hands after a run: the preset, ids, commands and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core import handover_history as history
from octavia_wizard.core.answers.save import preset_text
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.ledger import Ledger
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.engine.runner import RunResult
from octavia_wizard.core.engine.skipping import LEFT_OUT
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.files import write_file
from octavia_wizard.core.handover_certificates import certificates, watching
from octavia_wizard.core.handover_checks import checks
from octavia_wizard.core.handover_commands import next_commands
from octavia_wizard.core.handover_image import amphora_image
from octavia_wizard.core.handover_model import (
    Dated,
    Handover,
    Made,
    NextCommand,
    Place,
    Proof,
    PutOff,
)
from octavia_wizard.core.places import private_directory
from octavia_wizard.core.runbook import write_runbook
from octavia_wizard.core.runbook_html import write_html
from octavia_wizard.core.session import Session
from octavia_wizard.core.shell import assignments, cloud_variables
from octavia_wizard.core.steps.base import Action

__all__ = [
    "Dated",
    "Handover",
    "Made",
    "NextCommand",
    "PutOff",
    "certificates",
    "hand_over",
    "handover_of_the_past",
    "made",
    "next_commands",
    "write_preset",
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to, as its plan tells it or the journals do."""

    preset: Path | None
    journal: Path | None
    adopted: tuple[Made, ...] = ()
    put_off: tuple[PutOff, ...] = ()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def write_preset(session: Session, *, interview: bool = True) -> Path:
    """Write the preset that replays this deployment (0600); raises FileError.

    Call it before the facts are read again after a run.  In an interview, what was detected
    before the run becomes an answer: else the next one would find what the run made, such as
    an image, and propose something else.
    """
    private_directory(session.place.root)
    session.answers = session.export()
    if interview:
        session.autosave()
    write_file(session.place.preset, preset_text(session.answers), 0o600)
    return session.place.preset


def hand_over(
    session: Session,
    plan: Plan,
    result: RunResult | None = None,
    *,
    interview: bool = True,
    now: datetime | None = None,
) -> Handover:
    """Write the preset and the runbook, and gather what the operator needs next.

    Call it with the facts the plan was made from; ``result`` is None where nothing was to do,
    ``interview`` False where nobody was asked.  Raises FileError, and UsageError for clouds.yaml.
    """
    preset = write_preset(session, interview=interview)
    outcome = Outcome(
        preset=preset,
        journal=result.journal if result else None,
        adopted=adopted(plan),
        put_off=put_off(session, plan, preset),
        now=now or datetime.now(UTC),
    )
    handover = _gathered(session, Ledger.read(session.place), outcome)
    write_runbook(session.place.runbook, handover)
    write_html(session.place.runbook_html, handover)
    return handover


def handover_of_the_past(session: Session, *, now: datetime | None = None) -> Handover:
    """Gather the same from the journals, without a plan and without a cloud; writes nothing.

    The session has the answers of the last run.  Raises FileError, and UsageError for clouds.yaml.
    """
    place = session.place
    ledger = Ledger.read(place)
    last = history.last_run(ledger)
    preset = place.preset if place.preset.is_file() else None
    outcome = Outcome(
        preset=preset,
        journal=last.path if last else None,
        adopted=history.adopted(ledger),
        put_off=_put_off_then(session, ledger, preset),
        now=now or datetime.now(UTC),
    )
    return _gathered(session, ledger, outcome)


def _gathered(session: Session, ledger: Ledger, outcome: Outcome) -> Handover:
    """Put everything together; the host is looked at afresh, for what the run left on it."""
    place, preset = session.place, outcome.preset
    things, found = history.made(ledger), outcome.adopted
    host, dated = session.look_at_host(), certificates(session)
    return Handover(
        preset=preset,
        journal=outcome.journal,
        commands=next_commands(session.effective, host),
        made=things,
        certificates=dated,
        watching=watching(session) if dated else None,
        notes=tuple(map(str, outcome.put_off)),
        deploy_dir=session.options.deploy_dir,
        replay=session.command_line("replay", str(preset)) if preset else "",
        undo=session.command_line("undo"),
        runbook=place.runbook,
        place=_place(session, ledger),
        adopted=found,
        put_off=outcome.put_off,
        resume=session.command_line("resume"),
        status=session.command_line("status"),
        variables=assignments(cloud_variables(session)),
        checks=checks(session.effective, (*things, *found)),
        image=amphora_image(session, (*things, *found), preset or place.preset, outcome.now),
        journals=place.journals,
        backups=place.backups,
        written=outcome.now,
        runbook_html=place.runbook_html,
        runs=history.whole_runs(ledger),
        ran=history.playbooks_ran(ledger, host.playbook_runs),
        playbook_logs=place.playbooks,
        changed=history.changed(ledger),
        verified=_proof(host),
        verify=session.command_line("verify") if session.works_live else "",
        rewrite=session.command_line("runbook"),
    )


def made(session: Session) -> tuple[Made, ...]:
    """Return what the journals say is there because of us; raises FileError."""
    return history.made(Ledger.read(session.place))


def adopted(plan: Plan) -> tuple[Made, ...]:
    """Return what a plan uses as it was found."""
    return tuple(
        history.as_adopted(item.step, item.title, item.decision.subject)
        for item in plan.items
        if item.action is Action.ADOPT
    )


def put_off(session: Session, plan: Plan, preset: Path) -> tuple[PutOff, ...]:
    """Return the steps that the operator left out, or that wait for what the playbooks bring."""
    found = []
    for item in plan.items:
        if item.step in plan.skip:
            words: tuple[str, ...] = ("--only", item.step)
        elif item.step == "keypair" and _is_deferred(item, session.effective):
            words = ()
        else:
            continue
        found.append(_put_off(session, item.step, item.title, item.decision.reason, preset, words))
    return tuple(found)


def _put_off_then(session: Session, ledger: Ledger, preset: Path | None) -> tuple[PutOff, ...]:
    """Return the same of the last run, as its journal tells."""
    titles, found = history.titles_of_steps(), []
    for step, reason in history.skipped(ledger) if preset is not None else ():
        left_out = reason.startswith(LEFT_OUT)
        deferred = step == "keypair" and session.effective.is_on("ssh.enabled")
        if preset is not None and (left_out or deferred):
            words = ("--only", step) if left_out else ()
            title = titles.get(step, step)
            found.append(_put_off(session, step, title, reason, preset, words))
    return tuple(found)


def _put_off(
    session: Session, step: str, title: str, why: str, preset: Path, words: Sequence[str]
) -> PutOff:
    return PutOff(step, title, why, session.command_line("replay", str(preset), *words))


def _is_deferred(item: PlanItem, effective: Effective) -> bool:
    return item.action is Action.SKIP and effective.is_on("ssh.enabled")


def _place(session: Session, ledger: Ledger) -> Place:
    """Say which deployment it is; where no cloud was read, as the last run names it."""
    release, deploy_dir = session.effective.release.name, session.options.deploy_dir
    if not session.works_live:
        return Place(release, deploy_dir)
    cloud, last = session.facts.cloud, history.last_run(ledger)
    if cloud is not None:
        return Place(release, deploy_dir, cloud.name, cloud.region, cloud.service_project)
    name = (last.header.cloud if last else None) or session.effective.maybe_text("cloud.name") or ""
    region = (last.header.region if last else None) or ""
    project = session.effective.maybe_text("cloud.service_project") or ""
    return Place(release, deploy_dir, name, region, project)


def _proof(host: HostFacts) -> Proof | None:
    found = host.verified
    return Proof(found.at, found.smoke, found.warnings) if found is not None else None
