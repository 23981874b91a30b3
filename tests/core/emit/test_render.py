"""What is written is what Ansible reads."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from octavia_wizard.core.emit.render import comment, yaml_text

TEXTS = st.one_of(
    st.sampled_from(
        ["yes", "No", "on", "y", "0123", "0x1f", "0o17", "1e3", "1_0", "22:30", "~", "null", ".5",
         "=", "<<", "2026-01-01", "- a", "a: b", "#x", "a #b", "{{ x }}", "", " a ", "é", "a\nb\n",
         "*a", "&a", "!a", "%a", "@a", "`a", "'", '"', "\\", "172.29.232.0/22"]
    ),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20),
)  # fmt: skip
DATA = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.integers(-(10**9), 10**9), st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(TEXTS, DATA, max_size=4))
def test_values_survive_the_old_yaml_ansible_reads(data: dict[str, Any]) -> None:
    assert yaml.safe_load(yaml_text(data)) == data


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_text_is_a_text_to_yaml_1_2_as_well(text: str) -> None:
    assert YAML(typ="safe", pure=True).load(yaml_text({"a": text})) == {"a": text}


def test_booleans_and_numbers_are_real() -> None:
    assert yaml_text({"a": True, "b": 5, "c": "5"}) == 'a: true\nb: 5\nc: "5"\n'


@given(st.text(max_size=300))
def test_nothing_breaks_out_of_a_comment(text: str) -> None:
    assert all(line.startswith("#") for line in comment(text).splitlines())
    assert yaml.safe_load(comment(text)) is None
