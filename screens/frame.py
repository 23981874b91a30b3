"""What all screens have in common: a title line, a body, a line of findings, a line of keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.events import Resize
from textual.reactive import reactive
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Static

from octavia_wizard.core.findings.model import Finding, Severity
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.outlook import Sight, open_titles
from octavia_wizard.screens.wording import count, fit

_NAMES = {"escape": "Esc"}


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
        """Draw both ends; the background work gives way."""
        width = max(self.size.width - 2, 10)
        aside = self.aside if len(self.aside) < width // 2 else ""
        room = width - len(aside) - (2 if aside else 0)
        found = fit(self.text.plain, room)
        shown = self.text if found == self.text.plain else Content(found)
        return Content.assemble(" ", shown, " " * (width - len(found) - len(aside)), aside, " ")


class KeysLine(Widget):
    """The keys that work here; those that do not fit are left out whole."""

    def on_mount(self) -> None:
        """Follow the focus, which brings keys of its own."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        """Draw as many keys as fit; the last one, the way out, always does."""
        found = self.shown_keys()
        width = self.size.width - 1
        while len(found) > 1 and sum(len(k) + len(d) + 3 for k, d, _ in found) > width:
            found.pop(-2)
        line = Content(" ")
        for key, description, enabled in found:
            style = "$footer-key-foreground bold" if enabled else "$foreground 40%"
            rest = "" if enabled else "$foreground 40%"
            line += Content.assemble((key, style), " ", (description, rest), "  ")
        return line

    def shown_keys(self) -> list[tuple[str, str, bool]]:
        """Return the keys of the screen, of the field that has the focus, and of the app."""
        active = self.screen.active_bindings
        focused = self.screen.focused
        shown: dict[tuple[str, str], tuple[str, str, bool]] = {}
        for owner in (self.screen, focused, self.app):
            for binding in Binding.make_bindings(type(owner).BINDINGS if owner else ()):
                found = active.get(binding.key)
                if found is None or not binding.show or not binding.description:
                    continue
                # A list takes Enter itself, and tells the screen, whose word for it is better.
                if found.binding.action != binding.action and found.node is not focused:
                    continue
                display = binding.key_display or _NAMES.get(binding.key, binding.key.capitalize())
                what = (binding.action, binding.description)
                shown.setdefault(what, (display, binding.description, found.enabled))
        return list(shown.values())


class WizardScreen(Screen[ScreenResultType]):
    """A screen of the wizard; subclasses give ``place``, ``body`` and ``show_news``."""

    app = getters.app(Desk)
    place: str = ""
    """Where the operator is, for the title line."""
    section: str = ""
    """The section whose findings the findings line is about; all sections when empty."""

    purpose: str = ""
    """What the screen is for, told by F1."""

    BINDINGS = [Binding("f1", "explain", "help", show=False)]

    def compose(self) -> ComposeResult:
        """Lay the common lines around the body."""
        yield TitleLine(id="title")
        yield Rule()
        yield from self.body()
        yield FindingsLine(id="findings-line")
        yield KeysLine(id="keys")

    def body(self) -> ComposeResult:
        """Yield what lies between title and findings."""
        yield Static()

    def on_mount(self) -> None:
        """Hear of news, and show what is known."""
        self.app.news.subscribe(self, lambda _: self._take_news())
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
        missing = open_titles(outlook.effective, self.section)
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
        keys = [(key, text) for key, text, _ in self.query_one(KeysLine).shown_keys()]
        self.app.show_help(self.place, self.purpose, keys)


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
    match desk.cloud_sight.sight:
        case Sight.READING:
            return f"{glyphs.RUNNING} reading the cloud"
        case Sight.FAILED:
            return f"{glyphs.ERROR} cloud not read: F5 tries again"
        case _:
            return ""
