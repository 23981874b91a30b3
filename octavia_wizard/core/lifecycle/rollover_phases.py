"""The phases of a rollover, in words and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from octavia_wizard.core.engine.ledger import Ledger
from octavia_wizard.core.handover_model import NextCommand
from octavia_wizard.core.lifecycle.distribution import (
    distribution,
    on_controllers,
    with_an_amphora,
)
from octavia_wizard.core.lifecycle.failover import ONE_BY_ONE
from octavia_wizard.core.lifecycle.renewal import steps_of_taking_over
from octavia_wizard.core.lifecycle.rollover_model import Phase
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.rollover_files import PEMS, Position, Side, Stage
from octavia_wizard.core.session import Session

_ORDER = tuple(Stage)
_CLIENT = (Pem.CLIENT, Pem.CLIENT_KEY, Pem.CLIENT_BUNDLE)


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    why: str
    wait: str
    back: str


_WORDS: Mapping[tuple[Side, Stage], _Words] = MappingProxyType(
    {
        (Side.SERVER, Stage.TRUST): _Words(
            "Trust the new server CA",
            "Every controller must accept certificates of the new CA before an amphora has one. "
            "The present CA stays first in the file, so that it goes on signing.",
            "The playbook has run on all controllers, without a failed host.",
            "Undo the run and run the playbook: the new CA has signed nothing yet. Where phase use "
            "was reached and undone, it has: fail every load balancer over before, or amphorae "
            "with a certificate of the new CA are cut off.",
        ),
        (Side.SERVER, Stage.USE): _Words(
            "Sign with the new server CA",
            "From now on new amphorae, and those whose certificate is renewed, get one of the new "
            "CA. Those with one of the former CA stay trusted. Make no load balancer while the "
            "playbook runs: for a moment a controller has the new certificate and the former key.",
            "Every amphora has a certificate of the new CA. Octavia's housekeeping renews each "
            "certificate when less than 14 of its {validity} days are left, so that all of them "
            "are new {validity} days after the playbook ran; or each load balancer is failed over.",
            "Undo the run and run the playbook: both CAs are trusted, so that amphorae with either "
            "certificate stay reachable.",
        ),
        (Side.SERVER, Stage.DROP): _Words(
            "Drop the former server CA",
            "It is not needed any more, and whoever has its key could still pass for an amphora.",
            "",
            "Undo the run and run the playbook: the former CA is trusted again.",
        ),
        (Side.CLIENT, Stage.TRUST): _Words(
            "Trust the new client CA",
            "Amphorae must accept controllers with a certificate of the new CA before one has it. "
            "An amphora gets the list of CAs when it boots and never again, so that each has to be "
            "replaced by a failover.",
            "The playbook has run on all controllers, and every load balancer was failed over "
            "since, one by one. Spare amphorae as well.",
            "Undo the run and run the playbook: no controller uses the new CA yet. Amphorae that "
            "trust both stay reachable.",
        ),
        (Side.CLIENT, Stage.USE): _Words(
            "Use a client certificate of the new CA",
            "The controllers show a new certificate, which every amphora trusts since the last "
            "phase. New amphorae trust both CAs, so that a controller that was not reached yet is "
            "no stranger to them.",
            "The playbook has run on all controllers, without a failed host.",
            "Undo the run and run the playbook: every amphora trusts both CAs.",
        ),
        (Side.CLIENT, Stage.DROP): _Words(
            "Drop the former client CA",
            "New amphorae trust only the new CA. Those that run go on trusting both until their "
            "next failover; where the former key is in wrong hands, fail them all over now.",
            "",
            "Undo the run and run the playbook. Do not go back beyond that: amphorae made since "
            "trust only the new CA, and would refuse a controller with the former certificate.",
        ),
    }
)


def phases_of(
    session: Session, layout: CertificateLayout, position: Position, validity: int
) -> tuple[Phase, ...]:
    """Return all phases of a side, those done marked.

    ``validity`` is how many days Octavia makes the certificates of amphorae for.
    """
    side = position.side
    reached = -1 if position.stage is None else _ORDER.index(position.stage)
    found = []
    for number, stage in enumerate(_ORDER):
        words = _WORDS[side, stage]
        noted = position.noted if position.stage is stage else None
        found.append(
            Phase(
                stage=stage,
                title=words.title,
                why=words.why,
                changes=_changes(layout, side, stage),
                commands=_commands(session, layout, side, stage),
                wait=words.wait.format(validity=validity),
                back=_BACK_LATER if number < reached else _back(session, layout, side, stage),
                done=number <= reached,
                changed=noted.changed if noted else None,
                distributed=noted.distributed if noted else None,
            )
        )
    return tuple(found)


def _back(session: Session, layout: CertificateLayout, side: Side, stage: Stage) -> str:
    if not layout.generate:
        return _BACK_OWN
    words, runs = _WORDS[side, stage].back, runs_of(session, side, stage)
    if not runs:
        return words
    undo = " && ".join(session.command_line("undo", "--run", run) for run in runs)
    return words.replace("Undo the run", f"Run '{undo}'", 1)


def runs_of(session: Session, side: Side, stage: Stage) -> tuple[str, ...]:
    """Return the ids of the runs that undo has to take back for a phase, in that order.

    Those that noted its distribution come before the one that carried it out.  Nothing where none
    did.
    """
    notes: list[str] = []
    for run in reversed(Ledger.read(session.place).runs):
        answers = run.header.answers.get("certificates")
        aim = answers.get("rollover") if isinstance(answers, dict) else None
        if aim == f"{side}-{stage}":
            return (*notes, run.header.run_id)
        if aim == f"{side}-distributed":
            notes.append(run.header.run_id)
        elif isinstance(aim, str) and aim.startswith(f"{side}-"):
            notes = []
    return ()


_BACK_LATER = "Go back from the phases after it first, the newest first."
_BACK_OWN = "Put your files back as they were before the phase, replay, and run the playbook."


def _changes(layout: CertificateLayout, side: Side, stage: Stage) -> tuple[str, ...]:
    pems = PEMS[side]
    where = layout.files if layout.generate else layout.sources
    ca, key = where.get(pems.ca), where.get(pems.key)
    if stage is Stage.TRUST:
        made = f"{layout.directory}/next/ gets a new CA and its key." if layout.generate else ""
        made = made or "Have your PKI make a new CA, by another name than the present one."
        return (made, f"{ca}: the present CA first, then the new one.")
    if stage is Stage.DROP:
        return (f"{ca}: only the new CA.",)
    keys = (f"{key}: the key of the new CA, under the passphrase it has now.",) if key else ()
    client: tuple[str, ...] = ()
    if side is Side.CLIENT:
        client = (
            f"{where.get(Pem.CLIENT)}: a client certificate signed by the new CA, with its key.",
        )
    return (f"{ca}: the new CA first, then the former one.", *keys, *client)


def _commands(
    session: Session, layout: CertificateLayout, side: Side, stage: Stage
) -> tuple[NextCommand, ...]:
    pems = PEMS[side]
    changed = {pems.ca} if stage is not Stage.USE else {pems.ca, pems.key}
    if side is Side.CLIENT and stage is Stage.USE:
        changed |= set(_CLIENT)
    first = _change(session, layout, side)
    runs = distribution(session.effective.release, changed)
    told = _told(session, side) if layout.generate else ()
    checks = [on_controllers(pems.ca)]
    if side is Side.CLIENT and stage is Stage.USE:
        checks = [on_controllers(Pem.CLIENT), with_an_amphora()]
    replaced = _failovers() if (side, stage) == (Side.CLIENT, Stage.TRUST) else ()
    if (side, stage) == (Side.SERVER, Stage.USE):
        checks.append(with_an_amphora())
    return (*first, *runs, *checks, *told, *replaced)


def _change(session: Session, layout: CertificateLayout, side: Side) -> tuple[NextCommand, ...]:
    if layout.generate:
        command = session.command_line("certs", "rollover", side, "--next")
        return (NextCommand("change", command, note="Changes the files, after it was confirmed."),)
    only = ("--only", steps_of_taking_over(layout))
    command = session.command_line("replay", str(session.place.preset), *only)
    note = "Takes your changed files over; nothing else is changed."
    return (NextCommand("change", command, note=note),)


def _told(session: Session, side: Side) -> tuple[NextCommand, ...]:
    command = session.command_line("certs", "rollover", side, "--distributed")
    note = "Notes when the playbook had run on all controllers; the next phase asks for it."
    return (NextCommand("note", command, note=note),)


def _failovers() -> tuple[NextCommand, ...]:
    return (
        NextCommand("list", "openstack loadbalancer list -c id -c name -c provisioning_status"),
        NextCommand("failover", "openstack loadbalancer failover ID", note=ONE_BY_ONE),
    )
