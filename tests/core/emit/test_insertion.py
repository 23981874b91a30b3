"""Adding to an operator's YAML keeps every byte of it, or refuses."""

from __future__ import annotations

import difflib
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from octavia_wizard.core.emit.insertion import CannotInsertError, add_items, add_key
from octavia_wizard.core.emit.reservations import Reservation
from octavia_wizard.core.emit.user_config import edited
from octavia_wizard.core.errors import FileError

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
    old, new = before.lstrip("\ufeff").splitlines(), after.lstrip("\ufeff").splitlines()
    return not [line for line in difflib.ndiff(old, new) if line.startswith("- ")]


def round_trip(text: str) -> Any:
    """Read a text as ruamel.yaml's round-trip loader does; None where it refuses to."""
    reader = YAML()
    try:
        return reader.load(text) or {}
    except YAMLError:
        return None


def check(before: str) -> str:
    """Edit a text and check all it is meant to be, by PyYAML's reading and by ruamel.yaml's."""
    after = edited(before, WANTED)
    assert only_added(before, after)
    means(yaml.safe_load(before) or {}, yaml.safe_load(after))
    old = round_trip(before)
    # It takes no second merge key and no doubled key, which are in OSA's own examples.
    if old is not None:
        means(old, round_trip(after))
    return after


def means(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Check that what was added is there, and nothing else has changed."""
    assert new["cidr_networks"] == {**(old.get("cidr_networks") or {}), "lbaas": "172.29.232.0/22"}
    assert new["used_ips"] == [*(old.get("used_ips") or []), "172.29.232.50,172.29.235.200"]
    overrides = old.get("global_overrides") or {}
    networks = overrides.get("provider_networks") or []
    assert new["global_overrides"]["provider_networks"] == [*networks, NETWORK]
    rest = {k: v for k, v in new.items() if k in old and k not in ("cidr_networks", "used_ips")}
    rest["global_overrides"] = {
        k: v for k, v in new["global_overrides"].items() if k != "provider_networks"
    }
    kept = {k: v for k, v in old.items() if k not in ("cidr_networks", "used_ips")}
    kept["global_overrides"] = {k: v for k, v in overrides.items() if k != "provider_networks"}
    assert rest == kept


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
        "{}",
        "---\n# nothing\n{}  # at all\n",
        "{a: 1}\n",
        "{used_ips: [1.1.1.1], a: {b: 1}}\n# end\n",
        "a: 1\n...\n",
        "---\nused_ips:\n  - 1.1.1.1\n...\n# after the end\n",
        "---\n...\n",
        "%YAML 1.1\n---\na: 1\n",
        "\ufeff---\r\n# mark\r\nused_ips:\r\n  - 1.1.1.1\r\n",
        "a: 1\rused_ips:\r  - 1.1.1.1\r",
        "used_ips: &u\n  - &one 1.1.1.1\n  - *one\n",
        "x: &x {a: {ip: 1}}\ny: &y {b: {ip: 2}}\nboth_hosts:\n  <<: *x\n  <<: *y\n",
        "cidr_networks: &c\n  a: &z 1.0.0.0/8\n  b: *z\nx_hosts: &h\n  i: {ip: 1.1.1.1}\n"
        "y_hosts: *h\n",
        "net: &n\n  network: {net_name: x}\nglobal_overrides:\n  provider_networks:\n    - *n\n",
        "used_ips: [1.1.1.1]\nused_ips:\n  - 2.2.2.2\n",
        "a: |+\n  text\n\n\n",
        "used_ips: !!seq\n  - 1.1.1.1\n",
        "a: 1 # \u2028\nused_ips: # \xa0\n  - 1.1.1.1 # \U0001f600\n",
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
        "b: &b {provider_networks: []}\nglobal_overrides:\n  <<: *b\n  vip: 1.2.3.4\n",
        "a: |\n  a text without an end of its line",
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


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("used_ips:\n\t- 1.1.1.1\n", "line 2: "),
        ("cidr_networks:\n  a: b\t\n", "look for tabs"),
        ("a: 1\n---\nb: 2\n", "another document"),
        ("- a\n", "a mapping of names to values"),
        ("$ANSIBLE_VAULT;1.1;AES256\n6162\n", "a mapping of names to values"),
    ],
)
def test_what_osa_cannot_read_is_refused_and_said(text: str, why: str) -> None:
    with pytest.raises(FileError) as caught:
        edited(text, WANTED)
    assert why in f"{caught.value.message} {caught.value.hint}"


def test_lines_end_as_those_around_them() -> None:
    text = "a: 1\r\nused_ips:\n  - x\nb: 2\r\n"
    after = add_items(text, ("used_ips",), ["w"])
    assert after == "a: 1\r\nused_ips:\n  - x\n  - w\nb: 2\r\n"
    assert add_key(after, (), "c", 3) == after + "c: 3\r\n"


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
    anchor = draw(st.sampled_from(["", " &a"]))
    parts = [
        f"used_ips:{anchor}{draw(COMMENTS)}\n" + draw(GAPS).join(used),
        draw(
            st.sampled_from(
                [
                    f"cidr_networks:\n{pad}management: 10.0.0.0/8{draw(COMMENTS)}\n",
                    f"cidr_networks: &c\n{pad}a: &z 1.0.0.0/8\n{draw(GAPS)}{pad}b: *z\n",
                    f"cidr_networks: {{a: 1.0.0.0/8, 'b':  2.0.0.0/8 }}{draw(COMMENTS)}\n",
                    f"cidr_networks: {{  # open\n{pad}a: 1.0.0.0/8,\n{pad}}}\n",
                ]
            )
        ),
        f"global_overrides:\n{pad}vip: {value}\n{draw(GAPS)}"
        f"{pad}provider_networks:\n{pad}{pad}- network:\n{pad * 4}net_name: x{draw(COMMENTS)}\n",
        f"infra_hosts:\n{pad}one:\n{pad}{pad}ip: 1.2.3.4\n",
    ]
    order = draw(st.permutations(parts))
    text = draw(st.sampled_from(["", "---\n", "# head\n"]))
    text += "".join(part + draw(GAPS) for part in order[: draw(st.integers(0, 4))])
    if draw(st.booleans()):
        text = text.rstrip("\n")
    elif "s:" in text and draw(st.booleans()):
        text += draw(st.sampled_from(["...\n", "...", "# the end\n...\n# after it\n"]))
    return draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", draw(ENDS))


_QUOTED = '"2.2.2.2,3.3.3.3"'


@settings(max_examples=300, deadline=None)
@given(documents())
def test_any_mixture_of_forms_is_added_to_or_refused(text: str) -> None:
    after = check(text)
    if "{" not in text:
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
