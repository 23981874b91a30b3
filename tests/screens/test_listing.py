"""A list of any length is gone through by keys and mouse, and draws only what is seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from octavia_wizard.core.views.model import Role
from octavia_wizard.screens.listing import Listing, Row

MANY = [Row(str(n), (f"net-{n:05}", f"10.{n // 250}.{n % 250}.0/24")) for n in range(10_000)]


class Shown(App[None]):
    """A list on its own."""

    def __init__(self, rows: list[Row], columns: tuple[str, ...]) -> None:
        super().__init__()
        self.rows, self.columns = rows, columns
        self.told: list[str] = []
        self.drawn = 0

    def compose(self) -> ComposeResult:
        yield Listing(self.columns)

    def on_mount(self) -> None:
        self.listing.fill(self.rows)

    @property
    def listing(self) -> Listing:
        return self.query_one(Listing)

    def on_listing_moved(self, event: Listing.Moved) -> None:
        assert event.control is self.listing
        self.told.append(f"moved {event.id}")

    def on_listing_chosen(self, event: Listing.Chosen) -> None:
        assert event.control is self.listing
        self.told.append(f"chosen {event.id}")

    def lines(self) -> list[str]:
        return [strip.text for strip in self.screen._compositor.render_strips()]


@asynccontextmanager
async def shown(
    rows: list[Row], columns: tuple[str, ...] = (), size: tuple[int, int] = (60, 10)
) -> AsyncIterator[tuple[Shown, Pilot[None]]]:
    """Run a list on its own."""
    app = Shown(rows, columns)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


async def test_keys_go_through_ten_thousand_rows() -> None:
    async with shown(MANY) as (app, pilot):
        assert app.listing.current == "0"
        await pilot.press("end")
        assert app.listing.current == "9999"
        assert "net-09999" in app.lines()[-1]
        await pilot.press("pageup", "up", "home", "down", "down", "enter")
        await pilot.pause()
        assert app.told[-1] == "chosen 2"
        await pilot.press("up", "up", "up", "up")
        assert app.listing.cursor == 0


async def test_only_rows_in_sight_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = 0
    render = Listing.render_line

    def count(self: Listing, y: int) -> object:
        nonlocal drawn
        drawn += 1
        return render(self, y)

    monkeypatch.setattr(Listing, "render_line", count)
    async with shown(MANY):
        assert 0 < drawn < 100


@pytest.mark.parametrize("keys", [("home",), ("end",), ("up", "down"), ("pagedown", "pageup")])
async def test_an_empty_list_takes_every_key(keys: tuple[str, ...]) -> None:
    async with shown([], ("Name",)) as (app, pilot):
        await pilot.press(*keys, "enter")
        await pilot.click(Listing, offset=(3, 3))
        await pilot.pause()
        assert app.listing.current is None
        assert app.told == []


async def test_the_header_stays_above_what_scrolls() -> None:
    async with shown(MANY, ("Name", "CIDR")) as (app, pilot):
        await pilot.press("end")
        await pilot.pause()
        lines = app.lines()
        assert lines[0].split() == ["Name", "CIDR"]
        assert lines[0].index("CIDR") == lines[-1].index("10.39.249.0/24")
        await pilot.press(*["up"] * 15)
        await pilot.pause()
        assert "net-09984" in app.lines()[1]


async def test_a_click_moves_and_a_second_one_chooses() -> None:
    async with shown(MANY, ("Name", "CIDR")) as (app, pilot):
        await pilot.click(Listing, offset=(3, 0))
        await pilot.pause()
        assert app.told == ["moved 0"]
        await pilot.click(Listing, offset=(3, 4))
        await pilot.pause()
        assert app.told[-1] == "moved 3"
        await pilot.click(Listing, offset=(3, 4))
        await pilot.pause()
        assert app.told[-1] == "chosen 3"


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    async with shown(MANY) as (app, pilot):
        await pilot._post_mouse_events([_wheel()], Listing, button=0)
        await pilot.pause()
        assert app.listing.scroll_offset.y > 0
        assert app.listing.cursor == 0


def _wheel() -> type:
    from textual.events import MouseScrollDown

    return MouseScrollDown


async def test_what_is_filled_anew_keeps_the_cursor_on_its_row() -> None:
    async with shown(MANY[:20]) as (app, pilot):
        await pilot.press("down", "down", "down")
        app.listing.fill(MANY[2:10])
        assert app.listing.current == "3"
        app.listing.fill(MANY[5:10])
        assert app.listing.current == "5"
        app.listing.fill(MANY[5:10], "9")
        await pilot.pause()
        assert app.told[-2:] == ["moved 5", "moved 9"]
        app.listing.fill([])
        await pilot.pause()
        assert app.told[-1] == "moved None"


async def test_a_row_can_be_drawn_anew() -> None:
    async with shown(MANY[:3]) as (app, pilot):
        app.listing.replace(Row("1", ("other", "")))
        await pilot.pause()
        assert "other" in app.lines()[1]


async def test_no_name_is_taken_for_markup_or_breaks_the_columns() -> None:
    names = ["[red]x[/]", "[/]", "$primary", "a\x1b[2Jb\tc\nd", "公共網路", "e\u0301", "\u202eabc"]
    rows = [Row(name, (name, "here"), (Role.STRONG, Role.QUIET)) for name in names]
    async with shown(rows, ("Name", "Where")) as (app, _):
        lines = app.lines()
        assert "[red]x[/]" in lines[1]
        assert "[/]" in lines[2]
        assert "a·[2Jb·c·d" in lines[4]
        places = {cell_len(line.partition("here")[0]) for line in lines[1:8]}
        assert len(places) == 1


async def test_a_small_terminal_shows_what_it_can() -> None:
    async with shown(MANY, ("Name", "CIDR"), size=(120, 36)) as (app, pilot):
        await pilot.press("end")
        for size in ((60, 15), (20, 5), (3, 2), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert all(cell_len(line) == size[0] for line in app.lines())
        assert app.listing.current == "9999"
        assert any("net-09999" in line for line in app.lines())


@pytest.mark.parametrize("way", ["ansi", "no colour"])
async def test_the_cursor_is_seen_without_colour(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "no colour":
        monkeypatch.setenv("NO_COLOR", "1")
    async with shown(MANY[:5]) as (app, pilot):
        if way == "ansi":
            app.theme = "ansi-dark"
            await pilot.pause()
        strips = app.screen._compositor.render_strips()
        under = [segment for segment in strips[0] if "net-00000" in segment.text]
        other = [segment for segment in strips[1] if "net-00001" in segment.text]
        assert all(s.style and s.style.reverse and s.style.bold for s in under)
        assert not any(s.style and s.style.reverse for s in other)
