"""A preset that cannot be used gives one clear message, and the code that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run, lines_of

HEAD = (
    "schema: 1\n"
    "cloud: {mode: files, release: 33.0.1}\n"
    "deployment: {hosts: {infra1: 172.29.236.11}}\n"
)
LAUGHS = "".join(f"k{n}: &k{n} [{f'*k{n - 1}, *k{n - 1}' if n else 'x'}]\n" for n in range(30))

BAD = {
    "unknown key": (HEAD + "network: {pol: x}\n", 3, ["network.pol", "network.pool", ":4"]),
    "wrong type": (HEAD + "network: {dhcp: perhaps}\n", 3, ["network.dhcp", "true or false", ":4"]),
    "pool outside the CIDR": (
        HEAD + "network: {cidr: 10.0.0.0/24, pool: 10.0.1.10-10.0.1.200}\n"
        "capacity: {load_balancers: 2}\n",
        4,
        ["pool-outside-cidr"],
    ),
    "duplicate key": (
        HEAD + "network:\n  mtu: 1500\n  mtu: 1400\n",
        3,
        ["network.mtu", "twice", ":6"],
    ),
    "YAML bomb": (LAUGHS + HEAD, 3, ["alias"]),
    "Jinja": (HEAD + "network: {name: '{{ lookup(1) }}'}\n", 3, ["network.name", "template"]),
    "binary": ("\0\1\2", 3, ["binary"]),
    "empty": ("", 3, ["is empty"]),
    "not a mapping": ("- a\n- b\n", 3, ["mapping"]),
    "bad YAML": ("schema: 1\nnetwork: {\n", 3, ["not valid YAML"]),
    "newer version": ("schema: 99\n", 3, ["newer"]),
    "no such release": ("schema: 1\ncloud: {mode: files, release: 99.0.0}\n", 3, ["cloud.release"]),
    "unknown accepted finding": (HEAD + "accept: [pool-outside]\n", 4, ["accept-unknown"]),
}


@pytest.mark.parametrize("verb", ["check", "plan", "replay"])
@pytest.mark.parametrize("name", BAD)
def test_a_bad_preset_is_refused(run: Run, home: Path, name: str, verb: str) -> None:
    text, code, words = BAD[name]
    path = home / "work" / "bad.yml"
    path.write_text(text)
    options = ("--yes",) if verb == "replay" else ()

    result = run(verb, str(path), *options)

    assert result.exit_code == code
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


def test_an_endless_file_gives_a_short_message(run: Run, home: Path) -> None:
    path = home / "work" / "bad.yml"
    path.write_text("schema: 1\n" + "".join(f"key{n}: 1\n" for n in range(3000)))

    assert len(run("check", str(path)).stderr.splitlines()) < 30


@pytest.mark.parametrize(
    ("name", "word"),
    [("missing.yml", "no such file"), ("produktion-vlan", "did you mean 'production-vlan'")],
)
def test_a_missing_preset_is_told(run: Run, name: str, word: str) -> None:
    result = run("plan", name)

    assert result.exit_code == 3
    assert word in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_problems_are_data_in_json(run: Run, home: Path) -> None:
    path = home / "work" / "bad.yml"
    path.write_text("schema: 1\nnetwork: {pol: x}\n")

    (line,) = lines_of(run("check", str(path), "--format", "json"))

    assert line["problems"] == [
        {
            "key": "network.pol",
            "reason": "is not a known key",
            "fix": "did you mean 'network.pool'?",
            "line": 2,
        }
    ]
