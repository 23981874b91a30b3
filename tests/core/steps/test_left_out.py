"""What each step says of being left out is what the os_octavia role of the release does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavia_wizard.core import steps as registry
from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Setting
from octavia_wizard.core.steps.base import Step
from tests.core.steps.settings import RELEASES, answered

STEPS = {step.id: step for step in registry.ALL}
BY_ROLE = "when its playbook runs"
VARIABLE = "variables.octavia_service_net_setup"


def test_what_nothing_else_brings_must_not_be_left_out() -> None:
    for release in RELEASES:
        never = {s.id for s in STEPS.values() if not s.consequence(answered(release))}
        assert never >= {"secrets", "certificates", "image", "files"}


@pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.id)
def test_every_step_says_why_it_must_stay_or_what_becomes_without_it(step: Step) -> None:
    assert step.consequence(answered()) or step.indispensable
    for text in (step.without, step.indispensable):
        assert not text.endswith(".")


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("step", ["security_group", "flavor", "network", "subnet"])
def test_the_role_makes_what_it_made_in_every_release(step: str, release: str) -> None:
    # 16.0.29 has no variable for the MTU, which nobody answered.
    assert BY_ROLE in STEPS[step].consequence(answered(release))


@pytest.mark.parametrize("step", ["network", "subnet"])
class TestNetwork:
    """The network, and the subnet in it."""

    @pytest.mark.parametrize("kind", ["vxlan", "geneve"])
    def test_the_role_cannot_make_an_overlay(self, step: str, kind: str) -> None:
        assert STEPS[step].consequence(answered(network__provider_type=kind)) == ""

    def test_the_role_makes_none_where_it_is_told_not_to(self, step: str) -> None:
        settings = {**answered().settings, VARIABLE: Setting(VARIABLE, False, Provenance.PRESET)}
        told = replace(answered(), settings=settings)
        assert STEPS[step].consequence(told) == ""

    def test_an_answer_the_release_has_no_variable_for_would_be_lost(self, step: str) -> None:
        assert STEPS[step].consequence(answered("22.4.4", network__mtu=1450)) == ""
        assert STEPS[step].consequence(answered("33.0.1", network__mtu=1450))

    def test_an_adopted_one_is_there(self, step: str) -> None:
        assert "nothing is missing" in STEPS[step].consequence(answered(network__mode="adopt"))


def test_the_subnet_of_the_role_has_a_gateway_and_no_dns_servers() -> None:
    found = STEPS["subnet"].consequence(answered(network__dns_servers=["10.0.0.1"]))
    assert "gateway Neutron gives" in found
    assert "without DNS servers" in found


@pytest.mark.parametrize(
    ("release", "by_role"),
    [("16.0.29", False), ("17.0.8", False), ("17.1.0", True), ("30.0.0", True), ("33.0.1", False)],
)
def test_quotas_are_set_by_the_role_of_some_releases(release: str, by_role: bool) -> None:
    found = STEPS["quotas"].consequence(answered(release))
    assert (BY_ROLE in found) is by_role
    assert ("stay as they are" in found) is not by_role


@pytest.mark.parametrize("step", ["ssh_key", "keypair"])
@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("16.0.29", "no amphora can boot"),
        ("22.4.4", ""),
        ("28.4.2", ""),
        ("29.0.2", "makes and uploads the key"),
        ("29.2.4", "no amphora can boot"),
        ("33.0.1", "no amphora can boot"),
    ],
)
def test_a_missing_ssh_key(step: str, release: str, expected: str) -> None:
    found = STEPS[step].consequence(answered(release, ssh__enabled=True))
    assert expected in found
    assert bool(found) is bool(expected)
