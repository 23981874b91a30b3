"""Makes the authority that is to follow a present one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.pki.keys import KeyType
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.making.issuing import make_authority
from octavia_wizard.core.pki.making.subjects import ROOT_SUFFIX, root_subject, same_to_openssl
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.renewing import kind_of
from octavia_wizard.core.pki.rollover_files import PEMS, Side

LONGEST = 64
"""Bytes of a common name (RFC 5280, appendix A.1)."""
_GENERATION = re.compile(r" G(\d+)$")
_DAYS = {Side.SERVER: "certificates.ca_days", Side.CLIENT: "certificates.client_ca_days"}
USUAL_DAYS = 3650
ROOT_DAYS = 7300


@dataclass(frozen=True, slots=True)
class Successor:
    """What the new authority of a side is to be."""

    subject: x509.Name
    kind: KeyType
    days: int
    root_days: int | None
    """None without a root above it."""


def successor_of(
    effective: Effective,
    layout: CertificateLayout,
    side: Side,
    present: x509.Certificate,
    taken: Collection[x509.Name] = (),
) -> Successor:
    """Describe the authority that follows a present one: of the same kind, by a name of its own."""
    told = effective.maybe_number(_DAYS[side]) or effective.maybe_number(_DAYS[Side.SERVER])
    root_days = effective.maybe_number("certificates.root_days") or ROOT_DAYS
    bits = layout.role_key_bits.get(PEMS[side].key)
    kind = kind_of(present.public_key()) if bits is None else KeyType(f"rsa-{bits}")
    return Successor(
        subject=following_subject(present.subject, taken),
        kind=kind,
        days=told or USUAL_DAYS,
        root_days=root_days if PEMS[side].root_key in layout.files else None,
    )


def made_successor(
    successor: Successor,
    side: Side,
    secret: Callable[[Pem], str],
    moment: datetime,
) -> dict[Pem, bytes]:
    """Make the new authority; ``secret`` gives the passphrase of each key.  ValueError as below.

    ValueError where the authority would outlive its root.
    """
    pems = PEMS[side]
    found: dict[Pem, bytes] = {}
    root = None
    if successor.root_days is not None:
        root = make_authority(
            root_subject(successor.subject),
            successor.kind,
            successor.root_days,
            secret(pems.root_key),
            now=moment,
            path_length=1,
        )
        found[pems.root_key] = root.encrypted_key
    authority = make_authority(
        successor.subject,
        successor.kind,
        successor.days,
        secret(pems.key),
        now=moment,
        root=root,
    )
    return {pems.ca: authority.chain, pems.key: authority.encrypted_key, **found}


def following_subject(present: x509.Name, taken: Collection[x509.Name] = ()) -> x509.Name:
    """Return a subject with the generation after the common name: ``… G2`` for the second.

    Two authorities of one name would not do: the certificates older Octavia signs do not say which
    key they were signed with, so that OpenSSL would go by the name alone.
    """
    names = {same_to_openssl(name) for name in (present, *taken)}
    last = present.get_attributes_for_oid(NameOID.COMMON_NAME)[-1]
    text = str(last.value)
    found = _GENERATION.search(text)
    number = int(found[1]) if found else 1
    stem = text[: found.start()] if found else text
    while True:
        number += 1
        subject = _renamed(present, last, _fitting(stem, f" G{number}"))
        if same_to_openssl(subject) not in names:
            return subject


def _fitting(stem: str, ending: str) -> str:
    """Shorten a name so that its ending, and that of the root above it, have room."""
    room = LONGEST - len(ending) - len(ROOT_SUFFIX)
    return stem.encode()[:room].decode(errors="ignore").rstrip() + ending


def _renamed(name: x509.Name, attribute: x509.NameAttribute[str | bytes], value: str) -> x509.Name:
    named = x509.NameAttribute(NameOID.COMMON_NAME, value)
    return x509.Name(
        x509.RelativeDistinguishedName(named if one is attribute else one for one in part)
        for part in name.rdns
    )
