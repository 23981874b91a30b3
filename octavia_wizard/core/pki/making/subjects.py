"""Reads the subjects of certificates, and refuses those that software would stumble over.

The library checks two lengths only.  The others are the upper bounds of RFC 5280 (appendix A.1),
which OpenSSL keeps to when it makes requests (ASN1_STRING_TABLE): what exceeds them could be
signed here and then not be renewed with the usual tools.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cryptography import x509
from cryptography.x509.oid import NameOID

ROOT_SUFFIX = " Root"
"""Added to the common name of an authority, for the root above it."""

_FORM = "write it like CN=Octavia Server CA,O=Example (RFC 4514; no space after a comma)"

_MOST: Mapping[x509.ObjectIdentifier, int] = MappingProxyType(
    {
        NameOID.COMMON_NAME: 64,
        NameOID.ORGANIZATION_NAME: 64,
        NameOID.ORGANIZATIONAL_UNIT_NAME: 64,
        NameOID.LOCALITY_NAME: 128,
        NameOID.STATE_OR_PROVINCE_NAME: 128,
        NameOID.SERIAL_NUMBER: 64,
        NameOID.TITLE: 64,
        NameOID.PSEUDONYM: 128,
        NameOID.EMAIL_ADDRESS: 128,
    }
)
"""Bytes of UTF-8, as the library counts them; RFC 5280 counts characters, which are never more."""

_ASCII = frozenset(
    {
        NameOID.EMAIL_ADDRESS,
        NameOID.DOMAIN_COMPONENT,
        NameOID.SERIAL_NUMBER,
        NameOID.DN_QUALIFIER,
    }
)
"""Attributes that have no letters beyond ASCII (PrintableString and IA5String)."""


def parse_subject(text: str) -> x509.Name:
    """Read a subject such as ``CN=Octavia Server CA,O=Example``; ValueError says what is wrong."""
    too_long = _too_long_common_name(text)
    if too_long:
        raise ValueError(f'"{text}" is not a subject: {too_long}')
    try:
        name = x509.Name.from_rfc4514_string(text)
        name.public_bytes()
    except ValueError as error:
        detail = f": {error}" if str(error) else ""
        raise ValueError(f'"{text}" is not a subject{detail}; {_FORM}') from None
    if not name.get_attributes_for_oid(NameOID.COMMON_NAME):
        raise ValueError(f'"{text}" has no common name; begin with CN=')
    for attribute in name:
        complaint = _complaint(attribute)
        if complaint:
            raise ValueError(f'"{text}" is not a subject: {complaint}')
    return name


def root_subject(authority: x509.Name) -> x509.Name:
    """Name the root above an authority: the same subject, and " Root" after its common name.

    ValueError where the common name is too long for that.
    """
    last = authority.get_attributes_for_oid(NameOID.COMMON_NAME)[-1]
    value = f"{_text(last)}{ROOT_SUFFIX}"
    if len(value.encode()) > _MOST[NameOID.COMMON_NAME]:
        most = _MOST[NameOID.COMMON_NAME] - len(ROOT_SUFFIX)
        raise ValueError(
            f'the root above it is called "{value}", longer than '
            f"{_MOST[NameOID.COMMON_NAME]} bytes; shorten the CN to {most}"
        )
    named = x509.NameAttribute(NameOID.COMMON_NAME, value)
    return x509.Name(
        x509.RelativeDistinguishedName(named if one is last else one for one in part)
        for part in authority.rdns
    )


def same_to_openssl(name: x509.Name) -> tuple[frozenset[tuple[str, str]], ...]:
    """Return what OpenSSL compares of a name: it ignores case and runs of spaces.

    See X509_NAME_cmp; two authorities that differ in no more would be taken for one.
    """
    return tuple(
        frozenset((one.oid.dotted_string, " ".join(_text(one).lower().split())) for one in part)
        for part in name.rdns
    )


def _too_long_common_name(text: str) -> str:
    """Explain the one length that the library refuses without naming the attribute."""
    for part in text.replace("+", ",").split(","):
        name, _, value = part.partition("=")
        if name.upper() == "CN" and "\\" not in value:
            complaint = _length_complaint("CN", value, _MOST[NameOID.COMMON_NAME])
            if complaint:
                return complaint
    return ""


def _complaint(attribute: x509.NameAttribute[str | bytes]) -> str:
    label, value = attribute.rfc4514_attribute_name, attribute.value
    if isinstance(value, bytes):
        return f"{label} is given in hexadecimal; write it as text"
    if not value.isprintable():
        return f"{label} has characters that cannot be printed"
    if not value.strip():
        return f"{label} is empty"
    if attribute.oid == NameOID.COUNTRY_NAME and not (value.isascii() and value.isalpha()):
        return f"{label} is the two letters of a country, such as DE"
    if attribute.oid in _ASCII and not value.isascii():
        return f"{label} may have ASCII characters only"
    return _length_complaint(label, value, _MOST.get(attribute.oid))


def _length_complaint(label: str, value: str, most: int | None) -> str:
    size = len(value.encode(errors="replace"))
    if most is None or size <= most:
        return ""
    return f"{label} has {size} bytes, and X.509 allows {most} (RFC 5280); shorten it"


def _text(attribute: x509.NameAttribute[str | bytes]) -> str:
    value = attribute.value
    return value if isinstance(value, str) else value.hex()
