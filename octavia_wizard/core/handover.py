"""What is left in the operator's hands after a run: the preset, ids, commands and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from octavia_wizard.core.answers.save import preset_text
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.ledger import Ledger
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.runner import RunResult
from octavia_wizard.core.files import write_file
from octavia_wizard.core.pki.layout import certificate_layout
from octavia_wizard.core.pki.review import examine
from octavia_wizard.core.places import private_directory
from octavia_wizard.core.releases import Playbook, PlaybookWhen, Release
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.base import Action

PLAYBOOKS_DIRECTORY = "/opt/openstack-ansible/playbooks"
"""Where OSA's documentation has the clone; releases before 2024.2 run playbooks by file name."""

RENEW_BEFORE = timedelta(days=60)
"""How long before its end a certificate should be renewed."""

_ORDER = ("containers", "neutron", "octavia", "haproxy", "horizon", "quotas")


@dataclass(frozen=True, slots=True)
class NextCommand:
    """A command to run when the files are in place."""

    purpose: str
    """Name of the playbook's purpose, e.g. ``octavia``."""
    command: str
    directory: str = ""
    """Directory to run it in, or "" where that does not matter."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """One thing the wizard made or changed in this deployment, and still answers for."""

    step: str
    kind: str
    name: str
    id: str
    result: str
    """``created`` or ``changed``."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A certificate in use: what to compare, and when to renew it."""

    what: str
    path: Path
    subject: str
    fingerprint: str
    """SHA-256, as upper-case pairs between colons."""
    not_after: datetime
    renew_by: datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """Everything a front end says at the end."""

    preset: Path | None
    journal: Path | None
    commands: tuple[NextCommand, ...] = ()
    made: tuple[Made, ...] = ()
    certificates: tuple[Dated, ...] = ()
    notes: tuple[str, ...] = ()
    """What was put off, and what to do about it."""
    deploy_dir: Path | None = None
    replay: str = ""
    """Command line that replays the preset."""
    undo: str = ""
    """Command line that takes back what was made."""


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
    session: Session, plan: Plan, result: RunResult | None = None, *, interview: bool = True
) -> Handover:
    """Write the preset and gather what the operator needs next.

    Call it with the facts the plan was made from; ``result`` is None where there was nothing
    to do, and ``interview`` False where nobody was interviewed.  Raises FileError.
    """
    preset = write_preset(session, interview=interview)
    replay = session.command_line("replay", str(preset))
    return Handover(
        preset=preset,
        journal=result.journal if result else None,
        commands=next_commands(session.effective),
        made=made(session),
        certificates=certificates(session.effective),
        notes=_put_off(session.effective, plan, replay),
        deploy_dir=session.options.deploy_dir,
        replay=replay,
        undo=session.command_line("undo"),
    )


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


def certificates(effective: Effective) -> tuple[Dated, ...]:
    """Return the certificates of the deployment that can be read, with their renewal dates."""
    if effective.maybe_text("certificates.source") is None:
        return ()
    found = examine(certificate_layout(effective)).certificates
    return tuple(
        Dated(
            what=str(pem),
            path=view.path,
            subject=view.subject,
            fingerprint=view.fingerprint,
            not_after=view.not_after,
            renew_by=max(view.not_before, view.not_after - RENEW_BEFORE),
        )
        for pem, view in found.items()
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
        directory=PLAYBOOKS_DIRECTORY if playbook.run_from_playbooks_dir else "",
        note=playbook.note,
    )


def _put_off(effective: Effective, plan: Plan, replay: str) -> tuple[str, ...]:
    """Name the steps that wait for something the playbooks bring."""
    if not effective.is_on("ssh.enabled"):
        return ()
    return tuple(
        f"{item.title}: {item.decision.reason}. Afterwards: {replay}"
        for item in plan.items
        if item.step == "keypair" and item.action is Action.SKIP
    )
