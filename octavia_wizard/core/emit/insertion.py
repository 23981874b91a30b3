"""Adding to a YAML text without touching a byte of what is there.

The places come from the parser's own marks, and the outcome is read back and compared
with what was meant: where the two differ, nothing is changed.
"""

from __future__ import annotations

import copy
import json
import re
from functools import lru_cache
from typing import Any

import yaml

from octavia_wizard.core.emit.render import yaml_text
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_yaml import parse_document

Path = tuple[str, ...]

_BOM = "\ufeff"
_LINE_END = re.compile(r"\r\n|\n|\r")


class CannotInsertError(FileError):
    """The text is written in a way that leaves no safe place; it is not changed."""


def add_key(text: str, path: Path, key: str, value: object) -> str:
    """Return the text with ``key`` added to the map at ``path``, which is made if missing.

    What is an alias of that map gets it too. Raises CannotInsertError.
    """
    return _add(text, path, {key: value})


def add_items(text: str, path: Path, items: list[object]) -> str:
    """Return the text with items appended to the list at ``path``, which is made if missing.

    What is an alias of that list gets them too. Raises CannotInsertError.
    """
    return _add(text, path, items)


def _add(text: str, path: Path, added: dict[str, object] | list[object]) -> str:
    return _added(text, path, json.dumps(added))


# Every look at the preview asks for the same; PyYAML in Python takes some 50 ms a file.
@lru_cache(maxsize=32)
def _added(text: str, path: Path, what: str) -> str:
    added = json.loads(what)
    meant = copy.deepcopy(dict(parse_document(text).values))
    _extend(meant, path, added)
    try:
        changed = _insert(text, path, added)
    except yaml.YAMLError:
        # PyYAML's two parsers differ over tabs; OSA's inventory generator uses the stricter one.
        raise CannotInsertError(
            "OSA's inventory generator cannot read it", hint="look for tabs, and use spaces"
        ) from None
    try:
        outcome = dict(parse_document(changed).values)
    except FileError:
        outcome = {}
    if outcome != meant:
        raise CannotInsertError(
            f"{_told(path)} is written in a way that leaves no safe place to add to",
            hint="write it as a plain indented block, without anchors, or add to it yourself",
        )
    return changed


def _told(path: Path) -> str:
    return ".".join(path) or "what is in it"


def _extend(data: dict[str, object], path: Path, added: dict[str, object] | list[object]) -> None:
    place: Any = data
    for number, key in enumerate(path, start=1):
        if not isinstance(place, dict):
            break
        if place.get(key) is None:
            place[key] = [] if number == len(path) and isinstance(added, list) else {}
        place = place[key]
    if isinstance(place, dict) and isinstance(added, dict) and not place.keys() & added.keys():
        place.update(added)
    elif isinstance(place, list) and isinstance(added, list):
        place.extend(added)
    else:
        raise CannotInsertError(
            f"{_told(path)} is not of the expected kind, or has it already",
            hint="add to it yourself",
        )


def _insert(text: str, path: Path, added: dict[str, object] | list[object]) -> str:
    # The scanner in Python counts characters exactly; the faster one is not needed here.
    root = yaml.compose(text, Loader=Marks)
    if root is None or _is_null(root):
        return _append(text, _nested(path, added))
    node, rest = root, path
    key: yaml.Node | None = None
    while rest and isinstance(node, yaml.MappingNode):
        found = [(k, v) for k, v in node.value if k.value == rest[0]]
        if not found:
            break
        key, node = found[-1]
        node = node.target if isinstance(node, Alias) else node
        rest = rest[1:]
        if _is_null(node):
            return _below_key(text, key, _nested(rest, added))
    if rest and isinstance(node, yaml.MappingNode) and (rest != path or node.flow_style):
        return _into(text, node, {rest[0]: _nested(rest[1:], added)})
    if rest:
        return _append(text, _nested(rest, added))
    return _into(text, node, added)


def _nested(path: Path, added: object) -> object:
    for key in reversed(path):
        added = {key: added}
    return added


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _into(text: str, node: Any, added: object) -> str:
    """Add to a collection that has something in it, or is written in braces or brackets."""
    if not isinstance(node, yaml.CollectionNode):
        raise CannotInsertError("a single value stands where a list or map is expected")
    if node.flow_style:
        inner = json.dumps(added, ensure_ascii=False)[1:-1]
        if not node.value:
            place = node.start_mark.index + 1
            return f"{text[:place]}{inner}{text[place:]}"
        place = _last(node).end_mark.index
        return f"{text[:place]}, {inner}{text[place:]}"
    return _at_line_end(text, _end(_last(node)), yaml_text(added, indent=_column(text, node)))


def _column(text: str, node: Any) -> int:
    """Return the indentation of a block; its own mark may be that of an anchor before it."""
    if isinstance(node, yaml.MappingNode):
        return int(node.value[0][0].start_mark.column)
    first = node.value[0].start_mark
    before = text[first.index - first.column : first.index].rstrip()
    return len(before) - 1 if before.endswith("-") else int(node.start_mark.column)


def _below_key(text: str, key: yaml.Node, added: object) -> str:
    return _at_line_end(
        text, key.end_mark.index, yaml_text(added, indent=key.start_mark.column + 2)
    )


def _append(text: str, added: object) -> str:
    return _at_line_end(text, _document_end(text), yaml_text(added))


def _document_end(text: str) -> int:
    """Return where the document ends: at its ``...``, if it has one, which ends a line before."""
    for token in yaml.scan(text, Loader=Marks):
        if isinstance(token, yaml.DocumentEndToken):
            return int(token.start_mark.index)
    return len(text)


def _at_line_end(text: str, place: int, block: str) -> str:
    """Insert whole lines behind the line that has ``place`` in it, ended as that line is."""
    before = _LINE_END.findall(text, 0, place)
    if place > 0 and text[place - 1] in "\r\n":
        return text[:place] + block.replace("\n", before[-1]) + text[place:]
    end = _LINE_END.search(text, place)
    if end is not None:
        return text[: end.end()] + block.replace("\n", end[0]) + text[end.end() :]
    newline = before[-1] if before else "\n"
    return text + (newline if text.strip(_BOM) else "") + block.replace("\n", newline)


def _last(node: Any) -> Any:
    last = node.value[-1]
    return last[1] if isinstance(node, yaml.MappingNode) else last


def _end(node: yaml.Node) -> int:
    """Return where a value really ends: a block's own mark lies behind comments after it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        inner = _last(node)
        key_end = node.value[-1][0].end_mark.index if isinstance(node, yaml.MappingNode) else 0
        return max(_end(inner), int(key_end))
    return int(node.end_mark.index)


class Alias(yaml.Node):
    """A place where an alias stands, which PyYAML itself takes for what it stands for."""

    id = "alias"

    def __init__(self, target: Any, event: Any) -> None:
        super().__init__(target.tag, target.value, event.start_mark, event.end_mark)
        self.target = target


class Marks(yaml.SafeLoader):
    """PyYAML's own scanner and composer; nothing is constructed, so tags do not matter."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose what comes next; an alias is told from what it stands for."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        node = super().compose_node(parent, index)
        return Alias(node, event) if isinstance(event, yaml.AliasEvent) else node
