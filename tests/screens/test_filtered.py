"""What is typed narrows a list down, by every word and in any order."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from octavia_wizard.screens.filtered import LIMIT, Entry, FilteredList, FilterLine, Search
from octavia_wizard.screens.listing import Row

NAMES = [f"net-{n:05} {'Alpha' if n % 2 else 'beta'}" for n in range(10_000)]


class Shown(App[None]):
    """A list to filter on its own."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def compose(self) -> ComposeResult:
        yield FilteredList(lambda name: Row(name, (name,)), empty="there is nothing")

    @property
    def found(self) -> FilteredList:
        return self.query_one(FilteredList)

    def on_filtered_list_moved(self, event: FilteredList.Moved) -> None:
        self.told.append(f"moved {event.id}")

    def on_filter_line_erased(self) -> None:
        self.told.append("erased")

    def text(self) -> str:
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())


def _entries(names: list[str]) -> list[Entry]:
    return [Entry(name, name) for name in names]


class TestSearch:
    """Finding entries by words."""

    @pytest.mark.parametrize(
        ("text", "count"),
        [("", 10_000), ("ALPHA", 5_000), ("alpha 00017", 1), ("00017 alpha", 1), ("zz", 0)],
    )
    def test_every_word_counts_in_any_order_and_case(self, text: str, count: int) -> None:
        assert len(Search(_entries(NAMES)).find(text)) == count

    def test_letter_by_letter_finds_what_the_whole_text_finds(self) -> None:
        for text in ("net-0777 alpha", "a lph", "beta 1 2", " 9", "straße"):
            search = Search(_entries([*NAMES, "STRASSE"]))
            found = [search.find(text[:end]) for end in range(len(text) + 1)]
            assert found[-1] == Search(_entries([*NAMES, "STRASSE"])).find(text)
            found = [search.find(text[:end]) for end in range(len(text), -1, -1)]
            assert len(found[-1]) == 10_001


async def test_at_most_five_hundred_are_shown_of_ten_thousand() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        app.found.fill(_entries(NAMES))
        await pilot.pause()
        assert LIMIT == 500
        assert len(app.found.listing.rows) == 500
        assert "9500 more, type to narrow" in app.text()
        await pilot.press(*"0777")
        await pilot.pause()
        assert [row.id for row in app.found.listing.rows] == [n for n in NAMES if "0777" in n]
        assert "11 of 10000" in app.text()


async def test_an_empty_list_says_so_and_takes_every_key() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        assert "there is nothing" not in app.text()
        app.found.fill([])
        await pilot.press("home", "end", "up", "down", "pageup", "pagedown", "x")
        await pilot.pause()
        assert "there is nothing" in app.text()
        assert app.found.current is None
        assert app.found.field.value == "x"


async def test_one_match_is_under_the_cursor() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        app.found.fill(_entries(NAMES))
        await pilot.press(*"09999")
        await app.found.typed()
        assert app.found.current == NAMES[9999]
        await pilot.press("z")
        await app.found.typed()
        assert app.found.current is None
        assert "nothing matches" in app.text()
        await pilot.pause()
        assert app.told[-2:] == [f"moved {NAMES[9999]}", "moved None"]


async def test_keys_that_are_no_text_move_the_cursor() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        app.found.fill(_entries(NAMES))
        await pilot.press("down", "down", "up", "end")
        assert app.found.current == NAMES[499]
        await pilot.press("home", "pagedown")
        assert app.found.current not in (None, NAMES[0])
        app.found.move(-1000)
        assert app.found.current == NAMES[0]


async def test_a_new_list_keeps_what_is_typed_and_the_cursor() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        app.found.fill(_entries(NAMES))
        await pilot.press(*"0001", "down", "down")
        await pilot.pause()
        under = app.found.current
        app.found.fill(_entries(NAMES[:5000]))
        await pilot.pause()
        assert app.found.current == under
        assert app.found.field.value == "0001"
        assert "of 5000" in app.text()


async def test_backspace_with_nothing_typed_is_told() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        app.found.fill(_entries(NAMES))
        await pilot.press("a", "backspace")
        await pilot.pause()
        assert "erased" not in app.told
        await pilot.press("backspace")
        await pilot.pause()
        assert app.told[-1] == "erased"
        assert isinstance(app.focused, FilterLine)
