"""Everything known about a question: why it is asked, what holds, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.questions import SECTIONS, Context, Kind, Question
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.core.releases.explain import explain
from octavia_wizard.screens.frame import WizardScreen
from octavia_wizard.screens.outlook import Outlook, setting_of
from octavia_wizard.screens.panes import hanging
from octavia_wizard.screens.wording import finding_sign, grounds

_HOW = {
    Kind.TEXT: "a text",
    Kind.INTEGER: "a whole number",
    Kind.FLAG: "yes or no",
    Kind.CHOICE: "one of the choices",
    Kind.CHOICES: "any of the choices, ticked with Space",
    Kind.LIST: "values with commas between them",
    Kind.MAPPING: "name=value pairs with commas between them",
    Kind.PATH: "a path on this host",
    Kind.DATA: "any YAML value",
}

_EVERYWHERE = (
    ("F5", "read host and cloud again"),
    ("Ctrl+S", "say where the answers are saved"),
)


class PageScreen(WizardScreen[None]):
    """A page to scroll through; subclasses give ``page``."""

    BINDINGS = [
        Binding("escape,f1,enter", "leave", "back", key_display="Esc"),
        Binding("down", "scroll(1)", "scroll", key_display="↑↓"),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(12)", show=False),
        Binding("pageup", "scroll(-12)", show=False),
    ]

    def body(self) -> ComposeResult:
        """Yield the page."""
        with VerticalScroll(id="text", can_focus=False):
            yield Static(id="page", markup=False)

    def page(self) -> Content:
        """Return what there is to read."""
        raise NotImplementedError

    def show_news(self) -> None:
        """Write the page anew, in the width there is."""
        self.query_one("#page", Static).update(hanging(self.page(), self.size.width - 4))

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one("#text", VerticalScroll).scroll_relative(y=by, animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


class ExplainScreen(PageScreen):
    """A page about one question."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        self.place = f"{question.title} ▸ why"
        self.section = question.section

    def page(self) -> Content:
        """Return everything known about the question."""
        accepted = self.app.session.answers.accept
        return page_about(self.question, self.app.session.context, self.app.outlook, accepted)


class HelpScreen(PageScreen):
    """A page about the screen it was called from."""

    def __init__(self, place: str, purpose: str, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.place = f"{place} ▸ help"
        self._purpose, self._keys = purpose, keys

    def page(self) -> Content:
        """Return what the screen is for, its keys, and what the sections are about."""
        lines = [Content(self._purpose), Content(""), Content.styled("Keys", "bold")]
        lines += [Content(f"  {key.ljust(8)}{description}") for key, description in self._keys]
        lines += [Content(f"  {key.ljust(8)}{description}") for key, description in _EVERYWHERE]
        lines += [Content(""), Content.styled("Sections", "bold")]
        for number, section in enumerate(SECTIONS, start=1):
            lines.append(Content.assemble(f"  {number}  ", (section.title, "bold")))
            lines.append(Content(f"     {section.help}"))
        return Content("\n").join(lines)


def page_about(
    question: Question, context: Context, outlook: Outlook, accepted: tuple[str, ...]
) -> Content:
    """Write the page about a question."""
    setting = setting_of(question, context)
    value = show_value(question, setting.value) if setting is not None else "none yet"
    parts = [
        Content.styled(question.title, "bold"),
        Content(question.help),
        Content(""),
        *_fact("Value", f"{value} {question.unit if setting else ''}".rstrip()),
        *_fact("From", grounds(setting)),
        *_fact("Answer with", _HOW[question.kind] + _or_none(question)),
        *_fact("In a preset", question.key),
    ]
    for finding in outlook.about(question.key):
        glyph, word, style = finding_sign(finding, accepted)
        parts += [Content(""), Content.assemble((f"{glyph} {word}", style), f": {finding.what}")]
        parts += [
            Content(f"  {text}") for text in (finding.why, finding.fix, finding.where) if text
        ]
    if question.choices is not None and question.kind in (Kind.CHOICE, Kind.CHOICES):
        parts += [Content(""), Content.styled("Choices", "bold")]
        for choice in question.choices(context):
            parts.append(Content(f"  {choice.label}: {choice.detail}".rstrip(": ")))
    for name in question.variables:
        parts += [Content(""), *_variable(name, context)]
    return Content("\n").join(parts)


def _or_none(question: Question) -> str:
    return f", or nothing at all: {question.none_label}" if question.nullable else ""


def _fact(name: str, text: str) -> list[Content]:
    return [Content.assemble((f"{name}  ".ljust(16), "$foreground 60%"), text)]


def _variable(name: str, context: Context) -> list[Content]:
    known = context.release.variable(name)
    lines = [Content.styled(f"Role variable {name}", "bold")]
    try:
        told = explain(name)
    except UsageError:
        return lines
    if told.description:
        lines.append(Content(told.description))
    if known is None:
        lines.append(Content(f"{context.release.name} does not have it."))
    for part in told.ranges:
        default = "computed by the role" if part.computed else part.default_text or "unset"
        span = f"{part.since} to {part.until}" if part.until else f"since {part.since}"
        lines += _fact(f"  {span}", default.partition("\n")[0])
    return lines
