"""Presets by name, as they are written, and their schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.answers.presets import PresetEntry, list_presets
from octavia_wizard.core.questions import QUESTIONS
from octavia_wizard.core.questions.schema import preset_schema
from tests.cli.conftest import Run, lines_of

SHIPPED = [entry for entry in list_presets() if entry.shipped]


def test_shipped_and_own_presets_are_listed(run: Run, home: Path) -> None:
    own = home / "config" / "octavia-wizard" / "presets"
    own.mkdir(parents=True)
    (own / "mine.yml").write_text("schema: 1\ndescription: my site\n")
    (own / "broken.yml").write_text("schema: 1\nnetwork: {x: 1}\n")
    result = run("presets", "list", "--format", "json")

    found = {line["name"]: line for line in lines_of(result) if line["kind"] == "preset"}
    assert {entry.name for entry in SHIPPED} < set(found)
    assert found["mine"]["description"] == "my site"
    assert not found["mine"]["shipped"]
    assert "cannot be used" in found["broken"]["description"]


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
def test_every_shipped_preset_is_shown_as_it_is(run: Run, entry: PresetEntry) -> None:
    path = entry.path

    assert run("presets", "show", path.stem).stdout == path.read_text()


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
def test_every_shipped_preset_says_what_it_is_for(entry: PresetEntry) -> None:
    path = entry.path

    assert yaml.safe_load(path.read_text())["description"]


def test_the_schema_is_printed(run: Run) -> None:
    assert json.loads(run("presets", "schema").stdout) == preset_schema()


def test_the_shipped_schema_is_up_to_date() -> None:
    shipped = Path(str(SHIPPED[0].path)).with_name("schema.json")

    assert json.loads(shipped.read_text()) == preset_schema(), (
        "run: octavia-wizard presets schema > presets/schema.json"
    )


def test_the_schema_describes_every_question() -> None:
    schema = preset_schema()
    for question in QUESTIONS:
        section, _, name = question.key.partition(".")
        reference = schema["properties"][section]["$ref"].rpartition("/")[2]
        part = schema["$defs"][reference]["properties"][name]
        assert part["title"] == question.title
        assert question.help in part["description"]


def test_the_schema_forbids_unknown_keys_and_demands_a_version() -> None:
    schema = preset_schema()

    assert schema["additionalProperties"] is False
    assert schema["required"] == ["schema"]
    assert schema["properties"]["schema"]["const"] == 1
