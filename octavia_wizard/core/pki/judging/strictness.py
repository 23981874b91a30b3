"""What a certificate lacks for the strict checks of RFC 5280 that OpenSSL makes on request.

Python 3.13 asks for them in ``ssl.create_default_context`` (VERIFY_X509_STRICT), which gunicorn
21 in an amphora uses, and urllib3 2.4 in a controller asks for them there too.  The rules are
those of ``check_extensions`` in OpenSSL 3 (crypto/x509/x509_vfy.c).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from cryptography import x509

from octavia_wizard.core.pki.reading.inspection import usages_of

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)


def strict_gaps(certificate: x509.Certificate, *, is_top: bool) -> tuple[str, ...]:
    """Return what a certificate lacks, each in a few words; the top of a path needs a bit less."""
    basic = _extension(certificate, x509.BasicConstraints)
    is_authority = basic is not None and basic.value.ca
    return (
        *(_of_authority(certificate, basic) if is_authority else _of_plain(certificate)),
        *_of_both(certificate, is_top=is_top),
    )


def _of_authority(
    certificate: x509.Certificate, basic: x509.Extension[x509.BasicConstraints] | None
) -> Iterator[str]:
    usages = usages_of(certificate)
    if basic is not None and not basic.critical:
        yield "basicConstraints is not critical"
    if usages is None:
        yield "no keyUsage"
    if _extension(certificate, x509.SubjectKeyIdentifier) is None:
        yield "no subjectKeyIdentifier"
    if not list(certificate.subject):
        yield "no subject"


def _of_plain(certificate: x509.Certificate) -> Iterator[str]:
    if "key_cert_sign" in (usages_of(certificate) or ()):
        yield "keyUsage allows to sign certificates"
    if list(certificate.subject):
        return
    names = _extension(certificate, x509.SubjectAlternativeName)
    if names is None:
        yield "no subject"
    elif not names.critical:
        yield "no subject, and subjectAltName is not critical"


def _of_both(certificate: x509.Certificate, *, is_top: bool) -> Iterator[str]:
    authority = _extension(certificate, x509.AuthorityKeyIdentifier)
    if not is_top and (authority is None or authority.value.key_identifier is None):
        yield "no authorityKeyIdentifier"
    if not list(certificate.issuer):
        yield "no issuer"


def _extension(certificate: x509.Certificate, kind: type[_Kind]) -> x509.Extension[_Kind] | None:
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None
