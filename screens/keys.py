"""Bindings: those there are, where the operator put them, and what is wrong with a key map.

A binding has an id of the form ``screen.action`` (``wizard.action`` where it works on every
screen); by it the settings put it on another key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from textual.actions import parse
from textual.app import App
from textual.binding import ActiveBinding, Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, OptionList

from octavia_wizard.core.settings import nearest
from octavia_wizard.screens.key_names import key_word, read_key, types_text

if TYPE_CHECKING:
    from octavia_wizard.core.errors import Problem
    from octavia_wizard.core.settings import Settings

_OURS = "octavia_wizard.screens"


class Keyed(App[int]):
    """An app that knows its key map."""

    key_map: Mapping[str, str] = {}
    """Id of a binding to the keys it was put on."""


# --- the bindings there are


@dataclass(frozen=True, slots=True)
class Remappable:
    """A binding that may be put on another key."""

    id: str
    keys: tuple[str, ...]
    among_fields: bool
    """Whether it works where text is typed, so that no letter can be its key."""


@cache
def bindings_of(kind: type) -> Mapping[str, Binding]:
    """Return the bindings a class declares and inherits, by key."""
    found: dict[str, Binding] = {}
    for base in reversed(kind.__mro__):
        own = BindingsMap(base.__dict__.get("BINDINGS", ()))
        found |= {key: bindings[0] for key, bindings in own.key_to_bindings.items()}
    return found


def declared(kind: type) -> Iterator[Binding]:
    """Yield our bindings of a class in the order they are to be shown, what is common first."""
    for base in reversed(kind.__mro__):
        if not base.__module__.startswith("textual."):
            yield from Binding.make_bindings(base.__dict__.get("BINDINGS", ()))


def places(app: type[App[Any]]) -> list[type]:
    """Return an app's class and every screen of ours that is known."""
    return [app, *_below(Screen)]


def _below(kind: type) -> Iterator[type]:
    children: list[type] = kind.__subclasses__()
    for child in children:
        if child.__module__.startswith(_OURS):
            yield child
        yield from _below(child)


def catalogue(app: type[App[Any]]) -> dict[str, Remappable]:
    """Return every binding that may be put on another key, by its id."""
    found: dict[str, Remappable] = {}
    for place in places(app):
        bindings = bindings_of(place)
        # A screen with letters for keys has no field to type them in.
        letters = place is not app and any(map(types_text, bindings))
        by_id: dict[str, list[str]] = {}
        for key, binding in bindings.items():
            if binding.id:
                by_id.setdefault(binding.id, []).append(key)
        for name, keys in by_id.items():
            known = found.get(name)
            fields = not letters or (known is not None and known.among_fields)
            found[name] = Remappable(name, known.keys if known else tuple(keys), fields)
    return found


# --- the keys that work now


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key that works on a screen now, as it is mapped now."""

    key: str
    description: str
    enabled: bool
    tooltip: str
    shown: bool
    """Whether the line of keys has it; else only the help tells it."""
    id: str = ""
    press: str = ""
    """The key as Textual calls it, for a click that stands for it."""


def keys_now(screen: Screen[Any]) -> list[ShownKey]:
    """Return the keys of a screen, of the field that has the focus, and of the app."""
    active = screen.active_bindings
    by_id = {found.binding.id: key for key, found in reversed(active.items()) if found.binding.id}
    focused = screen.focused
    told: dict[tuple[str, str], ShownKey] = {}
    for owner in (screen, focused, screen.app):
        if owner is None:
            continue
        kind = type(owner)
        for binding in declared(kind):
            found = _live(binding, active, by_id)
            overridden = bindings_of(kind).get(binding.key) != binding
            if found is None or overridden or not binding.description:
                continue
            # A list takes Enter itself, and tells the screen, whose word for it is better.
            if found.binding.action != binding.action and found.node is not focused:
                continue
            # A field may hide that the screen has no use for the key now.
            if found.binding.action != binding.action and not _makes_sense(owner, binding):
                continue
            # A field that has its own use for a shown key tells it itself.
            if found.binding.action != binding.action and found.binding.show:
                continue
            moved = found.binding.key != binding.key
            word = "" if moved else binding.key_display
            told.setdefault(
                (binding.action, binding.description),
                ShownKey(
                    word or key_word(found.binding.key),
                    binding.description,
                    found.enabled,
                    binding.tooltip,
                    binding.show,
                    binding.id or "",
                    found.binding.key,
                ),
            )
    return list(told.values())


def _makes_sense(owner: DOMNode, binding: Binding) -> bool:
    namespace, name, parameters = parse(binding.action)
    return bool(namespace) or owner.check_action(name, parameters) is not False


def _live(
    binding: Binding, active: Mapping[str, ActiveBinding], by_id: Mapping[str, str]
) -> ActiveBinding | None:
    """Return what a declared binding is now, be it on another key."""
    found = active.get(binding.key)
    if binding.id and (found is None or found.binding.id != binding.id) and binding.id in by_id:
        return active[by_id[binding.id]]
    return found


# --- what the operator wants


def key_map(app: type[App[Any]], settings: Settings) -> tuple[dict[str, str], list[Problem]]:
    """Return the key map that can be used, and what is wrong with the rest."""
    known = catalogue(app)
    problems: list[Problem] = []
    wanted: dict[str, tuple[str, ...]] = {}
    for name, text in settings.keys.items():
        reason, fix = _wrong(name, text, known)
        if reason:
            problems.append(settings.problem(f"keys.{name}", reason, fix))
        else:
            wanted[name] = tuple(read_key(part) or part for part in text.split(","))
    while clash := _clash(app, wanted):
        name, key, other = clash
        stays = " ".join(key_word(default) for default in known[name].keys)
        reason = f"{key_word(key)} is {other.description or other.action} already; {stays} stays"
        fix = f"move {other.id} too" if other.id else "choose another key"
        problems.append(settings.problem(f"keys.{name}", reason, fix))
        del wanted[name]
    return {name: ",".join(keys) for name, keys in wanted.items()}, problems


def _wrong(name: str, text: str, known: Mapping[str, Remappable]) -> tuple[str, str]:
    """Say what is wrong with one entry by itself, and how to mend it."""
    entry = known.get(name)
    if entry is None:
        return "there is no such id", nearest(name, known)
    for part in text.split(","):
        key = read_key(part)
        if key is None:
            return f"{part.strip()!r} is no key", "write it as f3, ctrl+t, pgdn or x"
        if key in entry.keys:
            continue
        if key in _kept_keys():
            return f"{key_word(key)} edits text or moves in lists", "choose another key"
        if types_text(key) and entry.among_fields:
            reason = f"{key_word(key)} is typed in fields"
            return reason, "choose a function key, or one with Ctrl"
    return "", ""


def _kept_keys() -> set[str]:
    """Return the keys that fields and lists need for themselves."""
    ours = (kind for kind in _below(Widget) if not issubclass(kind, Screen))
    bound = (pair for kind in (Input, OptionList, *ours) for pair in bindings_of(kind).items())
    return {key for key, binding in bound if not binding.id} | {"tab", "shift+tab"}


def _clash(
    app: type[App[Any]], wanted: dict[str, tuple[str, ...]]
) -> tuple[str, str, Binding] | None:
    """Return the last wanted id that takes the key of another binding, that key, and the other."""
    for place in places(app):
        kinds = (place, app) if place is not app else (place,)
        live = [
            (key, binding, kind)
            for kind in kinds
            for own, binding in bindings_of(kind).items()
            for key in wanted.get(binding.id or "", (own,))
        ]
        for name in reversed(wanted):
            at = {kind for _, binding, kind in live if binding.id == name}
            for key, binding, kind in live:
                same = binding.id == name or not at or key not in wanted[name]
                if not same and not (kind not in at and _one_of_several(binding, place)):
                    return name, key, binding
    return None


def _one_of_several(binding: Binding, place: type) -> bool:
    """Say whether a screen has other keys for the same, as F2 beside Esc leaves the preview."""
    same = [other for other in bindings_of(place).values() if other.action == binding.action]
    return len(same) > 1 and binding in same


def told_in_help(screen: Screen[Any]) -> Iterable[tuple[str, str]]:
    """Yield every key of a screen that has words and works now, and what it does."""
    for key in keys_now(screen):
        if key.enabled:
            yield key.key, key.tooltip or key.description


def word_for(app: App[Any], binding_id: str) -> str:
    """Return what the key of a binding is called now, wherever it works."""
    moved = app.key_map.get(binding_id, "") if isinstance(app, Keyed) else ""
    if moved:
        return key_word(moved.partition(",")[0])
    entry = catalogue(type(app)).get(binding_id)
    return key_word(entry.keys[0]) if entry is not None else ""
