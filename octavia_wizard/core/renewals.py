"""How the certificates in the wizard's directory are renewed, by commands to copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.session import Session

SHOW = ("certs", "show")
RENEW = ("certs", "renew")
ROLLOVER = ("certs", "rollover")
_SIDES: Mapping[Pem, str] = {Pem.SERVER_CA: "server", Pem.CLIENT_CA: "client"}


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is to be done about a certificate by the day it is due."""

    text: str
    """A clause without its end."""
    command: str = ""
    """The exact command line, where one does it."""


def renewal_of(
    session: Session, layout: CertificateLayout, pem: Pem, *, behind: bool = False
) -> Renewal:
    """Return what renews a certificate; ``behind`` for one above that, in the same file."""
    if pem in _SIDES:
        what = "the CA together with all behind it" if behind else "the CA"
        return Renewal(
            f"replace {what}, in steps that keep every amphora reachable",
            session.command_line(*ROLLOVER, _SIDES[pem]),
        )
    if Pem.CLIENT_CA_KEY in layout.files:
        return Renewal("renew it from the same CA", session.command_line(*RENEW))
    source = layout.sources.get(Pem.CLIENT)
    where = f"in the place of {source}" if source is not None else "on this host"
    return Renewal(
        f"have your PKI issue a new one, put it {where}, and replay the preset",
        session.command_line("replay", str(session.place.preset)),
    )
