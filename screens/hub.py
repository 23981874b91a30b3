"""The hub: all sections with their state, in any order, and what stands in the way."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from octavia_wizard.core.findings.model import Severity
from octavia_wizard.core.questions import SECTIONS, InterviewSection
from octavia_wizard.core.session import SectionState
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.frame import Rule, WizardScreen, counts_of
from octavia_wizard.screens.outlook import Outlook, Sight, lacks, obstacles, open_titles
from octavia_wizard.screens.panes import hanging
from octavia_wizard.screens.wording import count, finding_sign, fit, state_sign, summary

REVIEW = "review"
REVIEW_TITLE = "Review and apply"
_NUMBERS = {section.name: number for number, section in enumerate(SECTIONS, start=1)}
_STATE_COLUMN = 27
"""Columns before the state of a section."""


class HubScreen(WizardScreen[None]):
    """Sections to open, and a pane that says whether the whole is ready."""

    place = "octavia-wizard"
    purpose = (
        "Go through the sections in any order; what is not answered has a default, unless it says "
        "'to do'. Nothing is changed before you have seen the plan in the review and confirmed it. "
        "Every answer is saved as it is given."
    )
    BINDINGS = [
        Binding("enter", "open", "open"),
        Binding("f1", "explain", "help"),
        Binding("1", "jump('1')", "jump", key_display="1-9"),
        Binding("a", "run", "the run"),
        *(Binding(str(n), f"jump('{n}')", show=False) for n in range(2, 10)),
    ]

    def body(self) -> ComposeResult:
        """Yield the list of sections and the pane."""
        with Container(id="hub"):
            yield OptionList(id="sections", compact=True, markup=False)
            yield Rule(id="hub-rule")
            with VerticalScroll(id="standing", can_focus=False):
                yield Static(id="standing-text", markup=False)

    def on_mount(self) -> None:
        """Begin at the first section that wants something."""
        sections = self.query_one("#sections", OptionList)
        names = [section.name for section in SECTIONS] + [REVIEW]
        sections.add_options(Option("", id=name) for name in names)
        super().on_mount()
        sections.highlighted = 0
        self.set_focus(sections)

    def show_news(self) -> None:
        """Write every section's line and the pane anew."""
        sections = self.query_one("#sections", OptionList)
        width = sections.size.width or self.size.width - 2
        outlook = self.app.outlook
        for section in SECTIONS:
            sections.replace_option_prompt(section.name, self._line(section, outlook, width))
        sections.replace_option_prompt(REVIEW, self._review_line(outlook, width))
        standing = self.query_one("#standing", VerticalScroll)
        self.query_one("#standing-text", Static).update(
            hanging(self._standing(outlook), (standing.size.width or self.size.width) - 3)
        )
        self.refresh_bindings()

    def select(self, name: str) -> None:
        """Put the cursor on a section."""
        sections = self.query_one("#sections", OptionList)
        sections.highlighted = sections.get_option_index(name)

    def select_after(self, name: str) -> None:
        """Put the cursor on what follows a section."""
        names = [section.name for section in SECTIONS] + [REVIEW]
        self.select(names[names.index(name) + 1])

    def findings_text(self) -> Content:
        """Say that the last run did not end well, or what stands in the way."""
        model = self.app.run_model
        if model is not None and model.ended and model.status != "done":
            text = f"{glyphs.ERROR} the run {model.status}: A shows it, and how to go on"
            return Content.styled(text, "$text-error")
        outlook = self.app.outlook
        found = [f for f in outlook.blocking if f.key not in outlook.effective.missing]
        if not found:
            return super().findings_text()
        # What they are stands in the pane already.
        return Content.assemble(counts_of(found), " to cure or accept")

    def _line(self, section: InterviewSection, outlook: Outlook, width: int) -> Content:
        state = outlook.states.get(section.name, SectionState.READY)
        glyph, word, style = state_sign(state)
        match state:
            case SectionState.TO_DO:
                text = ", ".join(open_titles(outlook.effective, section.name))
            case SectionState.READY:
                text = summary(section.name, outlook.effective)
            case _:
                text = next(f.what for f in outlook.blocking if f.section == section.name)
        return _row(str(_NUMBERS[section.name]), section.title, (glyph, word, style), text, width)

    def _review_line(self, outlook: Outlook, width: int) -> Content:
        model = self.app.run_model
        number = str(len(SECTIONS) + 1)
        if model is not None and not model.ended:
            sign = (glyphs.RUNNING, model.status, "$text-success")
            text = f"{model.finished} of {len(model.steps)} steps"
            return _row(number, REVIEW_TITLE, sign, text, width)
        wanting = [
            str(_NUMBERS[name])
            for name, state in outlook.states.items()
            if state is not SectionState.READY
        ]
        if wanting:
            sign = (glyphs.TO_DO, "waits", "")
            return _row(number, REVIEW_TITLE, sign, f"needs {', '.join(wanting)}", width)
        if obstacles(outlook, self.app.cloud_sight):
            return _row(number, REVIEW_TITLE, (glyphs.TO_DO, "waits", ""), "for the cloud", width)
        if self.app.is_applied:
            return _row(number, REVIEW_TITLE, (glyphs.DONE, "applied", "$text-success"), "", width)
        return _row(number, REVIEW_TITLE, (glyphs.DONE, "ready", "$text-success"), "", width)

    def _standing(self, outlook: Outlook) -> Content:
        reasons = obstacles(outlook, self.app.cloud_sight)
        if self.app.is_applied:
            text = f"{glyphs.DONE} Applied. A shows the run and what comes next."
            lines = [Content.styled(text, "$text-success bold")]
        elif not reasons:
            lines = [Content.assemble((f"{glyphs.DONE} Ready to apply", "$text-success bold"))]
        else:
            lines = [Content.styled("Not ready to apply", "bold")]
            lacking = lacks(outlook, self.app.cloud_sight)
            if self.app.cloud_sight.sight is not Sight.FAILED:
                lines += [Content(f"  {glyphs.TO_DO} {reason}") for reason in lacking]
            else:
                lines += [Content(f"  {glyphs.TO_DO} {reason}") for reason in lacking[:-1]]
        error = self.app.cloud_sight.error
        if self.app.cloud_sight.sight is Sight.FAILED and error is not None:
            lines.append(Content.styled(f"  {glyphs.ERROR} {error.message}", "$text-error"))
            hint = f"{error.hint}. " if error.hint else ""
            lines.append(Content(f"    {hint}F5 tries again, 1 chooses another cloud."))
        lines += self._found(outlook)
        return Content("\n").join(lines)

    def _found(self, outlook: Outlook) -> list[Content]:
        accepted = self.app.session.answers.accept
        lines = []
        for finding in outlook.findings:
            if finding.severity is Severity.NOTE or finding.key in outlook.effective.missing:
                continue
            glyph, word, style = finding_sign(finding, accepted)
            number = _NUMBERS.get(finding.section, "")
            lines.append(
                Content.assemble(f"  {number} ", (f"{glyph} {word}", style), f"  {finding.what}")
            )
        notes = sum(finding.severity is Severity.NOTE for finding in outlook.findings)
        if notes:
            lines.append(Content(f"  {glyphs.DOT} {count(notes, 'note')} in the review"))
        lines += [Content.styled(f"  {text}", "$foreground 60%") for text in self.app.greeting]
        return lines

    async def action_open(self) -> None:
        """Open the section under the cursor."""
        sections = self.query_one("#sections", OptionList)
        if sections.highlighted is not None:
            self._open(sections.get_option_at_index(sections.highlighted).id or REVIEW)

    def action_jump(self, number: str) -> None:
        """Open a section by its number."""
        names = [section.name for section in SECTIONS] + [REVIEW]
        self._open(names[int(number) - 1])

    def action_run(self) -> None:
        """Show the run."""
        self.app.show_apply()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the run once there is one."""
        return action != "run" or self.app.run_model is not None

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self._open(event.option_id or REVIEW)

    def _open(self, name: str) -> None:
        self.select(name)
        if name == REVIEW:
            self.app.show_review()
        else:
            self.app.show_section(name)


def _row(number: str, title: str, sign: tuple[str, str, str], text: str, width: int) -> Content:
    glyph, word, style = sign
    state = f"{glyph} {word}"
    lead = f" {number}  {title}".ljust(_STATE_COLUMN)
    room = width - _STATE_COLUMN - 13
    return Content.assemble(lead, (state.ljust(13), style), fit(text, room) if room > 4 else "")
