"""Everything known about a question, a role variable or a finding, and help for a screen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from octavia_wizard.core.explaining import FindingTopic, Topic, VariableTopic, explain_id
from octavia_wizard.core.questions import SECTIONS, Question
from octavia_wizard.screens.explained import page_of
from octavia_wizard.screens.frame import WizardScreen
from octavia_wizard.screens.panes import hanging
from octavia_wizard.screens.paragraph import Paragraph


class PageScreen(WizardScreen[None]):
    """A page to scroll through; subclasses give ``page``."""

    BINDINGS = [
        Binding("escape,f1,enter", "leave", "back", id="page.leave", tooltip="Go back"),
        Binding(
            "down", "scroll(1)", "scroll", key_display="↑↓", id="page.scroll", tooltip="Scroll"
        ),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(12)", show=False),
        Binding("pageup", "scroll(-12)", show=False),
    ]

    def body(self) -> ComposeResult:
        """Yield the page."""
        with VerticalScroll(id="text", can_focus=False):
            yield Paragraph(id="page", markup=False)

    @abstractmethod
    def page(self) -> Content:
        """Return what there is to read."""

    def show_news(self) -> None:
        """Write the page anew, in the width there is."""
        self.query_one("#page", Static).update(hanging(self.page(), self.size.width - 4))

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one("#text", VerticalScroll).scroll_relative(y=by, animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


class TopicScreen(PageScreen):
    """A page about what an id means: a question, a role variable, a finding or a section.

    Enter leads on to the question it is about.
    """

    BINDINGS = [
        Binding("enter", "open", "open the question", id="page.open", tooltip="Go and answer it")
    ]

    def __init__(self, topic_id: str) -> None:
        super().__init__()
        self.topic_id = topic_id
        self.place = f"{topic_id} ▸ why"

    @property
    def topic(self) -> Topic:
        """Return what is known about it; raises UsageError for an id that means nothing."""
        app = self.app
        return explain_id(self.topic_id, app.session, app.outlook.findings)

    def page(self) -> Content:
        """Return everything known about it."""
        return page_of(self.topic, self.app.session.answers.accept)

    @property
    def key(self) -> str:
        """Return the question it is about, or a section, or nothing."""
        topic = self.topic
        if isinstance(topic, VariableTopic):
            return topic.key
        if isinstance(topic, FindingTopic):
            keys = [finding.key or finding.section for finding in topic.found]
            return keys[0] if keys else topic.info.place
        return ""

    def action_open(self) -> None:
        """Open the question."""
        if self.key:
            self.app.show_section(self.key.partition(".")[0], self.key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to open a question where there is one."""
        return bool(self.key) if action == "open" else True


class ExplainScreen(TopicScreen):
    """A page about the question one comes from, so that Enter leads back there."""

    BINDINGS = [Binding("enter", "leave", "back", show=False)]

    def __init__(self, question: Question) -> None:
        super().__init__(question.key)
        self.question = question
        self.place = f"{question.title} ▸ why"
        self.section = question.section


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
        lines += [Content(""), Content.styled("Sections", "bold")]
        for number, section in enumerate(SECTIONS, start=1):
            lines.append(Content.assemble(f"  {number}  ", (section.title, "bold")))
            lines.append(Content(f"     {section.help}"))
        return Content("\n").join(lines)
