"""All variables of the release's role: search, look, and set any."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from octavia_wizard.core.questions import Question
from octavia_wizard.core.questions.variables import PREFIX
from octavia_wizard.core.tunables import Standing, Tunable, facts_about, place_of, tunables
from octavia_wizard.core.views.glyphs import ARROW
from octavia_wizard.core.views.model import Role
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.filtered import Entry, FilteredList
from octavia_wizard.screens.frame import Rule, TitleLine, WizardScreen
from octavia_wizard.screens.listing import Row
from octavia_wizard.screens.panes import hanging
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.preview import PreviewPane
from octavia_wizard.screens.wording import finding_sign, fit

_COLUMNS = ("variable", "type", "value", "from", "since")


class VariablesScreen(WizardScreen[bool]):
    """Every variable an operator may set in this release, with its value."""

    section = "variables"
    place = "All role variables"
    purpose = (
        "Everything the role of this release can be told. What another section asks is better "
        f"answered there: Enter leads to it. {glyphs.CHANGED} marks what the files will hold."
    )
    CSS = """
    VariablesScreen {
        & #tuning { width: 1fr; height: 1fr; }
        & #detail { height: 8; padding: 0 1; }
        &.-short #detail { height: 4; }
        &.-wide #detail { height: 13; }
    }
    """
    BINDINGS = [
        Binding(
            "enter", "edit", "change", priority=True, id="variables.edit", tooltip="Set its value"
        ),
        Binding("escape", "leave", "back", priority=True, id="variables.leave", tooltip="Go back"),
        Binding(
            "f7",
            "changed_only",
            "changed only",
            id="variables.changed_only",
            tooltip="Show those that differ from the role's default, or all",
        ),
        Binding(
            "ctrl+r",
            "default",
            "default",
            priority=True,
            id="variables.default",
            tooltip="Let the role's default hold again",
        ),
        Binding("f1", "explain", "why", id="wizard.help", tooltip="What is known of it"),
    ]

    def __init__(self, *, key: str = "") -> None:
        super().__init__()
        self._key = key
        self._tunables: dict[str, Tunable] = {}
        self._changed_only = False

    def body(self) -> ComposeResult:
        """Yield the list, what is known of the variable under the cursor, and the preview."""
        with Horizontal(id="form"):
            with Vertical(id="tuning"):
                yield FilteredList(
                    self._draw, empty="nothing is changed; F7 shows all", columns=_COLUMNS
                )
                yield Rule()
                with VerticalScroll(id="detail", can_focus=False):
                    yield Paragraph(id="detail-text", markup=False)
            yield PreviewPane(id="preview")

    @property
    def asked_question(self) -> Question | None:
        """Return the question of the variable under the cursor, which the preview follows."""
        found = self._current
        return found.question if found is not None else None

    @property
    def _current(self) -> Tunable | None:
        return self._tunables.get(self.query_one(FilteredList).current or "")

    def show_news(self) -> None:
        """Show values anew."""
        session = self.app.session
        found = tunables(session.effective, session.facts)
        self._tunables = {one.key: one for one in found}
        changed = [one for one in found if one.changed]
        self._fill(changed if self._changed_only else list(found))
        named = sum(one.standing is Standing.NAMED for one in found)
        others = len(changed) - named
        self.place = f"All role variables ▸ {named} set here, {others} by other sections"
        self.query_one(TitleLine).place = self.place
        self._show_detail()

    def _fill(self, shown: list[Tunable]) -> None:
        listing = self.query_one(FilteredList)
        listing.fill([Entry(one.key, one.words) for one in shown], self._key or listing.current)
        listing.say("changed only: F7 shows all" if self._changed_only else "")
        self._key = ""

    def _draw(self, key: str) -> Row:
        one = self._tunables[key]
        role = Role.STRONG if one.changed else Role.PLAIN
        quiet = Role.PLAIN if one.changed else Role.QUIET
        room = max((self.query_one("#tuning").size.width - 36) // 2 - 2, 12)
        return Row(
            key,
            # The name tells more than a long value, which the detail shows in full.
            (one.name, one.type, fit(one.value, room), one.origin, one.variable.since),
            (role, Role.QUIET, quiet, quiet, Role.QUIET),
            glyphs.CHANGED if one.changed else "",
        )

    def _show_detail(self) -> None:
        one = self._current
        text = self._detail(one) if one is not None else Content("")
        pane = self.query_one("#detail", VerticalScroll)
        self.query_one("#detail-text", Static).update(hanging(text, max(pane.size.width - 3, 20)))
        pane.scroll_home(animate=False)
        self.query_one(PreviewPane).show_news()

    def _detail(self, one: Tunable) -> Content:
        state = f"changed, {one.origin}" if one.changed else one.standing.value
        parts = [Content.assemble((one.name, "bold"), "  ", (state, "$foreground 60%"))]
        if one.section_question is not None:
            where = place_of(one.section_question)
            parts.append(Content(f"{ARROW} set by {where}"))
        for finding in self.app.outlook.about(one.key):
            glyph, word, style = finding_sign(finding, self.app.session.answers.accept)
            parts.append(Content.assemble((f"{glyph} {word}", style), f": {finding.what}"))
        parts.append(Content(one.variable.description or "A variable of the os_octavia role."))
        parts.append(_fact("Value", one.value))
        parts += [_fact(*fact) for fact in facts_about(one) if fact[0] != "Set by"]
        if one.variable.until:
            parts.append(_fact("Until", f"{one.variable.until}, the last release that has it"))
        return Content("\n").join(parts)

    @on(FilteredList.Moved)
    def _moved(self, event: FilteredList.Moved) -> None:
        self._show_detail()
        self.refresh_bindings()

    @on(FilteredList.Chosen)
    def _clicked(self, event: FilteredList.Chosen) -> None:
        self._open(self._tunables[event.id])

    def _open(self, one: Tunable) -> None:
        """Open the question that decides, which is another section's unless it is set by name."""
        elsewhere = one.section_question
        if elsewhere is not None and one.standing is not Standing.NAMED:
            self.app.show_section(elsewhere.section, elsewhere.key)
        else:
            self.app.show_question(one.question)

    async def action_edit(self) -> None:
        """Open the variable under the cursor."""
        listing = self.query_one(FilteredList)
        await listing.typed()
        if self._current is not None:
            self._open(self._current)

    def action_changed_only(self) -> None:
        """Show only what is changed, or all again."""
        self._changed_only = not self._changed_only
        self._take_news()

    def action_default(self) -> None:
        """Let the role's default hold again for the variable under the cursor."""
        key = self.query_one(FilteredList).current
        if key is not None and key in self.app.session.answers:
            self.app.take_back(key)
            self._take_news()
            name = key.removeprefix(PREFIX)
            self.app.notify(f"{glyphs.DONE} {name} is no longer set by name", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the default only where something is set by name."""
        if action == "default" and self.is_mounted:
            one = self._current
            return True if one is not None and one.standing is Standing.NAMED else None
        return True

    def action_leave(self) -> None:
        """Go back to the hub."""
        self.dismiss(False)

    async def action_explain(self) -> None:
        """Explain the variable under the cursor."""
        one = self._current
        if one is not None:
            self.app.show_explanation(one.question)


def _fact(name: str, text: str) -> Content:
    return Content.assemble((name.ljust(9), "$foreground 60%"), text)
