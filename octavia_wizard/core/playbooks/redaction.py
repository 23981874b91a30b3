"""Lines that Ansible wrote, without what looks like a secret.

What a task keeps secret (``no_log``) Ansible does not write; this is for what a module says by
mistake. The callback plugin has the same rules, as it runs without the wizard's packages.
"""

from __future__ import annotations

import re

LONGEST = 2000
"""Characters of a line."""

_BEGIN = r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
_MARK = re.compile(rf"(?P<begin>{_BEGIN})|-----END [A-Z ]*PRIVATE KEY-----")
_BODY = re.compile(r"""[\s"'|>,+-]*(?:[A-Za-z0-9+/=]*|(?:Proc-Type|DEK-Info): .*)[\s"',]*""")
"""A line of a private key, also in a result that is written as YAML or compared with another."""
_NAMES = r"(?:passw(?:or)?d|passphrase|secret|token|credential|(?<![a-z])(?:api|private)?_?key)s?"
_RULES = (
    (re.compile(rf"{_BEGIN}.*", re.DOTALL), "(a private key)"),
    (re.compile(r"(://[^/\s:@]*:)[^/\s@]+@"), r"\1***@"),
    (re.compile(rf"(--[\w-]{{0,60}}{_NAMES}\s+)\S+", re.IGNORECASE), r"\1***"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), r"\1 ***"),
    (
        re.compile(rf"""({_NAMES}\\?["']?\s*[:=]\s*)(\\?"[^"]*"|\\?'[^']*'|\S+)""", re.IGNORECASE),
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


class Lines:
    """The lines of one output, one after the other, as a private key has several."""

    def __init__(self, *, from_the_middle: bool = False) -> None:
        """Begin with the first line of an output, or with any."""
        self._inside = from_the_middle

    def take(self, line: str) -> str | None:
        """Return a line without what looks like a secret; None where all of it is one."""
        marks = list(_MARK.finditer(line))
        if not marks:
            self._inside = self._inside and _BODY.fullmatch(line) is not None
            return None if self._inside else redacted(line)
        first, self._inside = marks[0], bool(marks[-1]["begin"])
        return redacted(line if first["begin"] else line[first.end() :])
