"""The verbs about presets themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import preset_argument
from octavia_wizard.commands.invocation import Invocation, verb, voice_options
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.output.paper import Paper


@click.group()
@voice_options
def presets() -> None:
    """List and show presets, and their JSON Schema.

    A preset is a YAML file with answers. Those shipped with octavia-wizard, and your own below
    ~/.config/octavia-wizard/presets, can be named instead of given by path.

    \b
    Examples:
      octavia-wizard presets list
      octavia-wizard presets show production-vlan > site.yml
      octavia-wizard presets schema > octavia-wizard.schema.json
    """


@presets.command("list")
@voice_options
@verb
def list_verb(invocation: Invocation) -> Result:
    """List the presets that can be named.

    \b
    Example:
      octavia-wizard presets list --format json
    """
    from octavia_wizard.core.answers.load import load_preset
    from octavia_wizard.core.answers.presets import list_presets
    from octavia_wizard.core.errors import PresetError

    rows = []
    for entry in list_presets():
        try:
            description = load_preset(entry.path).description
        except PresetError as error:
            description = f"cannot be used: {error.message.splitlines()[0]}"
        rows.append((entry, description))
    documents = tuple(
        {
            "name": entry.name,
            "description": description,
            "shipped": entry.shipped,
            "path": str(entry.path),
        }
        for entry, description in rows
    )

    def write(paper: Paper) -> None:
        paper.rows(
            [(e.name, "shipped" if e.shipped else "own", text) for e, text in rows],
            ("bold", "dim"),
        )

    return Result("preset", documents, write)


@presets.command("show")
@preset_argument
@voice_options
@verb
def show_verb(invocation: Invocation, preset: str) -> Result:
    """Print a preset as it is written, comments and all.

    \b
    Example:
      octavia-wizard presets show zed-linuxbridge > mine.yml
    """
    from octavia_wizard.core.answers.load import load_preset
    from octavia_wizard.core.answers.presets import find_preset
    from octavia_wizard.core.answers.save import preset_document

    path = find_preset(preset)
    document = {"path": str(path), "preset": preset_document(load_preset(path))}
    text = path.read_text(encoding="utf-8")
    return Result("preset", (document,), lambda paper: paper.paragraph(text.rstrip("\n")))


@presets.command("schema")
@voice_options
@verb
def schema_verb(invocation: Invocation) -> Result:
    """Print the JSON Schema of the preset format, for editors.

    \b
    Example:
      octavia-wizard presets schema > octavia-wizard.schema.json
    """
    from octavia_wizard.core.questions.schema import preset_schema

    schema = preset_schema()
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    return Result("schema", ({"json_schema": schema},), lambda paper: paper.paragraph(text))
