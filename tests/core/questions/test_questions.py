"""Every question is whole: a key of the format, a reason to be asked, a way to be answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.answers.load import known_keys, validate_answer
from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.questions import QUESTIONS, SECTIONS, Context, Kind, Question
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.questions.text import check_answer, parse_answer, show_value
from octavia_wizard.core.questions.variables import variable_questions
from octavia_wizard.core.releases import all_series, find_release

FACTS = Facts(HostFacts(Path("/etc/openstack_deploy")))
SERIES = [series.name for series in all_series()]


def context(release: str, **answers: object) -> Context:
    """Resolve a few answers and return what a question then sees."""
    given = {key.replace("__", "."): value for key, value in answers.items()}
    effective = resolve(Answers(values={"cloud.release": release, **given}), FACTS)
    return Context(effective.release, FACTS, effective)


def test_questions_and_the_preset_format_have_the_same_keys() -> None:
    assert sorted(question.key for question in QUESTIONS) == sorted(known_keys())


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_question_says_what_and_why(question: Question) -> None:
    assert question.title
    assert len(question.title) <= 28, "it has to fit its column at 80x24"
    assert len(question.help) > 30
    assert question.help.endswith(".")
    if question.kind in (Kind.CHOICE, Kind.CHOICES):
        assert question.choices is not None


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_a_section_holds_its_own_questions(section: object) -> None:
    assert hasattr(section, "questions")
    for question in section.questions:
        assert question.section == section.name  # type: ignore[attr-defined]


@pytest.mark.parametrize("release", SERIES)
def test_every_default_is_a_legal_answer_and_reads_back(release: str) -> None:
    for extra in (
        {},
        {"cloud__mode": "files"},
        {"network__provider_type": "vxlan", "ssh__enabled": True},
        {"network__mode": "adopt", "certificates__source": "own", "image__source": "existing"},
        {"capacity__volume_backed": True, "capacity__flavor_source": "adopt"},
    ):
        seen = context(release, **extra)
        for question in QUESTIONS:
            if question.key not in seen.effective:
                continue
            value = seen.effective.value(question.key)
            assert check_answer(question, value, seen) == value
            if value not in ([], {}):
                assert parse_answer(question, show_value(question, value)) == value


@pytest.mark.parametrize("release", SERIES)
def test_every_variable_of_a_release_is_a_question(release: str) -> None:
    found = find_release(release)
    questions = variable_questions(found)
    assert {question.title for question in questions} == set(found.tunables())
    for question in questions:
        assert question.help
        assert show_value(question, None) == question.none_label


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("network.mtu", " 1500 ", 1500),
        ("network.dhcp", "No", False),
        ("network.gateway", "none", None),
        ("network.dns_servers", "1.1.1.1, 9.9.9.9", ["1.1.1.1", "9.9.9.9"]),
        ("network.dns_servers", "", []),
        ("deployment.hosts", "infra1=10.0.0.1,infra2=10.0.0.2", {"infra1": "10.0.0.1"}),
    ],
)
def test_typed_text_becomes_a_value(key: str, text: str, value: object) -> None:
    question = next(question for question in QUESTIONS if question.key == key)
    if isinstance(value, dict):
        value = value | {"infra2": "10.0.0.2"}
    assert parse_answer(question, text) == value
    assert validate_answer(key, value) == value


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("network.mtu", "big", "is not a whole number of bytes"),
        ("network.dhcp", "maybe", "neither yes nor no"),
        ("network.name", "  ", "an answer is needed"),
        ("deployment.hosts", "infra1", "is not name=value"),
    ],
)
def test_text_that_is_no_answer_says_why(key: str, text: str, words: str) -> None:
    question = next(question for question in QUESTIONS if question.key == key)
    with pytest.raises(PresetError, match=words):
        parse_answer(question, text)


def test_a_choice_the_release_does_not_have_is_refused() -> None:
    question = next(question for question in QUESTIONS if question.key == "image.source")
    with pytest.raises(PresetError, match="choose build, file, download, existing"):
        check_answer(question, "role", context("16.0.5"))
    assert check_answer(question, "role", context("33.0.1")) == "role"
