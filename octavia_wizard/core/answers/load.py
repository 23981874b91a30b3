"""From a preset file to answers, or to one message that lists everything wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.answers.document import Document, Location, parse_document, read_document
from octavia_wizard.core.answers.model import SCHEMA_VERSION, Preset
from octavia_wizard.core.errors import PresetError, Problem

_VARIABLE = re.compile(r"[a-z_][a-z0-9_]*")
_TYPES = {
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "string_type": "must be text",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of names to values",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge", "more"),
    "less_than_equal": ("at most", "le", "less"),
}


def load_preset(path: Path) -> Answers:
    """Read a preset; raises PresetError naming file, line, key, reason and cure."""
    return answers_of(read_document(path))


def load_text(text: str, source: str) -> Answers:
    """Read a preset from text, ``source`` naming it in messages."""
    return answers_of(parse_document(text, source))


def answers_of(document: Document, origin: Provenance = Provenance.PRESET) -> Answers:
    """Turn a document into answers after checking every key and value."""
    data = document.data
    if not isinstance(data, dict):
        reason = "is empty" if data is None else "is not a mapping of keys to values"
        fix = f"begin it with 'schema: {SCHEMA_VERSION}'"
        raise PresetError(document.source, [Problem("", reason, fix, document.line(()))])
    _check_version(document, data)
    try:
        preset = Preset.model_validate(data)
    except ValidationError as error:
        problems = [_problem(document, item) for item in error.errors(include_url=False)]
        problems.sort(key=lambda problem: (problem.line or 0, problem.key))
        raise PresetError(document.source, problems) from None
    _check_variable_names(document, preset)
    values = dict(_flatten(preset))
    return Answers(
        values=MappingProxyType(values),
        origins=MappingProxyType(dict.fromkeys(values, origin)),
        description=preset.description,
        interactive=tuple(preset.interactive),
        accept=tuple(preset.accept),
    )


def validate_answer(key: str, value: object) -> object:
    """Check one answer and return it in its normal form.

    Raises PresetError with the reason, for an unknown key with the nearest known one.
    """
    section, _, name = key.partition(".")
    document = Document(key, {"schema": SCHEMA_VERSION, section: {name: value}})
    return answers_of(document).values[key]


def known_keys() -> tuple[str, ...]:
    """List every dotted key of the format; role variables are ``variables.NAME``."""
    keys = []
    for section, field in Preset.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            keys += [f"{section}.{name}" for name in model.model_fields]
    return tuple(keys)


def _check_version(document: Document, data: Mapping[str, Any]) -> None:
    version = data.get("schema")
    if version == SCHEMA_VERSION and not isinstance(version, bool):
        return
    if version is None:
        reason, fix = "is missing", f"add 'schema: {SCHEMA_VERSION}' as the first line"
    elif isinstance(version, int) and version > SCHEMA_VERSION:
        reason = f"version {version} is newer than this octavia-wizard reads"
        fix = "use the octavia-wizard that wrote it, or a newer one"
    else:
        reason, fix = f"{version!r} is not a version", f"write 'schema: {SCHEMA_VERSION}'"
    line = document.line(("schema",))
    raise PresetError(document.source, [Problem("schema", reason, fix, line)])


def _check_variable_names(document: Document, preset: Preset) -> None:
    problems = [
        Problem(
            f"variables.{name}",
            "is not a name of an Ansible variable",
            "use small letters, digits and '_'",
            document.line(("variables", name)),
        )
        for name in preset.variables
        if not _VARIABLE.fullmatch(name)
    ]
    if problems:
        raise PresetError(document.source, problems)


def _flatten(preset: Preset) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for section in sorted(preset.model_fields_set, key=list(Preset.model_fields).index):
        part = getattr(preset, section)
        if isinstance(part, BaseModel):
            names = [name for name in type(part).model_fields if name in part.model_fields_set]
            found += [(f"{section}.{name}", getattr(part, name)) for name in names]
    found += [(f"variables.{name}", value) for name, value in sorted(preset.variables.items())]
    return found


def _problem(document: Document, error: ErrorDetails) -> Problem:
    location: Location = _location(document, error["loc"])
    reason, fix = _explain(location, error)
    key = ".".join(map(str, location))
    return Problem(key, reason, fix, document.line(location))


def _location(document: Document, loc: tuple[int | str, ...]) -> Location:
    """Drop the parts pydantic adds for branches of a union, which are no keys of the file."""
    kept: list[int | str] = []
    node: object = document.data
    for part in loc:
        try:
            node = node[part]  # type: ignore[index]  # a leaf has no parts, and says so
        except (KeyError, IndexError, TypeError):
            continue
        kept.append(part)
    return tuple(kept)


def _explain(location: Location, error: ErrorDetails) -> tuple[str, str]:
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        return "is not a known key", _nearest(location)
    if kind == "literal_error":
        return f"{given!r} is not one of the choices", f"choose {error['ctx']['expected']}"
    if kind == "value_error":
        return str(error["ctx"]["error"]), "change the value"
    if kind in _BOUNDS:
        words, name, fix = _BOUNDS[kind]
        bound = error["ctx"][name]
        return f"must be {words} {bound}, not {given}", f"give {bound} or {fix}"
    if kind in _TYPES:
        wanted = _TYPES[kind]
        if given is None:
            return "cannot be null", f"leave the key out, or give a value: it {wanted}"
        quote = kind == "string_type" and isinstance(given, bool | int | float)
        fix = f'write it in quotes: "{given}"' if quote else "change the value"
        return f"{wanted}, not {_type_name(given)}", fix
    return error["msg"][0].lower() + error["msg"][1:], "change the value"


def _type_name(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    names |= {list: "a list", dict: "a mapping"}
    return names.get(type(value), type(value).__name__)


def _nearest(location: Location) -> str:
    *parents, name = (str(part) for part in location)
    elsewhere = [key for key in known_keys() if key.endswith(f".{name}")]
    if elsewhere:
        return f"did you mean {elsewhere[0]!r}?"
    siblings = _keys_below(parents)
    close = difflib.get_close_matches(name, siblings, n=1, cutoff=0.5)
    if close:
        return f"did you mean {'.'.join((*parents, close[0]))!r}?"
    return f"known here: {', '.join(siblings)}"


def _keys_below(parents: list[str]) -> list[str]:
    if not parents:
        return [field.alias or name for name, field in Preset.model_fields.items()]
    return [key.partition(".")[2] for key in known_keys() if key.startswith(f"{parents[0]}.")]
