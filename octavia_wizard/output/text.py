"""The voice for people."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.errors import WizardError
from octavia_wizard.output.building import Watch, follow_build
from octavia_wizard.output.model import Output, Result
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.progress import follow_rehearsal, follow_run
from octavia_wizard.rehearsal.progress import Progress

_SHOWN = 20
"""Lines of an error; a file that is no preset at all could have thousands."""


class TextOutput(Output):
    """Results on stdout; talk, progress, questions and errors on stderr."""

    def __init__(self, *, verbose: bool = False, may_ask: bool = True) -> None:
        self._out = Paper(_console(sys.stdout))
        self._talk = Paper(_console(sys.stderr))
        self._verbose = verbose
        self.interactive = may_ask and sys.stdin.isatty() and sys.stderr.isatty()

    def show(self, result: Result) -> None:
        """Write it on stdout."""
        result.write(self._out)

    def finish(self, verb: str, exit_code: int) -> None:
        """Say nothing: a person has read the result."""

    def say(self, text: str) -> None:
        """Write it on stderr."""
        self._talk.paragraph(text)

    def error(self, error: WizardError) -> None:
        """Write ``error:`` and ``hint:`` lines on stderr."""
        lines = error.message.splitlines()
        for line in lines[:_SHOWN]:
            self._talk.line(("error: ", "bold red"), line)
        if len(lines) > _SHOWN:
            self._talk.line(f"… and {len(lines) - _SHOWN} more like these")
        if error.hint:
            self._talk.line(("hint: ", "bold"), error.hint)

    def confirm(self, question: str) -> bool:
        """Ask on stderr; anything but a yes is a no."""
        self._talk.console.print(self._talk.fit(f"{question} [y/N] "), end="", markup=False)
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Turn a spinner on a terminal; elsewhere say nothing."""
        if not self._talk.console.is_terminal:
            yield
            return
        spinner = "dots" if self._talk.fit("✓") == "✓" else "line"
        with self._talk.console.status(self._talk.fit(text), spinner=spinner):
            yield

    @contextmanager
    def follow(self) -> Iterator[Callable[[Event], None]]:
        """Show the steps of a run as they go."""
        with follow_run(self._talk, verbose=self._verbose) as report:
            yield report

    @contextmanager
    def follow_rehearsal(self) -> Iterator[Callable[[Progress], None]]:
        """Show the start of the rehearsal cloud."""
        with follow_rehearsal(self._talk) as report:
            yield report

    @contextmanager
    def follow_build(
        self, cancel: threading.Event, log_of: Callable[[], Path | None]
    ) -> Iterator[Watch]:
        """Show how far the build of an image is."""
        with follow_build(self._talk, cancel, log_of, verbose=self._verbose) as watch:
            yield watch


def _console(stream: object) -> Console:
    console = Console(file=stream, highlight=False, markup=False, emoji=False)  # type: ignore[arg-type]
    # A terminal that knows no cursor movement gets plain lines.
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        console = Console(
            file=stream,  # type: ignore[arg-type]
            highlight=False,
            markup=False,
            emoji=False,
            force_terminal=False,
            no_color=True,
        )
    return console
