"""Saying rules in words, and DHCP's rule; which others there are is tested with the step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.facts.resources import Rule
from octavia_wizard.core.steps.security_rules import WantedRules, describe, wanted_rules
from tests.core.emit.support import BARE, CLOUD, NETWORK_ID, effective_of

LEASE = Rule("egress", "udp", 67, 67)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule("ingress", "tcp", 22, 22, "10.0.0.0/8"), "ingress tcp 22 from 10.0.0.0/8"),
        (Rule("egress", "udp", 67, 67), "egress udp 67 to any"),
        (Rule("ingress", "tcp", 80, 90), "ingress tcp 80-90 from any"),
        (Rule("egress", ethertype="IPv6"), "egress IPv6 any protocol to any"),
        (Rule("ingress", "icmp", remote_group="g"), "ingress icmp from group g"),
    ],
)
def test_a_rule_is_said_in_words(rule: Rule, words: str) -> None:
    """As a plan prints it."""
    assert describe(rule) == words


class TestDhcp:
    """Whether amphorae may ask for a lease follows from what the role is told of DHCP."""

    def rules(self, release: str, dhcp: bool = False, **answers: Any) -> WantedRules:
        known = replace(CLOUD, subnets=(replace(CLOUD.subnets[0], dhcp=dhcp),))
        adopting = {"network__mode": "adopt", "network__existing": NETWORK_ID, **answers}
        return wanted_rules(effective_of(release, Facts(BARE.host, cloud=known), **adopting), known)

    @pytest.mark.parametrize("release", ["27.5.0", "29.2.4", "33.0.1"])
    @pytest.mark.parametrize("dhcp", [False, True])
    def test_of_an_adopted_network_its_subnet_tells(self, release: str, dhcp: bool) -> None:
        assert (LEASE in self.rules(release, dhcp).rules) is dhcp

    def test_to_the_templates_from_29_on_any_text_is_true(self) -> None:
        told: dict[str, Any] = {"variables__octavia_management_net_dhcp": "False"}
        assert LEASE in self.rules("29.2.4", **told).rules
        assert LEASE not in self.rules("27.5.0", **told).rules

    def test_left_to_the_role_its_own_text_counts(self) -> None:
        assert LEASE in self.rules("33.0.1", variables__octavia_management_net_dhcp=None).rules
