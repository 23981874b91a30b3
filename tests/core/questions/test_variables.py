"""Every variable of a release is a question of the kind its values have."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.questions import Kind, Question
from octavia_wizard.core.questions.variables import AS_THE_ROLE, variable_questions
from octavia_wizard.core.releases import find_release
from octavia_wizard.core.session import Options, Session

RELEASES = ("16", "21", "22", "25", "29", "33")


def _question(release: str, name: str) -> Question:
    found = variable_questions(find_release(release))
    return next(question for question in found if question.title == name)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session of nothing."""
    return Session(Options(tmp_path, environ={}))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("octavia_loadbalancer_topology", Kind.CHOICE),
        ("octavia_enable_anti_affinity", Kind.FLAG),
        ("octavia_management_net_dhcp", Kind.FLAG),
        ("octavia_amp_ram", Kind.INTEGER),
        ("octavia_agent_port", Kind.TEXT),
        ("octavia_amp_image_owner_id", Kind.TEXT),
        ("octavia_octavia_conf_overrides", Kind.DATA),
        ("octavia_default_provider_driver", Kind.TEXT),
        ("octavia_serial", Kind.DATA),
    ],
)
def test_what_a_variable_accepts_decides_how_it_is_answered(name: str, kind: Kind) -> None:
    assert _question("33", name).kind is kind


@pytest.mark.parametrize("release", RELEASES)
def test_a_banana_is_refused_with_the_choices(session: Session, release: str) -> None:
    session.give("cloud.release", release)
    setting = "variables.octavia_loadbalancer_topology=BANANA"
    with pytest.raises(PresetError) as caught:
        session.apply_settings([setting])
    assert "ACTIVE_STANDBY or SINGLE" in caught.value.problems[0].reason
    assert not session.effective.variables()
    session.apply_settings(["variables.octavia_loadbalancer_topology=SINGLE"])
    assert session.effective.variables()["octavia_loadbalancer_topology"].value == "SINGLE"


def test_a_flag_typed_as_no_is_a_boolean(session: Session) -> None:
    """As a text it would open the DHCP rule."""
    session.apply_settings(["cloud.release=33", "variables.octavia_management_net_dhcp=False"])
    assert session.answers.values["variables.octavia_management_net_dhcp"] is False


def test_the_role_s_default_is_one_of_the_choices(session: Session) -> None:
    question = _question("33", "octavia_loadbalancer_topology")
    assert question.choices is not None
    labels = [choice.label for choice in question.choices(session.context)]
    assert labels == [AS_THE_ROLE, "ACTIVE_STANDBY", "SINGLE"]
    session.apply_settings(["cloud.release=33"])
    session.give(question.key, None)
    assert session.effective.settings[question.key].value is None


def test_an_open_list_proposes_and_takes_others(session: Session) -> None:
    question = _question("33", "octavia_default_provider_driver")
    assert question.choices is not None
    assert "ovn" in [choice.value for choice in question.choices(session.context)]
    session.apply_settings(["cloud.release=33", f"{question.key}=a_vendor"])
    assert session.answers.values[question.key] == "a_vendor"


def test_a_wrong_option_inside_the_overrides_is_refused(session: Session) -> None:
    key = "variables.octavia_octavia_conf_overrides"
    with pytest.raises(PresetError) as caught:
        session.apply_settings(["cloud.release=33", f"{key}={{nova: {{anti_affinity_policy: x}}}}"])
    assert "anti-affinity or soft-anti-affinity" in caught.value.problems[0].reason
