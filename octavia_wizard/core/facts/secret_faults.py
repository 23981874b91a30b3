"""What is wrong with the value of a secret, judged where it is read so that it need not be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

HEARTBEAT_KEY = "octavia_health_hmac_key"
SERVER_CERTS_KEY_PASSPHRASE = "octavia_server_certs_key_passphrase"  # noqa: S105 - a name
"""Not a role variable: the emitted octavia_octavia_conf_overrides refers to it."""
CA_PASSPHRASES = ("octavia_ca_private_key_passphrase", "octavia_cert_client_password")

SERVER_CERTS_KEY_LENGTH = 32
"""Octavia takes it for a Fernet key: exactly 32 of [A-Za-z0-9_=-]."""
MIN_KEY = 16
"""Characters below which a key can be guessed; what OSA's pw-token-gen.py makes has 24 or more."""
MIN_PASSPHRASE = 8
"""Characters below which the passphrase of a key can be found by trying."""


class Fault(StrEnum):
    """What is wrong with a value."""

    PUBLISHED = "is a published default"
    SHORT = "is too short to be any good"
    MALFORMED = "is not what Octavia accepts"


@dataclass(frozen=True, slots=True)
class FaultySecret:
    """A secret whose value is no good, without that value."""

    name: str
    """Of the variable; of what is inside a map, the way to it: ``map: section/option``."""
    fault: Fault
    path: Path
    line: int


_PASSPHRASES = frozenset({"foobar", "not-secure-passphrase"})
"""Of octavia's bin/create_certificates.sh, which the role's defaults had up to 17.0.4, and of
Octavia's guide to the configuration of certificates."""
_PUBLISHED: Mapping[str, frozenset[str]] = {
    # Octavia's devstack plugin and the tests of the role.
    HEARTBEAT_KEY: frozenset({"insecure", "secrete"}),
    # The default in octavia/certificates/common/local.py.
    SERVER_CERTS_KEY_PASSPHRASE: frozenset({"insecure-key-do-not-use-this-key"}),
    **dict.fromkeys(CA_PASSPHRASES, _PASSPHRASES),
}
JUDGED = frozenset(_PUBLISHED)
"""The secrets that are judged."""
_LEAST = {HEARTBEAT_KEY: MIN_KEY, **dict.fromkeys(CA_PASSPHRASES, MIN_PASSPHRASE)}
PUBLISHED_OPTIONS: Mapping[str, frozenset[str]] = {
    "certificates.server_certs_key_passphrase": _PUBLISHED[SERVER_CERTS_KEY_PASSPHRASE],
    "certificates.ca_private_key_passphrase": _PASSPHRASES,
    "health_manager.heartbeat_key": _PUBLISHED[HEARTBEAT_KEY],
}
"""Options of octavia.conf that hold secrets, with the values anybody can read up."""
_FERNET = re.compile(r"[A-Za-z0-9_=-]{32}")

CONF_OVERRIDES = "octavia_octavia_conf_overrides"
_OPTIONS = (
    ("certificates", "server_certs_key_passphrase", SERVER_CERTS_KEY_PASSPHRASE),
    ("certificates", "ca_private_key_passphrase", "octavia_ca_private_key_passphrase"),
    ("health_manager", "heartbeat_key", HEARTBEAT_KEY),
)


def fault_of(name: str, value: object) -> Fault | None:
    """Return what is wrong with the value of a secret, or None; a template is not judged."""
    if name not in _PUBLISHED or value is None:
        return None
    texts = [str(part).strip() for part in _parts(name, value)]
    if any("{{" in text for text in texts):
        return None
    # Of several keys only the first encrypts; a published one behind it opens what is old.
    if texts[0] in _PUBLISHED[name]:
        return Fault.PUBLISHED
    if name == SERVER_CERTS_KEY_PASSPHRASE:
        whole = all(_FERNET.fullmatch(text) for text in texts)
        return None if whole else Fault.MALFORMED
    return Fault.SHORT if any(len(text) < _LEAST[name] for text in texts) else None


def faults_in_overrides(value: object) -> dict[str, Fault | None]:
    """Return what is wrong with each secret a map of overrides may hold, by the way to it."""
    found: dict[str, Fault | None] = {}
    for section, option, name in _OPTIONS:
        options = value.get(section) if isinstance(value, Mapping) else None
        set_to = options.get(option) if isinstance(options, Mapping) else None
        found[f"{CONF_OVERRIDES}: {section}/{option}"] = fault_of(name, set_to)
    return found


def _parts(name: str, value: object) -> list[object]:
    """Return the keys of a value; Octavia 17 (2025.2) and later take several, to rotate them."""
    if name != SERVER_CERTS_KEY_PASSPHRASE:
        return [value]
    if isinstance(value, list):
        return list(value) or [""]
    return list(str(value).split(","))
