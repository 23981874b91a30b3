"""What the command palette offers: sections, verbs, questions, role variables and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape

from octavia_wizard.core.browse import printable
from octavia_wizard.core.questions import QUESTIONS, SECTIONS, Question
from octavia_wizard.core.questions.variables import variable_questions
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.hub import REVIEW_TITLE
from octavia_wizard.screens.outlook import applies
from octavia_wizard.screens.shell import open_shell
from octavia_wizard.screens.wording import finding_sign, fit

_HELP = 200
"""Characters of a help text that are shown."""
_WHOLE = 4
"""How much more a hit weighs that has every word typed."""
_BEHIND = 0.1
"""What is found stands behind the verbs, which are few and meant when they are typed."""
_MOST = 60
"""Hits shown at once; nobody goes through more."""


def commands_of(desk: Desk) -> Iterator[SystemCommand]:
    """Yield the commands, the sections first."""
    for number, section in enumerate(SECTIONS, start=1):
        title = f"{number} {section.title}"
        yield SystemCommand(title, section.help, partial(desk.show_section, section.name))
    number = len(SECTIONS) + 1
    yield SystemCommand(f"{number} {REVIEW_TITLE}", "Findings, files and plan.", desk.show_review)
    if desk.run_model is not None:
        yield SystemCommand("The run", "Steps and log of the run.", desk.show_apply)
    if desk.builds.model is not None:
        yield SystemCommand("The build", "The build of the image and its log.", desk.show_build)
    yield SystemCommand("Preview", "The variables file as it would be.", desk.show_preview)
    yield SystemCommand("Read again", "Read host and cloud afresh.", desk.look_again)
    yield SystemCommand("Saved where", "Where the answers are kept.", desk.say_where)
    panel = partial(desk.run_action, "app.key_panel")
    yield SystemCommand("Keys", "What every key does here, beside the screen.", panel)
    yield SystemCommand("Shell", "Look around in a shell.", partial(open_shell, desk))
    yield SystemCommand("Theme", "Other colours.", desk.action_change_theme)
    yield SystemCommand("Leave", "Leave; the answers are kept.", desk.leave)


@dataclass(frozen=True, slots=True)
class Target:
    """Something the palette can lead to, by each of its names."""

    title: str
    names: tuple[str, ...]
    """What else it is found by: keys, ids, role variables."""
    help: str
    go: Callable[[], object]

    @property
    def label(self) -> str:
        """The line that is shown and searched."""
        return printable(f"{self.title}  {' '.join(self.names)}".rstrip())


def targets_of(desk: Desk) -> Iterator[Target]:
    """Yield every finding there is, every question, and every variable of the release."""
    accepted = desk.session.answers.accept
    for finding in desk.outlook.findings:
        glyph, word, _ = finding_sign(finding, accepted)
        go = partial(desk.show_section, finding.section, finding.key)
        title = f"{glyph} {word}: {fit(finding.what, 60)}"
        yield Target(title, (finding.id,), finding.fix, go)
    effective = desk.session.effective
    covered: set[str] = set()
    for question in QUESTIONS:
        names = (question.key, *question.variables)
        if applies(question, effective):
            covered.update(question.variables)
            yield Target(question.title, names, question.help, _opener(desk, question))
        else:
            text = f"Not asked, given the other answers. {question.help}"
            yield Target(question.title, names, text, partial(desk.show_explanation, question))
    for question in variable_questions(effective.release):
        # What a question of a section sets is answered there.
        if question.title not in covered:
            yield Target(question.title, (), question.help, _opener(desk, question))


def _opener(desk: Desk, question: Question) -> Callable[[], object]:
    return partial(desk.show_section, question.section, question.key)


class WizardCommands(Provider):
    """Finds questions, role variables and findings in the command palette."""

    _targets: tuple[Target, ...] = ()

    async def startup(self) -> None:
        """Gather what can be found, once for all the keys typed."""
        self._targets = tuple(targets_of(cast(Desk, self.app)))

    async def discover(self) -> Hits:
        """Offer the findings before anything is typed: they are what is left to do."""
        for target in self._targets:
            if target.names and target.title[0] in (glyphs.ERROR, glyphs.ATTENTION):
                yield DiscoveryHit(Content(target.label), target.go, target.label, _plain(target))

    async def search(self, query: str) -> Hits:
        """Offer what is named like the text, the nearest first."""
        matcher = self.matcher(query)
        words = query.casefold().split()
        found = []
        for place, target in enumerate(self._targets):
            score, offsets = matcher.fuzzy_search.match(query, target.label)
            if score > 0:
                # Letters that lie far apart may score high; whole words are what was meant.
                whole = all(word in target.label.casefold() for word in words)
                found.append((-score * (_WHOLE if whole else 1) * _BEHIND, place, offsets))
        for score, place, offsets in sorted(found)[:_MOST]:
            target = self._targets[place]
            shown = self._marked(target.label, offsets)
            yield Hit(-score, shown, target.go, target.label, _plain(target))

    def _marked(self, label: str, offsets: Sequence[int]) -> Content:
        """Mark what of a label matched; the matcher's own way would read markup in it."""
        shown = Content(label)
        for offset in offsets:
            if self.match_style is not None and not label[offset].isspace():
                shown = shown.stylize(self.match_style, offset, offset + 1)
        return shown


def _plain(target: Target) -> str:
    """Return the help as text in which nothing is taken for markup."""
    return escape(printable(target.help[:_HELP]))
