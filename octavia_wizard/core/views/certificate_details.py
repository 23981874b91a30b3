"""Everything about one certificate and its key, and how to see the same with openssl."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from octavia_wizard.core.pki.chain_nodes import Above, ChainNode, key_words, printable
from octavia_wizard.core.pki.layout import Pem
from octavia_wizard.core.views.certificates import rights, usages


def details_of(node: ChainNode) -> tuple[tuple[str, str], ...]:
    """Return every field with its name, in the terms of X.509."""
    return tuple((name, text) for name, text in _fields(node) if text)


def _fields(node: ChainNode) -> Iterator[tuple[str, str]]:
    yield "Purpose", node.purpose
    yield "State", str(node.state)
    yield "Subject", node.subject
    view = node.certificate
    if view is not None:
        yield "Issuer", printable(view.issuer) + (" (itself)" if view.self_signed else "")
        yield "Serial", f"{view.certificate.serial_number:X}"
        yield "SHA-256", view.fingerprint
    for other in node.above:
        yield "Below", _further(other)
    for other in node.also_trusted:
        yield "Trusted too", _further(other)
    yield "Public key", node.key_kind
    if view is not None:
        limit = "" if view.path_length is None else f", path length {view.path_length}"
        yield "Constraints", f"CA:{str(view.is_ca).upper()}{limit}"
        yield "Key usage", usages(node)
        yield "Ext. usage", ", ".join(view.extended_key_usage or ()) or "any"
        yield "Signed with", view.signature_hash.upper()
    else:
        yield "Rights", rights(node)
    span = node.validity
    if span is not None:
        yield "Valid from", f"{span[0]:%Y-%m-%d %H:%M} UTC"
        yield "Valid to", f"{span[1]:%Y-%m-%d %H:%M} UTC"
    if node.renew_by is not None:
        yield "Renew by", f"{node.renew_by:%Y-%m-%d}"
    yield from _files(node)


def _further(other: Above) -> str:
    end = f", valid to {other.not_after:%Y-%m-%d}" if other.not_after else ""
    pairs = other.fingerprint.split(":")
    mark = f", SHA-256 {':'.join(pairs[:4])}:…:{pairs[-1]}" if len(pairs) > 4 else ""
    return f"{other.subject}{mark}{end}"


def _files(node: ChainNode) -> Iterator[tuple[str, str]]:
    mode = f", mode {node.certificate.mode:04o}" if node.certificate else ""
    yield "File", f"{node.path}{mode}" if node.path else "not named yet"
    if node.key_path is None:
        if node.pem is Pem.CLIENT_CA:
            yield "Key", "not here: your own PKI renews the client certificate"
        return
    yield "Key file", str(node.key_path)
    if node.plan is not None:
        yield "Key", "plain, mode 0600" if node.pem is Pem.CLIENT else "encrypted, mode 0600"
    elif node.key is not None:
        encrypted = "encrypted" if node.key.encrypted else "not encrypted"
        kind = key_words(node.key.key) if node.key.key else "not opened"
        yield "Key", f"{kind}, {encrypted}, mode {node.key.mode:04o}"


def commands_of(node: ChainNode, above: ChainNode | None = None) -> tuple[str, ...]:
    """Return the openssl commands that show the same; none while there is no file."""
    if node.certificate is None:
        return ()
    path = shlex.quote(str(node.certificate.path))
    found = [f"openssl x509 -in {path} -noout -text -fingerprint -sha256"]
    issuer = above if above is not None else node
    if issuer.certificate is not None:
        authority = shlex.quote(str(issuer.certificate.path))
        found.append(f"openssl verify -x509_strict -CAfile {authority} {path}")
    if node.key is not None:
        key = shlex.quote(str(node.key.path))
        # Equal public halves are what belonging together means.
        found.append(f"openssl pkey -in {key} -pubout -outform DER | openssl sha256")
        found.append(
            f"openssl x509 -in {path} -noout -pubkey | openssl pkey -pubin -outform DER "
            "| openssl sha256"
        )
    return tuple(found)
