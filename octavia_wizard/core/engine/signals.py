"""Signals as a request to stop: the call in progress is finished, then the run ends."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from octavia_wizard.core.stopping import Stop

_ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stop_on_signals(cancel: threading.Event) -> Iterator[list[signal.Signals]]:
    """Let SIGINT, SIGTERM and SIGHUP set ``cancel``; yield the list of signals received so far.

    To a ``Stop`` the first two are a request, and SIGHUP, a lost terminal, is none.  A second
    SIGINT raises KeyboardInterrupt.  A signal that is ignored stays so, as ``nohup`` and
    background jobs of a shell expect.  Former handlers come back at the end.  Only the main thread
    may use this.
    """
    received: list[signal.Signals] = []

    def stop(number: int, frame: FrameType | None) -> None:
        again = signal.SIGINT in received and number == signal.SIGINT
        received.append(signal.Signals(number))
        if isinstance(cancel, Stop) and number != signal.SIGHUP:
            cancel.ask()
        else:
            cancel.set()
        if again:
            signal.default_int_handler(number, frame)

    former = {number: signal.getsignal(number) for number in _ASKING}
    caught = [number for number, handler in former.items() if handler is not signal.SIG_IGN]
    for number in caught:
        signal.signal(number, stop)
    try:
        yield received
    finally:
        for number in caught:
            # None means that a handler was set by other than Python, which cannot be put back.
            signal.signal(number, former[number] or signal.SIG_DFL)
