"""Reading YAML from people: data with the line of every key, and no surprises.

Duplicate keys, aliases (and with them "billion laughs"), tags, binary files and
absurd sizes are refused here, so that nothing behind this module has to care.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from octavia_wizard.core.errors import PresetError, Problem

MAX_BYTES = 1024 * 1024
MAX_NUMBER = 1000
"""Characters of a number; reading one of base 60 takes the square of its length."""
_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null")}

Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data read from YAML, and where each part of it stands."""

    source: str
    data: object
    lines: dict[Location, int] = field(default_factory=dict)
    """Path of keys and indexes to the 1-based line."""

    def line(self, location: Location) -> int | None:
        """Return the line of a part, or of the nearest part around it."""
        for end in range(len(location), -1, -1):
            if location[:end] in self.lines:
                return self.lines[location[:end]]
        return None


def read_document(path: Path) -> Document:
    """Read a YAML file; raises PresetError with the line for anything that is not plain data."""
    source = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _refusal(source, "no such file", "check the path") from None
    except IsADirectoryError:
        raise _refusal(source, "is a directory", "name a file in it") from None
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise _refusal(source, reason, "check its owner and mode") from None
    if len(raw) > MAX_BYTES:
        raise _refusal(source, "is larger than 1 MiB", "this is no preset")
    return parse_document(raw, source)


def parse_document(raw: bytes | str, source: str) -> Document:
    """Parse YAML text; raises PresetError with every problem found."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        if "\0" in text:
            raise UnicodeError
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeError:
        raise _refusal(source, "is a binary file, not UTF-8 text", "name a YAML file") from None
    except RecursionError:
        raise _refusal(source, "is nested too deeply", "this is no preset") from None
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(source, error) from None
    except yaml.YAMLError as error:
        raise _refusal(source, f"is not YAML: {error}", "remove the character") from None
    return _Builder(source).build(root)


def _refusal(source: str, reason: str, fix: str) -> PresetError:
    return PresetError(source, [Problem("", reason, fix)])


def _syntax_error(source: str, error: yaml.MarkedYAMLError) -> PresetError:
    mark = error.problem_mark or error.context_mark
    reason = " ".join(filter(None, ("is not valid YAML:", error.problem, error.context)))
    line = mark.line + 1 if mark else None
    return PresetError(source, [Problem("", reason, "mend the line", line)])


class _Builder:
    """Turns composed nodes into plain data, collecting lines and problems on the way."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: dict[Location, int] = {}
        self.problems: list[Problem] = []
        self.seen: set[int] = set()
        self.scalars = yaml.SafeLoader("")

    def build(self, root: yaml.Node | None) -> Document:
        data = None if root is None else self._value(root, ())
        if self.problems:
            raise PresetError(self.source, self.problems)
        return Document(self.source, data, self.lines)

    def _value(self, node: yaml.Node, location: Location) -> object:
        self.lines.setdefault(location, node.start_mark.line + 1)
        if id(node) in self.seen:
            self._problem(node, location, "uses a YAML alias", "write the value out")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, location))
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*location, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, location)

    def _pairs(self, node: yaml.MappingNode, location: Location) -> Iterator[tuple[str, object]]:
        names: set[str] = set()
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None:
                self._problem(key_node, location, "a key must be text", "write it as name: value")
                continue
            here = (*location, key)
            if key in names:
                first = self.lines[here]
                self._problem(key_node, here, f"is set twice, first in line {first}", "keep one")
                continue
            names.add(key)
            self.lines[here] = key_node.start_mark.line + 1
            yield key, self._value(value_node, here)

    def _scalar(self, node: yaml.Node, location: Location) -> object:
        if node.tag == "tag:yaml.org,2002:timestamp":
            return str(node.value)
        if node.tag not in _PLAIN_TAGS:
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            self._problem(node, location, f"has the YAML tag {tag}", "use plain values")
            return None
        if node.tag.endswith((":int", ":float")) and len(node.value) > MAX_NUMBER:
            self._problem(node, location, "is too long for a number", "put it in quotes")
            return None
        try:
            value: object = self.scalars.construct_object(node)
        except (ValueError, OverflowError):
            self._problem(node, location, f"{node.value!r} is not a number", "put it in quotes")
            return None
        except KeyError:
            # PyYAML looks the text after an explicit !!bool up.
            reason = f"{node.value!r} is neither true nor false"
            self._problem(node, location, reason, "leave out the tag")
            return None
        return value

    def _problem(self, node: yaml.Node, location: Location, reason: str, fix: str) -> None:
        key = ".".join(map(str, location))
        self.problems.append(Problem(key, reason, fix, node.start_mark.line + 1))
