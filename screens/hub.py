"""The hub: all sections with their state, in any order, and what stands in the way."""

from __future__ import annotations

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from octavia_wizard.core.files import is_there
from octavia_wizard.core.questions import SECTIONS, find_section
from octavia_wizard.core.standing import Errand, ErrandKind, next_section, section_of
from octavia_wizard.screens.frame import Rule, WizardScreen
from octavia_wizard.screens.hub_lines import (
    NAMES,
    REVIEW,
    REVIEW_TITLE,
    Pointer,
    heading,
    in_the_way,
    pointers,
    review_line,
    section_line,
    welcome,
)
from octavia_wizard.screens.outlook import Sight, obstacles
from octavia_wizard.screens.panes import Options, hanging
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.sections import screen_of
from octavia_wizard.screens.workers.clouds import check_clouds

__all__ = ["REVIEW", "REVIEW_TITLE", "HubScreen"]


class HubScreen(WizardScreen[None]):
    """Sections to open, and what is still to be done, with the way to each."""

    place = "octavia-wizard"
    purpose = (
        "Go through the sections in any order; N leads to what is to be done next. What is not "
        "answered has a default, unless it says 'to do'. Tab moves to the list of what is still "
        "to be done, where Enter opens the question that settles it. Nothing is changed before "
        "you have seen the plan in the review and confirmed it. Every answer is saved as it is "
        "given."
    )
    BINDINGS = [
        Binding("enter", "open", "open", id="hub.open", tooltip="Open the section"),
        Binding("n", "next", "next", id="hub.next", tooltip="Go to what wants an answer next"),
        Binding(
            "1", "jump('1')", "jump", key_display="1-9", id="hub.jump1", tooltip="Open by number"
        ),
        Binding(
            "tab,shift+tab",
            "turn",
            "findings",
            priority=True,
            id="hub.findings",
            tooltip="Go to the findings, or back to the sections",
        ),
        Binding("f1", "explain", "help", id="wizard.help", tooltip="What this screen is for"),
        Binding("a", "run", "the run", id="hub.run", tooltip="Show the run"),
        Binding("b", "build", "the build", id="hub.build", tooltip="Show the build of the image"),
        Binding(
            "f5",
            "read_again",
            "read again",
            show=False,
            id="wizard.read_again",
            tooltip="Read host and cloud again",
        ),
        Binding("right", "turn", show=False),
        Binding("left,escape", "sections", show=False),
        *(Binding(str(n), f"jump('{n}')", show=False, id=f"hub.jump{n}") for n in range(2, 10)),
    ]
    sections = getters.query_one("#sections", OptionList)
    findings = getters.query_one("#standing-list", OptionList)

    def __init__(self) -> None:
        super().__init__()
        self._pointers: list[Pointer] = []
        self._after = ""
        """The section that was passed, until it is known which one wants something next."""
        self._first = False

    def body(self) -> ComposeResult:
        """Yield the list of sections, and beside or below it what is to be done."""
        with Container(id="hub"):
            yield Options(id="sections", compact=True, markup=False)
            yield Rule(id="hub-rule")
            with Vertical(id="standing"):
                yield Paragraph(id="standing-text", markup=False)
                yield Options(id="standing-list", compact=True, markup=False)

    def on_mount(self) -> None:
        """Begin at the first section that wants something."""
        session = self.app.session
        self._first = not is_there(session.place.autosave)
        self.sections.add_options(Option("", id=name) for name in NAMES)
        super().on_mount()
        self.select(next_section("", session.errands) or NAMES[0])
        self.set_focus(self.sections)
        if "cloud.name" in session.effective.missing:
            check_clouds(self.app)

    def on_screen_resume(self) -> None:
        """Show what the screen that was left has changed."""
        self.call_after_refresh(self._take_news)

    def show_news(self) -> None:
        """Write every section's line and the pane anew."""
        width = self.sections.scrollable_content_region.width or self.size.width - 2
        desk = self.app
        reasons = obstacles(desk.outlook, desk.cloud_sight)
        for section in SECTIONS:
            self._write(section.name, section_line(section, desk, width))
        self._write(REVIEW, review_line(desk, reasons, width))
        room = (self.query_one("#standing").size.width or self.size.width - 2) - 2
        self.query_one("#standing-text", Static).update(hanging(self._head(reasons), room))
        self._list(pointers(desk, self.errands, room))
        if self._after and self._select_next():
            self._after = ""
        self.refresh_bindings()

    def show_progress(self) -> None:
        """Write the lines of the sections in which something goes on."""
        width = self.sections.scrollable_content_region.width or self.size.width - 2
        for section in SECTIONS:
            if self.app.jobs.within(section.name):
                self._write(section.name, section_line(section, self.app, width))

    @property
    def errands(self) -> tuple[Errand, ...]:
        """Return what is to be done, as far as it was worked out."""
        return self.app.outlook.errands

    def _head(self, reasons: tuple[str, ...]) -> Content:
        lines = []
        if self._first and not self.has_class("-short"):
            lines.append(welcome(self.app))
        lines.append(heading(self.app, reasons))
        lines += [Content.styled(text, "$foreground 60%") for text in self.app.greeting]
        return Content("\n").join(lines)

    def _write(self, name: str, line: Content) -> None:
        if str(self.sections.get_option(name).prompt) != line.plain:
            self.sections.replace_option_prompt(name, line)

    def _list(self, found: list[Pointer]) -> None:
        if [str(one.line) for one in found] == [str(one.line) for one in self._pointers]:
            self._pointers = found
            return
        place = self.findings.highlighted
        self._pointers = found
        self.findings.clear_options()
        self.findings.add_options(Option(one.line) for one in found)
        if self.findings.has_focus:
            if found:
                self.findings.highlighted = min(place or 0, len(found) - 1)
            else:
                self.set_focus(self.sections)

    # --- the cursor

    def select(self, name: str) -> None:
        """Put the cursor on a section."""
        self.sections.highlighted = self.sections.get_option_index(name)

    def select_after(self, name: str) -> None:
        """Put the cursor on what wants something next, after a section was passed."""
        self._after = name
        self._select_next()

    def _select_next(self) -> bool:
        """Put the cursor there; say whether what follows from the last answers is known by now."""
        session = self.app.session
        self.select(next_section(self._after, self.errands) or REVIEW)
        return self.app.outlook.effective is session.effective

    @on(DescendantFocus, "#standing-list")
    def _walk_findings(self) -> None:
        if self.findings.option_count and self.findings.highlighted is None:
            self.findings.highlighted = 0

    @on(DescendantBlur, "#standing-list")
    def _leave_findings(self) -> None:
        self.findings.highlighted = None

    # --- keys

    def findings_text(self) -> Content:
        """Say that the last run did not end well, or what stands in the way."""
        return in_the_way(self.app) or super().findings_text()

    def action_turn(self) -> None:
        """Move between the sections and what is to be done."""
        to_findings = self.sections.has_focus and self._pointers
        self.set_focus(self.findings if to_findings else self.sections)

    def action_sections(self) -> None:
        """Go back to the sections."""
        self.set_focus(self.sections)

    async def action_open(self) -> None:
        """Open what the cursor is on."""
        focused = self.findings if self.findings.has_focus else self.sections
        focused.action_select()

    def action_jump(self, number: str) -> None:
        """Open a section by its number."""
        self._open(NAMES[int(number) - 1])

    def action_run(self) -> None:
        """Show the run."""
        self.app.show_apply()

    def action_build(self) -> None:
        """Show the build."""
        self.app.show_build()

    def action_read_again(self) -> None:
        """Read host and cloud afresh; while none is chosen, ask the clouds again."""
        if "cloud.name" in self.app.session.effective.missing:
            check_clouds(self.app, again=True)
        self.app.look_again(host=True)

    def action_next(self) -> None:
        """Go to what is to be done next: answers, sections to look at, errors, the review."""
        todo = self.app.session.effective.missing
        if todo:
            self._ask(todo[0])
            return
        if self.app.cloud_sight.sight is Sight.FAILED:
            self._open("cloud", "cloud.name")
            return
        first = next((one for one in self.errands if one.kind is not ErrandKind.WARNING), None)
        if first is None:
            self._open(REVIEW)
        else:
            self._open(first.section, first.key)

    def _ask(self, key: str) -> None:
        """Ask one question that has no answer, and then the next one that has none."""
        self._first = False
        question = self.app.session.question(key)
        section = find_section(question.section)
        title = f"{section.title} ▸ {question.title}"

        def answered(passed: bool | None) -> None:
            self._answered(key, passed=bool(passed))

        self.app.push_screen(screen_of(section.name)(title, (question,)), answered)

    def _answered(self, key: str, *, passed: bool) -> None:
        missing = self.app.session.effective.missing
        self.select(section_of(key))
        # What is read of the cloud may answer the rest.
        reading = self.app.cloud_sight.sight is Sight.READING
        if not passed or key in missing:
            return
        following = [other for other in missing if not reading or section_of(other) == "cloud"]
        if following:
            self._ask(following[0])
        else:
            self.select_after(section_of(key))
            self.app.offer_build()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer run and build once there is one, and the findings where there are any."""
        if action == "turn" and self.is_mounted:
            return bool(self._pointers)
        if action == "build":
            return self.app.builds.model is not None
        return action != "run" or self.app.run_model is not None

    @on(OptionList.OptionSelected, "#sections")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self._open(event.option_id or REVIEW)

    @on(OptionList.OptionSelected, "#standing-list")
    def _pointed(self, event: OptionList.OptionSelected) -> None:
        pointer = self._pointers[event.option_index]
        self._open(pointer.section, pointer.key)

    def _open(self, name: str, key: str = "") -> None:
        self._after, self._first = "", False
        self.select(name)
        if name == REVIEW:
            self.app.show_review()
        else:
            self.app.show_section(name, key)
