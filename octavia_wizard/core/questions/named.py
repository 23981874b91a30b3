"""Finding a question by its key, role variables included."""

from __future__ import annotations

from octavia_wizard.core.answers.document import Document
from octavia_wizard.core.answers.load import answers_of
from octavia_wizard.core.errors import PresetError, Problem
from octavia_wizard.core.questions import Question, find_question
from octavia_wizard.core.questions.variables import PREFIX, variable_questions
from octavia_wizard.core.releases import Release


def question_named(key: str, release: Release) -> Question:
    """Return a question by key; raises PresetError with the nearest key."""
    found = find_question(key)
    if found is None and key.startswith(PREFIX):
        for question in variable_questions(release):
            if question.key == key:
                return question
    if found is None:
        section, _, name = key.partition(".")
        answers_of(Document(key, {"schema": 1, section: {name: None} if name else None}))
        raise PresetError(key, [Problem(key, "is not a known key")])
    return found
