"""Fields in which an answer is typed or chosen, one for each way of answering."""

from __future__ import annotations

from rich.segment import Segment
from textual.binding import Binding
from textual.content import Content
from textual.events import Blur, Focus, Key
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.input import Selection

from octavia_wizard.core.effective import Setting
from octavia_wizard.core.questions import Choice, Context, Kind, Question
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.screens import glyphs

_YES_NO = (Choice(True, "yes"), Choice(False, "no"))


class TextField(Input):
    """A line to type in; what it held when it was last shown is its answer so far."""

    def __init__(self, question: Question) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self.question = question
        self.shown = ""

    @property
    def is_changed(self) -> bool:
        """Say whether something was typed that was not taken yet."""
        return self.value.strip() != self.shown

    def show(self, setting: Setting | None, context: Context) -> None:
        """Show a value, unless the operator is typing another."""
        text = "" if setting is None else show_value(self.question, setting.value)
        if setting is not None and setting.value is None:
            text = ""
        if self.is_changed:
            self.shown = text
            return
        self.shown = text
        if self.value != text:
            self.value = text
            self._mark(self.has_focus)
        self.placeholder = self._hint(setting)

    def reset(self) -> None:
        """Forget what was typed."""
        self.value = self.shown
        self._mark(self.has_focus)

    def on_focus(self, event: Focus) -> None:
        """Select the value, to be typed over; the beginning of a long one stays in sight."""
        if not event.from_app_focus:
            self._mark(True)

    def on_blur(self, event: Blur) -> None:
        """Show the beginning again."""
        self._mark(False)

    def _mark(self, selected: bool) -> None:
        self.selection = Selection(len(self.value) if selected else 0, 0)

    def render_line(self, y: int) -> Strip:
        """Draw the value, with a sign at each end that is out of sight."""
        strip = super().render_line(y)
        room, start = self.size.width, self.scroll_offset.x
        if y or not self.value or room < 2:
            return strip
        if start:
            strip = Strip.join([_more(strip, 0), strip.crop(1)])
        if len(self.value) - start > room:
            last = room - 1
            strip = Strip.join([strip.crop(0, last), _more(strip, last), strip.crop(room)])
        return strip

    def _hint(self, setting: Setting | None) -> str:
        if setting is not None and setting.value is None:
            return self.question.none_label
        if setting is None:
            chooser = ", F4 lists them" if self.question.choices else ""
            return f"{glyphs.TO_DO} to do{chooser}"
        return "empty"


def _more(strip: Strip, place: int) -> Strip:
    """Return the sign for what is out of sight, in the style of the cell it stands in."""
    cell = next(iter(strip.crop(place, place + 1)), None)
    return Strip([Segment("…", cell.style if cell is not None else None)])


class ChoiceField(Widget, can_focus=True):
    """Choices side by side: one, several, or yes and no."""

    BINDINGS = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", "choose", key_display="←→"),
        Binding("space", "press", show=False),
    ]

    class Picked(Message):
        """A choice was made."""

        def __init__(self, field: ChoiceField, value: object) -> None:
            super().__init__()
            self.field = field
            self.value = value

        @property
        def control(self) -> ChoiceField:
            """Return the field."""
            return self.field

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        self.several = question.kind is Kind.CHOICES
        self.choices: tuple[Choice, ...] = _YES_NO if question.kind is Kind.FLAG else ()
        self.value: object = None
        self.known = False
        self.cursor = 0

    def show(self, setting: Setting | None, context: Context) -> None:
        """Show the choices and the one that holds."""
        former = (self.choices, self.known, self.value)
        if self.question.choices is not None and self.question.kind is not Kind.FLAG:
            self.choices = self.question.choices(context)
        self.known = setting is not None
        self.value = setting.value if setting is not None else None
        if former == (self.choices, self.known, self.value):
            return
        if not self.several:
            self.cursor = next((n for n, c in enumerate(self.choices) if self._has(c)), 0)
        self.cursor = min(self.cursor, max(len(self.choices) - 1, 0))
        self.refresh(layout=True)

    @property
    def chosen(self) -> Choice | None:
        """Return the choice under the cursor."""
        return self.choices[self.cursor] if self.choices else None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the choices take in this width."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Draw every choice while focused, else only what is chosen."""
        return Content("\n").join(self._lines(max(self.size.width, 20)))

    def on_focus(self) -> None:
        """Show every choice."""
        self.refresh(layout=True)

    def on_blur(self) -> None:
        """Show only what is chosen."""
        self.refresh(layout=True)

    def on_key(self, event: Key) -> None:
        """Choose by arrows, Space and first letters.

        A binding would be looked up only when the key has risen to the app; by then a burst
        of keys may have moved the focus to another field.
        """
        act = {"left": self._left, "right": self._right, "space": self.action_press}.get(event.key)
        if act is not None:
            event.stop()
            act()
            return
        if not event.is_printable or event.character in (None, " "):
            return
        letter = str(event.character).casefold()
        places = [n for n, c in enumerate(self.choices) if c.label.casefold().startswith(letter)]
        if places:
            event.stop()
            later = [place for place in places if place > self.cursor]
            self._go(later[0] if later else places[0])

    def action_move(self, by: int) -> None:
        """Go to the next or former choice."""
        if self.choices:
            start = self.cursor if self.known or self.several else -1
            self._go(min(max(start + by, 0), len(self.choices) - 1))

    def _left(self) -> None:
        self.action_move(-1)

    def _right(self) -> None:
        self.action_move(1)

    def action_press(self) -> None:
        """Tick a choice on or off, or go on to the next one."""
        if not self.choices:
            return
        if not self.several:
            self._go((self.cursor + 1) % len(self.choices) if self.known else self.cursor)
            return
        held = self.value if isinstance(self.value, list | tuple) else ()
        under = self.choices[self.cursor]
        ticked = [c.value for c in self.choices if self._has(c) is not (c is under)]
        self._pick(ticked if held or ticked else [])

    def _go(self, place: int) -> None:
        self.cursor = place
        if self.several:
            self.refresh(layout=True)
        else:
            self._pick(self.choices[place].value)

    def _pick(self, value: object) -> None:
        if self.known and value == self.value:
            return
        self.value, self.known = value, True
        self.refresh(layout=True)
        self.post_message(self.Picked(self, value))

    def _has(self, choice: Choice) -> bool:
        if self.several:
            return isinstance(self.value, list | tuple) and choice.value in self.value
        return self.known and choice.value == self.value

    def _lines(self, width: int) -> list[Content]:
        parts = self._all() if self.has_focus else self._taken()
        lines = [Content("")]
        gap = 3 if self.has_focus else 1
        for part in parts:
            if len(lines[-1]) and len(lines[-1]) + gap + len(part) > width:
                lines.append(Content(""))
            lead = " " * gap if len(lines[-1]) else ""
            lines[-1] = lines[-1] + lead + part
        return lines

    def _all(self) -> list[Content]:
        parts = []
        for place, choice in enumerate(self.choices):
            marks = ("[x]", "[ ]") if self.several else ("(•)", "( )")
            mark = marks[0] if self._has(choice) else marks[1]
            under = place == self.cursor
            style = "bold reverse" if under else ""
            parts.append(Content.assemble(f"{mark} ", (choice.label, style)))
        return parts or [Content("nothing to choose from")]

    def _taken(self) -> list[Content]:
        taken = [choice.label for choice in self.choices if self._has(choice)]
        if not taken:
            word = "none" if self.known else f"{glyphs.TO_DO} to do"
            return [Content.styled(word, "" if self.known else "$foreground 60%")]
        ends = [","] * (len(taken) - 1) + [""]
        return [Content(label + end) for label, end in zip(taken, ends, strict=True)]


Field = TextField | ChoiceField


def field_for(question: Question) -> Field:
    """Make the field that suits a question."""
    if question.kind in (Kind.FLAG, Kind.CHOICES):
        return ChoiceField(question)
    if question.kind is Kind.CHOICE and question.choices is not None:
        return ChoiceField(question)
    return TextField(question)
