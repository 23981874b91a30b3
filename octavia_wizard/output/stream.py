"""Streams that outlive their reader: a closed pipe or a lost terminal must not break a run."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO, cast

_GONE = (errno.EPIPE, errno.EIO)
"""The reader of a pipe ended (``… | head``); the terminal hung up."""


_STANDARD = (
    ("stdin", 0, os.O_RDONLY, "r"),
    ("stdout", 1, os.O_WRONLY, "w"),
    ("stderr", 2, os.O_WRONLY, "w"),
)


class Steadfast:
    """A text stream that falls silent when nobody reads it any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._gone = False
        self.trouble: OSError | None = None
        """Why nothing is written any more, where that is something to be told."""

    def write(self, text: str) -> int:
        """Write, or drop the text once the reader is gone."""
        if not self._gone:
            try:
                self._stream.write(text)
            except UnicodeEncodeError:
                plain = text.encode(self.encoding, "replace").decode(self.encoding)
                self._stream.write(plain)
            except OSError as error:
                self._let_go(error)
        return len(text)

    def flush(self) -> None:
        """Flush, unless the reader is gone."""
        if not self._gone:
            try:
                self._stream.flush()
            except OSError as error:
                self._let_go(error)

    def isatty(self) -> bool:
        """Say whether a terminal is at the other end."""
        return not self._gone and self._stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor, as some libraries ask for it."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:
        """The character encoding of the stream."""
        return self._stream.encoding or "ascii"

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def _let_go(self, error: OSError) -> None:
        """Write no more; a reader that went away is no trouble, a full disk is."""
        if error.errno not in _GONE:
            self.trouble = error
        self._gone = True
        # What is left in the buffer would be written, and fail, when the interpreter ends.
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self._stream.fileno())
        os.close(null)


@contextmanager
def steadfast_streams() -> Iterator[Steadfast]:
    """Let stdout and stderr fall silent instead of failing; yield the stdout of that time."""
    _fill_in()
    former = sys.stdout, sys.stderr
    out = Steadfast(former[0])
    sys.stdout = cast(TextIO, out)
    sys.stderr = cast(TextIO, Steadfast(former[1]))
    try:
        yield out
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = former


def _fill_in() -> None:
    """Put the null device in place of streams the program was started without."""
    for name, number, flags, mode in _STANDARD:
        if getattr(sys, name) is not None:
            continue
        # At its own number: else a journal, opened next, could get it and be written upon.
        null = os.open(os.devnull, flags)
        if null != number:
            os.dup2(null, number)
            os.close(null)
        setattr(sys, name, os.fdopen(number, mode, closefd=False))
