"""A form for questions: rows that come and go with the answers, a picture, and help."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, Static

from octavia_wizard.core.questions import Question
from octavia_wizard.core.questions.resolve import setting_of
from octavia_wizard.core.views import view_beside
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.editors import ChoiceField
from octavia_wizard.screens.figure import FigurePane
from octavia_wizard.screens.frame import FindingsLine, Rule, WizardScreen
from octavia_wizard.screens.outlook import applies
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.preview import PreviewPane
from octavia_wizard.screens.row import QuestionRow
from octavia_wizard.screens.wording import finding_sign, grounds


class Rows(VerticalScroll):
    """The rows of a form; the one in focus stays in sight when a picture takes room from them."""

    def on_resize(self) -> None:
        """Scroll to the row in focus."""
        for row in self.query(QuestionRow):
            if row.has_focus_within:
                row.scroll_visible(animate=False)


class FormScreen(WizardScreen[bool]):
    """Shows questions, what holds for each, and what the one in focus is about."""

    BINDINGS = [
        Binding(
            "f9",
            "next_file",
            "next file",
            show=False,
            id="form.next_file",
            tooltip="Show another file in the preview beside the form",
        )
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
            with Rows(id="rows", can_focus=False):
                yield from self._rows
            yield PreviewPane(id="preview")
        yield Rule(id="figure-rule")
        yield FigurePane(id="figure")
        yield Rule(id="help-rule")
        with VerticalScroll(id="help", can_focus=False):
            yield Paragraph(id="help-text", markup=False)

    def on_mount(self) -> None:
        """Begin at the question that was asked for, else at the first open one."""
        super().on_mount()
        self.app.tried.subscribe(self, lambda _: self._show_trial())
        rows = self.visible_rows
        wanted = [row for row in rows if row.question.key == self._first_key]
        if rows:
            self.set_focus((wanted or rows)[0].field)

    def go_to(self, key: str) -> None:
        """Move to a question, if it applies."""
        self._take_news()
        for row in self.visible_rows:
            if row.question.key == key:
                self.set_focus(row.field)

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

    @property
    def asked_question(self) -> Question | None:
        """Return the question in focus, which the preview follows."""
        return self.row.question if self.row is not None else None

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
        self.show_figure()
        self.query_one(PreviewPane).show_news()
        # An answer decides which keys make sense, too.
        self.refresh_bindings()

    def show_figure(self) -> None:
        """Show the picture of what the question in focus is about."""
        view = view_beside(self.row.question.key) if self.row is not None else None
        self.query_one("#figure-rule", Rule).label = view.title if view is not None else ""
        self.query_one(FigurePane).show(view)

    @on(FigurePane.Drawn)
    def _give_room(self, event: FigurePane.Drawn) -> None:
        """Make room for a picture; classes of these few, for one of the screen restyles all."""
        for name in ("#figure", "#figure-rule", "#help"):
            self.query_one(name).set_class(event.is_drawn, "-figured")

    def action_next_file(self) -> None:
        """Show another file in the preview."""
        self.query_one(PreviewPane).switch(1)

    def _show_trial(self) -> None:
        """Show what would follow from what is being typed."""
        self.show_figure()
        self.query_one("#findings-line", FindingsLine).text = self.findings_text()

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
        self.show_figure()
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
            Content.assemble((row.title, "bold"), "  ", (grounds(row.setting), "$foreground 60%"))
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
        names = ", ".join(row.title for row in self.refused)
        if not names:
            return self._typed_text() or super().findings_text()
        return Content.assemble((glyphs.ERROR, "$text-error"), f" not taken: {names}")

    def _typed_text(self) -> Content | None:
        """Say what would be found with what is being typed."""
        trial = self.app.trial
        if trial is None:
            return None
        if trial.outlook is None:
            return Content(f"{glyphs.TO_DO} as typed: {trial.refusal}")
        found = trial.outlook.about(trial.key)
        if not found:
            return Content.assemble((glyphs.DONE, "$text-success"), " as typed: nothing against it")
        glyph, word, style = finding_sign(found[0], self.app.session.answers.accept)
        return Content.assemble((f"{glyph} {word}", style), f" as typed: {found[0].what}")

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        """Try out what is typed, while it is being typed."""
        row = self.row
        if row is None or event.input is not row.field:
            return
        if row.is_changed and row.text:
            self.app.try_out(row.question.key, row.text)
        else:
            self.app.end_trial()
