"""Which names an authority may not sign for (RFC 5280, section 4.2.1.10), as OpenSSL reads it.

See ``NAME_CONSTRAINTS_check`` in OpenSSL (crypto/x509/v3_ncons.c): names of a kind that no
constraint speaks of are allowed, and the subject counts as a directory name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from octavia_wizard.core.pki.making.subjects import same_to_openssl

_Names = tuple[x509.GeneralName, ...]


def forbidden_name(certificate: x509.Certificate, authority: x509.Certificate) -> str:
    """Return a name of a certificate that an authority above it may not sign for, or ""."""
    try:
        limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return ""
    for name in _names(certificate):
        permitted = _of_kind(limits.permitted_subtrees, name)
        excluded = _of_kind(limits.excluded_subtrees, name)
        outside = bool(permitted) and not any(_is_within(name, one) for one in permitted)
        if outside or any(_is_within(name, one) for one in excluded):
            return _told(name)
    return ""


def _names(certificate: x509.Certificate) -> Iterator[x509.GeneralName]:
    subject = certificate.subject
    if len(subject):
        yield x509.DirectoryName(subject)
    for attribute in subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS):
        if isinstance(attribute.value, str) and attribute.value.isascii():
            yield x509.RFC822Name(attribute.value)
    try:
        own = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        own = x509.SubjectAlternativeName([])
    yield from own
    if any(isinstance(name, x509.DNSName) for name in own):
        return
    for attribute in subject.get_attributes_for_oid(NameOID.COMMON_NAME):
        if isinstance(attribute.value, str) and _is_host(attribute.value):
            yield x509.DNSName(attribute.value)


def _is_host(text: str) -> bool:
    """Say whether OpenSSL takes a common name for that of a host: at least one dot within."""
    labels = text.split(".")
    allowed = all(label.replace("-", "").replace("_", "").isalnum() for label in labels)
    return len(labels) > 1 and text.isascii() and allowed


def _of_kind(subtrees: list[x509.GeneralName] | None, name: x509.GeneralName) -> _Names:
    return tuple(one for one in subtrees or () if type(one) is type(name))


def _is_within(name: x509.GeneralName, subtree: x509.GeneralName) -> bool:
    if isinstance(name, x509.DirectoryName) and isinstance(subtree, x509.DirectoryName):
        wanted = same_to_openssl(subtree.value)
        return same_to_openssl(name.value)[: len(wanted)] == wanted
    if isinstance(name, x509.IPAddress) and isinstance(subtree, x509.IPAddress):
        network = ip_network(str(subtree.value))
        address = ip_address(str(name.value))
        return address.version == network.version and address in network
    own, wanted_text = str(name.value), str(subtree.value).lower()
    if isinstance(name, x509.DNSName):
        host, end = own.lower(), wanted_text.removeprefix(".")
        is_below = host.endswith(f".{end}")
        return not end or is_below or (host == end and not wanted_text.startswith("."))
    if isinstance(name, x509.RFC822Name):
        if "@" in wanted_text:
            return own.lower() == wanted_text
        return _on_host(own.rpartition("@")[2], wanted_text)
    if isinstance(name, x509.UniformResourceIdentifier):
        return _on_host(_host_of(own), wanted_text)
    return own == str(subtree.value)


def _host_of(address: str) -> str:
    with suppress(ValueError):
        return urlsplit(address).hostname or ""
    return ""


def _on_host(host: str, wanted: str) -> bool:
    return host.lower().endswith(wanted) if wanted[:1] in (".", "") else host.lower() == wanted


def _told(name: x509.GeneralName) -> str:
    value = name.value
    text = value.rfc4514_string() if isinstance(value, x509.Name) else str(value)
    return "".join(char if char.isprintable() else "?" for char in text)
