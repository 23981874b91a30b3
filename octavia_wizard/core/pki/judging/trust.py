"""Finds the path of a certificate through its issuers, and the order certificates belong in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from octavia_wizard.core.pki.keys import public_der
from octavia_wizard.core.pki.reading.inspection import constraints_of, issued_by

Certificates = tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class Trail:
    """A certificate and its issuers, one above the other."""

    certificates: Certificates
    complete: bool
    """Whether it ends at a certificate that signed itself and is trusted."""

    @property
    def top(self) -> x509.Certificate:
        """The last certificate that was found."""
        return self.certificates[-1]


def trail_of(
    bottom: x509.Certificate, pool: Iterable[x509.Certificate], trusted: Certificates, now: datetime
) -> Trail:
    """Return the shortest path from a certificate to a trusted one that signed itself.

    Of several, one through certificates that are valid now.  Where there is none, the path that
    leads farthest.  OpenSSL does not take an authority as the end of a path unless it signed
    itself (X509_V_FLAG_PARTIAL_CHAIN is off before Python 3.13).
    """
    others = sorted(
        dict.fromkeys((*trusted, *pool)), key=lambda one: not _is_valid(one, now)
    )  # a stable order: valid ones first
    ways: list[Certificates] = [(bottom,)]
    seen = {bottom}
    farthest = ways[0]
    for way in ways:
        top = way[-1]
        if top in trusted and issued_by(top, top):
            return Trail(way, True)
        farthest = max(farthest, way, key=len)
        for other in others:
            if other not in seen and issued_by(top, other):
                seen.add(other)
                ways.append((*way, other))
    return Trail(farthest, False)


def signer_first(certificates: Certificates, public: bytes | None, now: datetime) -> Certificates:
    """Put the authority that a public key belongs to first, then those above it, then others.

    Certificates that are no authority's are left out if any authority is there.  Where the key is
    not known, the first that issued none of the others stands in.
    """
    authorities = tuple(one for one in certificates if constraints_of(one)[0]) or certificates
    first = _chosen(authorities, public, now)
    above = trail_of(first, authorities, authorities, now).certificates
    return tuple(dict.fromkeys((*above, *authorities)))


def leaf_first(certificates: Certificates, public: bytes | None, now: datetime) -> Certificates:
    """Put the certificate that a public key belongs to first, then its intermediates, no others.

    A certificate that signed itself is of no use here: the other side trusts its own copy only.
    """
    mine = tuple(one for one in certificates if belongs(one, public))
    plain = tuple(one for one in certificates if not constraints_of(one)[0])
    first = _chosen(mine or plain or certificates, public, now)
    above = trail_of(first, certificates, certificates, now).certificates[1:]
    return (first, *(one for one in above if not issued_by(one, one)))


def issuer_first(
    authorities: Certificates, client: Certificates, public: bytes | None, now: datetime
) -> Certificates:
    """Put the authority of a client certificate first, even one that came with the client only.

    Where none of them signed it, as ``signer_first`` does with the key of the authority.
    """
    trail = trail_of(client[0], client[1:], authorities, now)
    above = tuple(one for one in trail.certificates[1:] if trail.complete or one in authorities)
    if not above:
        return signer_first(authorities, public, now)
    kept = tuple(one for one in authorities if constraints_of(one)[0])
    return tuple(dict.fromkeys((*above, *kept)))


def belongs(certificate: x509.Certificate, public: bytes | None) -> bool:
    """Say whether a certificate is about this public key."""
    return public is not None and public_der(certificate.public_key()) == public


def _chosen(certificates: Certificates, public: bytes | None, now: datetime) -> x509.Certificate:
    mine = [one for one in certificates if belongs(one, public)]
    if mine:
        return next((one for one in mine if _is_valid(one, now)), mine[0])
    lowest = [
        one
        for one in certificates
        if not any(other != one and issued_by(other, one) for other in certificates)
    ]
    return (lowest or certificates)[0]


def _is_valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc
