"""Do something beside looking on, so that one sees how it goes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress


def beside(
    name: str,
    work: Callable[[Callable[[str], None]], None],
    look: Callable[[], None],
    hear: Callable[[str], None],
    tick: float,
) -> None:
    """Call ``work`` in a thread of this name, and ``look`` every ``tick`` seconds until it ends.

    What ``work`` has to say is handed to ``hear`` in this thread. Raises what ``work`` raised.
    """
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    failed: list[BaseException] = []

    def call() -> None:
        try:
            work(said.put)
        except BaseException as error:  # handed over to the thread that waits
            failed.append(error)

    def listen() -> None:
        look()
        with suppress(queue.Empty):
            while True:
                hear(said.get_nowait())

    thread = threading.Thread(target=call, name=name, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(tick)
        listen()
    listen()
    if failed:
        raise failed[0]
