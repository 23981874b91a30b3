"""The JSON Schema of the preset format, with the titles and help texts of the questions."""

from __future__ import annotations

from typing import Any

from octavia_wizard.core.answers.model import Preset
from octavia_wizard.core.questions import QUESTIONS, SECTIONS, Question

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"
_DESCRIPTIONS = {
    "schema": "Version of the preset format.",
    "description": "What the preset is for, in a line or two.",
    "interactive": "Sections to show on a terminal even when everything in them is answered.",
    "accept": "Ids of the warnings that are accepted in advance.",
    "variables": "Role variables by name, for all that no other section asks.",
}


def preset_schema() -> dict[str, Any]:
    """Return the schema as plain data; the same on every call."""
    schema = Preset.model_json_schema(by_alias=True)
    schema = {"$schema": SCHEMA_ID, **schema, "title": "Preset of octavia-wizard"}
    for section in SECTIONS:
        reference = schema["properties"][section.name].get("$ref", "")
        definition = schema["$defs"].get(reference.rpartition("/")[2], {})
        schema["properties"][section.name] |= {"title": section.title, "description": section.help}
        schema["properties"][section.name].pop("default", None)
        for name, part in definition.get("properties", {}).items():
            question = _BY_KEY.get(f"{section.name}.{name}")
            if question is not None:
                part |= {"title": question.title, "description": _described(question)}
    for name, text in _DESCRIPTIONS.items():
        schema["properties"][name]["description"] = text
    return schema


def _described(question: Question) -> str:
    unit = f" In {question.unit}." if question.unit else ""
    none = f" null: {question.none_label}." if question.nullable else ""
    sets = f" Sets {', '.join(question.variables)}." if question.variables else ""
    return f"{question.help}{unit}{none}{sets}"


_BY_KEY = {question.key: question for question in QUESTIONS}
