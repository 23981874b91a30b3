"""What is left in the operator's hands after a run: the preset, ids, commands and dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.answers.save import preset_text
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.ledger import Ledger
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.engine.runner import RunResult
from octavia_wizard.core.files import write_file
from octavia_wizard.core.handover_certificates import certificates, watching
from octavia_wizard.core.handover_checks import checks
from octavia_wizard.core.handover_image import amphora_image
from octavia_wizard.core.handover_model import (
    Dated,
    Handover,
    Made,
    NextCommand,
    Place,
    PutOff,
)
from octavia_wizard.core.places import private_directory
from octavia_wizard.core.releases import Playbook, PlaybookWhen, Release
from octavia_wizard.core.runbook import write_runbook
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
    "made",
    "next_commands",
    "write_preset",
]

_ID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")
_ORDER = ("containers", "neutron", "octavia", "haproxy", "horizon", "quotas")


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
    place, things, found = session.place, made(session), adopted(plan)
    at = now or datetime.now(UTC)
    later, dated = put_off(session, plan, preset), certificates(session)
    handover = Handover(
        preset=preset,
        journal=result.journal if result else None,
        commands=next_commands(session.effective),
        made=things,
        certificates=dated,
        watching=watching(session) if dated else None,
        notes=tuple(map(str, later)),
        deploy_dir=session.options.deploy_dir,
        replay=session.command_line("replay", str(preset)),
        undo=session.command_line("undo"),
        runbook=place.runbook,
        place=_place(session),
        adopted=found,
        put_off=later,
        resume=session.command_line("resume"),
        status=session.command_line("status"),
        variables=assignments(cloud_variables(session)),
        checks=checks(session.effective, session.facts, (*things, *found)),
        image=amphora_image(session, (*things, *found), preset, at),
        journals=place.journals,
        backups=place.backups,
        written=at,
    )
    write_runbook(place.runbook, handover)
    return handover


def next_commands(effective: Effective) -> tuple[NextCommand, ...]:
    """Return the playbook runs that were chosen, in the order they have to be run."""
    chosen = effective.texts("deployment.playbooks")
    return tuple(
        _command(name, playbook)
        for name, playbook in _in_order(effective.release)
        if name in chosen and playbook.arguments()
    )


def made(session: Session) -> tuple[Made, ...]:
    """Return what the journals say is there because of us; raises FileError."""
    records = sorted(Ledger.read(session.place).records.items())
    return tuple(
        Made(record.step, record.kind, record.name, record.id, record.result)
        for _, record in records
    )


def adopted(plan: Plan) -> tuple[Made, ...]:
    """Return what a plan uses as it was found."""
    return tuple(_adopted(item) for item in plan.items if item.action is Action.ADOPT)


def _adopted(item: PlanItem) -> Made:
    """Take the subject of an adoption apart: a name, and an id where there is one."""
    name, _, last = item.decision.subject.rpartition(" ")
    is_id = bool(name) and _ID.fullmatch(last) is not None
    known, its_id = (name, last) if is_id else (item.decision.subject, "")
    return Made(item.step, item.title.lower(), known, its_id, "adopted")


def put_off(session: Session, plan: Plan, preset: Path) -> tuple[PutOff, ...]:
    """Return the steps that the operator left out, or that wait for what the playbooks bring."""
    found = []
    for item in plan.items:
        words: tuple[str, ...]
        if item.step in plan.skip:
            words = ("replay", str(preset), "--only", item.step)
        elif item.step == "keypair" and _is_deferred(item, session.effective):
            words = ("replay", str(preset))
        else:
            continue
        command = session.command_line(*words)
        found.append(PutOff(item.step, item.title, item.decision.reason, command))
    return tuple(found)


def _is_deferred(item: PlanItem, effective: Effective) -> bool:
    return item.action is Action.SKIP and effective.is_on("ssh.enabled")


def _place(session: Session) -> Place:
    cloud = session.facts.cloud if session.works_live else None
    return Place(
        release=session.effective.release.name,
        deploy_dir=session.options.deploy_dir,
        cloud=cloud.name if cloud else "",
        region=cloud.region if cloud else "",
        project=cloud.service_project if cloud else "",
    )


def _in_order(release: Release) -> list[tuple[str, Playbook]]:
    playbooks = release.rules.playbooks
    order = [name for name in _ORDER if name in playbooks]
    neutron = playbooks.get("neutron")
    # Neutron's LBaaS v2 driver wants Octavia to be there first (role 16.0.0 to 21.2.12).
    if neutron is not None and neutron.when is PlaybookWhen.LBAAS_ERA:
        order.remove("neutron")
        order.insert(order.index("octavia") + 1, "neutron")
    order += [name for name in playbooks if name not in order]
    return [(name, playbooks[name]) for name in order]


def _command(name: str, playbook: Playbook) -> NextCommand:
    return NextCommand(
        purpose=name,
        command=" ".join(playbook.arguments()),
        directory=playbook.directory,
        note=playbook.note,
    )
