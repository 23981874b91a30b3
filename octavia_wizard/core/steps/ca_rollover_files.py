"""What each phase of the rollover of an authority makes of the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.files import read_bytes
from octavia_wizard.core.pki.chain_nodes import key_words
from octavia_wizard.core.pki.keys import PrivateKey, public_der
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.making.issuing import most_days
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import Unreadable, read_certificate, read_key
from octavia_wizard.core.pki.renewing import Renewal, client_files, kind_of
from octavia_wizard.core.pki.rollover_files import (
    PEMS,
    RECORD,
    Noted,
    Position,
    Side,
    Stage,
    bundle,
    certificates_in,
    fingerprint,
    first_fingerprint,
    next_files,
    read_record,
    record_text,
)
from octavia_wizard.core.pki.succession import Successor, made_successor, successor_of
from octavia_wizard.core.secrets import known_passphrases, read_secret
from octavia_wizard.core.secrets_writing import CURE
from octavia_wizard.core.steps.approved import approvals
from octavia_wizard.core.steps.client_renewal import approval_lines, days_of
from octavia_wizard.core.steps.replacing import Exchange, exchange
from octavia_wizard.core.vaulted import closed_files

_CLIENT_PEMS = (Pem.CLIENT_KEY, Pem.CLIENT, Pem.CLIENT_BUNDLE)


def exchanges_of(
    effective: Effective,
    facts: Facts,
    layout: CertificateLayout,
    position: Position,
    wanted: Stage,
    moment: datetime,
) -> tuple[Exchange, ...]:
    """Make all that a phase puts in place; raises ValueError and Unreadable."""
    if wanted is Stage.TRUST:
        found = list(_trusting(effective, facts, layout, position, moment))
    elif wanted is Stage.USE:
        found = list(_using(effective, facts, layout, position, moment))
    else:
        found = list(_dropping(layout, position))
    noted = Noted(
        stage=wanted,
        changed=moment,
        coming=_coming_mark(layout, position, found),
        former=_former_mark(position, wanted),
    )
    return (*found, _recorded(layout, position.side, noted))


def marked(layout: CertificateLayout, position: Position, moment: datetime) -> Exchange:
    """Note when the playbook had brought the present phase to all controllers."""
    if position.noted is None:
        raise ValueError(f"no rollover of the {position.side} CA was begun")
    return _recorded(layout, position.side, replace(position.noted, distributed=moment))


def lines_of(
    effective: Effective,
    facts: Facts,
    layout: CertificateLayout,
    position: Position,
    wanted: Stage,
) -> Iterator[str]:
    """Tell what a phase changes."""
    pems, side = PEMS[position.side], position.side
    ca, key = layout.files[pems.ca], layout.files[pems.key]
    if wanted is Stage.TRUST:
        new = _successor(effective, layout, position)
        yield f"+ {new.subject.rfc4514_string()}, {key_words(new.kind)}, {new.days} days"
        yield from (f"+ {path}" for path in next_files(layout, side).values())
        yield f"~ {ca}: the present authority first, then the new one"
        return
    if wanted is Stage.DROP:
        names = ", ".join(one.subject.rfc4514_string() for one in position.former)
        yield f"- {names}"
        yield f"~ {ca}: only the new authority"
        yield from (f"- {path}" for path in next_files(layout, side).values() if path.exists())
        return
    yield f"~ {ca}: the new authority first, then the former one"
    yield f"~ {key}: the key of the new authority"
    former = {fingerprint(position.present[0]): f"{side} CA"}
    if side is Side.CLIENT:
        yield from (f"~ {layout.files[pem]}: {pem}, signed by the new one" for pem in _CLIENT_PEMS)
        former[read_certificate(layout.files[Pem.CLIENT]).fingerprint] = "client certificate"
    yield from approval_lines(facts.host.deploy_dir, former)


def obstacle_to(
    effective: Effective,
    facts: Facts,
    layout: CertificateLayout,
    position: Position,
    wanted: Stage,
) -> str:
    """Say what keeps a phase from being carried out; "" where nothing does."""
    pems = PEMS[position.side]
    known = known_passphrases(facts.host)
    if wanted is Stage.TRUST:
        keys = [pem for pem in (pems.key, pems.root_key) if pem in layout.files]
        unknown = [
            layout.passphrases[pem] for pem in keys if known(layout.passphrases[pem]) is None
        ]
        if unknown:
            closed = ", ".join(str(path) for path in closed_files(facts.host))
            if closed:
                names = ", ".join(unknown)
                return f"{closed} may have {names}, encrypted by ansible-vault; {CURE}"
            return f"no secrets file has a value for {', '.join(unknown)}"
        try:
            _successor(effective, layout, position)
        except ValueError as error:
            return f"the new authority cannot be made: {error}"
        return ""
    if wanted is Stage.DROP:
        return ""
    path = next_files(layout, position.side)[pems.key]
    try:
        public = read_key(path, known(layout.passphrases[pems.key])).public_key
    except Unreadable as problem:
        return str(problem)
    if public is None:
        return f"{path} cannot be opened: no secrets file has {layout.passphrases[pems.key]}"
    if public != public_der(position.coming[0].public_key()):
        return f"{path} is not the key of the new authority"
    return ""


def _trusting(
    effective: Effective,
    facts: Facts,
    layout: CertificateLayout,
    position: Position,
    moment: datetime,
) -> Iterator[Exchange]:
    host, pems = facts.host, PEMS[position.side]
    made = made_successor(
        _successor(effective, layout, position),
        position.side,
        lambda pem: read_secret(layout.passphrases[pem], host),
        moment,
    )
    for pem, path in next_files(layout, position.side).items():
        yield exchange(path, made[pem])
    coming = x509.load_pem_x509_certificates(made[pems.ca])
    yield exchange(layout.files[pems.ca], bundle(position.present, coming))


def _using(
    effective: Effective,
    facts: Facts,
    layout: CertificateLayout,
    position: Position,
    moment: datetime,
) -> Iterator[Exchange]:
    pems = PEMS[position.side]
    successors = {fingerprint(position.present[0]): fingerprint(position.coming[0])}
    for pem, path in next_files(layout, position.side).items():
        if pem is not pems.ca:
            yield exchange(layout.files[pem], read_bytes(path))
    yield exchange(layout.files[pems.ca], bundle(position.coming, position.present))
    if position.side is Side.CLIENT:
        former = read_certificate(layout.files[Pem.CLIENT]).fingerprint
        files = _client_of_the_new(effective, facts, layout, position, moment)
        yield from (exchange(layout.files[pem], files[pem]) for pem in _CLIENT_PEMS)
        successors[former] = first_fingerprint(files[Pem.CLIENT])
    yield from approvals(facts.host.deploy_dir, successors)


def _dropping(layout: CertificateLayout, position: Position) -> Iterator[Exchange]:
    yield exchange(layout.files[PEMS[position.side].ca], bundle(position.coming))
    for path in next_files(layout, position.side).values():
        if path.exists():
            yield exchange(path, None)


def _client_of_the_new(
    effective: Effective,
    facts: Facts,
    layout: CertificateLayout,
    position: Position,
    moment: datetime,
) -> dict[Pem, bytes]:
    """Make the client certificate that the new authority signs."""
    path = next_files(layout, Side.CLIENT)[Pem.CLIENT_CA_KEY]
    secret = read_secret(layout.passphrases[Pem.CLIENT_CA_KEY], facts.host)
    key = load_pem_private_key(read_bytes(path) or b"", secret.encode())
    assert isinstance(key, PrivateKey)  # noqa: S101  # made by this program
    present = read_certificate(layout.files[Pem.CLIENT])
    issuer = position.coming[0]
    bits = layout.role_key_bits.get(Pem.CLIENT_KEY)
    kind = kind_of(present.certificate.public_key())
    renewal = Renewal(
        present=present,
        issuer=issuer,
        kind=kind if bits is None else type(kind)(f"rsa-{bits}"),
        days=min(days_of(effective), most_days(issuer, moment)),
        ends=issuer.not_valid_after_utc,
    )
    return client_files(renewal, issuer, key, moment)


def _successor(effective: Effective, layout: CertificateLayout, position: Position) -> Successor:
    taken = {one.subject for one in position.present}
    for side in Side:
        if side is not position.side:
            taken |= {one.subject for one in certificates_in(layout.files[PEMS[side].ca])}
    return successor_of(effective, layout, position.side, position.present[0], tuple(taken))


def _coming_mark(layout: CertificateLayout, position: Position, made: list[Exchange]) -> str:
    """Return the fingerprint of the new authority, which may have been made just now."""
    path = next_files(layout, position.side)[PEMS[position.side].ca]
    new = [one.after for one in made if one.path == path and one.after is not None]
    return first_fingerprint(new[0]) if new else fingerprint(position.coming[0])


def _former_mark(position: Position, wanted: Stage) -> str:
    if wanted is Stage.TRUST:
        return fingerprint(position.present[0])
    return position.noted.former if position.noted is not None else ""


def _recorded(layout: CertificateLayout, side: Side, noted: Noted) -> Exchange:
    known = {**read_record(layout.directory), side: noted}
    return exchange(layout.directory / RECORD, record_text(known).encode())
