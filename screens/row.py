"""One question as a row of a form: label, field, where the value came from, and why not."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantBlur
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from octavia_wizard.core.effective import Setting
from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.questions import Context, Kind, Question
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.editors import ChoiceField, TextField, field_for
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.wording import provenance


class Cell(Widget):
    """A text in one line of fixed width: showing another never moves what is around it."""

    def __init__(self, text: str = "", *, classes: str) -> None:
        super().__init__(classes=classes)
        self._text = Content(text)

    def show(self, text: Content) -> None:
        """Show a text."""
        if text.plain != self._text.plain or text.spans != self._text.spans:
            self._text = text
            self.refresh()

    def render(self) -> Content:
        """Draw the text."""
        return self._text


class QuestionRow(Widget):
    """A question with its field; it says what was answered and shows what came of it."""

    class Left(Message):
        """The focus left the row, perhaps with something typed."""

        def __init__(self, row: QuestionRow) -> None:
            super().__init__()
            self.row = row

    class Chosen(Message):
        """A choice was made in the row."""

        def __init__(self, row: QuestionRow, value: object) -> None:
            super().__init__()
            self.row = row
            self.value = value

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        self.field = field_for(question)
        self.setting: Setting | None = None
        self.title = question.title
        self.refused = ""
        self._sign = " "
        self._title_cell = Cell(classes="label")
        self._tail_cell = Cell(classes="tail")
        self._refusal: Static | None = None
        self.set_class(question.kind is Kind.INTEGER, "-number")

    def compose(self) -> ComposeResult:
        """Yield label, field and tail; a line for a refusal comes when there is one."""
        with Horizontal(classes="line"):
            yield self._title_cell
            yield self.field
            if self.question.kind is Kind.INTEGER:
                yield Cell(self.question.unit, classes="unit")
            yield self._tail_cell

    def show(
        self, setting: Setting | None, context: Context, findings: tuple[Finding, ...]
    ) -> None:
        """Show the value that holds."""
        self.setting = setting
        self.title = self.question.title_in(context)
        self.field.show(setting, context)
        self._sign = _sign(setting, findings)
        self.mark()
        self._tail_cell.show(Content(provenance(setting)))

    @property
    def is_changed(self) -> bool:
        """Say whether the field holds something that was not taken yet."""
        return isinstance(self.field, TextField) and self.field.is_changed

    @property
    def picked(self) -> object:
        """Return the choice that is shown."""
        return self.field.value

    @property
    def is_picked(self) -> bool:
        """Say whether a choice was made that was not taken yet."""
        if not isinstance(self.field, ChoiceField) or not self.field.known:
            return False
        return self.setting is None or self.field.value != self.setting.value

    @property
    def text(self) -> str:
        """Return what is typed."""
        return self.field.value.strip() if isinstance(self.field, TextField) else ""

    def refuse(self, error: PresetError) -> None:
        """Say under the field why the input cannot be taken, and what can be done."""
        problem = error.problems[0]
        cure = f"; {problem.fix}" if problem.fix else ""
        self.refused = f"{glyphs.ERROR} {problem.reason}{cure}"
        if self._refusal is None:
            # Few rows ever have one, and a form has to be there at once.
            self._refusal = Paragraph(self.refused, classes="refusal", markup=False)
            self.mount(self._refusal)
        else:
            self._refusal.update(self.refused)
        self.add_class("-refused")

    def clear(self) -> None:
        """Take the refusal away."""
        self.refused = ""
        self.remove_class("-refused")

    def reset(self) -> None:
        """Show the value that holds instead of what was typed."""
        self.clear()
        if isinstance(self.field, TextField):
            self.field.reset()

    def on_resize(self) -> None:
        """Stay in sight as a whole when a line is added below the field."""
        if self.has_focus_within:
            self.scroll_visible(animate=False)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Tell that the focus left."""
        self.post_message(self.Left(self))

    def on_choice_field_picked(self, event: ChoiceField.Picked) -> None:
        """Pass a choice on."""
        event.stop()
        self.post_message(self.Chosen(self, event.value))

    def _label(self) -> Content:
        cursor = glyphs.CURSOR if self.has_focus_within else " "
        bold = "bold" if self.has_focus_within else ""
        return Content.assemble(f"{cursor}{self._sign} ", (self.title, bold))

    def mark(self) -> None:
        """Draw the cursor sign where the focus is."""
        self._title_cell.show(self._label())


def _sign(setting: Setting | None, findings: tuple[Finding, ...]) -> str:
    if setting is None:
        return glyphs.TO_DO
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return glyphs.ERROR
    return glyphs.ATTENTION if Severity.WARNING in severities else " "
