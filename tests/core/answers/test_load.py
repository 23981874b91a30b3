"""A preset is read whole, or refused with one message that says how to mend it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.answers.load import (
    known_keys,
    load_preset,
    load_text,
    validate_answer,
)
from octavia_wizard.core.errors import PresetError


def refusal(text: str | bytes, tmp_path: Path | None = None) -> str:
    """Return the message with which a preset of this text is refused."""
    if tmp_path is None:
        with pytest.raises(PresetError) as caught:
            load_text(str(text), "p.yml")
        return caught.value.message
    path = tmp_path / "p.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(PresetError) as caught:
        load_preset(path)
    return caught.value.message


def test_answers_are_only_what_is_written() -> None:
    answers = load_text("schema: 1\nnetwork:\n  cidr: 10.1.0.0/24\n", "p.yml")
    assert dict(answers.values) == {"network.cidr": "10.1.0.0/24"}
    assert answers.origin("network.cidr") is Provenance.PRESET


def test_null_is_an_answer_and_absent_is_not() -> None:
    answers = load_text("schema: 1\nnetwork:\n  gateway: null\n", "p.yml")
    assert "network.gateway" in answers
    assert answers.values["network.gateway"] is None
    assert "network.cidr" not in answers


def test_null_where_none_means_nothing_is_refused() -> None:
    message = refusal("schema: 1\nnetwork:\n  cidr: null\n")
    assert message.startswith("p.yml:3: network.cidr: cannot be null")


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ("schema: 1\nnetwrk: {}\n", 2, "netwrk", "did you mean 'network'?"),
        ("schema: 1\nnetwork:\n  cdir: x\n", 3, "network.cdir", "did you mean 'network.cidr'?"),
        ("schema: 1\nnetwork:\n  topology: x\n", 3, "network.topology", "'capacity.topology'"),
        ("schema: 1\nnetwork:\n  mtu: '1500'\n", 3, "network.mtu", "a whole number, not text"),
        ("schema: 1\nnetwork:\n  mtu: true\n", 3, "network.mtu", "not true or false"),
        ("schema: 1\nnetwork:\n  dhcp: 'False'\n", 3, "network.dhcp", "true or false, not text"),
        ("schema: 1\ncloud:\n  release: 2026.1\n", 3, "cloud.release", 'in quotes: "2026.1"'),
        ("schema: 1\nimage:\n  source: web\n", 3, "image.source", "'existing' or 'role'"),
        ("schema: 1\nnetwork:\n  mtu: 90\n", 3, "network.mtu", "must be at least 576, not 90"),
        ("schema: 1\nnetwork:\n  cidr: 10.0.0.1/22\n", 3, "network.cidr", "10.0.0.0/22"),
        ("schema: 1\nnetwork:\n  cidr: fd00::/64\n", 3, "network.cidr", "not an IPv4 network"),
        ("schema: 1\nnetwork:\n  pool: 10.0.0.9-10.0.0.2\n", 3, "network.pool", "after its end"),
        ("schema: 1\nimage:\n  tag: '{{ x }}'\n", 3, "image.tag", "run as a template"),
        ("schema: 1\nvariables:\n  a: ['{% x %}']\n", 3, "variables.a", "run as a template"),
        ("schema: 1\nvariables:\n  A-b: 1\n", 3, "variables.A-b", "name of an Ansible variable"),
        ("schema: 1\nnetwork: []\n", 2, "network", "must be a mapping"),
        ("schema: 1\ndeployment:\n  hosts: {a: b}\n", 3, "deployment.hosts.a", "not an IPv4"),
        ("schema: 1\nssh: {}\nssh: {}\n", 3, "ssh", "is set twice, first in line 2"),
        ("schema: 1\nssh: &a {}\nimage: *a\n", 2, "image", "YAML alias"),
        ("schema: 1\nssh: !vault x\n", 2, "ssh", "YAML tag !vault"),
        ("schema: 1\n[a]: 1\n", 2, "", "a key must be text"),
    ],
)
def test_a_refusal_names_line_key_and_cure(text: str, line: int, key: str, words: str) -> None:
    message = refusal(text)
    assert message.startswith(f"p.yml:{line}:{' ' + key + ':' if key else ''}")
    assert words in message
    assert "\n" not in message


def test_every_problem_is_reported_at_once_in_order_of_lines() -> None:
    message = refusal("schema: 1\nnetwork:\n  mtu: x\n  cdir: 1\nssh:\n  enabled: 1\n")
    assert [line.split(":")[1] for line in message.splitlines()] == ["3", "4", "6"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("- a\n", "is not a mapping"),
        ("a: [\n", "is not valid YAML"),
        ("a: \x07\n", "is not YAML"),
        ("network: {}\n", "schema: is missing"),
        ("schema: 2\n", "newer than this octavia-wizard reads"),
        ("schema: one\n", "is not a version"),
        ("schema: true\n", "is not a version"),
        ("[" * 20000, "nested too deeply"),
        ("schema: !!bool perhaps\n", "neither true nor false"),
        ("schema: 1" + ":1" * 400_000, "too long for a number"),
    ],
)
def test_a_file_that_is_no_preset_is_refused(text: str, words: str) -> None:
    assert words in refusal(text)


def test_a_yaml_bomb_is_refused_at_once() -> None:
    lines = ["schema: 1", "a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert "uses a YAML alias" in refusal("\n".join(lines))


def test_files_that_cannot_be_presets(tmp_path: Path) -> None:
    assert "binary file" in refusal(b"\x7fELF\x00\x01", tmp_path)
    assert "binary file" in refusal(b"schema: 1\n# \xff\xfe\n", tmp_path)
    assert "larger than 1 MiB" in refusal(b"#" * (1024 * 1024 + 1), tmp_path)
    with pytest.raises(PresetError, match="no such file"):
        load_preset(tmp_path / "none.yml")
    with pytest.raises(PresetError, match="is a directory"):
        load_preset(tmp_path)


def test_one_answer_is_checked_like_a_preset() -> None:
    assert validate_answer("network.gateway", None) is None
    assert validate_answer("deployment.hosts", {"infra1": "10.0.0.1"}) == {"infra1": "10.0.0.1"}
    with pytest.raises(PresetError, match=r"did you mean 'network\.cidr'"):
        validate_answer("network.cdr", "x")
    with pytest.raises(PresetError, match="must be a whole number"):
        validate_answer("network.mtu", "x")


def test_no_key_could_hold_a_secret() -> None:
    words = ("password", "passphrase", "secret", "token")
    assert not [key for key in known_keys() if any(word in key for word in words)]


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_read_or_refused_but_never_crashes(text: str) -> None:
    with suppress(PresetError):
        assert load_text(f"schema: 1\nnetwork:\n  {text}", "p.yml").description == ""
