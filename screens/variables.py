"""All variables of the release's role: search, look, and set any."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Setting
from octavia_wizard.core.questions import Question
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.core.questions.variables import PREFIX, variable_questions
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.filtered import Entry, FilteredList
from octavia_wizard.screens.frame import Rule, WizardScreen
from octavia_wizard.screens.outlook import setting_of
from octavia_wizard.screens.wording import finding_sign, fit, grounds


class VariablesScreen(WizardScreen[bool]):
    """Every variable an operator may set in this release, with its value."""

    section = "variables"
    place = "All role variables"
    BINDINGS = [
        Binding("enter", "edit", "change", priority=True),
        Binding("escape", "leave", "back", priority=True),
        Binding("ctrl+r", "default", "default", key_display="Ctrl+R", priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("f1", "explain", "why"),
    ]

    def __init__(self, *, key: str = "") -> None:
        super().__init__()
        self._key = key
        self._questions: dict[str, Question] = {}

    def body(self) -> ComposeResult:
        """Yield the list and the help."""
        yield FilteredList(self._draw, empty="this release has no variable to set")
        yield Rule()
        with VerticalScroll(id="help", can_focus=False):
            yield Static(id="help-text", markup=False)

    def on_mount(self) -> None:
        """Fill the list."""
        super().on_mount()
        self.query_one(OptionList).can_focus = False
        self.set_focus(self.query_one(FilteredList).field)

    def show_news(self) -> None:
        """Show values anew; the list as a whole where the release became another one."""
        release = self.app.session.effective.release
        questions = {question.key: question for question in variable_questions(release)}
        listing = self.query_one(FilteredList)
        if questions.keys() != self._questions.keys():
            self._questions = questions
            listing.fill(
                [Entry(q.key, f"{q.title} {q.help}") for q in questions.values()], self._key
            )
        else:
            listing.redraw()
        changed = len(self.app.session.effective.variables())
        self.place = f"All role variables ▸ {changed} of {len(questions)} changed"
        self.query_one("#title").place = self.place  # type: ignore[attr-defined]
        self._show_help(listing.current)

    def _setting(self, question: Question) -> Setting | None:
        return setting_of(question, self.app.session.context)

    def _draw(self, key: str) -> Content:
        question = self._questions[key]
        setting = self._setting(question)
        value = show_value(question, setting.value) if setting is not None else ""
        changed = setting is not None and setting.provenance is not Provenance.ROLE_DEFAULT
        sign = "▸" if changed else " "
        width = max(self.size.width, 60)
        names = min(46, width // 2)
        name = fit(question.title, names - 2).ljust(names)
        return Content.assemble(
            (f"{sign} {name}", "bold" if changed else ""),
            (fit(value, width - names - 6), "" if changed else "$foreground 60%"),
        )

    def _show_help(self, key: str | None) -> None:
        question = self._questions.get(key or "")
        if question is None:
            self.query_one("#help-text", Static).update("")
            return
        setting = self._setting(question)
        parts = [
            Content.assemble((question.title, "bold"), "  ", (grounds(setting), "$foreground 60%"))
        ]
        for finding in self.app.outlook.about(question.key):
            glyph, word, style = finding_sign(finding, self.app.session.answers.accept)
            parts.append(Content.assemble((f"{glyph} {word}", style), f": {finding.what}"))
        if setting is not None and setting.value is not None:
            parts.append(Content(f"Value: {show_value(question, setting.value)}"))
        parts.append(Content(question.help))
        self.query_one("#help-text", Static).update(Content("\n").join(parts))

    @on(FilteredList.Moved)
    def _moved(self, event: FilteredList.Moved) -> None:
        self._show_help(event.id)

    @on(FilteredList.Chosen)
    def _clicked(self, event: FilteredList.Chosen) -> None:
        self.app.show_question(self._questions[event.id])

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.query_one(FilteredList).move(by)

    async def action_edit(self) -> None:
        """Open the variable under the cursor."""
        listing = self.query_one(FilteredList)
        await listing.typed()
        if listing.current is not None:
            self.app.show_question(self._questions[listing.current])

    def action_default(self) -> None:
        """Let the role's default hold again for the variable under the cursor."""
        key = self.query_one(FilteredList).current
        if key is not None and key in self.app.session.answers:
            self.app.take_back(key)
            self._take_news()
            self.app.notify(
                f"{glyphs.DONE} {key.removeprefix(PREFIX)} has its default again", markup=False
            )

    def action_leave(self) -> None:
        """Go back to the hub."""
        self.dismiss(False)

    async def action_explain(self) -> None:
        """Explain the variable under the cursor."""
        question = self._questions.get(self.query_one(FilteredList).current or "")
        if question is not None:
            self.app.show_explanation(question)
