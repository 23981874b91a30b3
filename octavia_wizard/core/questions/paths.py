"""Paths in answers: a relative one would mean something else on resume, so none is kept."""

from __future__ import annotations

import os
from pathlib import Path

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.answers.load import load_preset
from octavia_wizard.core.answers.presets import find_preset, list_presets
from octavia_wizard.core.questions import QUESTIONS, Kind


def absolute(path: str) -> Path:
    """Return where an answered path leads, ``~`` and all."""
    return Path(path).expanduser().absolute()


def load_named(name: str) -> Answers:
    """Load a preset by path or name, its relative paths starting from its own directory.

    Those of a shipped preset start from the working directory. Raises PresetError.
    """
    path = find_preset(name)
    shipped = any(entry.path == path and entry.shipped for entry in list_presets())
    return anchored(load_preset(path), Path.cwd() if shipped else path.parent)


def anchored(answers: Answers, directory: Path) -> Answers:
    """Return answers in which relative paths start from ``directory``."""
    for question in QUESTIONS:
        value = answers.values.get(question.key)
        if question.kind is not Kind.PATH or not isinstance(value, str):
            continue
        # "~" says whose home it is, whatever the directory.
        if not value.startswith("~") and not os.path.isabs(value):
            fixed = os.path.normpath(directory.absolute() / value)
            answers = answers.with_value(question.key, fixed, answers.origin(question.key))
    return answers
