"""What makes a private key unfit for its place in Octavia."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from octavia_wizard.core.finding import Finding
from octavia_wizard.core.pki.judging.criteria import error, note, warning
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.forms import Form
from octavia_wizard.core.pki.reading.inspection import KeyView


def judge_ours(pem: Pem, key: KeyView, layout: CertificateLayout) -> Iterator[Finding]:
    """Yield what is wrong with a private key that Octavia and the role are given as it is."""
    if pem is Pem.CLIENT_KEY and key.encrypted:
        yield _encrypted_client(key, "decrypt it: openssl pkey -in KEY -out NEW")
    if pem is Pem.SERVER_CA_KEY and not key.encrypted:
        yield error(
            "cert-ca-key-not-encrypted",
            f"the {pem} is not encrypted",
            "octavia.conf always names a passphrase, and Octavia then refuses a key without one",
            "encrypt it: openssl pkey -aes256 -in KEY -out NEW",
            key.path,
        )
    elif pem is not Pem.CLIENT_KEY and not key.encrypted:
        yield warning(
            "cert-key-in-plain",
            f"the {pem} is not encrypted",
            "whoever gets hold of the file, or of a backup, can sign certificates with it",
            f"encrypt it with {layout.passphrases.get(pem, 'a passphrase')}: "
            "openssl pkey -aes256 -in KEY -out NEW",
            key.path,
        )
    yield from _mode(pem, key)
    wanted = layout.role_key_bits.get(pem)
    if wanted is not None and key.public_key is not None and key.rsa_bits != wanted:
        yield _replaced(pem, key, f"RSA {wanted}")


def judge_source(
    pem: Pem, key: KeyView, layout: CertificateLayout, keys: Mapping[Pem, KeyView]
) -> Iterator[Finding]:
    """Yield what is wrong with a private key of the operator's, of which ours is made."""
    opened = key.public_key is not None
    if not opened and (key.form is Form.PKCS12 or pem is Pem.CLIENT_CA_KEY):
        yield locked_file(pem, key.path, layout)
    elif not opened and pem is Pem.CLIENT_KEY:
        name = layout.source_passphrases.get(pem, "")
        yield _encrypted_client(
            key, f"give its passphrase{f' as {name}' * bool(name)}; a plain copy is then made"
        )
    if opened and key.encrypted and pem is Pem.CLIENT_KEY:
        yield note(
            "cert-client-key-decrypted",
            "the client key is encrypted, and the copy for Octavia will not be",
            "Octavia has no option for its passphrase",
            "nothing; the copy can be read by its owner only",
            key.path,
        )
    if opened and not key.encrypted and pem is Pem.SERVER_CA_KEY:
        yield note(
            "cert-ca-key-encrypted-anew",
            "the server CA key is not encrypted, and the copy for Octavia will be",
            "octavia.conf always names a passphrase, and Octavia then refuses a key without one",
            "nothing; keep your own file where nobody can read it",
            key.path,
        )
    yield from _mode(pem, key)
    if opened and pem in layout.role_key_bits:
        yield from _for_role(pem, key, keys)


def locked_file(pem: Pem, path: Path, layout: CertificateLayout) -> Finding:
    """Say that a file cannot be judged before its password is known."""
    name = layout.source_passphrases.get(pem, "")
    return error(
        "cert-source-locked",
        f"the file with the {pem} takes a password, which is not known",
        "what is in it can be neither judged nor taken over",
        f"type it{f', or put it as {name} into a secrets file' * bool(name)}; it is needed once",
        path,
    )


def _encrypted_client(key: KeyView, fix: str) -> Finding:
    return error(
        "cert-client-key-encrypted",
        "the client key is encrypted",
        "Octavia has no option for its passphrase",
        fix,
        key.path,
    )


def _for_role(pem: Pem, key: KeyView, keys: Mapping[Pem, KeyView]) -> Iterator[Finding]:
    """Judge by what the role is told after the files are taken over: the sizes they have."""
    client = keys.get(Pem.CLIENT_KEY)
    if key.rsa_bits is None:
        yield _replaced(pem, key, "RSA")
    elif pem is Pem.CLIENT_CA_KEY and client and client.rsa_bits not in (None, key.rsa_bits):
        yield _replaced(pem, key, f"RSA {client.rsa_bits}, as the client key is")


def _replaced(pem: Pem, key: KeyView, wanted: str) -> Finding:
    cure = (
        "leave it out (certificates.client_ca_key): only a renewal needs it"
        if pem is Pem.CLIENT_CA_KEY
        else "use an RSA key, and replay: that writes its size as octavia_cert_key_length_server "
        "or octavia_cert_key_length_client"
    )
    return error(
        "cert-role-replaces-key",
        f"the {pem} is {key.key}, and the role insists on {wanted}",
        "the role of this release overwrites a key of another type or size",
        cure,
        key.path,
    )


def _mode(pem: Pem, key: KeyView) -> Iterator[Finding]:
    if key.mode & 0o077:
        yield warning(
            "cert-key-mode",
            f"the {pem} can be read by other users (mode {key.mode:04o})",
            "whoever reads it can pose as a controller or an amphora",
            f"close it: chmod 0600 {key.path}",
            key.path,
        )
