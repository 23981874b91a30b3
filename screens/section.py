"""One screen for every question: a form to go through by Enter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual import on
from textual.binding import Binding

from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.questions import Choice, Kind
from octavia_wizard.core.views import views_of
from octavia_wizard.screens.editors import TextField
from octavia_wizard.screens.figure import FigureScreen
from octavia_wizard.screens.form import FormScreen
from octavia_wizard.screens.pathpick import PathPickScreen
from octavia_wizard.screens.picker import PickScreen
from octavia_wizard.screens.row import QuestionRow
from octavia_wizard.screens.typed import reached


class QuestionsScreen(FormScreen):
    """Questions to go through by Enter; ends with whether the last one was passed."""

    BINDINGS = [
        Binding(
            "enter", "go(1)", "next", priority=True, id="section.next", tooltip="Take it, go on"
        ),
        Binding(
            "escape", "back", "back", priority=True, id="section.back", tooltip="Back to the hub"
        ),
        Binding("down,tab", "move(1)", show=False, priority=True),
        Binding("up,shift+tab", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(8)", show=False, priority=True),
        Binding("pageup", "move(-8)", show=False, priority=True),
        Binding("f4", "choose", "list", id="section.list", tooltip="Choose from what was found"),
        Binding("ctrl+n", "none", "none", priority=True, id="section.none", tooltip="Answer: none"),
        Binding(
            "ctrl+r",
            "default",
            "default",
            priority=True,
            id="section.default",
            tooltip="Take the answer back: the default holds",
        ),
        Binding("f1", "explain", "why", id="wizard.help", tooltip="Why this is asked"),
        Binding("f6", "figures", "pictures", id="section.figures", tooltip="Draw what it means"),
    ]

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
            await reached(row.field)
        # What came in from the cloud meanwhile may have made the question go.
        return row if row is not None and row.display else None

    async def action_go(self, by: int) -> None:
        """Take the answer and go on; after the last question, leave."""
        row = await self._typed()
        if row is None or not self.take(row):
            return
        rows = self.visible_rows
        if row not in rows:
            return
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
            if row not in rows:
                return
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
        names = ", ".join(row.title for row in refused)
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
        if row is not None and row.question.kind is Kind.PATH:
            self._choose_path(row)
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

    def _choose_path(self, row: QuestionRow) -> None:
        def chosen(path: Path | None) -> None:
            if path is not None:
                row.reset()
                self._change(row, lambda: self.app.give(row.question.key, str(path)))
                row.reset()

        at = row.text or (str(row.setting.value) if row.setting else self._beside(row))
        self.app.push_screen(PathPickScreen(row.title, at), chosen)

    def _beside(self, row: QuestionRow) -> str:
        """Return the directory of the file named last: what belongs together lies together."""
        rows = self.visible_rows
        named = [r.text for r in rows[: rows.index(row)] if r.question.kind is Kind.PATH and r.text]
        return f"{Path(named[-1]).parent}/" if named else ""

    def action_figures(self) -> None:
        """Show all pictures of the section in full."""
        self.app.push_screen(FigureScreen(self.section))

    async def action_explain(self) -> None:
        """Explain the question."""
        if self.row is not None:
            self.app.show_explanation(self.row.question)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense for the question."""
        row = self.row if self.is_mounted else None
        if row is not None and action == "choose":
            listed = row.question.choices is not None or row.question.kind is Kind.PATH
            return listed and isinstance(row.field, TextField)
        if action == "figures":
            return bool(views_of(self.section))
        if row is not None and action == "none":
            return row.question.nullable
        return True
