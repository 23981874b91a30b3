"""Reading the operator's YAML: with line numbers, within bounds, and never by a crash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from octavia_wizard.core.errors import FileError

# libyaml's parser is some twenty times faster; wheels of PyYAML always have it.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_DEPTH = 60
"""Nesting beyond which a document is refused; OSA's own files stay below ten."""
MAX_NODES = 200_000
"""Values beyond which a document is refused, counting what each alias stands for."""
MAX_NUMBER = 1000
"""Characters of a number; reading one of base 60 takes the square of its length."""


class VaultText(str):
    """A single value that ansible-vault encrypted, still encrypted."""

    __slots__ = ()


class UnsafeText(str):
    """A text marked ``!unsafe``, which Ansible never runs as a template."""

    __slots__ = ()


TEMPLATE_SIGNS = ("{{", "{%", "{#")
"""What Jinja takes for the beginning of an expression, a statement or a comment."""


def literal(text: str) -> str:
    """Return a text that Ansible takes as it stands: what looks like a template is ``!unsafe``."""
    return UnsafeText(text) if any(sign in text for sign in TEMPLATE_SIGNS) else str(text)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong within a document."""

    line: int
    """1-based."""
    reason: str


class DocumentError(FileError):
    """A text is no YAML document of the expected kind; knows its line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML mapping, and where its top-level keys stand."""

    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    """1-based line of each top-level key; of the last one where a key is doubled."""
    items: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """1-based lines of the items of each top-level list."""
    complaints: tuple[Complaint, ...] = ()
    """What can be read over, such as doubled keys, of which the last counts."""


def parse_document(text: str) -> Document:
    """Read a mapping from YAML text as Ansible reads it; raises DocumentError."""
    text = text.removeprefix("\ufeff")
    loader: Any = None
    try:
        _check_bounds(text)
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None or node.tag == "tag:yaml.org,2002:null":
            return Document()
        if not isinstance(node, yaml.MappingNode):
            raise DocumentError(_line(node.start_mark), "a mapping of names to values is expected")
        _check_size(node)
        values = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        raise DocumentError(_line(mark), f"not valid YAML: {reason}") from None
    except yaml.YAMLError as error:
        raise DocumentError(1, f"not valid YAML: {error}") from None
    except RecursionError:
        raise DocumentError(1, "not valid YAML: nested too deeply") from None
    finally:
        if loader is not None:
            loader.dispose()
    lines = {str(key.value): _line(key.start_mark) for key, _ in node.value}
    named = {str(name): value for name, value in values.items()}
    items = {
        str(key.value): tuple(_line(item.start_mark) for item in value.value)
        for key, value in node.value
        if isinstance(value, yaml.SequenceNode)
    }
    return Document(named, lines, items, tuple(loader.complaints))


def _line(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 1


def _check_bounds(text: str) -> None:
    """Walk the events without building anything: their number and nesting are bounded here."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Base)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise DocumentError(_line(event.start_mark), f"nested deeper than {MAX_DEPTH} levels")
        if count > MAX_NODES:
            raise DocumentError(_line(event.start_mark), f"more than {MAX_NODES} values")


def _check_size(root: yaml.Node) -> None:
    """Refuse aliases that multiply into a flood, or that contain themselves."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(node: yaml.Node) -> int:
        if id(node) in open_nodes:
            raise DocumentError(_line(node.start_mark), "an alias contains itself")
        if id(node) not in sizes:
            open_nodes.add(id(node))
            sizes[id(node)] = 1 + sum(size(child) for child in _children(node))
            open_nodes.discard(id(node))
            if sizes[id(node)] > MAX_NODES:
                line = _line(node.start_mark)
                raise DocumentError(line, f"aliases multiply to more than {MAX_NODES} values")
        return sizes[id(node)]

    size(root)


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


class _Loader(_Base):  # type: ignore[misc]
    """PyYAML's safe loader, with Ansible's two tags and an eye for doubled keys."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.complaints: list[Complaint] = []

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """Build a value; of one that cannot be built nothing is quoted: it could be a secret."""
        if node.tag.endswith((":int", ":float")) and len(node.value) > MAX_NUMBER:
            raise DocumentError(_line(node.start_mark), "not valid YAML: a number is too long")
        try:
            return super().construct_object(node, deep)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            reason = "a value is not what its tag or its form makes it; put it in quotes"
            raise DocumentError(_line(node.start_mark), f"not valid YAML: {reason}") from None

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Build a mapping, noting keys that are written twice."""
        seen: set[str] = set()
        # The tag of a mapping may stand before anything; PyYAML itself then says so.
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    reason = f"{key.value} is written twice; the last one counts"
                    self.complaints.append(Complaint(_line(key.start_mark), reason))
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def _vault(loader: Any, node: Any) -> VaultText:
    return VaultText(loader.construct_scalar(node))


def _unsafe(loader: Any, node: Any) -> object:
    if isinstance(node, yaml.ScalarNode):
        return UnsafeText(loader.construct_scalar(node))
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


def _unknown(loader: Any, node: Any) -> object:
    # A password that begins with "!" is taken for a tag, which is therefore not quoted.
    reason = "a tag Ansible does not know; a text that begins with ! has to stand in quotes"
    raise DocumentError(_line(node.start_mark), f"not valid YAML: {reason}")


_Loader.add_constructor(None, _unknown)
for _tag in ("!vault", "!vault-encrypted"):
    _Loader.add_constructor(_tag, _vault)
_Loader.add_constructor("!unsafe", _unsafe)
