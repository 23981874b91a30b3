"""Differences of texts, with secrets covered."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from octavia_wizard.core.facts.deploy_host_files import is_secret_name

COVERED = "(not shown)"

_KEY = re.compile(r"""^(?P<lead>\s*(?:-\s+)?["']?(?P<name>\w+)["']?\s*:\s*)(?P<value>\S.*)$""")
_IN_BRACES = re.compile(
    r"""(?P<lead>["']?\b(?P<name>\w+)["']?\s*:\s*)(?P<value>"[^"]*"|'[^']*'|[^\s,{}\[\]]+)"""
)
# RFC 3986: what stands before the host, after the user's name; transport_url may have several.
_IN_URL = re.compile(r"""(?P<lead>(?:://|,)[^\s/:@"',]*:)[^\s@"',]+(?=@)""")
_REFERENCE = re.compile(r"""^["']?\{\{.*\}\}["']?\s*(?:#.*)?$""")


def unified(before: str | None, after: str | None, path: str) -> tuple[str, ...]:
    """Return a unified diff by lines, without line ends; empty where nothing differs."""
    old, new = _lines(before), _lines(after)
    return tuple(
        difflib.unified_diff(
            old,
            new,
            fromfile=path if before is not None else "/dev/null",
            tofile=path if after is not None else "/dev/null",
            lineterm="",
        )
    )


def covered(text: str) -> str:
    """Return a text with the values of secrets covered."""
    return "\n".join(_lines(text))


def _lines(text: str | None) -> list[str]:
    return list(_covered(text or ""))


def _covered(text: str) -> Iterator[str]:
    """Yield the lines, each secret's value covered, and the lines it runs on over left out."""
    below: int | None = None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if below is not None and (not line.strip() or indent > below):
            continue
        below = None
        match = _KEY.match(line)
        # A reference to a variable tells nothing, and where it points is worth seeing.
        if match and is_secret_name(match["name"]) and not _REFERENCE.match(match["value"]):
            below = indent
            yield match["lead"] + COVERED
        else:
            yield _covered_within(line)


def _covered_within(line: str) -> str:
    """Return a line with the secrets covered that are only a part of it."""
    line = _IN_URL.sub(lambda match: match["lead"] + COVERED, line)
    if "{" not in line.replace("{{", ""):
        return line
    return _IN_BRACES.sub(_covered_item, line)


def _covered_item(match: re.Match[str]) -> str:
    secret = is_secret_name(match["name"]) and not _REFERENCE.match(match["value"])
    return match["lead"] + COVERED if secret else match[0]
