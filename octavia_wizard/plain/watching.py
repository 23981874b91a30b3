"""Watching something that moves, on a terminal with a cursor, until a key is pressed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.output import Output

from octavia_wizard.core.views.model import Picture, Role

_STYLES: Mapping[Role, str] = {
    Role.STRONG: "bold",
    Role.GOOD: "ansigreen",
    Role.ATTENTION: "ansiyellow",
    Role.BAD: "ansired",
}
_EVERY = 1.0
"""Seconds between two drawings: more often would be no calmer, and slow lines exist."""
_MARGIN = 2
_BACK = ("q", "enter", "c-c", "<")


def watch(
    output: Output,
    draw: Callable[[int, int], Picture],
    over: Callable[[], bool],
    keys: Mapping[str, str],
    fit: Callable[[str], str],
) -> str:
    """Draw again and again; return what the pressed key stands for, else "".

    ``draw`` is given columns and lines; nothing of it stays on the screen.
    """

    def text() -> StyleAndTextTuples:
        size = output.get_size()
        rows = draw(size.columns - _MARGIN, size.rows - 1)[: size.rows - 1]
        parts: StyleAndTextTuples = []
        for row in rows:
            parts.append(("", " " * _MARGIN))
            parts += [(_STYLES.get(span.role, ""), fit(span.text)) for span in row]
            parts.append(("", "\n"))
        return parts[:-1]

    bindings = KeyBindings()
    for key, meaning in {**dict.fromkeys(_BACK, ""), **keys}.items():
        bindings.add(key, eager=True)(_exits(meaning))
    body = Window(FormattedTextControl(text, show_cursor=False), dont_extend_height=True)
    app: Application[str] = Application(
        layout=Layout(body),
        key_bindings=bindings,
        refresh_interval=_EVERY,
        erase_when_done=True,
        output=output,
    )

    async def until_over() -> None:
        while not over():
            await asyncio.sleep(_EVERY / 4)
        if not app.is_done:
            app.exit(result="")

    return app.run(pre_run=lambda: _begin(app, until_over))


def _begin(app: Application[str], task: Callable[[], Any]) -> None:
    app.create_background_task(task())


def _exits(meaning: str) -> Callable[[KeyPressEvent], None]:
    def leave(event: KeyPressEvent) -> None:
        if not event.app.is_done:
            event.app.exit(result=meaning)

    return leave
