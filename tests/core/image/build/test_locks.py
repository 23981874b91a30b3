"""One at a time at the end of a build, and nobody waits who does not want to."""

from __future__ import annotations

import threading

import pytest

from octavia_wizard.core.errors import FileError, Interrupted, LockedError
from octavia_wizard.core.image.build import locks
from octavia_wizard.core.image.build.locks import alone, locked
from octavia_wizard.core.image.build.wishes import Wish, was_cancelled
from octavia_wizard.core.stopping import Stop
from tests.core.image.build.conftest import Place


def test_who_wants_to_cancel_asks_the_one_at_work_and_waits(place: Place) -> None:
    record, stop, order = place.record(), Stop(), list[str]()
    wish = Wish(record, threading.Event())

    def second() -> None:
        with alone(record, stop):
            order.append("second")

    with alone(record):
        thread = threading.Thread(target=second)
        thread.start()
        assert not wish.wait(0.5)
        stop.ask()
        assert wish.wait(5)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


def test_who_lost_the_terminal_goes_without_a_trace(place: Place) -> None:
    record, stop = place.record(), Stop()
    stop.set()
    with alone(record), pytest.raises(Interrupted), alone(record, stop):
        pass
    assert not was_cancelled(record)


def test_nobody_waits_for_ever(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_LONGEST", 0.3)
    record = place.record()
    with alone(record), pytest.raises(LockedError), alone(record):
        pass


def test_a_link_is_no_lock(place: Place) -> None:
    (place.root / "lock").symlink_to(place.root / "elsewhere")
    with pytest.raises(FileError), locked(place.root / "lock"):
        pass
    assert not (place.root / "elsewhere").exists()
