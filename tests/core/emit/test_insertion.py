"""Adding to an operator's YAML keeps every byte of it, or refuses."""

from __future__ import annotations

import difflib
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core.emit.insertion import CannotInsertError, add_items, add_key
from octavia_wizard.core.emit.reservations import Reservation
from octavia_wizard.core.emit.user_config import edited

NETWORK: dict[str, object] = {
    "network": {"container_bridge": "br-lbaas", "net_name": "lbaas", "group_binds": ["a", "b"]}
}
WANTED = Reservation(("lbaas", "172.29.232.0/22"), ("172.29.232.50,172.29.235.200",), NETWORK)


def only_added(before: str, after: str) -> bool:
    """Say whether every character of ``before`` is in ``after``, in its order."""
    rest = iter(after)
    return all(character in rest for character in before)


def no_line_lost(before: str, after: str) -> bool:
    """Say whether no line was taken away or changed, but for a missing last line end."""
    old, new = before.splitlines(), after.splitlines()
    return not [line for line in difflib.ndiff(old, new) if line.startswith("- ")]


def check(before: str) -> str:
    """Edit a text and check all it is meant to be."""
    after = edited(before, WANTED)
    assert only_added(before, after)
    old: dict[str, Any] = yaml.safe_load(before) or {}
    new = yaml.safe_load(after)
    assert new["cidr_networks"] == {**(old.get("cidr_networks") or {}), "lbaas": "172.29.232.0/22"}
    assert new["used_ips"] == [*(old.get("used_ips") or []), "172.29.232.50,172.29.235.200"]
    overrides = old.get("global_overrides") or {}
    networks = overrides.get("provider_networks") or []
    assert new["global_overrides"]["provider_networks"] == [*networks, NETWORK]
    rest = {k: v for k, v in new.items() if k in old and k not in ("cidr_networks", "used_ips")}
    rest["global_overrides"] = {
        k: v for k, v in new["global_overrides"].items() if k != "provider_networks"
    }
    assert rest["global_overrides"] == {
        k: v for k, v in overrides.items() if k != "provider_networks"
    }
    return after


BLOCK = """---
# top
cidr_networks:
  management: 172.29.236.0/22   # a
# between
used_ips:
  - "172.29.236.1,172.29.236.50"  # b
  # hanging

global_overrides:
  vip: 1.2.3.4
  provider_networks:
    - network:
        container_bridge: 'br-mgmt'
        group_binds:
          - hosts
    # after the list
  other: |
    text
      more

shared_infra_hosts: {}
"""


@pytest.mark.parametrize(
    "text",
    [
        BLOCK,
        BLOCK.rstrip("\n"),
        BLOCK.replace("\n", "\r\n"),
        "",
        "---\n",
        "# nothing yet\n",
        "\ufeffa: 1\n",
        "a: 1",
        "cidr_networks:\nused_ips:\nglobal_overrides:\n",
        "cidr_networks: {}\nused_ips: []\nglobal_overrides: {}\n",
        "global_overrides:\n  provider_networks:\nused_ips:   # none\ncidr_networks:\n",
        "cidr_networks: {a: 1.0.0.0/8}\nused_ips: [1.1.1.1, '2.2.2.2' ]\nx: 1\n",
        "cidr_networks: {a: 1.0.0.0/8,}\nused_ips: [\n  1.1.1.1,\n  # c\n]\n",
        "used_ips:\n- 1.1.1.1\n- 2.2.2.2\nz: 1\n",
        "used_ips:\n      - 1.1.1.1\n      - 2.2.2.2   \n\n\n\nz: 1\n",
        "global_overrides: {vip: 1.2.3.4, provider_networks: [{network: {net_name: x}}]}\n",
        "global_overrides:\n    provider_networks:\n    - network: {net_name: x}\n    vip: 1\n",
        "global_overrides:\n  provider_networks:\n    - network:\n        net_name: x\n"
        "        range: >-\n          1:2,\n          3:4\n",
        "global_overrides:\n  a:\n    b:\n",
        "global_overrides:\n  ü: 'ß'  # ö\n  provider_networks:\n    - network: {a: \"é # no\"}\n",
        "x: 'a\n\n  b'\nused_ips:\n  - '1.1.1.1' # a\ttab\n",
        "used_ips: &u\n  -   1.1.1.1\n",
        "used_ips:\n  -\n    1.1.1.1\n",
        "? used_ips\n: - 1.1.1.1\n",
    ],
)
def test_every_way_to_write_it(text: str) -> None:
    after = check(text)
    if "\r\n" in text:
        assert after.count("\n") == after.count("\r\n")
    if "{" not in text and "[" not in text:
        assert no_line_lost(text, after)


def test_added_lines_stand_at_the_end_of_each_block() -> None:
    after = check(BLOCK).splitlines()
    place = after.index('  - "172.29.236.1,172.29.236.50"  # b')
    assert after[place + 1] == '  - "172.29.232.50,172.29.235.200"'
    assert after[place + 2] == "  # hanging"
    place = after.index("          - hosts")
    assert after[place + 1] == "    - network:"


@pytest.mark.parametrize(
    "text",
    [
        "{a: 1}\n",
        "a: 1\n...\n",
        "used_ips: [a]\nb: &n\n  - 1.1.1.1\ncidr_networks:\n  b: *n\n",
        "used_ips:\n  - 1.1.1.1\t# OSA's own parser takes no tab here\n",
        "used_ips: ~\n",
        "used_ips: text\n",
        "cidr_networks: [a]\n",
        "global_overrides:\n  - a\n",
    ],
)
def test_where_there_is_no_safe_place_nothing_is_changed(text: str) -> None:
    with pytest.raises(CannotInsertError):
        edited(text, WANTED)


SCALARS = st.sampled_from(["1.1.1.1", "'a: b'", '"x # y"', "true", "~", "0x1f", "|\n{}text", "é"])
COMMENTS = st.sampled_from(["", "  # why", "  # a\ttab", " "])
GAPS = st.sampled_from(["", "\n", "# alone\n", "   # deep\n", "\n\n"])
ENDS = st.sampled_from(["\n", "\r\n"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Draw a file in the forms operators write, keys in any order, comments anywhere."""
    indent = draw(st.sampled_from([2, 4]))
    dash = draw(st.sampled_from([0, 2]))
    pad = " " * indent
    used = [
        f"{' ' * dash}- {draw(st.sampled_from(['1.1.1.1', _QUOTED]))}{draw(COMMENTS)}\n"
        for _ in range(draw(st.integers(0, 3)))
    ]
    value = draw(SCALARS).format(" " * indent * 2)
    parts = [
        f"used_ips:{draw(COMMENTS)}\n" + draw(GAPS).join(used),
        f"cidr_networks:\n{pad}management: 10.0.0.0/8{draw(COMMENTS)}\n",
        f"global_overrides:\n{pad}vip: {value}\n{draw(GAPS)}"
        f"{pad}provider_networks:\n{pad}{pad}- network:\n{pad * 4}net_name: x{draw(COMMENTS)}\n",
        f"infra_hosts:\n{pad}one: {{ip: 1.2.3.4}}\n",
    ]
    order = draw(st.permutations(parts))
    text = draw(st.sampled_from(["", "---\n", "# head\n"]))
    text += "".join(part + draw(GAPS) for part in order[: draw(st.integers(0, 4))])
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", draw(ENDS))


_QUOTED = '"2.2.2.2,3.3.3.3"'


@settings(max_examples=150, deadline=None)
@given(documents())
def test_any_mixture_of_forms_is_added_to_or_refused(text: str) -> None:
    after = check(text)
    assert no_line_lost(text, after)
    with pytest.raises(CannotInsertError):
        # Adding it a second time is not what was meant: a key cannot be there twice.
        add_key(after, ("cidr_networks",), "lbaas", "other")


def test_an_alias_follows_what_it_stands_for() -> None:
    text = "cidr_networks: &c\n  a: 1.0.0.0/8\nglobal_overrides:\n  cidr_networks: *c\n"
    after = yaml.safe_load(edited(text, Reservation(("lbaas", "2.0.0.0/8"))))
    assert after["cidr_networks"] == after["global_overrides"]["cidr_networks"]
    assert after["cidr_networks"]["lbaas"] == "2.0.0.0/8"


def test_a_list_keeps_the_order_of_what_is_added() -> None:
    assert add_items("a:\n  - x\n", ("a",), ["c", "b"]) == "a:\n  - x\n  - c\n  - b\n"
