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

    def action_choose(self, place: int) -> None:
        """End with a way."""
        self.dismiss(self.ways[place].result)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.action_choose(int(str(event.button.id).removeprefix("way-")))
