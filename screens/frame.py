"""What all screens have in common: a title line, a body, a line of findings, a line of keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.events import Click, Resize
from textual.reactive import reactive
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Static

from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.keys import ShownKey, keys_now, told_in_help, word_for
from octavia_wizard.screens.outlook import Sight, open_titles
from octavia_wizard.screens.wording import count, fit


class TitleLine(Widget):
    """Where am I, and which cloud and release is this about."""

    place = reactive("")
    """Where the operator is."""
    about: reactive[tuple[str, ...]] = reactive(())
    """Cloud, region and release, the ones to drop first coming first."""

    def render(self) -> Content:
        """Draw both ends of the line, leaving out what does not fit."""
        width = max(self.size.width - 2, 10)
        parts = list(self.about)
        right = f" {glyphs.DOT} ".join(parts)
        while parts and len(right) + len(self.place) + 2 > width:
            parts.pop(1 if len(parts) > 2 else 0)
            right = f" {glyphs.DOT} ".join(parts)
        left = fit(self.place, width - len(right) - 2 if right else width)
        gap = " " * (width - len(left) - len(right))
        return Content.assemble(" ", (left, "bold"), gap, right, " ")


class Rule(Widget):
    """A line across, with a word in it where that helps."""

    label = reactive("")
    """The word in the line."""

    def render(self) -> Content:
        """Draw the line in the width there is."""
        if not self.label:
            return Content(glyphs.RULE * self.size.width)
        text = f"{glyphs.RULE * 2} {self.label} "
        return Content(text + glyphs.RULE * max(self.size.width - len(text), 0))


class FindingsLine(Widget):
    """One line about what stands in the way, and about the work in the background."""

    text = reactive(Content(""))
    """What is found."""
    aside = reactive("")
    """What goes on in the background."""

    def render(self) -> Content:
        """Draw both ends; the background work gets half of the line where both are long."""
        width = max(self.size.width - 2, 10)
        aside = fit(self.aside, width // 2) if self.aside else ""
        room = width - len(aside) - (2 if aside else 0)
        found = fit(self.text.plain, room)
        shown = self.text if found == self.text.plain else Content(found)
        return Content.assemble(" ", shown, " " * (width - len(found) - len(aside)), aside, " ")


class KeysLine(Widget):
    """The keys that work here, to press or to click; those that do not fit are left out whole."""

    def on_mount(self) -> None:
        """Follow the focus, which brings keys of its own."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        """Draw as many keys as fit; the last one, the way out, always does."""
        line = Content(" ")
        for key in self.fitting_keys():
            style = "$footer-key-foreground bold" if key.enabled else "$foreground 40%"
            rest = "" if key.enabled else "$foreground 40%"
            line += Content.assemble((key.key, style), " ", (key.description, rest), "  ")
        return line

    def on_click(self, event: Click) -> None:
        """Press the key that was clicked."""
        start = 1
        for key in self.fitting_keys():
            end = start + len(key.key) + 1 + len(key.description)
            if start <= event.x < end:
                self.app.simulate_key(key.press)
            start = end + 2

    def fitting_keys(self) -> list[ShownKey]:
        """Return the keys there is room for."""
        found = self.shown_keys()
        width = self.size.width - 1
        while len(found) > 1 and sum(len(k.key) + len(k.description) + 3 for k in found) > width:
            found.remove(min(reversed(found[:-1]), key=_weight))
        return found

    def shown_keys(self) -> list[ShownKey]:
        """Return the keys of the screen, of the field that has the focus, and of the app."""
        return [key for key in keys_now(self.screen) if key.shown]


_DISPENSABLE = (
    "wizard.commands",
    "wizard.preview",
    "section.figures",
    "section.default",
    "section.none",
    "wizard.help",
)
"""Keys the line does without first: they work everywhere, and help and palette tell them."""


def _weight(key: ShownKey) -> int:
    """Return how long a key keeps its place in the line; of equals the last one goes first."""
    return _DISPENSABLE.index(key.id) if key.id in _DISPENSABLE else len(_DISPENSABLE)


class WizardScreen(Screen[ScreenResultType]):
    """A screen of the wizard; subclasses give ``place``, ``body`` and ``show_news``."""

    app = getters.app(Desk)
    place: str = ""
    """Where the operator is, for the title line."""
    section: str = ""
    """The section whose findings the findings line is about; all sections when empty."""

    purpose: str = ""
    """What the screen is for, told by F1."""

    BINDINGS = [
        Binding(
            "f1", "explain", "help", show=False, id="wizard.help", tooltip="What this screen is for"
        )
    ]

    def compose(self) -> ComposeResult:
        """Lay the common lines around the body."""
        self._suit_size()
        yield TitleLine(id="title")
        yield Rule()
        yield from self.body()
        yield FindingsLine(id="findings-line")
        yield KeysLine(id="keys")

    def _suit_size(self) -> None:
        """Take the classes of the terminal's size before there is anything to style.

        Textual sets them when the screen is shown, and would style all of it a second time.
        """
        width, height = self.app.size
        for points, size in (
            (self.app.HORIZONTAL_BREAKPOINTS, width),
            (self.app.VERTICAL_BREAKPOINTS, height),
        ):
            fitting = [name for least, name in sorted(points or []) if least <= size]
            self.set_class(True, *fitting[-1:])

    def body(self) -> ComposeResult:
        """Yield what lies between title and findings."""
        yield Static()

    def on_mount(self) -> None:
        """Hear of news, and show what is known."""
        self.app.news.subscribe(self, lambda _: self._take_news())
        self.app.moved_on.subscribe(self, lambda _: self._move_on())
        self._take_news()

    def on_resize(self, event: Resize) -> None:
        """Draw again what depends on the width."""
        self.call_after_refresh(self._take_news)

    def _take_news(self) -> None:
        if not self.is_attached:
            return
        title = self.query_one("#title", TitleLine)
        title.place, title.about = self.place, about_line(self.app)
        line = self.query_one("#findings-line", FindingsLine)
        line.text, line.aside = self.findings_text(), self.aside_text()
        self.show_news()

    def _move_on(self) -> None:
        """Show how far the work in the background is; nothing else has changed."""
        if self.is_attached:
            self.query_one("#findings-line", FindingsLine).aside = self.aside_text()
            self.show_progress()

    def show_progress(self) -> None:
        """Show how far the work in the background is, where more than the last line tells."""

    def aside_text(self) -> str:
        """Return what the findings line says of the work in the background."""
        return aside_text(self.app)

    def show_news(self) -> None:
        """Show what changed; called in the event loop."""

    def findings_text(self) -> Content:
        """Return what the findings line says."""
        outlook = self.app.outlook
        # Questions without an answer are findings too, but no fault of the operator's.
        found = [f for f in outlook.blocking if f.key not in outlook.effective.missing]
        if self.section:
            found = [finding for finding in found if finding.section == self.section]
        missing = open_titles(outlook.effective, self.section, self.app.session.context)
        if not found and missing:
            text = f"{count(len(missing), 'answer')} missing: {', '.join(missing)}"
            return Content(f"{glyphs.TO_DO} {text}")
        if not found:
            where = " in this section" if self.section else ""
            return Content.assemble(
                (glyphs.DONE, "$text-success"), f" nothing stands in the way{where}"
            )
        return Content.assemble(counts_of(found), f": {found[0].what}")

    async def action_explain(self) -> None:
        """Explain what is here; a screen about a question explains that."""
        self.app.show_help(self.place, self.purpose, tuple(told_in_help(self)))


def counts_of(found: Sequence[Finding]) -> Content:
    """Count errors and warnings."""
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    parts = []
    if errors:
        parts.append(f"{glyphs.ERROR} {count(errors, 'error')}")
    if len(found) > errors:
        parts.append(f"{glyphs.ATTENTION} {count(len(found) - errors, 'warning')}")
    return Content.styled(", ".join(parts), "$text-error" if errors else "$text-warning")


def about_line(desk: Desk) -> tuple[str, ...]:
    """Return cloud, region and release as far as they are known."""
    effective, facts = desk.session.effective, desk.session.facts
    known = "cloud.release" in effective
    release = f"OSA {effective.release.name}" if known else "no release yet"
    if not effective.chosen("cloud.mode", "live"):
        return ("files only", release)
    name = effective.maybe_text("cloud.name") or (facts.cloud.name if facts.cloud else "")
    region = facts.cloud.region if facts.cloud else effective.maybe_text("cloud.region") or ""
    return tuple(part for part in (name or "no cloud yet", region, release) if part)


def aside_text(desk: Desk) -> str:
    """Return what goes on in the background."""
    if desk.is_applying and desk.run_model is not None:
        steps = desk.run_model.steps
        return f"{glyphs.RUNNING} applying, {desk.run_model.finished} of {len(steps)} steps"
    going = desk.jobs.going
    if going:
        more = f", {len(going) - 1} more" if len(going) > 1 else ""
        return f"{glyphs.RUNNING} {going[-1].text}{more}"
    if desk.cloud_sight.sight is Sight.FAILED:
        key = word_for(desk, "wizard.read_again")
        return f"{glyphs.ERROR} cloud not read: {key} tries again"
    return ""
