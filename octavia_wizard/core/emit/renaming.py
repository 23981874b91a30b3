"""Renaming Octavia's groups to the names of 33.0.0, where the operator asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.insertion import Alias, CannotInsertError, Marks
from octavia_wizard.core.emit.inventory_files import Texts, documents
from octavia_wizard.core.emit.renaming_generated import renamed_inventory
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_managed import GENERATED
from octavia_wizard.core.facts.deploy_host_yaml import parse_document
from octavia_wizard.core.facts.octavia_groups import RENAMED

RENAME = "deployment.rename_groups"

_LISTS = ("group_binds",)
_SINGLE = ("reference_group", "limit_container_types")
"""Keys whose value is one group; the second one is compared with names of groups."""


def renamed(effective: Effective, texts: Texts) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the files in which groups get their new names, and notes on those left as they are."""
    if not effective.is_on(RENAME):
        return {}, ()
    changed: dict[str, str] = {}
    notes: list[str] = []
    for name in (*documents(texts), GENERATED):
        rename = renamed_inventory if name == GENERATED else renamed_groups
        try:
            text = rename(texts[name]) if name in texts else None
        except FileError as error:
            notes.append(f"{name} keeps its group names: {error.message} ({error.hint})")
            continue
        if text is not None and text != texts[name]:
            changed[name] = text
    return changed, tuple(notes)


def renamed_groups(text: str) -> str:
    """Return a file of the inventory's configuration with nothing but group names changed.

    Host groups are the keys of the file, other names stand in ``group_binds``,
    ``reference_group`` and ``limit_container_types``. Raises CannotInsertError where a new name
    is there beside the old one, or where one cannot be renamed in its place alone.
    """
    if not any(old in text for old in RENAMED):
        return text
    meant = _meant(parse_document(text).values)
    try:
        root = yaml.compose(text, Loader=Marks)
    except yaml.YAMLError:
        raise CannotInsertError(
            "OSA's inventory generator cannot read it", hint="look for tabs, and use spaces"
        ) from None
    changed = text
    for node in _named_groups(root):
        start, end = node.start_mark.index, node.end_mark.index
        # Old and new name are of one length: places found before stay right.
        changed = changed[:start] + _one(text[start:end], str(node.value)) + changed[end:]
    if dict(parse_document(changed).values) != meant:
        raise CannotInsertError(
            "a group name cannot be renamed in its place alone",
            hint="look for anchors and merge keys, and rename it yourself",
        )
    return changed


def _one(written: str, name: str) -> str:
    if written.count(name) != 1:
        raise CannotInsertError(f"{name} is written in an unusual way", hint="rename it yourself")
    return written.replace(name, RENAMED[name])


def _named_groups(root: Any) -> Iterator[yaml.ScalarNode]:
    """Yield the scalars that are names of groups from before 33.0.0, each place once."""
    found: dict[int, yaml.ScalarNode] = {}

    def take(node: Any) -> None:
        if isinstance(node, yaml.ScalarNode) and node.value in RENAMED:
            found[node.start_mark.index] = node

    for key, _ in root.value if isinstance(root, yaml.MappingNode) else ():
        take(key)
    for key, value in _pairs(root):
        if key in _SINGLE:
            take(value)
        elif key in _LISTS and isinstance(value, yaml.SequenceNode):
            names = {item.value for item in value.value}
            for item in value.value:
                if RENAMED.get(str(item.value)) not in names:
                    take(item)
    yield from found.values()


def _pairs(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, Alias):
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), value
            yield from _pairs(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _pairs(item)


def _meant(values: Any) -> dict[str, object]:
    """Return what a file is to say with the groups renamed."""
    top: dict[str, object] = {}
    for key, value in values.items():
        name = RENAMED.get(key, key)
        if name != key and name in values:
            raise CannotInsertError(
                f"{key} and {name} are both in it", hint="bring their hosts together yourself"
            )
        top[name] = _within(value, "")
    return top


def _within(value: object, key: str) -> object:
    if isinstance(value, dict):
        return {name: _within(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_bound(i, value) if key in _LISTS else _within(i, "") for i in value]
    return RENAMED.get(value, value) if key in _SINGLE and isinstance(value, str) else value


def _bound(item: object, items: list[object]) -> object:
    name = RENAMED.get(item, item) if isinstance(item, str) else item
    return item if name in items else name
