"""What makes certificates unfit for one another: chains that do not end, sides not kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from cryptography import x509

from octavia_wizard.core.finding import Finding
from octavia_wizard.core.pki.judging.criteria import (
    Placed,
    error,
    judge_certificate,
    judge_length,
    note,
    warning,
)
from octavia_wizard.core.pki.judging.key_forms import judge_key_form
from octavia_wizard.core.pki.judging.names import forbidden_name
from octavia_wizard.core.pki.judging.strictness import strict_gaps
from octavia_wizard.core.pki.judging.trust import Certificates, Trail, trail_of
from octavia_wizard.core.pki.keys import public_der
from octavia_wizard.core.pki.pem import AUTHORITIES, Pem
from octavia_wizard.core.pki.reading.inspection import (
    CertificateView,
    constraints_of,
    issued_by,
    mark_of,
    name_of,
)

_SAME = "the server CA and the client CA are the same authority"

Views = Mapping[Pem, CertificateView]


def judge_together(views: Views, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the certificates: each in its place, then all of them together."""
    trails = _trails(views, now)
    seen: set[tuple[x509.Certificate, bool]] = set()
    short: set[x509.Certificate] = set()
    for pem, trail in trails.items():
        line = _placed(pem, trail, views)
        for placed in line:
            if placed.certificate not in short and (found := tuple(judge_length(placed))):
                short.add(placed.certificate)
                yield from found
            if (placed.certificate, placed.is_authority) in seen:
                continue
            seen.add((placed.certificate, placed.is_authority))
            yield from judge_certificate(placed, now)
            yield from judge_key_form(placed)
            yield from _strict(placed, is_top=placed is line[-1])
        yield from _lifetimes(line)
        yield from _constrained(line) if pem is Pem.SERVER_CA else _outside(line)
        yield from _ending(pem, trail, views)
    yield from _beside(views, {one for one, _ in seen})
    yield from _sides(views)
    yield from _own_key(views)


def also_trusted(views: Views, now: datetime) -> tuple[tuple[Pem, x509.Certificate], ...]:
    """Return the authorities that are trusted, and that no certificate to approve vouches for.

    By its signature, the first of a path vouches for the key of its issuer, and for no more: above
    that, somebody may put a certificate about this very key, signed by an authority of their own.
    """
    trails = _trails(views, now).values()
    vouched = {one for trail in trails for one in trail.certificates[:2]}
    return tuple(
        (pem, one)
        for pem in AUTHORITIES
        if pem in views
        for one in held_by(views[pem])
        if one not in vouched
    )


def _trails(views: Views, now: datetime) -> dict[Pem, Trail]:
    """Follow each certificate up to its root, as the other side does."""
    found: dict[Pem, Trail] = {}
    for pem in AUTHORITIES:
        if pem in views:
            trusted = held_by(views[pem])
            found[pem] = trail_of(trusted[0], trusted, trusted, now)
    client, authority = views.get(Pem.CLIENT), views.get(Pem.CLIENT_CA)
    if client is not None:
        trusted = held_by(authority) if authority is not None else ()
        found[Pem.CLIENT] = trail_of(client.certificate, client.chain, trusted, now)
    return found


def held_by(view: CertificateView) -> Certificates:
    """Return all certificates of a file."""
    return (view.certificate, *view.chain)


def _placed(pem: Pem, trail: Trail, views: Views) -> tuple[Placed, ...]:
    trusted = held_by(views[Pem.CLIENT_CA]) if Pem.CLIENT_CA in views else ()
    line: list[Placed] = []
    below = 0
    for place, one in enumerate(trail.certificates):
        path = views[pem].path
        if place and pem is Pem.CLIENT and one in trusted:
            path = views[Pem.CLIENT_CA].path
        line.append(Placed(pem, one, path, below, place == 0))
        is_signer = pem in AUTHORITIES or place > 0
        below += is_signer and one.subject != one.issuer
    return tuple(line)


def _strict(placed: Placed, *, is_top: bool) -> Iterator[Finding]:
    gaps = strict_gaps(placed.certificate, is_top=is_top)
    if gaps:
        yield warning(
            "cert-not-strict",
            f"{placed.name} does not keep to RFC 5280: {', '.join(gaps)}",
            "amphorae and controllers with Python 3.13 or later refuse it (VERIFY_X509_STRICT)",
            "have it made anew with the extensions of RFC 5280 before images or hosts move there",
            placed.path,
        )


def _lifetimes(line: tuple[Placed, ...]) -> Iterator[Finding]:
    for lower, upper in pairwise(line):
        end = upper.certificate.not_valid_after_utc
        if lower.certificate.not_valid_after_utc > end:
            yield warning(
                "cert-outlives-ca",
                f"{lower.name} outlives its authority, which ends {end:%Y-%m-%d}",
                "it is refused once the authority has expired",
                "renew the authority by then",
                lower.path,
            )


def _ending(pem: Pem, trail: Trail, views: Views) -> Iterator[Finding]:
    """Say where a chain breaks off."""
    if trail.complete or (pem is Pem.CLIENT and Pem.CLIENT_CA not in views):
        return
    if pem is Pem.CLIENT and len(trail.certificates) == 1:
        yield _not_signed(views)
        return
    authority = Pem.SERVER_CA if pem is Pem.SERVER_CA else Pem.CLIENT_CA
    trusted = held_by(views[authority])
    if pem is Pem.CLIENT and trail.top in trusted[:1]:
        # The chain of the client CA breaks off at the same place, which is said there.
        return
    top = name_of(trail.top.subject)
    what = (
        f"the chain of the {pem} ends at {top}: its issuer {name_of(trail.top.issuer)} is missing"
    )
    if issued_by(trail.top, trail.top):
        what = f"the root {top} of the {pem} is not in the file with the {authority}"
    side = "controllers" if pem is Pem.SERVER_CA else "amphorae"
    yield error(
        "cert-chain-incomplete",
        what,
        f"{side} trust a chain only up to a root they have",
        f"append the certificates from there up to the root to {views[authority].path}",
        views[authority].path,
    )


def _not_signed(views: Views) -> Finding:
    client, authority = views[Pem.CLIENT], views[Pem.CLIENT_CA]
    issuer = client.certificate.issuer
    namesake = any(one.subject == issuer for one in held_by(authority))
    told = "the client certificate is not signed by the client CA, but by "
    told += f"another key under the name {name_of(issuer)}" if namesake else name_of(issuer)
    return error(
        "cert-chain",
        told,
        "amphorae would refuse the controllers",
        "give the authority that signed it, and those above it up to the root",
        client.path,
    )


def _constrained(line: tuple[Placed, ...]) -> Iterator[Finding]:
    """Look for authorities that may sign for certain names only (RFC 5280, section 4.2.1.10)."""
    for placed in line:
        try:
            limits = placed.certificate.extensions.get_extension_for_class(x509.NameConstraints)
        except x509.ExtensionNotFound:
            continue
        allowed = limits.value.permitted_subtrees or ()
        if any(isinstance(one, x509.DNSName | x509.DirectoryName) and one.value for one in allowed):
            yield error(
                "cert-name-constraints",
                f"{placed.name} may sign for certain names only",
                "an amphora's certificate is made out to its ID, which is none of them",
                "use an authority without permitted names in nameConstraints",
                placed.path,
            )


def _outside(line: tuple[Placed, ...]) -> Iterator[Finding]:
    """Look for certificates of the client's side that bear names an authority may not sign for."""
    for number, placed in enumerate(line):
        for below in line[:number]:
            named = forbidden_name(below.certificate, placed.certificate)
            if named:
                yield error(
                    "cert-name-constraints",
                    f"{placed.name} may not sign for {named}, as {below.name} is called",
                    "amphorae refuse a certificate outside of the nameConstraints above it",
                    "make it again with names that are allowed, or use another authority",
                    below.path,
                )


def _own_key(views: Views) -> Iterator[Finding]:
    """The controllers' key must sign nothing: it lies unencrypted on each of them."""
    client = views.get(Pem.CLIENT)
    if client is None or client.is_ca:
        return
    public = public_der(client.certificate.public_key())
    for pem in AUTHORITIES:
        held = held_by(views[pem]) if pem in views else ()
        for one in held:
            if constraints_of(one)[0] and public_der(one.public_key()) == public:
                yield error(
                    "cert-client-is-a-ca",
                    f"the client certificate has the same key as {name_of(one.subject)}, which "
                    f"is in the file with the {pem}",
                    "whoever has the controllers' key could sign certificates with it",
                    "have the client certificate made with a key of its own",
                    client.path,
                )


def _beside(views: Views, used: set[x509.Certificate]) -> Iterator[Finding]:
    """Name the authorities that are trusted beside those in use: nobody may slip one in unseen."""
    for pem in AUTHORITIES:
        if pem not in views:
            continue
        for one in held_by(views[pem]):
            if one in used:
                continue
            trusts = "controllers trust" if pem is Pem.SERVER_CA else "amphorae trust"
            yield note(
                "cert-also-trusted",
                f"the file with the {pem} also holds {name_of(one.subject)} ({mark_of(one)})",
                f"{trusts} whatever it signs, as they should while authorities are changed",
                "leave it out once nothing it signed is in use",
                views[pem].path,
            )


def _sides(views: Views) -> Iterator[Finding]:
    """Both sides must not trust one another's certificates, be it through a root they share."""
    if any(pem not in views for pem in AUTHORITIES):
        return
    server = held_by(views[Pem.SERVER_CA])
    beside = views[Pem.CLIENT].chain if Pem.CLIENT in views else ()
    above = tuple(one for one in beside if constraints_of(one)[0])
    client = tuple(dict.fromkeys((*held_by(views[Pem.CLIENT_CA]), *above)))
    what = _shared(server, client)
    if what:
        yield error(
            "cert-same-ca",
            what,
            "an amphora could use its own certificate to command the other amphorae",
            f"use two authorities{'' if what == _SAME else ' with nothing above them in common'}",
            views[Pem.CLIENT_CA].path,
        )


def _shared(server: Certificates, client: Certificates) -> str:
    ours, theirs = (
        {public_der(one.public_key()): one for one in side} for side in (server, client)
    )
    if public_der(server[0].public_key()) == public_der(client[0].public_key()):
        return _SAME
    for key, one in ours.items():
        if key in theirs:
            return f"server CA and client CA both stand on {name_of(one.subject)}"
    for one in server:
        for other in client:
            for lower, upper in ((one, other), (other, one)):
                if issued_by(lower, upper):
                    return (
                        f"{name_of(lower.subject)} of one side is signed by "
                        f"{name_of(upper.subject)} of the other"
                    )
    return ""
