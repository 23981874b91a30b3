"""What a new client certificate would be: as the present one, signed by the same authority."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_bytes
from octavia_wizard.core.pki.judging.key_forms import signs_with_pss_only
from octavia_wizard.core.pki.keys import KeyType, PrivateKey, key_text, public_der
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.making.issuing import issue_client, most_days
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import (
    CertificateView,
    Unreadable,
    read_certificate,
    read_key,
)
from octavia_wizard.core.pki.rollover_files import bundle, certificates_in

_CURVES = {"secp256r1": KeyType.EC_P256, "secp384r1": KeyType.EC_P384}
_USUAL = frozenset(
    {
        x509.BasicConstraints.oid,
        x509.KeyUsage.oid,
        x509.ExtendedKeyUsage.oid,
        x509.SubjectKeyIdentifier.oid,
        x509.AuthorityKeyIdentifier.oid,
    }
)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A client certificate that can be made."""

    present: CertificateView
    issuer: x509.Certificate
    kind: KeyType
    days: int
    ends: datetime
    notes: tuple[str, ...] = ()
    above: tuple[x509.Certificate, ...] = field(default=())
    """What stands behind the certificate in its file, and stays there."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no client certificate can be made here, and what to do."""

    reason: str
    cure: str
    needs_pki: bool = False
    """Whether the site's own PKI has to sign it, because this host cannot."""
    unknown: str = ""
    """The secret variable whose value would help, where that is what is missing."""


def renewal_of(
    layout: CertificateLayout,
    days: int,
    moment: datetime,
    passphrase: Callable[[str], str | None],
) -> Renewal | Refusal:
    """Say what would be made at a moment, or why nothing can be; reads files."""
    if all(map(_is_absent, layout.needed.values())):
        return Refusal(
            f"there are no certificates in {layout.directory} yet, so that none can be renewed",
            "apply the answers first: octavia-wizard replay PRESET, or the guided interview",
        )
    try:
        chain = certificates_in(layout.files[Pem.CLIENT])
        present = read_certificate(layout.files[Pem.CLIENT])
        issuer = certificates_in(layout.files[Pem.CLIENT_CA])[0]
        refused = _kind_refused(issuer) or _key_refused(layout, issuer, passphrase)
    except Unreadable as problem:
        cure = "bring the file back, make it readable, or undo the run that changed it"
        return Refusal(str(problem), cure)
    if refused is not None:
        return refused
    kind = _kind_for(layout, present.certificate.public_key())
    if isinstance(kind, Refusal):
        return kind
    most = most_days(issuer, moment)
    if most < 1:
        return Refusal(
            f"the client CA ends {issuer.not_valid_after_utc:%Y-%m-%d}: it signs nothing any more",
            "replace the authority: 'octavia-wizard certs rollover client' shows how",
        )
    ends = moment + timedelta(days=min(days, most))
    notes = tuple(_notes(present, issuer, days, ends, kind))
    return Renewal(present, issuer, kind, min(days, most), ends, notes, chain[1:])


def renewed(
    renewal: Renewal, layout: CertificateLayout, moment: datetime, passphrase: str
) -> dict[Pem, bytes]:
    """Make a new key and certificate; ValueError where the key of the authority does not open."""
    data = read_bytes(layout.files[Pem.CLIENT_CA_KEY])
    key = load_pem_private_key(data or b"", passphrase.encode())
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("the key of the client CA is neither RSA nor of an elliptic curve")
    return client_files(renewal, renewal.issuer, key, moment)


def client_files(
    renewal: Renewal, issuer: x509.Certificate, issuer_key: PrivateKey, moment: datetime
) -> dict[Pem, bytes]:
    """Make a new key and certificate signed by any authority, in all the forms they are kept in."""
    subject = renewal.present.certificate.subject
    certificate, key = issue_client(subject, renewal.kind, renewal.days, issuer, issuer_key, moment)
    certificate += bundle(renewal.above)
    return {
        Pem.CLIENT_KEY: key,
        Pem.CLIENT: certificate,
        Pem.CLIENT_BUNDLE: certificate + key,
    }


def kind_of(public: PublicKeyTypes) -> KeyType:
    """Return the kind of key that is no weaker than a present one."""
    if isinstance(public, ec.EllipticCurvePublicKey):
        return _CURVES.get(public.curve.name, KeyType.EC_P384)
    bits = public.key_size if isinstance(public, rsa.RSAPublicKey) else 0
    return KeyType.RSA_3072 if bits <= 3072 and bits else KeyType.RSA_4096


def _is_absent(path: Path) -> bool:
    """Say whether there is no such file; of one behind a closed directory that is not known."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _kind_for(layout: CertificateLayout, public: PublicKeyTypes) -> KeyType | Refusal:
    bits = layout.role_key_bits.get(Pem.CLIENT_KEY)
    if bits is None:
        return kind_of(public)
    try:
        return KeyType(f"rsa-{bits}")
    except ValueError:
        return Refusal(
            f"the role replaces a client key that has not {bits} bits, and such keys are not made "
            "here",
            "set octavia_cert_key_length_client to 4096, or sign with your own PKI",
            needs_pki=True,
        )


def _kind_refused(issuer: x509.Certificate) -> Refusal | None:
    public = issuer.public_key()
    usual = isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    if usual and not signs_with_pss_only(issuer):
        return None
    kind = f"{key_text(public)}{', for PSS signatures only' * usual}"
    return Refusal(
        f"the client CA has a key that nothing is signed with here: {kind}",
        "let your PKI sign it",
        needs_pki=True,
    )


def _key_refused(
    layout: CertificateLayout, issuer: x509.Certificate, passphrase: Callable[[str], str | None]
) -> Refusal | None:
    path = layout.files.get(Pem.CLIENT_CA_KEY)
    if path is None or not path.exists():
        where = f" at {path}" if path is not None else ""
        return Refusal(
            f"the key of the client CA is not here{where}, and only it can sign the certificate",
            "let your PKI sign it, or bring the key back",
            needs_pki=True,
        )
    name = layout.passphrases.get(Pem.CLIENT_CA_KEY, "")
    secret = passphrase(name)
    try:
        view = read_key(path, secret)
    except Unreadable as problem:
        cure = f"give {name} the passphrase it was locked with, or bring the right file back"
        return Refusal(str(problem), f"{cure}; or let your PKI sign it", needs_pki=True)
    if view.public_key is None:
        return Refusal(
            f"the passphrase of {path} is not known: no secrets file has {name}",
            f"give {name} a value in a user_secrets file of mode 0600, or let your PKI sign it",
            needs_pki=True,
            unknown=name,
        )
    if view.public_key != public_der(issuer.public_key()):
        return Refusal(
            f"{path} is not the key of {layout.files[Pem.CLIENT_CA]}",
            "bring the right key back; 'certs show' tells what is wrong with the set",
        )
    return None


def _notes(
    present: CertificateView, issuer: x509.Certificate, days: int, ends: datetime, kind: KeyType
) -> list[str]:
    found = []
    if ends + timedelta(days=1) > issuer.not_valid_after_utc:
        found.append(
            f"it ends with the client CA, {issuer.not_valid_after_utc:%Y-%m-%d}, though {days} "
            "days were wanted: replace the authority in time ('certs rollover client')"
        )
    if ends <= present.not_after:
        found.append(f"it is valid no longer than the present one, {present.not_after:%Y-%m-%d}")
    extra = [one for one in present.certificate.extensions if one.oid not in _USUAL]
    if extra:
        names = ", ".join(one.oid._name for one in extra)
        found.append(f"left out, because Octavia needs none of it: {names}")
    bits = kind.rsa_bits
    if present.key.startswith("RSA") and bits and present.key != f"RSA {bits}":
        found.append(f"the key becomes RSA {bits} instead of {present.key}")
    return found


def present_key(layout: CertificateLayout) -> bool:
    """Say whether the client's key is there, so that a request can be made of it."""
    try:
        return read_key(layout.files[Pem.CLIENT_KEY], None).public_key is not None
    except (Unreadable, FileError):
        return False
