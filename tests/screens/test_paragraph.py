"""A text is as high as its lines, whenever they came."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from octavia_wizard.screens.paragraph import Paragraph
from tests.screens.settling import settle


class _Page(App[int]):
    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Paragraph("")


async def test_a_text_that_follows_another_at_once_is_seen_to_its_end() -> None:
    app = _Page()
    async with app.run_test() as pilot:
        text = app.query_one(Paragraph)
        text.update("first")
        app.screen._refresh_layout()  # what is on the screen may be laid out at any moment
        text.update("first\nsecond\nthird")
        await settle(pilot)
        assert text.size.height == 3
