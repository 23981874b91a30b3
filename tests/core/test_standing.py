"""How sections stand and what comes next, by the same rule for every front end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.questions import SECTIONS
from octavia_wizard.core.session import Options, Session
from octavia_wizard.core.standing import (
    GLYPHS,
    ErrandKind,
    SectionState,
    errands,
    next_section,
    section_state,
    to_look_at,
)

NAMES = [section.name for section in SECTIONS]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session of an empty deploy directory."""
    return Session(Options(tmp_path, environ={}))


def finding(severity: Severity, section: str = "network", key: str = "network.pool") -> Finding:
    """A finding of a section."""
    return Finding("some-id", severity, section, "what", "why", "fix", key)


def test_only_defaults_are_proposed_and_one_answer_makes_it_answered(session: Session) -> None:
    assert session.section_state("network") is SectionState.PROPOSED
    session.give("network.mtu", 1400)
    assert session.section_state("network") is SectionState.ANSWERED
    session.take_back("network.mtu")
    assert session.section_state("network") is SectionState.PROPOSED


def test_a_preset_answers_as_well_as_the_operator(session: Session) -> None:
    session.answers = Answers().with_value("network.mtu", 1400, Provenance.PRESET)
    assert session.section_state("network") is SectionState.ANSWERED


def test_a_question_without_answer_is_to_do_whatever_else_is_found(session: Session) -> None:
    assert session.section_state("cloud") is SectionState.TO_DO
    found = [finding(Severity.ERROR, "cloud", "cloud.name")]
    assert section_state("cloud", session.effective, found) is SectionState.TO_DO


def test_an_error_comes_before_a_look_and_a_look_before_a_warning(session: Session) -> None:
    effective = session.effective
    both = [finding(Severity.WARNING), finding(Severity.ERROR)]
    assert section_state("network", effective, both, ["network"]) is SectionState.ERROR
    assert section_state("network", effective, both[:1], ["network"]) is SectionState.LOOK
    assert section_state("network", effective, both[:1]) is SectionState.ATTENTION


def test_what_was_declined_is_not_wanted(session: Session) -> None:
    assert session.section_state("ssh") is SectionState.NOT_WANTED
    session.give("ssh.enabled", True)
    assert session.section_state("ssh") is not SectionState.NOT_WANTED


def test_work_in_the_background_hides_no_fault() -> None:
    for state in SectionState:
        shown = state.while_running(True)
        kept = state in (SectionState.TO_DO, SectionState.ERROR)
        assert shown is (state if kept else SectionState.RUNNING)
        assert state.while_running(False) is state


def test_every_state_has_a_glyph_and_few_want_something() -> None:
    assert set(GLYPHS) == set(SectionState)
    assert all(len(glyph) == 1 for glyph in GLYPHS.values())
    wanting = {state for state in SectionState if state.wants_something}
    assert wanting == {
        SectionState.TO_DO,
        SectionState.ERROR,
        SectionState.LOOK,
        SectionState.ATTENTION,
    }


def test_sections_a_preset_wants_shown_are_to_look_at_until_opened(session: Session) -> None:
    session.answers = replace(session.answers, interactive=("ssh", "network"))
    assert list(session.to_look_at) == ["network", "ssh"]
    assert session.section_state("network") is SectionState.LOOK
    session.see("network")
    assert list(session.to_look_at) == ["ssh"]
    assert session.section_state("network") is SectionState.PROPOSED
    assert to_look_at(session.answers, NAMES) == ()


def test_answers_come_first_then_looks_then_errors_then_warnings(session: Session) -> None:
    found = [finding(Severity.WARNING), finding(Severity.ERROR)]
    todo = errands(session.effective, found, ["ssh"])
    kinds = [errand.kind for errand in todo]
    assert kinds == sorted(kinds, key=list(ErrandKind).index)
    assert set(kinds) == set(ErrandKind)
    assert [errand.key for errand in todo][: len(session.effective.missing)] == list(
        session.effective.missing
    )


def test_a_missing_answer_is_told_once(session: Session) -> None:
    keys = [errand.key for errand in session.errands]
    assert keys.count("cloud.name") == 1


def test_the_next_section_is_looked_for_onwards_and_then_from_the_start(session: Session) -> None:
    todo = errands(session.effective, [finding(Severity.ERROR)], ())
    sections = {errand.section for errand in todo}
    assert {"cloud", "network", "deployment"} <= sections
    assert next_section("", todo) == "cloud"
    assert next_section("cloud", todo) == "network"
    assert next_section("deployment", todo) == "cloud"
    assert next_section("cloud", ()) == ""
