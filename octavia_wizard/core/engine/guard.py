"""Keeps secrets out of the journal: what may be written there is what this lets through.

A journal holds names, ids, sizes, fingerprints, paths and the text of public files.  It never
holds a password, a passphrase, a token or a private key, nor the text of a file that has one:
a step that changes such a file records the file's path, mode and digest and keeps the former
content in the private backup directory of the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set

_SECRET = re.compile(r"password|passphrase|secret|token", re.IGNORECASE)
_PRIVATE = re.compile(r"private", re.IGNORECASE)
_PATH = re.compile(r"(?:/|~/|\{\{)[^\n]*")
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")

# Role variables that list names, not secrets (defaults/main.yml of os_octavia).
_NAMES_ONLY = frozenset({"octavia_required_secrets", "octavia_service_token_roles"})


def first_secret(document: Mapping[str, object]) -> str | None:
    """Return the dotted key of the first value that looks like a secret, or None.

    Under a key with password, passphrase, secret or token in its name only flags, numbers and
    nothing are let through; under one with "private" in its name also the path of a file.  No
    text may contain a private key in PEM.
    """
    return next(_secrets(document, ()), None)


def refuse_secrets(document: Mapping[str, object]) -> None:
    """Raise ValueError when a value looks like a secret: a step tried to write down too much."""
    key = first_secret(document)
    if key is not None:
        raise ValueError(f"{key} looks like a secret and must not be written to the journal")


def _secrets(value: object, names: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _secrets(inner, (*names, str(name)))
    elif isinstance(value, Sequence | Set) and not isinstance(value, str | bytes):
        for inner in value:
            yield from _secrets(inner, names)
    elif _forbidden(value, names):
        yield ".".join(names)


def _forbidden(value: object, names: tuple[str, ...]) -> bool:
    if value is None or isinstance(value, bool | int | float):
        return False
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if _PEM.search(text):
        return True
    if names[-1] in _NAMES_ONLY:
        return False
    if any(_SECRET.search(name) for name in names):
        return True
    return bool(_PRIVATE.search(names[-1])) and not _PATH.fullmatch(text)
