"""Effective values: answers and defaults together, every value with its provenance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.releases import Release

T = TypeVar("T")


_ORIGINS: Mapping[Provenance, str] = {
    Provenance.OPERATOR: "you",
    Provenance.PRESET: "preset",
    Provenance.DETECTED: "detected",
    Provenance.ROLE_DEFAULT: "role default",
    Provenance.COMPUTED: "proposed",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One effective value and where it came from."""

    key: str
    value: object
    provenance: Provenance
    detail: str = ""
    """The grounds in words: a file and line, a role default, a reason."""

    @property
    def origin(self) -> str:
        """Say in a word, to the operator, where the value came from."""
        return _ORIGINS[self.provenance]

    @property
    def grounds(self) -> str:
        """Say where the value came from, with the evidence."""
        word = self.origin
        if self.provenance in (Provenance.OPERATOR, Provenance.PRESET) or not self.detail:
            return word
        return word if self.detail == word else f"{word}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Effective:
    """All applicable values by dotted key; a key that does not apply is not in it.

    The typed readers raise ``KeyError`` for a key that does not apply or has no
    value yet, and ``TypeError`` for a key of another type: both are bugs of the
    caller, who asks ``key in effective`` first where it may not apply.
    """

    release: Release
    settings: Mapping[str, Setting] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    """Keys that apply and have neither an answer nor a default."""
    unused: tuple[str, ...] = ()
    """Keys that are answered but do not apply, given the other answers."""
    accept: tuple[str, ...] = ()

    def __contains__(self, key: str) -> bool:
        return key in self.settings

    def __iter__(self) -> Iterator[Setting]:
        return iter(self.settings.values())

    def value(self, key: str) -> object:
        """Return the value of ``key`` whatever its type."""
        return self.settings[key].value

    def text(self, key: str) -> str:
        """Return a text that is not none."""
        return self._typed(key, str)

    def number(self, key: str) -> int:
        """Return a number that is not none."""
        return self._typed(key, int)

    def flag(self, key: str) -> bool:
        """Return a flag."""
        return self._typed(key, bool)

    def maybe_text(self, key: str) -> str | None:
        """Return a text, or None where the key is none, missing or does not apply."""
        return self.text(key) if self._given(key) else None

    def maybe_number(self, key: str) -> int | None:
        """Return a number, or None where the key is none, missing or does not apply."""
        return self.number(key) if self._given(key) else None

    def is_on(self, key: str) -> bool:
        """Say whether a flag applies and is set."""
        return self._given(key) and self.flag(key)

    def chosen(self, key: str, value: str) -> bool:
        """Say whether a choice applies and has this value."""
        return self.maybe_text(key) == value

    def answered(self, key: str) -> bool:
        """Say whether a value is the operator's own, from the interview or a preset."""
        given = (Provenance.OPERATOR, Provenance.PRESET)
        return key in self.settings and self.settings[key].provenance in given

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the key is none or does not apply."""
        if not self._given(key):
            return ()
        return tuple(str(item) for item in self._typed(key, list))

    def mapping(self, key: str) -> dict[str, str]:
        """Return a mapping of texts; empty where the key is none or does not apply."""
        if not self._given(key):
            return {}
        return {str(name): str(value) for name, value in self._typed(key, dict).items()}

    def variables(self) -> dict[str, Setting]:
        """Return the role variables set by name in the section of all role variables."""
        prefix = "variables."
        return {
            key.removeprefix(prefix): setting
            for key, setting in self.settings.items()
            if key.startswith(prefix)
        }

    def _given(self, key: str) -> bool:
        return key in self.settings and self.settings[key].value is not None

    def _typed(self, key: str, kind: type[T]) -> T:
        value = self.settings[key].value
        if not isinstance(value, kind):
            raise TypeError(f"{key} is {type(value).__name__}, not {kind.__name__}")
        return value
