"""What goes on beside a look is heard in one thread, and its fault is not lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from octavia_wizard.core.detached.beside import beside


def test_all_that_is_said_is_heard_in_this_thread_and_looked_at_once_more() -> None:
    here = threading.current_thread()
    looks: list[int] = []
    heard: list[str] = []

    def work(say: Callable[[str], None]) -> None:
        assert threading.current_thread() is not here
        say("one")
        time.sleep(0.05)
        say("two")

    def look() -> None:
        assert threading.current_thread() is here
        looks.append(len(heard))

    beside("work", work, look, heard.append, 0.01)
    assert heard == ["one", "two"]
    assert len(looks) >= 2


def test_what_it_raises_is_raised_after_what_it_said_was_heard() -> None:
    heard: list[str] = []

    def work(say: Callable[[str], None]) -> None:
        say("before")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        beside("work", work, lambda: None, heard.append, 0.01)
    assert heard == ["before"]
