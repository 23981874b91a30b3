"""Full passes of the garbage collector wait until nobody types, but not for ever."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from octavia_wizard.screens import tidying
from octavia_wizard.screens.tidying import Tidying
from tests.screens.conftest import Opened


@pytest.fixture
def passes() -> Iterator[list[int]]:
    """The generations that were gone through."""
    found: list[int] = []

    def told(phase: str, info: dict[str, int]) -> None:
        if phase == "stop":
            found.append(info["generation"])

    gc.callbacks.append(told)
    yield found
    gc.callbacks.remove(told)


def _due() -> None:
    while gc.get_count()[2] < 20:
        gc.collect(1)


async def test_no_full_pass_comes_between_keys_and_one_in_the_next_pause(
    opened: Opened, passes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as desk:
        monkeypatch.setattr(tidying, "STILL", 3600.0)
        await desk.press("down")
        _due()
        passes.clear()
        await desk.press("1", "f6", "escape", "escape", "2", "escape")
        assert not desk.app._tidying.look()
        assert 2 not in passes
        monkeypatch.setattr(tidying, "STILL", 0.0)
        assert desk.app._tidying.look()
        assert 2 in passes


def test_nothing_is_done_where_nothing_is_to_be_gained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "STILL", 0.0)
    gc.collect()
    assert not Tidying().look()


async def test_the_measures_of_python_hold_again_afterwards(opened: Opened) -> None:
    former = gc.get_threshold()
    async with opened():
        assert gc.get_threshold() != former
    assert gc.get_threshold() == former
    assert gc.get_freeze_count() == 0
