"""Keeps the app alive when its terminal is lost, so that a run can end in good order."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class _Forgiving:
    """A text stream that goes on when nobody can see it any more.

    Textual's writer thread would die of the first error, its queue fill up, and the event
    loop wait for ever for room in it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or do nothing."""
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Flush, or do nothing."""
        try:
            self._stream.flush()
        except OSError:
            return

    def __getattr__(self, name: str) -> object:
        """Behave like the stream in all else."""
        return getattr(self._stream, name)


@contextmanager
def forgiving_output() -> Iterator[None]:
    """Let Textual, which writes to the original standard error, write through a forgiving one."""
    stream = sys.__stderr__
    if stream is None:
        yield
        return
    sys.__stderr__ = _Forgiving(stream)  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        sys.__stderr__ = stream  # type: ignore[misc]


def let_go() -> int:
    """Detach from a terminal that is lost: writes go nowhere, and reads wait.

    A read from a dead terminal returns nothing at once, again and again. Closing the handle
    that is returned lets a waiting read return, so that its thread can end.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    silent, end = os.pipe()
    for number in (1, 2):
        os.dup2(nowhere, number)
    os.dup2(silent, 0)
    return end
