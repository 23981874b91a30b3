"""The preset of an import: every answer with a comment that says where it is from."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from octavia_wizard.core.adopting.model import Adoption, Line
from octavia_wizard.core.answers.save import preset_document

_HEADER = """\
# Preset of octavia-wizard, imported from a deployment that runs. It holds no secret.
# Each answer says where it was found; "role default" marks what differs from the os_octavia role's
# own. What a plan of it would do:  octavia-wizard plan FILE
"""


def annotated_text(adoption: Adoption) -> str:
    """Return the text of the preset; it reads back as the very same answers."""
    document = preset_document(adoption.answers)
    lines = {line.key: line for line in adoption.lines}
    parts = [_HEADER]
    for section, content in document.items():
        if not isinstance(content, dict):
            parts.append(_yaml({section: content}))
            continue
        parts.append(f"{section}:\n")
        parts += _answers(section, content, lines)
    return "".join(parts)


def _answers(section: str, content: dict[str, object], lines: dict[str, Line]) -> Iterator[str]:
    for name, value in content.items():
        first, *rest = _yaml({name: value}).splitlines()
        line = lines.get(f"{section}.{name}")
        note = f"  # {_printable(comment_of(line))}" if line is not None else ""
        yield f"  {first}{note}\n"
        yield from (f"  {text}\n" for text in rest)


def comment_of(line: Line) -> str:
    """Say where an answer is from, and what the role does by default where that differs."""
    marked = f"; role default: {line.role_default}" if line.differs else ""
    return f"{line.found.grounds}{marked}"


def _yaml(data: object) -> str:
    # One line for a scalar however long it is: the comment stands behind it.
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10**6, indent=2)
    return text


def _printable(text: str) -> str:
    """Keep a name from outside within its comment."""
    return "".join(char if char.isprintable() else " " for char in text)
