"""From answers to the text of a preset: the same answers give the same bytes."""

from __future__ import annotations

from typing import Any

import yaml

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.answers.load import known_keys
from octavia_wizard.core.answers.model import SCHEMA_VERSION

_HEADER = """\
# Preset of octavia-wizard. It holds answers only: no default, and no secret.
# Secrets go by the names of their variables; which it needs:  octavia-wizard secrets show FILE
# Replay it with:  octavia-wizard replay FILE
"""


def preset_document(answers: Answers) -> dict[str, Any]:
    """Return answers as the nested document of a preset, keys in the order of the format."""
    document: dict[str, Any] = {"schema": SCHEMA_VERSION}
    if answers.description:
        document["description"] = answers.description
    if answers.interactive:
        document["interactive"] = list(answers.interactive)
    if answers.accept:
        document["accept"] = list(answers.accept)
    variables = sorted(key for key in answers.values if key.startswith("variables."))
    for key in (*known_keys(), *variables):
        if key in answers:
            section, _, name = key.partition(".")
            document.setdefault(section, {})[name] = answers.values[key]
    return document


def preset_text(answers: Answers) -> str:
    """Return the text of a preset."""
    body = yaml.safe_dump(
        preset_document(answers), sort_keys=False, allow_unicode=True, width=100, indent=2
    )
    return _HEADER + body
