"""One screen for every question: a form whose rows come and go with the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Static

from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.questions import Choice, Question
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.editors import ChoiceField, TextField
from octavia_wizard.screens.frame import Rule, WizardScreen
from octavia_wizard.screens.outlook import applies, setting_of
from octavia_wizard.screens.picker import PickScreen
from octavia_wizard.screens.preview import PreviewPane
from octavia_wizard.screens.row import QuestionRow
from octavia_wizard.screens.wording import finding_sign, grounds

_TYPED_AHEAD = 2.0
"""How long, in seconds, a key may wait for the keys before it to reach their field."""


class QuestionsScreen(WizardScreen[bool]):
    """Questions to go through by Enter; ends with whether the last one was passed."""

    BINDINGS = [
        Binding("enter", "go(1)", "next", priority=True),
        Binding("escape", "back", "back", priority=True),
        Binding("down,tab", "move(1)", show=False, priority=True),
        Binding("up,shift+tab", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(8)", show=False, priority=True),
        Binding("pageup", "move(-8)", show=False, priority=True),
        Binding("f4", "choose", "list"),
        Binding("ctrl+n", "none", "none", key_display="Ctrl+N", priority=True),
        Binding("ctrl+r", "default", "default", key_display="Ctrl+R", priority=True),
        Binding("f1", "explain", "why"),
    ]

    def __init__(self, title: str, questions: tuple[Question, ...], *, key: str = "") -> None:
        super().__init__()
        self.title_text = self.place = title
        self.questions = questions
        self.section = questions[0].section if questions else ""
        self._first_key = key
        self._rows = [QuestionRow(question) for question in questions]

    def body(self) -> ComposeResult:
        """Yield the rows and the help."""
        with Horizontal(id="form"):
            context = self.app.session.context
            for row in self._rows:
                # A value that came after the focus would not be selected to be typed over.
                row.field.show(setting_of(row.question, context), context)
            with VerticalScroll(id="rows", can_focus=False):
                yield from self._rows
            yield PreviewPane(id="preview")
        yield Rule(id="help-rule")
        with VerticalScroll(id="help", can_focus=False):
            yield Static(id="help-text", markup=False)

    def on_mount(self) -> None:
        """Begin at the question that was asked for, else at the first open one."""
        super().on_mount()
        rows = self.visible_rows
        wanted = [row for row in rows if row.question.key == self._first_key]
        if rows:
            self.set_focus((wanted or rows)[0].field)

    # --- what is shown

    @property
    def rows(self) -> list[QuestionRow]:
        """Return the rows of all questions, whether or not they apply."""
        return self._rows

    @property
    def visible_rows(self) -> list[QuestionRow]:
        """Return the rows of the questions that apply."""
        return [row for row in self.rows if row.display]

    @property
    def row(self) -> QuestionRow | None:
        """Return the row that has the focus."""
        return next((row for row in self.rows if row.has_focus_within), None)

    def show_news(self) -> None:
        """Show values, and which questions apply."""
        session = self.app.session
        effective, context = session.effective, session.context
        held = self.row
        for row in self.rows:
            key = row.question.key
            row.display = applies(row.question, effective)
            if row.display:
                setting = setting_of(row.question, context)
                row.show(setting, context, self.app.outlook.about(key))
        if held is not None and not held.display:
            self._focus_near(held)
        self._show_help()
        self.query_one(PreviewPane).show_news()

    def _focus_near(self, gone: QuestionRow) -> None:
        rows = self.rows
        before = [row for row in rows[: rows.index(gone)] if row.display]
        near = before[-1:] or self.visible_rows[:1]
        if near:
            self.set_focus(near[0].field)

    @on(DescendantFocus)
    def _focused(self) -> None:
        for row in self.rows:
            row.mark()
        self._show_help()
        self.refresh_bindings()

    def _show_help(self) -> None:
        row = self.row
        if row is None:
            return
        rows = self.visible_rows
        if len(rows) > 1 and row in rows:
            self.place = f"{self.title_text} ▸ {rows.index(row) + 1} of {len(rows)}"
            self.query_one("#title").place = self.place  # type: ignore[attr-defined]
        help_text = self.query_one("#help-text", Static)
        help_text.update(self._help_of(row))
        self.query_one("#help", VerticalScroll).scroll_home(animate=False)

    def _help_of(self, row: QuestionRow) -> Content:
        question = row.question
        parts = [
            Content.assemble(
                (question.title, "bold"), "  ", (grounds(row.setting), "$foreground 60%")
            )
        ]
        for finding in self.app.outlook.about(question.key):
            if question.key in self.app.outlook.effective.missing:
                continue
            glyph, word, style = finding_sign(finding, self.app.session.answers.accept)
            parts.append(
                Content.assemble((f"{glyph} {word}", style), f": {finding.what} {finding.fix}")
            )
        field = row.field
        if isinstance(field, ChoiceField) and field.chosen is not None and field.chosen.detail:
            parts.append(Content(f"{field.chosen.label}: {field.chosen.detail}."))
        parts.append(Content(question.help))
        return Content("\n").join(parts)

    @property
    def refused(self) -> list[QuestionRow]:
        """Return the rows in which something stands that cannot be taken."""
        return [row for row in self.visible_rows if row.refused]

    def findings_text(self) -> Content:
        """Say first what was typed and not taken."""
        names = ", ".join(row.question.title for row in self.refused)
        if not names:
            return super().findings_text()
        return Content.assemble((glyphs.ERROR, "$text-error"), f" not taken: {names}")

    # --- what is answered

    def take(self, row: QuestionRow) -> bool:
        """Take what was typed in a row; say whether the row is in order now."""
        if row.is_picked:
            return self._change(row, lambda: self.app.give(row.question.key, row.picked))
        if not row.is_changed:
            if row.refused:
                row.clear()
            return True
        nothing = row.text == "" and row.question.nullable
        if nothing:
            return self._change(row, lambda: self.app.give(row.question.key, None))
        return self._change(row, lambda: self.app.give_text(row.question.key, row.text))

    def _change(self, row: QuestionRow, change: Callable[[], None]) -> bool:
        try:
            change()
        except PresetError as error:
            row.refuse(error)
            row.scroll_visible(animate=False)
            self._take_news()
            return False
        row.clear()
        if isinstance(row.field, TextField):
            # What was typed is taken: from here on the field shows what holds.
            row.field.shown = row.field.value.strip()
        self._take_news()
        return True

    @on(QuestionRow.Chosen)
    def _chosen(self, event: QuestionRow.Chosen) -> None:
        key = event.row.question.key
        self._change(event.row, lambda: self.app.give(key, event.value))

    @on(QuestionRow.Left)
    def _left(self, event: QuestionRow.Left) -> None:
        event.row.mark()
        if event.row.display and event.row.is_changed and not event.row.refused:
            self.take(event.row)

    # --- keys

    async def _typed(self) -> QuestionRow | None:
        """Wait until the keys typed so far have reached their field, and return its row.

        A burst of keys comes in one piece over a slow line; without this the keys after
        an Enter would land in the field before it.
        """
        row = self.row
        if row is not None:
            reached = asyncio.Event()
            row.field.call_later(reached.set)
            await asyncio.wait_for(reached.wait(), _TYPED_AHEAD)
        return row

    async def action_go(self, by: int) -> None:
        """Take the answer and go on; after the last question, leave."""
        row = await self._typed()
        if row is None or not self.take(row):
            return
        rows = self.visible_rows
        place = rows.index(row) + by
        if place < len(rows):
            self.set_focus(rows[place].field)
        elif self.refused:
            self.set_focus(self.refused[0].field)
        else:
            self.dismiss(True)

    async def action_move(self, by: int) -> None:
        """Take the answer, if it can be, and move to another question."""
        row = await self._typed()
        if row is not None:
            self.take(row)
            rows = self.visible_rows
            place = min(max(rows.index(row) + by, 0), len(rows) - 1)
            self.set_focus(rows[place].field)

    async def action_back(self) -> None:
        """Leave; something typed that cannot be taken is given up first, and the screen stays."""
        row = await self._typed()
        if row is not None:
            self.take(row)
        refused = self.refused
        for row in refused:
            row.reset()
        if not refused:
            self.dismiss(False)
            return
        self.set_focus(refused[0].field)
        self._take_news()
        names = ", ".join(row.question.title for row in refused)
        self.app.notify(f"{names}: the former value holds. Esc once more goes back.", markup=False)

    async def action_none(self) -> None:
        """Answer: deliberately none."""
        row = await self._typed()
        if row is not None and row.question.nullable:
            row.reset()
            self._change(row, lambda: self.app.give(row.question.key, None))
            row.reset()

    async def action_default(self) -> None:
        """Let the default hold again."""
        row = await self._typed()
        if row is not None:
            row.reset()
            self._change(row, lambda: self.app.take_back(row.question.key))
            row.reset()

    def action_choose(self) -> None:
        """Choose from a list of what was found."""
        row = self.row
        if row is None or row.question.choices is None:
            return

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                row.reset()
                self._change(row, lambda: self.app.give(row.question.key, choice.value))
                row.reset()

        current = row.setting.value if row.setting else None
        choices = partial(row.question.choices, self.app.session.context)
        self.app.push_screen(PickScreen(row.question, choices, current), chosen)

    async def action_explain(self) -> None:
        """Explain the question."""
        if self.row is not None:
            self.app.show_explanation(self.row.question)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense for the question."""
        row = self.row if self.is_mounted else None
        if row is not None and action == "choose":
            return row.question.choices is not None and isinstance(row.field, TextField)
        if row is not None and action == "none":
            return row.question.nullable
        return True
