"""One place knows what an id means, and everything there is to say about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.explaining import (
    FindingTopic,
    QuestionTopic,
    SectionTopic,
    VariableTopic,
    explain_id,
    topic_names,
)
from octavia_wizard.core.facts.model import DeployedRole, Evidence
from octavia_wizard.core.finding import Severity
from octavia_wizard.core.findings import catalogue
from octavia_wizard.core.questions import QUESTIONS
from octavia_wizard.core.session import Options, Session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session of an empty deploy directory."""
    return Session(Options(tmp_path, environ={"HOME": str(tmp_path)}))


def test_a_variable_of_the_deployed_role_alone_can_be_explained(session: Session) -> None:
    role = DeployedRole(Path("/srv/os_octavia"), {"octavia_site_setting": 3}, frozenset())
    evidence = Evidence("31.3.0", "the wrapper")
    host = replace(session.facts.host, release=evidence, role=role)
    session.facts = replace(session.facts, host=host)
    topic = explain_id("octavia_site_setting", session)
    assert isinstance(topic, VariableTopic)
    assert topic.in_release
    assert topic.key == "variables.octavia_site_setting"
    assert topic.deployed == "the role in /srv/os_octavia has the default 3"
    gone = explain_id("octavia_amp_ram", session)
    assert isinstance(gone, VariableTopic)
    assert not gone.in_release


def test_everything_that_is_named_can_be_explained(session: Session) -> None:
    names = topic_names()
    assert len(names) == len(set(names))
    for name in names:
        explain_id(name, session)


def test_a_question_is_told_with_its_variables_and_what_is_found(session: Session) -> None:
    info = next(info for info in catalogue().values() if info.place == "network.pool")
    found = (info.found("it is so"), replace(info.found("elsewhere"), key="network.cidr"))
    topic = explain_id("network.pool", session, found)
    assert isinstance(topic, QuestionTopic)
    assert [finding.what for finding in topic.findings] == ["it is so"]
    names = [variable.told.name for variable in topic.variables]
    assert names == ["octavia_management_net_subnet_allocation_pools"]


def test_a_question_that_is_not_asked_says_so(session: Session) -> None:
    session.give("ssh.enabled", False)
    topic = explain_id("ssh.private_key", session)
    assert isinstance(topic, QuestionTopic)
    assert not topic.applies
    assert topic.choices == ()


def test_a_variable_is_told_with_the_question_that_sets_it(session: Session) -> None:
    session.give_text("cloud.release", "33.0.1")
    topic = explain_id("octavia_loadbalancer_topology", session)
    assert isinstance(topic, VariableTopic)
    assert topic.key == "capacity.topology"
    assert topic.setting is not None
    assert topic.setting.value == "ACTIVE_STANDBY"
    assert explain_id("variables.octavia_loadbalancer_topology", session) == topic


def test_a_variable_without_a_question_has_one_of_its_own(session: Session) -> None:
    session.give_text("cloud.release", "33.0.1")
    topic = explain_id("octavia_agent_port", session)
    assert isinstance(topic, VariableTopic)
    assert topic.key == "variables.octavia_agent_port"
    assert topic.in_release


def test_a_variable_that_is_gone_has_no_question_of_its_own(session: Session) -> None:
    session.give_text("cloud.release", "33.0.1")
    topic = explain_id("octavia_spare_amphora_pool_size", session)
    assert isinstance(topic, VariableTopic)
    assert not topic.in_release
    assert topic.told.retirements


def test_a_finding_says_whether_and_how_it_is_accepted(session: Session) -> None:
    info = next(i for i in catalogue().values() if i.severity is Severity.WARNING)
    topic = explain_id(info.id, session, [info.found("here")])
    assert isinstance(topic, FindingTopic)
    assert f"--accept {info.id}" in topic.consequence
    assert topic.in_preset == f"accept: [{info.id}]"
    assert [finding.what for finding in topic.found] == ["here"]
    session.accept(info.id)
    topic = explain_id(info.id, session)
    assert isinstance(topic, FindingTopic)
    assert topic.accepted
    assert topic.consequence.startswith("It is accepted")
    assert topic.found == ()


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.NOTE])
def test_what_cannot_be_accepted_offers_no_way_to(session: Session, severity: Severity) -> None:
    info = next(info for info in catalogue().values() if info.severity is severity)
    session.accept(info.id)
    topic = explain_id(info.id, session)
    assert isinstance(topic, FindingTopic)
    assert topic.in_preset == ""
    assert "accept" not in topic.consequence


def test_a_section_is_told_with_what_is_asked_in_it(session: Session) -> None:
    topic = explain_id("Management network", session)
    assert isinstance(topic, SectionTopic)
    assert topic == explain_id("network", session)
    assert {asked.question.key for asked in topic.asked} <= {q.key for q in QUESTIONS}


def test_an_unknown_id_names_the_nearest(session: Session) -> None:
    with pytest.raises(UsageError) as caught:
        explain_id("network.pol", session)
    assert "network.pool" in str(caught.value.hint)
