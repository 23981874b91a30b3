"""What the operator had in a file that the wizard now writes: kept word for word, never lost."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_files import is_ours
from octavia_wizard.core.facts.deploy_host_yaml import parse_document
from octavia_wizard.core.vault import is_vaulted

HEADING = "# ===== Kept as it was in this file before octavia-wizard; change it here ====="


def kept_text(before: str, emitted: Collection[str]) -> str:
    """Return the variables of a present file that are neither the wizard's nor written anew.

    In a file of the operator's that is everything; in one of ours, what stands below the
    heading. ``emitted`` are the names the wizard writes itself. Empty where nothing is kept.
    """
    text = "\n".join(before.splitlines()) + "\n"
    if is_vaulted(text):
        return ""
    if is_ours(text):
        _, found, text = text.partition(f"{HEADING}\n")
        if not found:
            return ""
    blocks = [block for name, block in _blocks(text) if name not in emitted]
    return "".join(f"{block.rstrip()}\n" for block in blocks)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Cut a document into its top-level variables, each with the comment right above it."""
    try:
        document = parse_document(text)
    except FileError:
        return
    lines = text.splitlines()
    places = sorted((line - 1, name) for name, line in document.lines.items())
    starts = [_with_comment(lines, place) for place, _ in places]
    for index, (_, name) in enumerate(places):
        end = starts[index + 1] if index + 1 < len(starts) else len(lines)
        block = [line for line in lines[starts[index] : end] if line not in ("---", "...")]
        yield name, "\n".join(block)


def _with_comment(lines: list[str], place: int) -> int:
    while place > 0 and lines[place - 1].startswith("#"):
        place -= 1
    return place
