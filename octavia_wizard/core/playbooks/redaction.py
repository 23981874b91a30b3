"""Lines that Ansible wrote, without what looks like a secret.

What a task keeps secret (``no_log``) Ansible does not write; this is for what a module says by
mistake. The callback plugin has the same rules, as it runs without the wizard's packages.
"""

from __future__ import annotations

import re

LONGEST = 2000
"""Characters of a line."""

_NAMES = r"(?:passw(?:or)?d|passphrase|secret|token|credential|(?<![a-z])(?:api|private)?_?key)s?"
_RULES = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*", re.DOTALL), "(a private key)"),
    (re.compile(r"(://[^/\s:@]*:)[^/\s@]+@"), r"\1***@"),
    (re.compile(rf"(--[\w-]*{_NAMES}\s+)\S+", re.IGNORECASE), r"\1***"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), r"\1 ***"),
    (
        re.compile(
            rf"""([\w-]*{_NAMES}\\?["']?\s*[:=]\s*)(\\?"[^"]*"|\\?'[^']*'|\S+)""", re.IGNORECASE
        ),
        r"\1***",
    ),
)


def redacted(text: str, longest: int = LONGEST) -> str:
    """Return a text without what looks like a secret, cut to a number of characters."""
    text = text[: 6 * longest]
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    text = text.strip() if longest != LONGEST else text.rstrip()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
