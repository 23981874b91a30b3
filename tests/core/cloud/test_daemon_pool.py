"""Threads that read side by side, and that no process waits for."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import wait

import pytest
from openstack.config.cloud_region import CloudRegion

from octavia_wizard.core.cloud.daemon_pool import DaemonPool
from octavia_wizard.core.cloud.sdk import SdkCloud
from octavia_wizard.core.cloud.sdk_connection import Connections
from octavia_wizard.core.cloud.sdk_errors import Who

LEFT = """
import time
import weakref
from octavia_wizard.core.cloud.daemon_pool import DaemonPool
from octavia_wizard.core.cloud.sdk import SdkCloud
from octavia_wizard.core.cloud.sdk_connection import Connections
from octavia_wizard.core.cloud.sdk_errors import Who
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


class Held:
    """Something a call works with."""

    def work(self) -> int:
        """Do nothing much."""
        return 7


def test_what_was_called_is_not_kept_until_the_next_call() -> None:
    """Else every look at a cloud would leave its threads and sockets behind."""
    pool = DaemonPool(1, "test")
    held = Held()
    gone = weakref.ref(held)
    assert pool.submit(held.work).result(5) == 7
    del held
    until = time.monotonic() + 5
    while gone() is not None and time.monotonic() < until:
        time.sleep(0.01)
    assert gone() is None
    pool.close()


def test_it_can_be_closed_in_one_of_its_threads() -> None:
    """The last that holds a cloud may be a call in progress."""
    pool = DaemonPool(1, "test")
    assert pool.submit(pool.close).result(5) is None


def test_a_cloud_nobody_holds_releases_its_threads() -> None:
    """Sessions come and go with each look, in an interview of hours too."""
    before = threading.active_count()
    region = CloudRegion("none", config={"auth_type": "none"})
    cloud = SdkCloud("none", "", Connections(region, Who.of("none", {})))
    cloud._pool.submit(time.sleep, 0).result(5)
    assert threading.active_count() > before
    del cloud
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() == before
