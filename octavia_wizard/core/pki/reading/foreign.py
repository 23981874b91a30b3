"""Says what a file is that is neither PEM nor PKCS#12, and which command makes PEM of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shlex import quote

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from octavia_wizard.core.pki.reading.blocks import Block
from octavia_wizard.core.pki.reading.quiet import quietly

_MAGIC = (
    (b"\xfe\xed\xfe\xed", "a Java keystore (JKS)"),
    (b"\xce\xce\xce\xce", "a Java keystore (JCEKS)"),
)
_KEYTOOL = "keytool -importkeystore -srckeystore {path} -destkeystore NEW.p12 -deststoretype PKCS12"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Object identifiers in DER: PKCS#7 signedData, and the two families of encrypted keys.
_PKCS7 = bytes.fromhex("06092a864886f70d010702")
_LOCKS = (bytes.fromhex("06092a864886f70d0105"), bytes.fromhex("060a2a864886f70d010c01"))

_LABELS = {
    "PKCS7": ("a PKCS#7 file", "openssl pkcs7 -print_certs -in {path} -out NEW"),
    "CMS": ("a PKCS#7 file", "openssl pkcs7 -print_certs -in {path} -out NEW"),
    "OPENSSH PRIVATE KEY": (
        "a key in OpenSSH's own form",
        "ssh-keygen -p -m PKCS8 -f COPY, on a copy of it",
    ),
    "TRUSTED CERTIFICATE": (
        "a certificate with trust settings of OpenSSL's",
        "openssl x509 -in {path} -out NEW",
    ),
    "CERTIFICATE REQUEST": ("a request for a certificate", ""),
    "NEW CERTIFICATE REQUEST": ("a request for a certificate", ""),
    "PUBLIC KEY": ("a public key", ""),
    "X509 CRL": ("a list of revoked certificates", ""),
}
"""What a block is that is neither a certificate nor a private key, and what makes PEM of it."""


def foreign_form(path: Path, data: bytes) -> str:
    """Say what the bytes of a file without PEM are, with a command that converts it, or ""."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return _told(name, _KEYTOOL, path)
    if data.startswith(_UTF_16):
        return _told("text in UTF-16", "iconv -f UTF-16 -t UTF-8 -o NEW {path}", path)
    if data[:1] != b"\x30":
        return ""
    if _PKCS7 in data[:20]:
        command = "openssl pkcs7 -inform DER -print_certs -in {path} -out NEW"
        return _told("a PKCS#7 file in DER form", command, path)
    if _is(x509.load_der_x509_certificate, data):
        command = "openssl x509 -inform DER -in {path} -out NEW"
        return _told("a certificate in DER form", command, path)
    locked = any(mark in data[:40] for mark in _LOCKS)
    if locked or _is(lambda der: load_der_private_key(der, None), data):
        lock = " -aes256" if locked else ""
        command = f"openssl pkey -inform DER{lock} -in {{path}} -out NEW"
        return _told(f"a private key in DER form{', encrypted' * locked}", command, path)
    if _is(load_der_public_key, data):
        return "it is a public key in DER form"
    return ""


def foreign_block(path: Path, block: Block) -> str:
    """Say what a block of a PEM file is that cannot be used, with a command, or ""."""
    name, command = _LABELS.get(block.label, ("", ""))
    return _told(name, command, path) if name else ""


def _told(name: str, command: str, path: Path) -> str:
    if not command:
        return f"it is {name}"
    return f"it is {name}; convert it: {command.format(path=quote(str(path)))}"


def _is(load: Callable[[bytes], object], data: bytes) -> bool:
    if len(data) > 8000:
        return False
    try:
        with quietly():
            load(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True
