"""Prompts for a terminal with a cursor, by questionary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

import questionary
from prompt_toolkit.output import create_output

from octavia_wizard.plain.prompter import Move, Option, Prompter

SEARCH_FROM = 9
"""Lists of so many entries can be narrowed by typing."""


class CursorPrompter(Prompter):
    """Arrow keys in lists, completion in lines; Ctrl-C always gets through."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream, dumb=False)
        self._output: dict[str, Any] = {"output": create_output(stdout=stream)}

    def text(self, message: str, current: str, suggestions: Sequence[Option] = ()) -> str | Move:
        """Ask for a line; suggestions are completed, and anything else may be typed."""
        shown = self.paper.fit(f"{message} [{current}]:" if current else f"{message}:")
        if suggestions:
            names = {str(option.value): option.detail or option.label for option in suggestions}
            prompt = questionary.autocomplete(
                shown,
                choices=list(names),
                meta_information={name: self.paper.fit(text) for name, text in names.items()},
                match_middle=True,
                validate=lambda _: True,
                **self._output,
            )
        else:
            prompt = questionary.text(shown, **self._output)
        typed = str(prompt.unsafe_ask()).strip()
        return Move(typed) if typed in (Move.BACK.value, Move.HELP.value) else typed

    def choose(
        self, message: str, options: Sequence[Option], current: object, *, moves: bool = True
    ) -> object | Move:
        """Ask by a list; long ones are narrowed by typing."""
        width = max((len(option.label) for option in options), default=0)
        choices = [
            questionary.Choice(
                self.paper.fit(f"{option.label:<{width}}  {option.detail}".rstrip()), value=index
            )
            for index, option in enumerate(options)
        ]
        if moves:
            choices += [
                questionary.Choice("< back", value=Move.BACK),
                questionary.Choice("? help", value=Move.HELP),
            ]
        default = next((n for n, option in enumerate(options) if option.value == current), None)
        search = len(options) >= SEARCH_FROM
        picked = questionary.select(
            self.paper.fit(message),
            choices=choices,
            default=None if default is None else choices[default],
            use_search_filter=search,
            use_jk_keys=False,
            use_shortcuts=False,
            instruction="(type to search)" if search else " ",
            **self._output,
        ).unsafe_ask()
        return picked if isinstance(picked, Move) else options[picked].value

    def confirm(self, message: str) -> bool:
        """Ask for a yes."""
        prompt = questionary.confirm(self.paper.fit(message), default=False, **self._output)
        return bool(prompt.unsafe_ask())
