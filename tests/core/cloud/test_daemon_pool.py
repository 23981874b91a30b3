"""Threads that read side by side, and that no process waits for."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import wait

import pytest

from octavia_wizard.core.cloud.daemon_pool import DaemonPool

LEFT = """
import time
from octavia_wizard.core.cloud.daemon_pool import DaemonPool
DaemonPool(2, "cloud").submit(time.sleep, 60)
"""


def test_a_call_that_hangs_does_not_keep_the_process_alive() -> None:
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", LEFT], check=True, timeout=50)
    assert time.monotonic() - begun < 45


def test_results_and_errors_come_back() -> None:
    pool = DaemonPool(3, "cloud")
    assert [pool.submit(pow, number, 2).result(10) for number in range(9)] == [
        number**2 for number in range(9)
    ]
    with pytest.raises(ZeroDivisionError):
        pool.submit(divmod, 1, 0).result(10)
    pool.close()


def test_no_more_threads_than_allowed_and_none_without_need() -> None:
    """Each thread logs a connection in."""
    pool, names = DaemonPool(3, "cloud"), set()

    def work(seconds: float) -> None:
        names.add(threading.current_thread().name)
        time.sleep(seconds)

    for _ in range(4):
        pool.submit(work, 0).result(10)
        time.sleep(0.05)
    assert names == {"cloud-0"}
    wait([pool.submit(work, 0.05) for _ in range(12)], timeout=10)
    assert names == {"cloud-0", "cloud-1", "cloud-2"}
    pool.close()


def test_closing_waits_for_what_has_begun_and_drops_the_rest() -> None:
    pool, begun, go_on = DaemonPool(1, "cloud"), threading.Event(), threading.Event()

    def work() -> str:
        begun.set()
        go_on.wait(10)
        return "done"

    first, second = pool.submit(work), pool.submit(work)
    assert begun.wait(10)
    threading.Timer(0.1, go_on.set).start()
    pool.close()
    assert first.result(0) == "done"
    assert second.cancelled()
