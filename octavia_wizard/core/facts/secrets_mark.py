"""Tells whether secrets were changed, without keeping any: one salted digest of all of them.

All are digested at once, so that nobody could find out a weak one by trying: those it is mixed
with are long and random.  The digest and its salt are kept in the record of a playbook's run,
which is private (0600 in 0700), and nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping

from octavia_wizard.core.canonical import canonical

SECRETS = "secrets"
"""What the mark is called among what a playbook works on."""

_SHARED = frozenset({"memcached_encryption_key"})
"""Of other roles, and in octavia.conf too (templates/octavia.conf.j2)."""
_SALT_BYTES = 16
_MARK = re.compile(r"(?P<salt>[0-9a-f]{32}):[0-9a-f]{64}")


def is_octavias(name: str) -> bool:
    """Say whether the Octavia playbook reads a secret of this name."""
    return (name.startswith("octavia_") and ": " not in name) or name in _SHARED


def mark_of(values: Mapping[str, object], salt: str) -> str:
    """Return a mark of these secrets: the salt, and a digest of all of them."""
    keyed = hmac.new(bytes.fromhex(salt), canonical(values), hashlib.sha256)
    return f"{salt}:{keyed.hexdigest()}"


def salt_of(marks: Iterable[str]) -> str:
    """Return the salt of the first mark among these, or else a new one."""
    found = next((match for mark in marks if (match := _MARK.fullmatch(mark))), None)
    return found["salt"] if found else secrets.token_hex(_SALT_BYTES)


def same_salt(one: str, other: str) -> bool:
    """Say whether two marks can be compared at all."""
    return one.partition(":")[0] == other.partition(":")[0]
