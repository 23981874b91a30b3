"""Prompts for a terminal with a cursor, by questionary."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TextIO

import questionary
from prompt_toolkit.application import get_app_or_none, run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.vt100 import Vt100_Output
from rich.console import Console

from octavia_wizard.core.views.ascii import to_ascii
from octavia_wizard.core.views.model import Picture
from octavia_wizard.output.paper import Paper
from octavia_wizard.plain.options import Move, Option, literal, move_of, padded, shown, widths_of
from octavia_wizard.plain.prompter import MOVE_KEYS, Prompter
from octavia_wizard.plain.searching import SHOWN, Search
from octavia_wizard.plain.watching import watch

SEARCH_FROM = 12
"""Lists of so many entries can be narrowed by typing."""
_MARGIN = 6
"""Columns a menu needs beside its text."""
CLOSE = 20
"""Most matches offered when what was typed is none of them."""
_WITHOUT_COLOUR = ("vt52", "vt100", "vt102", "vt220", "vt320")
"""Terminals that know no colour; their codes would be printed by some of them."""


class CursorPrompter(Prompter):
    """Arrow keys in lists, completion in lines; Ctrl-C always gets through."""

    def __init__(self, stream: TextIO) -> None:
        self._mono = os.environ.get("TERM", "").startswith(_WITHOUT_COLOUR)
        no_color = True if self._mono else None
        console = Console(
            file=stream, highlight=False, markup=False, emoji=False, no_color=no_color
        )
        super().__init__(Paper(console))
        self._ascii = not self.paper.fit("✓").startswith("✓")
        self._output: dict[str, Any] = {"output": self._make_output(stream)}

    def _make_output(self, stream: TextIO) -> Output:
        kind = _AsciiOutput if self._ascii else Vt100_Output
        depth = ColorDepth.DEPTH_1_BIT if self._mono else ColorDepth.from_env()
        return kind.from_pty(stream, term=os.environ.get("TERM"), default_color_depth=depth)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return what can be typed at every prompt."""
        return (
            ("Enter", "keeps what stands in brackets, or takes what the arrow points at"),
            ("↑ ↓", "choose in a list; long lists are narrowed by typing"),
            ("Tab", "completes paths and names"),
            *MOVE_KEYS,
        )

    def text(self, message: str, current: str) -> str | Move:
        """Ask for a line."""
        return self._line(questionary.text(self._message(message, current), **self._output))

    def path(self, message: str, current: str) -> str | Move:
        """Ask for a path; Tab completes it."""
        return self._line(questionary.path(self._message(message, current), **self._output))

    def search(
        self,
        message: str,
        current: str,
        options: Sequence[Option],
        columns: Sequence[str] = (),
        *,
        again: bool = False,
    ) -> Option | str | Move:
        """Ask for a line with what matches below it, narrowed as one types."""
        if not options:
            return self.text(message, current)
        search = Search(options)
        if len(options) > 1 and not again:
            self.paper.line(f"{len(options)} to choose from: type a part, arrows choose", indent=1)
        prompt = questionary.autocomplete(
            self._message(message, current),
            choices=[],
            completer=_Matches(search, self.paper),
            **self._output,
        )
        buffer = prompt.application.current_buffer
        prompt.application.pre_run_callables.append(
            lambda: buffer.start_completion(select_first=False)
        )
        typed = self._line(prompt)
        if isinstance(typed, Move) or not typed:
            return typed
        return search.exact(typed) or self._meant(message, typed, search)

    def _meant(self, message: str, typed: str, search: Search) -> Option | str:
        """Ask which of the close ones was meant, where what was typed is none of them."""
        found = search.find(typed)[:CLOSE]
        if not found or search.is_a_word(typed):
            return typed
        itself = Option(typed, f"{typed}, as typed")
        picked = self.choose(message, [*(_picked(one) for one in found), itself], None, moves=False)
        return picked if isinstance(picked, Option) else typed

    def choose(
        self,
        message: str,
        options: Sequence[Option],
        current: object,
        *,
        moves: bool = True,
        again: bool = False,
    ) -> object | Move:
        """Ask by a list; long ones are narrowed by typing."""
        choices = self._choices(options)
        default = next((n for n, option in enumerate(options) if option.value == current), None)
        keyed = any(option.key for option in options)
        search = len(options) >= SEARCH_FROM and not keyed
        ways = "type to search, arrows, Enter" if search else "arrows, Enter"
        prompt = questionary.select(
            self.paper.fit(message),
            choices=choices,
            default=None if default is None else choices[default],
            use_search_filter=search,
            use_jk_keys=False,
            use_shortcuts=False,
            instruction=self.paper.fit(f"({ways}{'; < back, ? why' if moves else ''})"),
            pointer=">",
            erase_when_done=True,
            **self._output,
        )
        self._bind(prompt, options, moves=moves, letters=not search)
        picked = self._ask(prompt)
        if isinstance(picked, Move):
            self._echo(message, picked.value)
            return picked
        option: Option = options[int(picked)]
        self._echo(message, option.label)
        return option.value

    def several(
        self,
        message: str,
        options: Sequence[Option],
        current: Sequence[object],
        *,
        again: bool = False,
    ) -> list[object] | Move:
        """Ask for any of several, ticked with Space."""
        choices = self._choices(options)
        for choice, option in zip(choices, options, strict=True):
            choice.checked = option.value in current
        prompt = questionary.checkbox(
            self.paper.fit(message),
            choices=choices,
            use_jk_keys=False,
            instruction="(Space ticks, Enter goes on; < back, ? why)",
            pointer=">",
            erase_when_done=True,
            **self._output,
        )
        self._bind(prompt, (), moves=True, letters=True)
        picked = self._ask(prompt)
        if isinstance(picked, Move):
            self._echo(message, picked.value)
            return picked
        self._echo(message, ", ".join(options[place].label for place in picked) or "none")
        return [options[place].value for place in picked]

    def _echo(self, message: str, answer: str) -> None:
        """Leave one line of a list that was drawn and is gone now."""
        self.paper.line("? ", (f"{message}: ", "bold"), answer)

    def secret(self, message: str) -> str:
        """Ask for a line that is shown as stars."""
        return str(self._ask(questionary.password(self.paper.fit(message), **self._output)))

    def confirm(self, message: str, *, default: bool = False) -> bool:
        """Ask for a yes."""
        prompt = questionary.confirm(self.paper.fit(message), default=default, **self._output)
        return bool(self._ask(prompt))

    def announce(self, write: Callable[[], None]) -> None:
        """Write above the prompt that is open, or else before the next one."""
        super().announce(write)
        app = get_app_or_none()
        if app is not None and app.is_running and app.loop is not None:
            app.loop.call_soon_threadsafe(lambda: run_in_terminal(self.catch_up))

    def watch(
        self,
        draw: Callable[[int, int], Picture],
        over: Callable[[], bool],
        keys: Mapping[str, str],
    ) -> str:
        """Draw on the same lines until it is over or a key is pressed."""
        self.catch_up()
        return watch(self._output["output"], draw, over, keys, self.paper.fit)

    def _ask(self, prompt: questionary.Question) -> Any:
        self.catch_up()
        return prompt.unsafe_ask()

    def _message(self, message: str, current: str) -> str:
        room = max(self.paper.console.width // 2 - len(message), 12)
        kept = padded([current], [min(len(current), room)])
        return self.paper.fit(f"{message} [{kept}]:" if current else f"{message}:")

    def _line(self, prompt: questionary.Question) -> str | Move:
        typed = str(self._ask(prompt)).strip()
        return move_of(typed) or literal(typed)

    def _choices(self, options: Sequence[Option]) -> list[questionary.Choice]:
        rows = [(*((f"{one.key})",) if one.key else ()), one.label, one.detail) for one in options]
        depth = max(map(len, rows), default=0)
        rows = [("",) * (depth - len(row)) + row for row in rows]
        room = max(self.paper.console.width - 4, 20)
        widths = widths_of(rows, room) if rows else []
        return [
            questionary.Choice(self.paper.fit(padded(row, widths))[:room], value=place)
            for place, row in enumerate(rows)
        ]

    def _bind(
        self, prompt: questionary.Question, options: Sequence[Option], *, moves: bool, letters: bool
    ) -> None:
        """Let single keys stand for options and moves."""
        results: dict[str, object] = {}
        if moves:
            results = {move.value: move for move in Move if letters or not move.value.isalpha()}
        if letters:
            results |= {one.key: place for place, one in enumerate(options) if len(one.key) == 1}
        bindings = KeyBindings()
        for key, result in results.items():
            bindings.add(key, eager=True)(_ends_with(result))
        own = prompt.application.key_bindings
        prompt.application.key_bindings = merge_key_bindings([own, bindings] if own else [bindings])


def _ends_with(result: object) -> Any:
    def end(event: KeyPressEvent) -> None:
        event.app.exit(result=result)

    return end


def _picked(option: Option) -> Option:
    return Option(option, option.label, option.detail or "  ".join(option.cells[1:]))


class _AsciiOutput(Vt100_Output):
    """Writes ASCII, whatever signs a prompt is drawn with."""

    def write(self, data: str) -> None:
        """Write a text."""
        super().write(to_ascii(data))


class _Matches(Completer):
    """Offers what a text typed so far can mean, in columns."""

    def __init__(self, search: Search, paper: Paper) -> None:
        self._search = search
        self._paper = paper

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield the matches; of very many only the first."""
        found = self._search.find(document.text)[:SHOWN]
        if not found:
            return
        rows = [shown(option) for option in found]
        widths = widths_of(rows, self._paper.console.width - _MARGIN)
        for option, row in zip(found, rows, strict=True):
            yield Completion(
                self._name(option),
                start_position=-len(document.text),
                display=self._paper.fit(padded(row, widths)),
            )

    def _name(self, option: Option) -> str:
        """Return what stands in the line when it is chosen: a name, unless two have it."""
        unique = self._search.exact(option.label) is option
        return option.label if unique else str(option.value)
