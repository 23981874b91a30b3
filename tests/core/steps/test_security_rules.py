"""Saying rules in words; which rules there are is tested with the step."""

from __future__ import annotations

import pytest

from octavia_wizard.core.facts.resources import Rule
from octavia_wizard.core.steps.security_rules import describe


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
