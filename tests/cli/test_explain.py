"""explain knows questions, variables, findings and sections."""

from __future__ import annotations

import pytest

from octavia_wizard.core.findings import catalogue
from octavia_wizard.core.questions import QUESTIONS, SECTIONS, Question
from tests.cli.conftest import Run, lines_of


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_every_question_is_explained(run: Run, question: Question) -> None:
    result = run("explain", question.key)

    assert result.exit_code == 0
    assert question.help in result.stdout


def test_every_finding_is_explained(run: Run) -> None:
    for info in catalogue().values():
        assert info.explanation in run("explain", info.id).stdout


def test_every_section_is_explained(run: Run) -> None:
    for section in SECTIONS:
        assert section.help in run("explain", section.name).stdout


def test_a_variable_is_told_with_its_default_by_release(run: Run) -> None:
    text = run("explain", "octavia_loadbalancer_topology").stdout

    assert "SINGLE" in text
    assert "ACTIVE_STANDBY" in text
    assert run("explain", "variables.octavia_loadbalancer_topology").stdout == text


def test_a_variable_that_is_gone_says_what_to_do_instead(run: Run) -> None:
    text = run("explain", "octavia_spare_amphora_pool_size").stdout

    assert "since 24.0.0" in text
    assert "ACTIVE_STANDBY" in text


def test_the_release_can_be_named(run: Run) -> None:
    def value(release: str) -> object:
        result = run("explain", "capacity.topology", "--release", release, "--format", "json")
        return lines_of(result)[0]["value"]

    assert value("zed") == "SINGLE"
    assert value("33.0.1") == "ACTIVE_STANDBY"


@pytest.mark.parametrize(
    ("topic", "near"),
    [
        ("network.pol", "network.pool"),
        ("octavia_loadbalancer_topolgy", "octavia_loadbalancer_topology"),
        ("pool-outside-cdr", "pool-outside-cidr"),
    ],
)
def test_the_nearest_is_proposed(run: Run, topic: str, near: str) -> None:
    result = run("explain", topic)

    assert result.exit_code == 2
    assert near in result.stderr


def test_the_keys_of_the_screens_are_listed_by_their_ids(run: Run) -> None:
    text = run("explain", "keys").stdout
    assert "wizard.preview" in text
    assert "settings.yml" in text
    documents = lines_of(run("explain", "keys", "--format", "json"))
    assert {"id": "wizard.preview", "keys": ["f2"]}.items() <= next(
        document for document in documents if document.get("id") == "wizard.preview"
    ).items()


def test_the_values_a_variable_may_have_are_listed(run: Run) -> None:
    assert (
        "values: ACTIVE_STANDBY, SINGLE" in run("explain", "octavia_loadbalancer_topology").stdout
    )


def test_an_empty_answer_is_called_so(run: Run) -> None:
    result = run("explain", "image.properties")
    assert "now: empty  (" in result.stdout
