"""The interview: every question once, in sections, in the order they are asked."""

from __future__ import annotations

from octavia_wizard.core.questions import (
    capacity,
    certificates,
    cloud,
    deployment,
    image,
    network,
    ssh,
    variables,
)
from octavia_wizard.core.questions.model import (
    Choice,
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)

SECTIONS: tuple[InterviewSection, ...] = (
    cloud.SECTION,
    network.SECTION,
    image.SECTION,
    certificates.SECTION,
    ssh.SECTION,
    capacity.SECTION,
    variables.SECTION,
    deployment.SECTION,
)
QUESTIONS: tuple[Question, ...] = tuple(
    question for section in SECTIONS for question in section.questions
)

__all__ = [
    "QUESTIONS",
    "SECTIONS",
    "Choice",
    "Context",
    "Default",
    "InterviewSection",
    "Kind",
    "Question",
    "find_question",
    "find_section",
]

_BY_KEY = {question.key: question for question in QUESTIONS}


def find_question(key: str) -> Question | None:
    """Return the question of a key; role variables have theirs per release, not here."""
    return _BY_KEY.get(key)


def find_section(name: str) -> InterviewSection:
    """Return a section by name; raises KeyError."""
    return next(section for section in SECTIONS if section.name == name)
