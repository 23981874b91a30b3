"""What renews a certificate, depending on who made it."""

from __future__ import annotations

from octavia_wizard.core.lifecycle.certificate_model import StandingCertificate
from octavia_wizard.core.pki.deployed import Deployed, Origin
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.releases import CertificateEra, Playbook, Release
from octavia_wizard.core.renewals import Renewal, renewal_of
from octavia_wizard.core.session import Session

REGENERATE = ("-e", "octavia_regenerate_client_cert=octavia_client")
"""Has the PKI role make this one certificate again (role 25.0.0 and later, tasks/main.yml)."""


def next_step(session: Session, found: Deployed, one: StandingCertificate) -> Renewal:
    """Return what is to be done about a certificate by the day it is due."""
    if found.ours:
        return renewal_of(session, found.layout, one.pem, behind=one.in_chain)
    if found.origin is Origin.ROLE:
        return _of_the_role(session, found, one)
    return Renewal(
        f"renew it where it was made, put the new one at {one.path}, and run the playbook",
        playbook(session.effective.release),
    )


def playbook(release: Release, *more: str) -> str:
    """Return the command that brings certificates to the controllers; "" where there is none."""
    known: Playbook | None = release.rules.playbooks.get("octavia")
    return " ".join((*known.arguments(), *more)) if known is not None else ""


def _of_the_role(session: Session, found: Deployed, one: StandingCertificate) -> Renewal:
    if one.pem is Pem.CLIENT and found.layout.era is CertificateEra.C:
        command = playbook(session.effective.release, *REGENERATE)
        return Renewal("have the role sign a new one with the same CA", command)
    verb = "renew" if one.pem is Pem.CLIENT else "rollover"
    return Renewal(
        "the role does not renew it: name these files as your own (certificates.source own, with "
        f"the client CA's key), apply that, and use certs {verb}",
        session.command_line(),
    )
