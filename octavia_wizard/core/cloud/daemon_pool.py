"""Threads that read side by side and never keep a process alive that wants to end.

The pool of the standard library is waited for at the end of the process: a cloud that does not
answer would hold the operator's terminal for minutes after the wizard was left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class DaemonPool:
    """Some threads, each started when it is needed and kept for later calls."""

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], None]] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        """Call a function in one of the threads; its result or error comes by the future."""
        future: Future[T] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = work(*args)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

        self._calls.put((future, call))
        with self._lock:
            if not self._idle.acquire(blocking=False) and len(self._threads) < self._most:
                number = len(self._threads)
                thread = threading.Thread(
                    target=self._work, name=f"{self._name}-{number}", daemon=True
                )
                self._threads.append(thread)
                thread.start()
        return future

    def _work(self) -> None:
        while True:
            waiting = self._calls.get()
            if waiting is None:
                return
            waiting[1]()
            # What was called must not be kept alive until the next call.
            del waiting
            self._idle.release()

    def close(self) -> None:
        """Drop the calls that have not begun, and wait for those that have.

        It may be called in one of the threads itself, which is not waited for.
        """
        while True:
            try:
                waiting = self._calls.get_nowait()
            except Empty:
                break
            if waiting is not None:
                waiting[0].cancel()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()
