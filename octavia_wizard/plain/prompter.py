"""How a prompt is shown and answered, with a cursor or without."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TextIO

from octavia_wizard.core.views.model import Picture
from octavia_wizard.output.paper import Paper
from octavia_wizard.plain.options import Move, Option

MOVE_KEYS: Final = (
    ("<", "goes back"),
    ("?", "explains the question"),
    ("=", "takes the default again"),
    ("none", "answers: deliberately none, where that is an answer"),
    ("v", "shows the picture of the section again"),
    ("!", "lists what else can be done here"),
    ("Ctrl-C", "leaves; every answer is kept"),
)
"""What can be typed at any prompt, with and without a cursor, and what it does."""


class Prompter(ABC):
    """Shows lines and asks; every ask raises KeyboardInterrupt or EOFError when left."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self._news: deque[Callable[[], None]] = deque()

    @property
    @abstractmethod
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return what can be typed at every prompt, and what it does."""

    @abstractmethod
    def text(self, message: str, current: str) -> str | Move:
        """Ask for a line; an empty one stands for ``current``."""

    @abstractmethod
    def path(self, message: str, current: str) -> str | Move:
        """Ask for a path on this host; an empty one stands for ``current``."""

    @abstractmethod
    def search(
        self,
        message: str,
        current: str,
        options: Sequence[Option],
        columns: Sequence[str] = (),
        *,
        again: bool = False,
    ) -> Option | str | Move:
        """Ask for a line that may be one of many; return the option meant, or what was typed.

        An empty text stands for ``current``; ``columns`` are headers where options have cells.
        """

    @abstractmethod
    def choose(
        self,
        message: str,
        options: Sequence[Option],
        current: object,
        *,
        moves: bool = True,
        again: bool = False,
    ) -> object | Move:
        """Ask for one of several; ``moves`` allows going back, help and the like too.

        What is asked ``again`` is not listed a second time where it still can be read above.
        """

    @abstractmethod
    def several(
        self,
        message: str,
        options: Sequence[Option],
        current: Sequence[object],
        *,
        again: bool = False,
    ) -> list[object] | Move:
        """Ask for any of several."""

    @abstractmethod
    def secret(self, message: str) -> str:
        """Ask for a line that is not shown."""

    @abstractmethod
    def confirm(self, message: str, *, default: bool = False) -> bool:
        """Ask for a yes; an empty answer stands for ``default``."""

    # --- what happens meanwhile

    def announce(self, write: Callable[[], None]) -> None:
        """Let something be written as soon as that garbles nothing; from any thread."""
        self._news.append(write)

    def catch_up(self) -> None:
        """Write what was announced and not written yet."""
        while True:
            try:
                write = self._news.popleft()
            except IndexError:
                return
            write()

    def watch(
        self,
        draw: Callable[[int, int], Picture],
        over: Callable[[], bool],
        keys: Mapping[str, str],
    ) -> str | None:
        """Show what moves until it is over or a key is pressed; None where that cannot be done.

        ``draw`` is given columns and lines. Returns what the key stands for, else "".
        """
        return None


def make_prompter(*, lines: bool = False) -> Prompter:
    """Return prompts with a cursor where the terminal has one and ``lines`` does not forbid it."""
    stream = sys.stdout if sys.stdout.isatty() or not sys.stderr.isatty() else sys.stderr
    if wants_ascii(os.environ, terminal=stream.isatty()):
        # Rich and prompt_toolkit draw by the encoding of the stream, too.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="ascii", errors="replace")
    if lines or not has_cursor(stream):
        from octavia_wizard.plain.lines import LinePrompter

        return LinePrompter(stream)
    from octavia_wizard.plain.cursor import CursorPrompter

    return CursorPrompter(stream)


def wants_ascii(environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Say whether only ASCII may be written, whatever encoding Python has chosen.

    In the locale C it takes UTF-8 (PEP 538), and sets LC_CTYPE to say so; the Linux console has
    UTF-8, but few glyphs.
    """
    if terminal and environ.get("TERM") == "linux":
        return True
    if "PYTHONIOENCODING" in environ:
        return False
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    if locale == _COERCED and not environ.get("LC_ALL"):
        locale = environ.get("LANG") or locale
    return locale in ("C", "POSIX")


_COERCED = "C.UTF-8"


def has_cursor(stream: TextIO) -> bool:
    """Say whether prompts can move a cursor on a stream."""
    if not (sys.stdin.isatty() and stream.isatty()):
        return False
    return os.environ.get("TERM", "") not in ("", "dumb", "unknown") and columns_of(stream) > 0


def columns_of(stream: TextIO) -> int:
    """Return how wide the terminal of a stream is; 0 where that is not known."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return 0
    return size.columns if size.lines else 0
