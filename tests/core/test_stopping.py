"""Who wants what goes on by itself to end."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from octavia_wizard.core.engine.signals import stop_on_signals
from octavia_wizard.core.stopping import Stop, is_asked


@pytest.mark.parametrize(
    ("number", "asked"), [(signal.SIGHUP, False), (signal.SIGTERM, True), (signal.SIGINT, True)]
)
def test_only_a_lost_terminal_is_no_request(number: signal.Signals, asked: bool) -> None:
    stop = Stop()
    with stop_on_signals(stop):
        os.kill(os.getpid(), number)
        assert stop.wait(5)
    assert is_asked(stop) == asked


def test_a_plain_event_is_a_request() -> None:
    event = threading.Event()
    assert not is_asked(event)
    event.set()
    assert is_asked(event)


def test_a_display_that_failed_is_no_request_until_somebody_asks() -> None:
    stop = Stop()
    stop.set()
    assert not is_asked(stop)
    stop.ask()
    assert is_asked(stop)
