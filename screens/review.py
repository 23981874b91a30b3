"""The review: what is found, what the files become, what would be done, and the way on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.steps.base import Action
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.confirm import AskScreen, Way
from octavia_wizard.screens.explain import TopicScreen
from octavia_wizard.screens.frame import WizardScreen
from octavia_wizard.screens.outlook import Draft, draft, obstacles, twin
from octavia_wizard.screens.pages import file_items, finding_items, plan_items
from octavia_wizard.screens.panes import MasterDetail
from octavia_wizard.screens.wording import count
from octavia_wizard.screens.workers.threads import in_thread

PAGES: Final = ("findings", "files", "plan")


class PagesLine(Widget):
    """The names of the pages, each with a number of things to look at."""

    active = reactive(PAGES[0])
    """The page that is shown."""
    counts: reactive[dict[str, int]] = reactive(dict)
    """What there is to look at on each."""

    def render(self) -> Content:
        """Draw the names; the page that is shown stands in brackets."""
        line = Content(" ")
        for place, name in enumerate(PAGES, start=1):
            text = f"{place} {name.capitalize()} {self.counts.get(name, '')}".rstrip()
            shown = (f"[{text}]", "bold reverse") if name == self.active else f" {text} "
            line += Content.assemble(shown, "  ")
        return line


class ReviewScreen(WizardScreen[None]):
    """Everything to look at before anything is changed."""

    place = "Review and apply"
    purpose = (
        "Look at what is found, at each file as a difference to what is on disk, and at each step "
        "of the plan. Errors must be cured and warnings cured or accepted; then A applies."
    )
    BINDINGS = [
        Binding("a", "apply", "apply", id="review.apply", tooltip="Apply, after a last question"),
        Binding("n", "apply", show=False),
        Binding("enter", "open", "open", id="review.open", tooltip="Go to the answers behind it"),
        Binding("space", "accept", "accept", id="review.accept", tooltip="Accept this warning"),
        Binding("left", "page(-1)", show=False),
        Binding(
            "right,tab", "page(1)", "page", key_display="←→", id="review.page", tooltip="Next page"
        ),
        Binding("1", "page_at(0)", show=False),
        Binding("2", "page_at(1)", show=False),
        Binding("3", "page_at(2)", show=False),
        Binding("escape", "leave", "back", id="review.leave", tooltip="Back to the hub"),
        Binding(
            "pagedown",
            "scroll(8)",
            "scroll",
            priority=True,
            id="review.scroll",
            tooltip="Scroll the details",
        ),
        Binding("pageup", "scroll(-8)", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.draft: Draft | None = None
        self._seen: tuple[object, ...] = ()

    def body(self) -> ComposeResult:
        """Yield a page each for findings, files and plan."""
        yield PagesLine(id="pages")
        with ContentSwitcher(initial="findings"):
            yield MasterDetail("findings", empty="Nothing was found: all is in order.")
            yield MasterDetail("files", empty="Working out the files.")
            yield MasterDetail("plan", empty="Working out the plan.")

    def on_mount(self) -> None:
        """Begin at the findings while there are any to deal with, else at the plan."""
        super().on_mount()
        self._show_page("findings" if self.app.outlook.blocking else "plan")

    @property
    def active(self) -> str:
        """Return the name of the page that is shown."""
        return self.query_one(ContentSwitcher).current or PAGES[0]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return what stands in the way of applying."""
        if self.app.is_applying:
            return ("a run goes on already",)
        plan = self.draft.plan if self.draft else None
        return obstacles(self.app.outlook, self.app.cloud_sight, plan)

    def show_news(self) -> None:
        """Show the findings, and work files and plan out anew where something changed."""
        session = self.app.session
        found = self.app.outlook.findings
        items = finding_items(found, session.answers.accept)
        # What is to be dealt with comes under the cursor, not the note that happens to be first.
        wanting = (item.id for item, f in zip(items, found, strict=True) if self._wants(f))
        self.query_one("#findings", MasterDetail).fill(items, next(wanting, ""))
        weighty = sum(finding.severity is not Severity.NOTE for finding in found)
        self._count("findings", weighty)
        state = (session.answers, session.facts)
        # By identity: equal facts of ten thousand networks take long to compare.
        pairs = zip(state, self._seen, strict=True) if self._seen else ()
        if not self._seen or any(now is not then for now, then in pairs):
            self._seen = state
            self.work_out()
        self.refresh_bindings()

    @work(exclusive=True, group="draft")
    async def work_out(self) -> None:
        """Work out files and plan in the background."""
        try:
            self.draft = await in_thread(
                partial(draft, twin(self.app.session), self.app.only, self.app.skip), "draft"
            )
        except WizardError as error:
            self.draft = None
            self.app.notify(error.message, severity="error", markup=False)
            return
        self.query_one("#files", MasterDetail).fill(file_items(self.draft))
        changes = self.draft.plan.changes
        begin = changes[0].step if changes else ""
        self.query_one("#plan", MasterDetail).fill(plan_items(self.draft), begin)
        self._count("files", sum(file.changed for file in self.draft.files))
        self._count("plan", len(self.draft.plan.changes))
        self._take_news()

    def findings_text(self) -> Content:
        """Say whether it can be applied, and why not."""
        reasons = self.reasons
        if reasons:
            return Content.styled(f"{glyphs.ERROR} Cannot apply: {reasons[0]}", "$text-error")
        if self.draft is None:
            return Content(f"{glyphs.RUNNING} working out the plan")
        changes = len(self.draft.plan.changes)
        if not changes:
            text = f"{glyphs.DONE} Nothing to do: everything is as planned. A hands over"
            return Content.styled(text, "$text-success")
        text = f"{glyphs.DONE} {count(changes, 'change')} to make: A applies"
        return Content.styled(text, "$text-success")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show Apply greyed out while something stands in the way."""
        if not self.is_mounted:
            return True
        if action == "apply":
            return True if not self.reasons and self.draft is not None else None
        if action == "accept":
            found = self._finding
            return found is not None and found.severity is Severity.WARNING
        return True

    def _wants(self, finding: Finding) -> bool:
        return finding in self.app.outlook.blocking

    @property
    def _finding(self) -> Finding | None:
        """Return the finding under the cursor."""
        current, found = self._pane().current, self.app.outlook.findings
        if self.active != "findings" or current is None:
            return None
        place = int(current.partition(":")[0])
        return found[place] if place < len(found) else None

    # --- keys

    def _pane(self) -> MasterDetail:
        return self.query_one(f"#{self.active}", MasterDetail)

    def _count(self, name: str, number: int) -> None:
        line = self.query_one("#pages", PagesLine)
        line.counts = {**line.counts, name: number}

    def _show_page(self, name: str) -> None:
        self.query_one(ContentSwitcher).current = name
        self.query_one("#pages", PagesLine).active = name
        self.set_focus(self.query_one(f"#{name}", MasterDetail).options)
        self.refresh_bindings()

    def action_page(self, by: int) -> None:
        """Turn to the next or former page."""
        self._show_page(PAGES[(PAGES.index(self.active) + by) % len(PAGES)])

    def action_page_at(self, place: int) -> None:
        """Turn to a page."""
        self._show_page(PAGES[place])

    def action_scroll(self, by: int) -> None:
        """Scroll the details."""
        self._pane().scroll_detail(by)

    def action_leave(self) -> None:
        """Go back to the hub."""
        self.dismiss(None)

    def action_open(self) -> None:
        """Open what the cursor is on; the list itself does when it has the focus."""
        pane = self._pane()
        if pane.current is not None:
            self._opened(MasterDetail.Opened(pane, pane.current))

    @on(MasterDetail.Opened)
    def _opened(self, event: MasterDetail.Opened) -> None:
        if self.active == "findings":
            finding = self.app.outlook.findings[int(event.id.partition(":")[0])]
            self.app.show_section(finding.section, finding.key)
        elif self.active == "plan" and self.draft is not None:
            item = next(item for item in self.draft.plan.items if item.step == event.id)
            self.app.show_section(item.section)

    async def action_explain(self) -> None:
        """Explain the finding under the cursor; on the other pages, the screen."""
        finding = self._finding
        if finding is None:
            await super().action_explain()
        else:
            self.app.push_screen(TopicScreen(finding.id))

    def action_accept(self) -> None:
        """Accept a warning, or take that back."""
        finding, answers = self._finding, self.app.session.answers
        if finding is None:
            return
        if finding.severity is not Severity.WARNING:
            self.app.notify("Only warnings can be accepted.", markup=False)
        elif finding.id in answers.accept:
            kept = tuple(other for other in answers.accept if other != finding.id)
            self.app.replace_answers(replace(answers, accept=kept))
        else:
            self.app.accept([finding.id])

    def action_apply(self) -> None:
        """Ask for the last time, then apply."""
        if self.draft is None or self.reasons:
            return
        made = self.draft

        def answered(result: str | None) -> None:
            if result == "apply":
                self.app.start_run(made.plan)
                self.app.show_apply()

        ask, yes = "Apply now?", "Yes, apply"
        if not made.plan.has_changes:
            ask, yes = "Nothing is to be changed. Check it and hand over?", "Yes, check"
        ways = (Way("n", "Not yet", "no"), Way("y", yes, "apply"))
        self.app.push_screen(AskScreen(ask, self._last_words(made), ways), answered)

    def _last_words(self, made: Draft) -> Content:
        effective, facts = self.app.session.effective, self.app.session.facts
        cloud = f"{facts.cloud.name}, region {facts.cloud.region}" if facts.cloud else "none"
        by_action = [
            f"{sum(item.action is action for item in made.plan.items)} {action.value}"
            for action in (Action.CREATE, Action.CHANGE, Action.RUN, Action.ADOPT)
            if any(item.action is action for item in made.plan.items)
        ]
        changes = len(made.plan.changes)
        rows = (
            ("Cloud", cloud),
            ("Release", f"OpenStack-Ansible {effective.release.name}"),
            ("Changes", f"{changes} ({', '.join(by_action) or 'none'})"),
            ("Files in", str(self.app.session.options.deploy_dir)),
        )
        lines = [Content.assemble((name.ljust(10), "$foreground 60%"), text) for name, text in rows]
        closing = (
            "Each change is written down before it is made. A run can be stopped and resumed, "
            "and taken back by the verb undo."
        )
        if not changes:
            closing = "Each step is looked at once more; preset and runbook are written anew."
        return Content("\n").join([Content(""), *lines, Content(""), Content(closing)])
