"""Blocking work never holds the event loop, nor the end of the process."""

from __future__ import annotations

import asyncio
import threading

import pytest

from octavia_wizard.screens.workers.threads import in_thread


async def test_the_result_comes_back_from_another_thread() -> None:
    assert await in_thread(threading.get_ident, "work") != threading.get_ident()


async def test_an_error_is_raised_where_the_result_was_waited_for() -> None:
    def fail() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        await in_thread(fail, "work")


async def test_who_stops_waiting_is_not_held_up_by_the_work() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def work() -> None:
        go_on.wait(10)
        ended.set()

    waiting = asyncio.create_task(in_thread(work, "work"))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not ended.is_set()
    go_on.set()
    assert ended.wait(5)


async def test_the_thread_does_not_keep_the_process_alive() -> None:
    go_on = threading.Event()
    waiting = asyncio.create_task(in_thread(go_on.wait, "slow-cloud"))
    await asyncio.sleep(0.05)
    thread = next(thread for thread in threading.enumerate() if thread.name == "slow-cloud")
    assert thread.daemon
    go_on.set()
    assert await waiting
