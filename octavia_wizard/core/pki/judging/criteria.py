"""What makes a single certificate unfit for its place in Octavia."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.pki.keys import key_text
from octavia_wizard.core.pki.pem import AUTHORITIES, Pem
from octavia_wizard.core.pki.reading.inspection import (
    OLD_DIGESTS,
    constraints_of,
    issued_by,
    name_of,
    purposes_of,
    usages_of,
)

SOON = timedelta(days=90)
"""How long before its end a certificate is worth a warning."""

RENEW_BEFORE = timedelta(days=60)
"""How long before its end a certificate should be renewed."""

_CLOCK = timedelta(days=1)
"""A start this near is more likely a wrong clock than a plan."""
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_NETSCAPE_TYPE = x509.ObjectIdentifier("2.16.840.1.113730.1.1")
_UNDERSTOOD = frozenset(
    {
        *(f"2.5.29.{arc}" for arc in (15, 17, 19, 30, 31, 32, 33, 36, 37, 54)),
        "1.3.6.1.5.5.7.1.14",
        _NETSCAPE_TYPE.dotted_string,
    }
)
"""Extensions OpenSSL 3.0 handles, and so accepts as critical (crypto/x509/v3_purp.c)."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A certificate in its place: what it is used for, and how it is called."""

    pem: Pem
    """The file it serves, as itself or as one of the authorities above."""
    certificate: x509.Certificate
    path: Path
    below: int = 0
    """How many authorities stand between it and the certificates at the bottom."""
    is_first: bool = True
    """Whether it is the certificate of the file, and not one above."""

    @property
    def is_authority(self) -> bool:
        """Whether it has to sign others."""
        return self.pem in AUTHORITIES or not self.is_first

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        if self.is_first:
            return f"the {self.pem}"
        return f"the authority {name_of(self.certificate.subject)} above the {self.pem}"

    @property
    def purpose(self) -> str:
        """The extended key usage of the certificates at the bottom of its chain."""
        return "serverAuth" if self.pem is Pem.SERVER_CA else "clientAuth"


def judge_certificate(placed: Placed, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with one certificate by itself."""
    yield from _rank(placed)
    yield from _usage(placed)
    yield from _netscape_type(placed)
    yield from _extensions(placed)
    yield from _validity(placed, now)
    yield from _key(placed)
    yield from _signature(placed)


def judge_length(placed: Placed) -> Iterator[Finding]:
    """Yield a finding where more authorities stand below one than it allows."""
    is_ca, length = constraints_of(placed.certificate)
    if placed.is_authority and is_ca and length is not None and length < placed.below:
        yield error(
            "cert-path-length",
            f"{placed.name} allows {length} authorities below it, and there are {placed.below}",
            "TLS refuses the whole chain",
            "have the root signed anew with a greater path length, or use an authority right "
            "below it",
            placed.path,
        )


def _rank(placed: Placed) -> Iterator[Finding]:
    is_ca = constraints_of(placed.certificate)[0]
    if placed.is_authority and not is_ca:
        yield error(
            "cert-not-a-ca",
            f"{placed.name} is no certificate authority (basicConstraints CA:FALSE or absent)",
            "TLS refuses certificates signed by it",
            "use a certificate made with basicConstraints CA:TRUE",
            placed.path,
        )
    if not placed.is_authority and is_ca:
        yield error(
            "cert-client-is-a-ca",
            "the client certificate is a certificate authority",
            "whoever has the controllers' key could sign certificates with it",
            "use a certificate made with basicConstraints CA:FALSE",
            placed.path,
        )


def _usage(placed: Placed) -> Iterator[Finding]:
    usage, purposes = usages_of(placed.certificate), purposes_of(placed.certificate)
    needed = "key_cert_sign" if placed.is_authority else "digital_signature"
    if usage is not None and needed not in usage:
        yield error(
            "cert-key-usage",
            f"the key usage of {placed.name} lacks {needed.replace('_', ' ')}",
            "TLS refuses a certificate used for what it does not allow",
            "make it again with that key usage",
            placed.path,
        )
    if purposes is not None and placed.purpose not in purposes:
        refuses = "controllers" if placed.purpose == "serverAuth" else "amphorae"
        yield error(
            "cert-extended-key-usage",
            f"the extended key usage of {placed.name} is {', '.join(purposes)}",
            f"{refuses} accept only certificates that are good for {placed.purpose}, the "
            "authorities above included",
            f"make it again with extended key usage {placed.purpose}, or none for an authority",
            placed.path,
        )


def _netscape_type(placed: Placed) -> Iterator[Finding]:
    """Look at what came before the extended key usage; OpenSSL still keeps to it."""
    try:
        found = placed.certificate.extensions.get_extension_for_oid(_NETSCAPE_TYPE).value
    except x509.ExtensionNotFound:
        return
    # A BIT STRING whose first bit stands for TLS clients.
    data = found.value if isinstance(found, x509.UnrecognizedExtension) else b""
    if not placed.is_authority and not (len(data) > 3 and data[3] & 0x80):
        yield error(
            "cert-extended-key-usage",
            f"the Netscape certificate type of {placed.name} does not name SSL clients",
            "amphorae accept only certificates that are good for TLS clients",
            "make it again without nsCertType, and with extended key usage clientAuth",
            placed.path,
        )


def _extensions(placed: Placed) -> Iterator[Finding]:
    unknown = [
        one.oid.dotted_string
        for one in placed.certificate.extensions
        if one.critical and one.oid.dotted_string not in _UNDERSTOOD
    ]
    if unknown:
        yield error(
            "cert-critical-extension",
            f"{placed.name} has critical extensions that OpenSSL does not know: "
            f"{', '.join(unknown)}",
            "TLS refuses a certificate with a critical extension it cannot handle",
            "make it again with those extensions not critical",
            placed.path,
        )


def _validity(placed: Placed, now: datetime) -> Iterator[Finding]:
    why = "controllers and amphorae stop talking to one another: no change and no failover works"
    start, end = placed.certificate.not_valid_before_utc, placed.certificate.not_valid_after_utc
    if end <= now:
        yield error(
            "cert-expired", f"{placed.name} expired on {end:%Y-%m-%d}", why,
            "renew it", placed.path,
        )  # fmt: skip
    elif end <= now + SOON:
        yield warning(
            "cert-expires-soon", f"{placed.name} expires on {end:%Y-%m-%d}", why,
            "renew it before that day", placed.path,
        )  # fmt: skip
    if start > now:
        near = start <= now + _CLOCK
        clock = f", and the clock of this host says {now:%Y-%m-%d %H:%M} UTC" if near else ""
        yield error(
            "cert-not-yet-valid",
            f"{placed.name} is valid only from {start:%Y-%m-%d %H:%M} UTC{clock}",
            why,
            "compare this clock with that of the host that made it" if near else "wait until then",
            placed.path,
        )


def _key(placed: Placed) -> Iterator[Finding]:
    public = placed.certificate.public_key()
    key = key_text(public)
    kind, _, size = key.partition(" ")
    bits = public.key_size if isinstance(public, rsa.RSAPublicKey) else 0
    small = isinstance(public, ec.EllipticCurvePublicKey) and public.key_size < 224
    if 0 < bits < 2048 or small or kind == "DSA":
        yield error(
            "cert-weak-key", f"{placed.name} has a weak key: {key}",
            "TLS libraries of today refuse it", "use RSA of 3072 bits or more, or EC", placed.path,
        )  # fmt: skip
    elif 0 < bits < 3072:
        yield note(
            "cert-key-below-3072", f"{placed.name} has a key of RSA {bits}",
            "NIST (SP 800-57) and BSI (TR-02102) no longer advise it beyond 2030",
            "nothing now; use RSA of 3072 bits or more, or EC, when it is renewed", placed.path,
        )  # fmt: skip
    elif not bits and size not in _CURVES:
        yield _odd(placed, key, kind)


def _odd(placed: Placed, key: str, kind: str) -> Finding:
    """Judge keys other than RSA and the three common curves."""
    signer = placed.pem is Pem.SERVER_CA and placed.is_first
    if signer and kind != "EC":
        return error(
            "cert-key-unusable", f"{placed.name} has a key of {key}",
            "Octavia always signs with SHA-256, which such a key refuses",
            "use an authority with an RSA key, or EC P-256 or P-384", placed.path,
        )  # fmt: skip
    if not placed.is_authority and kind == "EC":
        return error(
            "cert-key-unusable", f"{placed.name} has a key of {key}",
            "TLS between controllers and amphorae does not offer this curve",
            "use an RSA key, or EC P-256 or P-384", placed.path,
        )  # fmt: skip
    return warning(
        "cert-key-unusual", f"{placed.name} has a key of {key}",
        "amphorae and controllers with a TLS library older than OpenSSL 1.1.1 cannot use it",
        "use RSA, or EC P-256 or P-384, unless you know all of them", placed.path,
    )  # fmt: skip


def _signature(placed: Placed) -> Iterator[Finding]:
    digest = placed.certificate.signature_hash_algorithm
    # What signed itself is trusted for being there; nobody looks at its signature.
    alone = issued_by(placed.certificate, placed.certificate)
    if digest is not None and digest.name in OLD_DIGESTS and not alone:
        yield error(
            "cert-weak-signature", f"{placed.name} is signed with {digest.name.upper()}",
            "TLS libraries of today refuse it", "have it signed with SHA-256", placed.path,
        )  # fmt: skip


def error(id: str, what: str, why: str, fix: str, path: Path) -> Finding:
    """Return a finding that keeps the files from being used."""
    return Finding(id, Severity.ERROR, "certificates", what, why, fix, where=str(path))


def warning(id: str, what: str, why: str, fix: str, path: Path) -> Finding:
    """Return a finding the operator has to accept."""
    return Finding(id, Severity.WARNING, "certificates", what, why, fix, where=str(path))


def note(id: str, what: str, why: str, fix: str, path: Path) -> Finding:
    """Return a finding that only informs."""
    return Finding(id, Severity.NOTE, "certificates", what, why, fix, where=str(path))
