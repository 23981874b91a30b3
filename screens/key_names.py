"""What keys are called: one spelling on every screen, and many that an operator may write."""

from __future__ import annotations

import unicodedata
from typing import Final

from textual.binding import Binding
from textual.keys import KEY_ALIASES, REPLACED_KEYS, Keys, key_to_character

_MODIFIERS: Final = {"ctrl": "Ctrl", "alt": "Alt", "shift": "Shift"}
_WORDS: Final = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "delete": "Del",
    "insert": "Ins",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
_READ: Final = {
    **{word.casefold(): key for key, word in _WORDS.items()},
    "return": "enter",
    "page up": "pageup",
    "page down": "pagedown",
}
_NAMED: Final = frozenset(key.value for key in Keys if "+" not in key.value and key.value[0] != "<")
_ALIASES: Final = {other: key for key, others in KEY_ALIASES.items() for other in others}


def key_word(key: str) -> str:
    """Return what a key is called on every screen, such as Ctrl+S, Esc or PgDn."""
    *modifiers, base = key.split("+")
    char = _character(base)
    if base in _WORDS:
        word = _WORDS[base]
    elif char is not None:
        if char.isupper() and not modifiers:
            modifiers = ["shift"]
        word = char.upper()
    else:
        word = base.capitalize()
    return "+".join([*(_MODIFIERS.get(modifier, modifier) for modifier in modifiers), word])


def _character(base: str) -> str | None:
    # Textual has short names of its own for a few characters, and finds others by their names.
    return key_to_character(REPLACED_KEYS.get(base, base))


def read_key(text: str) -> str | None:
    """Return Textual's name of a key as an operator writes it, or None where there is none."""
    *words, last = text.strip().rsplit("+", 1) if text.strip("+ ") else [text.strip()]
    modifiers = [word.strip().casefold() for part in words for word in part.split("+")]
    if set(modifiers) - _MODIFIERS.keys():
        return None
    base = _base(last.strip(), modifiers)
    if base is None:
        return None
    key = "+".join([*(name for name in _MODIFIERS if name in modifiers), base])
    return _ALIASES.get(key, key)


def _base(text: str, modifiers: list[str]) -> str | None:
    if len(text) == 1:
        # Keys are written as on the keyboard: "A" is the key, with Shift only where that is said.
        if text.isalpha() and modifiers == ["shift"]:
            modifiers.clear()
            text = text.upper()
        elif text.isalpha():
            text = text.lower()
        if text not in _READ:
            # A comma parts the keys of a binding.
            name = "comma" if text == "," else text
            return next(iter(Binding.make_bindings([Binding(name, "")]))).key
    name = text.casefold().replace("_", " ") if text.casefold() not in _NAMED else text.casefold()
    name = _READ.get(name, name.replace(" ", "_"))
    return name if name in _NAMED or _character(name) is not None else None


def types_text(key: str) -> bool:
    """Say whether a key types a character where text is typed."""
    char = _character(key)
    return char is not None and not unicodedata.category(char).startswith("C")
