"""What a review of certificates has really shown to be in order, in a few words each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from octavia_wizard.core.pki.judging.review import PAIRS, Review
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.pem import AUTHORITIES, CERTIFICATES, Pem

_FLAWS_OF_CHAIN = {
    "cert-chain",
    "cert-chain-incomplete",
    "cert-client-is-a-ca",
    "cert-critical-extension",
    "cert-extended-key-usage",
    "cert-key-usage",
    "cert-name-constraints",
    "cert-not-a-ca",
    "cert-path-length",
    "cert-signer-not-first",
    "cert-weak-key",
    "cert-weak-signature",
}
_FLAWS_OF_TIME = {"cert-expired", "cert-not-yet-valid"}


def verified(review: Review, layout: CertificateLayout, now: datetime) -> tuple[str, ...]:
    """Return what was checked and found in order; what could not be checked is left out.

    The keys of authorities are compared with their certificates only where their passphrases
    are known; whether dates hold is judged by the clock of this host.
    """
    ids = {finding.id for finding in review.findings}
    return tuple(_claims(review, layout, ids, now))


def _claims(
    review: Review, layout: CertificateLayout, ids: set[str], now: datetime
) -> Iterator[str]:
    there = review.certificates
    if all(pem in there for pem in AUTHORITIES) and "cert-same-ca" not in ids:
        yield "two CAs"
    whole = all(pem in there for pem in CERTIFICATES)
    if whole and not ids & _FLAWS_OF_CHAIN:
        yield "chains verified"
    matching = list(_keys(review, ids))
    yield from matching
    if review.keys and all(not key.mode & 0o077 for key in review.keys.values()):
        yield "private" if matching else "keys private"
    if whole and not ids & _FLAWS_OF_TIME:
        yield f"valid to {min(view.not_after for view in there.values()):%Y-%m-%d}"


def _keys(review: Review, ids: set[str]) -> Iterator[str]:
    """Say which keys were opened and belong to their certificates."""
    pairs = [
        (certificate, key)
        for certificate, key in PAIRS
        if certificate in review.certificates and key in review.keys
    ]
    opened = [key for _, key in pairs if review.keys[key].public_key is not None]
    if ids & {"cert-key-mismatch", "cert-signer-not-first"} or not opened:
        return
    if len(opened) == len(pairs):
        yield "keys match"
    elif opened == [Pem.CLIENT_KEY]:
        yield "client key matches"
    else:
        yield f"{len(opened)} of {len(pairs)} keys match, the others were not opened"
