"""What renews a certificate, depending on who made it."""

from __future__ import annotations

from octavia_wizard.core.lifecycle.certificate_model import StandingCertificate
from octavia_wizard.core.pki.deployed import Deployed, Origin, others_in_use
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.taken_over import RECORD
from octavia_wizard.core.releases import CertificateEra, Playbook, Release
from octavia_wizard.core.renewals import RENEW, Renewal, renewal_of
from octavia_wizard.core.session import Session

REGENERATE = ("-e", "octavia_regenerate_client_cert=octavia_client")
"""Has the PKI role make this one certificate again (role 25.0.0 and later, tasks/main.yml)."""
_CUT_OFF = "a new one in its place would cut every amphora off"
_LOCKED = (
    "the role locked both keys with octavia_cert_client_password, unless it was told "
    "octavia_ca_private_key_passphrase"
)
"""Role 17.0.5 and later, defaults/main.yml."""


def next_step(session: Session, found: Deployed, one: StandingCertificate) -> Renewal:
    """Return what is to be done about a certificate by the day it is due."""
    if not found.ours:
        return _of_others(session, found, one.pem, str(one.path))
    if one.pem is Pem.CLIENT and _signed_here_without_key(found):
        text = "bring the key of the client CA back for as long as it takes, and renew it"
        return Renewal(text, session.command_line(*RENEW))
    return renewal_of(session, found.layout, one.pem, behind=one.in_chain)


def playbook(release: Release, *more: str) -> str:
    """Return the command that brings certificates to the controllers; "" where there is none.

    It changes to the directory of the playbooks where they are run by file name.
    """
    known: Playbook | None = release.rules.playbooks.get("octavia")
    if known is None:
        return ""
    place = ("cd", known.directory, "&&") if known.directory else ()
    return " ".join((*place, *known.arguments(), *more))


def used_instead(session: Session, pem: Pem) -> tuple[str, str] | None:
    """Say that others are in use than the answers would have made, and what renews those.

    None where those of the answers are there, or no others are.  To make them now would not renew
    anything: both authorities would change at once.
    """
    found = others_in_use(session.effective, session.facts.host)
    if found is None:
        return None
    # Of a path that only Ansible can tell, its file stands for the others.
    path = found.layout.files.get(pem, found.there[0])
    known = str(path) if pem in found.layout.files else "the path the role is told"
    step = _of_others(session, found, pem, known)
    who = "the role has" if found.origin is Origin.ROLE else "a user_*.yml names"
    return (
        f"octavia-wizard made no certificates here: {who} {path}. To apply answers that generate "
        "new ones would cut every amphora off",
        f"{step.text}: {step.command}",
    )


def _signed_here_without_key(found: Deployed) -> bool:
    """Say whether the client CA was generated, and its key is kept elsewhere; no PKI has it."""
    layout = found.layout
    taken_over = (layout.directory / RECORD).exists()
    return layout.generate and not taken_over and Pem.CLIENT_CA_KEY not in layout.files


def _of_others(session: Session, found: Deployed, pem: Pem, place: str) -> Renewal:
    release, files = session.effective.release, found.layout.files
    if pem is Pem.CLIENT and found.origin is not Origin.ROLE:
        text = f"renew it where it was made, put the new one at {place}, and run the playbook"
        return Renewal(text, playbook(release))
    if pem is Pem.CLIENT and found.layout.era is CertificateEra.C:
        text = "have the role sign a new one with the same CA"
        return Renewal(text, playbook(release, *REGENERATE))
    if files.get(Pem.SERVER_CA) == files.get(Pem.CLIENT_CA):
        return _of_one_authority(found, pem, release)
    return _taken_over(session, found, pem)


def _of_one_authority(found: Deployed, pem: Pem, release: Release) -> Renewal:
    """Say what can be done where one authority serves both sides, as the role of Pike has it."""
    files = found.layout.files
    if pem is Pem.CLIENT:
        target = files.get(Pem.CLIENT_BUNDLE, files[Pem.CLIENT])
        text = (
            f"sign a new one with {files[Pem.SERVER_CA_KEY]}, put it and its key into {target}, "
            "and run the playbook"
        )
        return Renewal(text, playbook(release))
    return Renewal(
        f"{_CUT_OFF}, and one that serves both sides is not taken over here: give the role a file "
        "of its own for octavia_client_ca, with a second CA behind this one, run the playbook, and "
        "fail every load balancer over before the controllers show a certificate of the second",
        playbook(release),
    )


def _taken_over(session: Session, found: Deployed, pem: Pem) -> Renewal:
    """Say how the wizard comes to renew what somebody else made."""
    by_role = found.origin is Origin.ROLE
    hindrance = "the role does not renew it" if pem is Pem.CLIENT or by_role else _CUT_OFF
    verb = "renew" if pem is Pem.CLIENT else "rollover"
    key = f", with the client CA's key; {_LOCKED}" if by_role else ""
    return Renewal(
        f"{hindrance}: name these files as your own (certificates.source own{key}), apply that, "
        f"and use certs {verb}",
        session.command_line(),
    )
