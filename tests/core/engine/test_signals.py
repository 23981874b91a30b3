"""A signal asks the run to stop; only a second Ctrl-C breaks it off."""

from __future__ import annotations

import signal
import threading

import pytest

from octavia_wizard.core.engine.signals import stop_on_signals

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_sets_the_event_and_is_reported(number: signal.Signals) -> None:
    cancel = threading.Event()
    with stop_on_signals(cancel) as received:
        assert not cancel.is_set()
        signal.raise_signal(number)
        assert cancel.is_set()
    assert received == [number]


def test_a_second_interrupt_breaks_off() -> None:
    cancel = threading.Event()
    with stop_on_signals(cancel):
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_other_signals_may_come_again_and_again() -> None:
    with stop_on_signals(threading.Event()) as received:
        for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.raise_signal(number)
    assert len(received) == 4


def test_former_handlers_come_back_even_after_an_error() -> None:
    former = [signal.getsignal(number) for number in SIGNALS]
    with pytest.raises(ZeroDivisionError), stop_on_signals(threading.Event()):
        raise ZeroDivisionError
    assert [signal.getsignal(number) for number in SIGNALS] == former


def test_a_signal_that_is_ignored_stays_ignored_as_nohup_expects() -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        cancel = threading.Event()
        with stop_on_signals(cancel):
            signal.raise_signal(signal.SIGHUP)
            assert not cancel.is_set()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, former)
