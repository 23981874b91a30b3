"""Answers are values: a change makes a copy, and layers keep what each of them said."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Answers, Provenance


def test_a_change_leaves_the_old_answers_alone() -> None:
    old = Answers()
    new = old.with_value("network.mtu", 1500)
    assert "network.mtu" not in old
    assert new.values["network.mtu"] == 1500
    assert "network.mtu" not in new.without(["network.mtu"])


def test_the_upper_layer_wins_and_origins_stay() -> None:
    preset = Answers().with_value("network.mtu", 9000, Provenance.PRESET).accepting("a")
    preset = preset.with_value("network.dhcp", False, Provenance.PRESET)
    merged = Answers().with_value("network.mtu", 1500).accepting("b").over(preset)
    assert merged.values["network.mtu"] == 1500
    assert merged.origin("network.mtu") is Provenance.OPERATOR
    assert merged.origin("network.dhcp") is Provenance.PRESET
    assert merged.accept == ("a", "b")
