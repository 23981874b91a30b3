"""What openstack_user_config.yml will say about the management network, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from octavia_wizard.core.emit.entries import View as Sight
from octavia_wizard.core.emit.inventory_files import NETWORKS, deciding
from octavia_wizard.core.emit.lookup import inventory_entry
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.render import yaml_text
from octavia_wizard.core.emit.reservations import reservation
from octavia_wizard.core.emit.user_config import user_config
from octavia_wizard.core.facts.deploy_host import SNIPPET
from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.facts.model import ProviderNetwork
from octavia_wizard.core.views.layout import beside, cut, padded, verdict
from octavia_wizard.core.views.model import Line, Picture, Role, Subject, line, width_of

_ADDED = "+"
_WIDE = 60
"""Columns from which on an entry takes two halves side by side."""
_KEY = 21
_LABEL = 32


@dataclass(frozen=True, slots=True)
class Addition:
    """Lines that are added in one place of a file."""

    key: str
    """The key they belong to."""
    number: int
    """Where they will stand: the 1-based number of the first line."""
    lines: tuple[str, ...]


def draw_additions(subject: Subject, width: int) -> Picture:
    """Show where the file gets which lines, or what has to be added by hand."""
    files, notes = user_config(subject.effective, subject.facts)
    left = [row for note in notes for row in verdict(Role.ATTENTION, note, width)]
    if not files:
        if not _known(subject):
            return ()
        had = verdict(Role.GOOD, f"{USER_CONFIG} has all it needs; nothing is added", width)
        return (*had, *left)
    rows = [row for file in files for row in _file(file, width)]
    return (*rows, *left)


def _file(file: EmittedFile, width: int) -> Iterator[Line]:
    """Draw what one file gets."""
    edited = file.path != SNIPPET
    what = f"{file.path}: these lines are added, all else stays"
    if not edited:
        what = f"To add by hand; all of it is in {file.path}"
    yield line((cut(what, width), Role.QUIET))
    for added in additions(file):
        yield from _drawn(added, width, numbered=edited)


def draw_entry(subject: Subject, width: int) -> Picture:
    """Show the entry of provider_networks as it will stand, or the one that is there."""
    if not _known(subject):
        return ()
    sight = Sight(subject.effective, subject.facts)
    wanted = reservation(sight)
    if wanted.network is not None:
        where = _target(subject)
        head = line((cut(f"provider_networks ({where}): new", width), Role.QUIET))
        return (head, *_halves(yaml_text([wanted.network]).splitlines(), width, Role.GOOD))
    present = inventory_entry(sight)
    notes = [row for note in wanted.notes for row in verdict(Role.ATTENTION, note, width)]
    if present is None:
        return tuple(notes)
    rows = yaml_text([{"network": _data(present)}]).splitlines()
    what = f"provider_networks in {present.source}: there already"
    head = line((cut(what, width), Role.QUIET))
    return (head, *_halves(rows, width, Role.PLAIN), *notes)


def _target(subject: Subject) -> str:
    """Return the file the entry is added to, or that it is left to the operator."""
    files, _ = user_config(subject.effective, subject.facts)
    if any(file.path == SNIPPET for file in files):
        return "by hand"
    return deciding(subject.facts.host.texts, NETWORKS) or USER_CONFIG


def additions(file: EmittedFile) -> tuple[Addition, ...]:
    """Return what an emitted file adds to the one that is there, place by place."""
    before = [] if file.owned else (file.before or "").splitlines()
    after = file.text.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found: list[Addition] = []
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag in ("insert", "replace"):
            found += _places(after, start, end)
    return tuple(found)


def _places(after: Sequence[str], start: int, end: int) -> Iterator[Addition]:
    """Divide new lines at the keys among them that hold the rest."""
    key, number, lines = _parent(after, start), start + 1, list[str]()
    for place in range(start, end):
        text = after[place]
        if not text.strip() or text.startswith(("#", "---")):
            continue
        if text.endswith(":") and (_indent(text) == 0 or not lines) and not _is_item(text):
            if lines:
                yield Addition(key, number, tuple(lines))
            key, number, lines = text.strip()[:-1], place + 2, []
            continue
        lines.append(text)
    if lines:
        yield Addition(key, number, tuple(lines))


def _parent(lines: Sequence[str], place: int) -> str:
    """Return the nearest key above a line that holds it."""
    first = lines[place]
    for text in reversed(lines[:place]):
        bare = text.strip()
        if not bare or bare.startswith("#"):
            continue
        deeper = _indent(text) < _indent(first)
        beside_key = _indent(text) == _indent(first) and _is_item(first) and not _is_item(text)
        if deeper or beside_key:
            return bare.partition(":")[0].removeprefix("- ")
    return ""


def _is_item(text: str) -> bool:
    return text.lstrip().startswith("- ")


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _drawn(added: Addition, width: int, *, numbered: bool) -> Iterator[Line]:
    """Draw one line for each place; of a long one its first line and how many follow."""
    where = f"  {added.key}"
    if numbered:
        where = f"{where.ljust(_KEY)} line {added.number}"
    first, *rest = (text.strip() for text in added.lines)
    more = ""
    if rest and first.endswith(":"):
        named = next((text for text in rest if text.startswith("net_name")), "")
        more = f" {named} ({len(added.lines)} lines)"
        rest = []
    column = _LABEL if numbered else _KEY
    label = padded(line((where, Role.QUIET)), column)
    room = max(width - width_of(label) - 3, 10)
    yield (*label, *line((f" {_ADDED} ", Role.GOOD), cut(first + more, room)))
    for text in rest:
        yield (*padded((), column), *line((f" {_ADDED} ", Role.GOOD), cut(text, room)))


def _halves(rows: Sequence[str], width: int, role: Role) -> Picture:
    """Draw lines of a file in two halves side by side, where there is room for that."""
    sign = _ADDED if role is Role.GOOD else " "
    column = width // 2 if width >= _WIDE else width
    drawn = tuple(line((f"{sign} ", role), cut(row, column - 3)) for row in rows)
    if width < _WIDE:
        return drawn
    half = -(-len(drawn) // 2)
    return beside(drawn[:half], drawn[half:], column)


def _data(present: ProviderNetwork) -> dict[str, object]:
    known: dict[str, object | None] = {
        "container_bridge": present.bridge,
        "container_interface": present.container_interface,
        "ip_from_q": present.ip_from_q,
        "type": present.type,
        "range": present.range,
        "net_name": present.net_name,
        "group_binds": list(present.group_binds),
    }
    return {key: value for key, value in known.items() if value}


def _known(subject: Subject) -> bool:
    """Say whether all is answered that the inventory needs."""
    needed = ("inventory_name", "bridge", "container_interface")
    return all(subject.effective.maybe_text(f"network.{name}") for name in needed)
