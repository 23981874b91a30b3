"""Verdicts on the certificates of a deployment, each with its cure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from octavia_wizard.core.finding import Severity
from octavia_wizard.core.findings.clock import APART, duration
from octavia_wizard.core.lifecycle.amphora_certificates import CRITICAL
from octavia_wizard.core.lifecycle.certificate_model import (
    AmphoraCertificates,
    CertificateNote,
    CertificatesStanding,
    CertificateState,
    Told,
    Verdict,
)
from octavia_wizard.core.lifecycle.certificate_next import playbook
from octavia_wizard.core.lifecycle.distribution import CONTROLLER_DIRECTORY
from octavia_wizard.core.pki.deployed import Deployed, Origin
from octavia_wizard.core.pki.pem import ROOT_KEYS
from octavia_wizard.core.releases import find_release

OPEN = ("cert-key-mode", "cert-directory-open")
"""Findings about keys that others on this host can read: no reason to wait for a review."""
_BAD = (CertificateState.CRITICAL, CertificateState.EXPIRED, CertificateState.NOT_YET)


def notes(
    standing: CertificatesStanding,
    found: Deployed,
    controller: Path,
    unread: bool,
    clock: float | None,
    assumed: bool,
) -> tuple[CertificateNote, ...]:
    """Judge what was found beyond the files themselves; the gravest first.

    ``unread``: this host is a controller whose files cannot be read.  ``clock``: seconds the
    cloud's clock is ahead, where that is known.  ``assumed``: nothing tells the release.
    """
    told = [
        *_release(standing, assumed),
        *_place(standing, found),
        *_installed(standing, controller, unread),
        *_open_there(standing),
        *_approved(standing),
        *_roots(found),
        *(_late(standing.amphorae, standing) if standing.amphorae is not None else ()),
        *_clock(clock),
    ]
    order = list(Severity)
    return tuple(sorted(told, key=lambda note: order.index(note.severity)))


def verdict_of(standing: CertificatesStanding) -> Verdict:
    """Sum all up as a monitoring system takes it."""
    severities = {note.severity for note in standing.notes}
    errors = {found.severity for found in standing.findings} & {Severity.ERROR}
    states = {one.state for one in standing.certificates}
    if errors or (standing.certificates and Severity.ERROR in severities) or states & {*_BAD}:
        return Verdict.CRITICAL
    if not standing.certificates:
        return Verdict.UNKNOWN
    due = CertificateState.DUE in states or Severity.WARNING in severities
    due = due or any(found.id in OPEN for found in standing.findings)
    return Verdict.WARNING if due else Verdict.OK


def _release(standing: CertificatesStanding, assumed: bool) -> Iterator[CertificateNote]:
    if assumed:
        yield CertificateNote(
            Told.ASSUMED,
            Severity.NOTE,
            f"nothing on this host tells the release; all of this is as {standing.release} has it",
            "name it: a preset with cloud.release, or run it on the deploy host",
        )


def _place(standing: CertificatesStanding, found: Deployed) -> Iterator[CertificateNote]:
    if found.origin is Origin.NONE:
        yield CertificateNote(
            Told.NONE,
            Severity.ERROR,
            f"there are no certificates: no user_*.yml names any, and there are none in "
            f"{standing.directory}, where the role of {standing.release} has its own",
            "have them made by octavia-wizard, or look as the user who runs the playbooks",
        )
    if found.origin is Origin.ANSWERS:
        yield CertificateNote(
            Told.NOT_POINTED,
            Severity.WARNING,
            f"nothing points the role to {standing.directory} yet: controllers do not have these",
            "apply the answers, then run the playbook",
        )
    if found.origin is Origin.ROLE:
        yield CertificateNote(
            Told.BY_ROLE,
            Severity.NOTE,
            f"the role made these, or was given them in its own place, {standing.directory}",
        )
    for variable in found.unclear:
        yield CertificateNote(
            Told.UNCLEAR,
            Severity.WARNING,
            f"only Ansible can tell the value of {variable}, so that file was not looked at",
            "write the path itself there",
        )
    if found.setup_host:
        yield CertificateNote(
            Told.ELSEWHERE,
            Severity.NOTE,
            f"the role reads and makes certificates on {found.setup_host}; these are on this host",
        )


def _installed(
    standing: CertificatesStanding, controller: Path, unread: bool
) -> Iterator[CertificateNote]:
    if unread:
        yield CertificateNote(
            Told.INSTALLED_UNREAD,
            Severity.NOTE,
            f"this host is a controller, but what is in {controller} could not be read",
            "run it as root to have both compared",
        )
    differing = [one.title for one in standing.certificates if one.installed is False]
    if differing:
        yield CertificateNote(
            Told.NOT_INSTALLED,
            Severity.WARNING,
            f"{controller} on this host has another one: {', '.join(differing)}",
            "the playbook was not run since they were made; it brings them to the controllers",
            playbook(find_release(standing.release)),
        )


def _open_there(standing: CertificatesStanding) -> Iterator[CertificateNote]:
    files = find_release(standing.release).rules.certificate_quirks.open_on_controllers
    if files and standing.certificates:
        paths = " and ".join(str(CONTROLLER_DIRECTORY / name) for name in files)
        yield CertificateNote(
            Told.OPEN_THERE,
            Severity.NOTE,
            f"the role of {standing.release} lets every user of a controller read {paths}; "
            "whoever reads the client's key can command every amphora",
            "let nobody else log in there, or close the files after each run of the playbook",
        )


def _approved(standing: CertificatesStanding) -> Iterator[CertificateNote]:
    if standing.unapproved:
        names = ", ".join(one.title for one in standing.unapproved)
        yield CertificateNote(
            Told.NOT_APPROVED,
            Severity.WARNING,
            f"other certificates were approved than these: {names}",
            "bring the approved ones back, or compare the fingerprints and approve these",
        )


def _roots(found: Deployed) -> Iterator[CertificateNote]:
    paths = [str(found.layout.files[pem]) for pem in ROOT_KEYS if pem in found.layout.files]
    present = [path for path in paths if Path(path).exists()]
    if present:
        yield CertificateNote(
            Told.ROOT_KEYS,
            Severity.NOTE,
            f"keys of roots are on this host: {', '.join(present)}",
            "nothing needs them until a CA is replaced: keep them offline, two copies, and their "
            "passphrases elsewhere",
        )


def _late(
    amphorae: AmphoraCertificates, standing: CertificatesStanding
) -> Iterator[CertificateNote]:
    if not amphorae.late:
        return
    first = amphorae.late[0]
    near = first.ends - standing.at <= CRITICAL
    busy = sum(one.busy for one in amphorae.late)
    stuck = f"; {busy} of them were begun and failed, and are not tried again" if busy else ""
    yield CertificateNote(
        Told.LATE,
        Severity.ERROR if near else Severity.WARNING,
        f"the certificates of {len(amphorae.late)} of {amphorae.count} amphorae were not renewed "
        f"in time, the first ends {first.ends:%Y-%m-%d}{stuck}",
        "controllers refuse an amphora whose certificate has ended. See on the controllers why "
        "octavia-housekeeping does not renew them (journalctl -u octavia-housekeeping); a "
        "failover gives a load balancer new amphorae with new certificates",
        first.command,
    )


def _clock(offset: float | None) -> Iterator[CertificateNote]:
    if offset is not None and abs(offset) > APART:
        way = "behind" if offset > 0 else "ahead of"
        yield CertificateNote(
            Told.CLOCK,
            Severity.WARNING,
            f"the clock of this host is {duration(abs(offset))} {way} the cloud's, and all days "
            "here are counted by it",
            "have both clocks kept by NTP",
        )
