"""Finding one of many by a part of its name, however many there are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from octavia_wizard.plain.options import Option

SHOWN = 500
"""Most entries offered at once where they can be scrolled."""


class Search:
    """Options, and those of them that a text typed so far can mean."""

    def __init__(self, options: Sequence[Option]) -> None:
        self.options = tuple(options)
        self._texts = [" ".join((*_names(o), o.detail, *o.cells)).casefold() for o in options]
        self._known: dict[str, Option | None] = {}
        for option in options:
            for name in _names(option):
                # What two things are called tells neither of them.
                self._known[name] = None if name in self._known else option

    def __len__(self) -> int:
        return len(self.options)

    def exact(self, text: str) -> Option | None:
        """Return the one option that is called exactly so."""
        return self._known.get(text)

    def is_a_word(self, text: str) -> bool:
        """Say whether a text stands as a cell of its own beside a name: another word for it."""
        return any(text in option.cells for option in self.options)

    def find(self, text: str) -> list[Option]:
        """Return the options that hold every word of a text; else those that hold its letters."""
        words = text.casefold().split()
        found = [
            option
            for option, known in zip(self.options, self._texts, strict=True)
            if all(word in known for word in words)
        ]
        return found or self._by_letters(text)

    def _by_letters(self, text: str) -> list[Option]:
        letters = [char for char in text.casefold() if not char.isspace()]
        # Numbers are typed on purpose: 33.0.0 is no slip for 33.0.1.
        if len(letters) < 2 or any(char.isdigit() for char in letters):
            return []
        pattern = re.compile(".*?".join(map(re.escape, letters)), re.IGNORECASE)
        found = [
            (match, option)
            for option in self.options
            if (match := pattern.search(option.label)) is not None
        ]
        found.sort(key=lambda pair: (len(pair[0].group()), pair[0].start()))
        return [option for _, option in found]


def _names(option: Option) -> set[str]:
    """Return by what a thing can be called: its label, and its value where that is a text."""
    return {option.label, option.value} if isinstance(option.value, str) else {option.label}
