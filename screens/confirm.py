"""A question that stands in the way until it is answered, by a key or a button."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer."""

    key: str
    label: str
    result: str


class AskScreen(ModalScreen[str]):
    """Ends with the way that was chosen; the first one is chosen by Esc, and has the focus."""

    BINDINGS = [
        Binding("escape", "choose(0)", show=False),
        Binding("ctrl+c", "app.help_quit", show=False),
        Binding("pagedown", "scroll(1)", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, heading: str, text: Content | str, ways: tuple[Way, ...]) -> None:
        super().__init__()
        self.heading, self.text, self.ways = heading, text, ways

    def compose(self) -> ComposeResult:
        """Yield the text and a button for each way."""
        with Vertical(id="ask"):
            yield Static(Content.styled(self.heading, "bold"), markup=False)
            with VerticalScroll(id="ask-text", can_focus=False):
                yield Static(self.text, markup=False)
            with Horizontal(id="ask-buttons"):
                for place, way in enumerate(self.ways):
                    label = Content(f" {way.key.upper()} {way.label} ")
                    yield Button(label, id=f"way-{place}", compact=True)

    def on_mount(self) -> None:
        """Begin at the way that changes nothing."""
        self.set_focus(self.query_one("#way-0", Button))
        for place, way in enumerate(self.ways):
            self._bindings.bind(way.key, f"choose({place})", show=False)

    def on_resize(self) -> None:
        """Leave the ways in sight: where there is little room, the text above them scrolls."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        frame, text = self.query_one("#ask"), self.query_one("#ask-text")
        around = sum(child.outer_size.height for child in frame.children if child is not text)
        margins = sum(child.styles.margin.height for child in frame.children)
        edge = 2 if self.has_class("-tall") else 0
        room = self.size.height - edge - frame.gutter.height - around - margins
        text.styles.max_height = max(room, 1)

    def action_scroll(self, by: int) -> None:
        """Scroll the text by pages."""
        text = self.query_one("#ask-text", VerticalScroll)
        text.scroll_relative(y=by * max(text.size.height - 1, 1), animate=False)

    def action_choose(self, place: int) -> None:
        """End with a way."""
        self.dismiss(self.ways[place].result)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.action_choose(int(str(event.button.id).removeprefix("way-")))
