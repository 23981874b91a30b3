"""Renewing the client certificate, here or by the site's own PKI."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from octavia_wizard.core.errors import FileError, UsageError
from octavia_wizard.core.handover_model import NextCommand
from octavia_wizard.core.lifecycle.certificate_next import used_instead
from octavia_wizard.core.lifecycle.distribution import (
    distribution,
    on_controllers,
    with_an_amphora,
)
from octavia_wizard.core.lifecycle.errand import errand_on_host
from octavia_wizard.core.lifecycle.model import Errand
from octavia_wizard.core.pki.keys import digest_for, new_key, plain_pem
from octavia_wizard.core.pki.layout import CertificateLayout, layout_of
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import Unreadable, read_certificate
from octavia_wizard.core.pki.renewing import Refusal, kind_of, present_key, renewal_of
from octavia_wizard.core.pki.writing import write_new
from octavia_wizard.core.secrets import known_passphrases
from octavia_wizard.core.secrets_writing import CURE
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.client_renewal import DAYS, NOT_BEFORE, days_of, place_of
from octavia_wizard.core.steps.replacing import waiting
from octavia_wizard.core.vaulted import closed_files

CHANGED = (Pem.CLIENT, Pem.CLIENT_KEY, Pem.CLIENT_BUNDLE)


def renewal_errand(
    session: Session, days: int | None = None, now: datetime | None = None
) -> Errand:
    """Plan to replace the client certificate by one of the same authority."""
    layout_to_renew(session)
    # Certificates tell whole seconds: one that was made within this second is not a new one.
    moment = (now or datetime.now(UTC)).astimezone(UTC) + timedelta(seconds=1)
    answers: dict[str, object] = {NOT_BEFORE: moment.isoformat(timespec="seconds")}
    if days is not None:
        answers[DAYS] = days
    return errand_on_host(session, answers, "certs renew", "client_renewal")


def refusal_of(
    session: Session, days: int | None = None, now: datetime | None = None
) -> Refusal | None:
    """Say why the certificate cannot be renewed here; None where it can, or a set waits."""
    layout = layout_to_renew(session)
    if waiting(place_of(layout)):
        return None
    others = used_instead(session, Pem.CLIENT)
    if others is not None:
        return Refusal(*others)
    wanted = days_of(session.effective) if days is None else days
    moment = now or datetime.now(UTC)
    host = session.facts.host
    found = renewal_of(layout, wanted, moment, known_passphrases(host))
    if not isinstance(found, Refusal):
        return None
    closed = ", ".join(str(path) for path in closed_files(host))
    if found.unknown and closed:
        reason = f"{found.unknown} is not known: {closed} may have it, encrypted by ansible-vault"
        return replace(found, reason=reason, cure=CURE, needs_pki=False)
    return found


def layout_to_renew(session: Session) -> CertificateLayout:
    """Return the layout of the certificates; raises UsageError while answers are missing."""
    layout = layout_of(session.effective)
    if layout is None:
        raise UsageError(
            "it is not answered where the certificates are",
            hint="name a preset, or answer the section of the certificates first",
        )
    return layout


def after_renewal(session: Session) -> tuple[NextCommand, ...]:
    """Return what brings the new certificate to the controllers, and shows that it is there."""
    runs = distribution(session.effective.release, CHANGED)
    return (*runs, on_controllers(Pem.CLIENT), with_an_amphora())


def by_own_pki(session: Session) -> tuple[NextCommand, ...]:
    """Return how the site's own PKI renews the certificate; raises UsageError without one."""
    layout = layout_to_renew(session)
    subject = openssl_subject(_present(layout).subject)
    request = ("openssl", "req", "-new", "-sha256", "-subj", subject, "-out", "octavia-client.csr")
    new = ("-newkey", "rsa:4096", "-nodes", "-keyout", "octavia-client.key")
    found = [
        NextCommand(
            "request",
            shlex.join((*request, *new)),
            note="A new key and a request for it. Begin with 'umask 077': the key is not "
            "encrypted, because nobody could type a passphrase for Octavia.",
        )
    ]
    if present_key(layout):
        words = (*request, "-key", str(layout.files[Pem.CLIENT_KEY]))
        found.append(
            NextCommand("request", shlex.join(words), note="Or a request for the present key.")
        )
    issuer = x509.load_pem_x509_certificates(layout.files[Pem.CLIENT_CA].read_bytes())[0]
    note = (
        f"Have {issuer.subject.rfc4514_string()} sign it: extended key usage clientAuth, key usage "
        "digitalSignature, basic constraints CA:FALSE. Then look at it, and that it is of that CA."
    )
    verify = ("openssl", "verify", "-x509_strict", "-purpose", "sslclient")
    # What stands between the certificate and the CA may be in its own file.
    signed = "octavia-client.pem"
    files = ("-CAfile", str(layout.files[Pem.CLIENT_CA]), "-untrusted", signed, signed)
    found.append(NextCommand("sign", shlex.join((*verify, *files)), note=note))
    found.append(_taking_over(session, layout))
    return (*found, *after_renewal(session))


def _taking_over(session: Session, layout: CertificateLayout) -> NextCommand:
    preset = str(session.place.preset)
    if layout.generate:
        command = session.command_line("certs", "rollover", "client")
        note = (
            "Amphorae accept no other client CA than the one that was generated here. Where its "
            "key cannot be brought back, replace the CA: that needs no former key."
        )
        return NextCommand("replace", command, note=note)
    sources = layout.sources
    names = " and ".join(
        str(path) for path in dict.fromkeys((sources[Pem.CLIENT], sources[Pem.CLIENT_KEY]))
    )
    return NextCommand(
        "take over",
        session.command_line("replay", preset, "--only", steps_of_taking_over(layout)),
        note=f"Put certificate and key at {names}, or name other files with --set "
        "certificates.client_certificate=… and certificates.client_key=…; approve the new "
        "fingerprint where the preset approves the former.",
    )


def steps_of_taking_over(layout: CertificateLayout) -> str:
    """Return the steps that take changed files over, as ``--only`` takes them.

    Where the role is told the sizes of keys, user_variables_octavia.yml has to follow: it replaces
    keys of another size.
    """
    return "certificates,files" if layout.role_key_bits else "certificates"


def make_request(session: Session, path: Path) -> tuple[Path, Path]:
    """Write a certificate request and its new key, and return their paths; nothing is replaced.

    Raises FileError where one of them exists or cannot be written.
    """
    layout = layout_to_renew(session)
    present = _present(layout)
    key_path = path.with_suffix(".key")
    if key_path == path:
        raise UsageError(f"{path} would be both request and key", hint="give it another ending")
    for one in (path, key_path):
        if one.exists():
            raise FileError(f"{one} exists already and is not overwritten", hint="name another")
    key = new_key(kind_of(present.public_key()))
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(present.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(key, digest_for(key))
    )
    write_new(key_path, plain_pem(key))
    write_new(path, request.public_bytes(serialization.Encoding.PEM))
    return path, key_path


def openssl_subject(name: x509.Name) -> str:
    """Return a subject as ``openssl req -subj`` takes it, e.g. ``/O=Example/CN=octavia``."""
    parts = []
    for rdn in name.rdns:
        found = [
            f"{one.rfc4514_attribute_name}={_escaped(str(one.value))}" for one in sorted_rdn(rdn)
        ]
        parts.append("+".join(found))
    return "/" + "/".join(parts)


def sorted_rdn(
    rdn: x509.RelativeDistinguishedName,
) -> list[x509.NameAttribute[str | bytes]]:
    """Return the attributes of a part of a name in a fixed order."""
    return sorted(rdn, key=lambda one: one.rfc4514_attribute_name)


def _escaped(value: str) -> str:
    return "".join(f"\\{one}" if one in "\\/+=" else one for one in value)


def _present(layout: CertificateLayout) -> x509.Certificate:
    try:
        return read_certificate(layout.files[Pem.CLIENT]).certificate
    except Unreadable as problem:
        raise UsageError(
            f"there is no client certificate to renew: {problem}",
            hint="'octavia-wizard certs show' tells what is there",
        ) from None
