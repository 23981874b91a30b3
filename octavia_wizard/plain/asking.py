"""Asking the questions of a session one after another, back and forth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from octavia_wizard.core.errors import PresetError, WizardError
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.interview import look_to_ask
from octavia_wizard.core.questions import Kind, Question, find_section
from octavia_wizard.core.questions.resolve import setting_of
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.core.session import Session
from octavia_wizard.plain import wording
from octavia_wizard.plain.drawing import Gallery
from octavia_wizard.plain.explaining import explain_question
from octavia_wizard.plain.options import Move, Option
from octavia_wizard.plain.prompter import Prompter

CLOUD_KEYS = ("cloud.mode", "cloud.name", "cloud.region", "cloud.service_project")
"""Answers after which the cloud has to be read again."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Leave a question for another one of its section, or for the hub where it has no key."""

    key: str = ""


Left = Jump | Literal[Move.BACK] | None
"""Where a question was left for: another place, the one before it, or on, answered."""


class Asker:
    """Asks, checks, keeps; the only writer of answers in the plain front end."""

    def __init__(self, session: Session, prompter: Prompter, *, keep: bool = True) -> None:
        self.session = session
        self.prompter = prompter
        self.paper = prompter.paper
        self.gallery = Gallery(session, prompter.paper)
        self._keep = keep
        self._read_for: tuple[object, ...] | None = None

    # --- sections

    def ask_section(self, name: str, key: str = "") -> bool:
        """Ask all questions of a section that apply, from ``key`` on; say whether it was ended."""
        section = find_section(name)
        self.session.see(name)
        self.paper.gap()
        self.paper.title(section.title)
        self.paper.prose(section.help)
        if name == "variables":
            from octavia_wizard.plain.variables import ask_variables

            ask_variables(self, key)
            return True
        self.gallery.enter(name)
        through = self._walk(name, key)
        if self._cloud_is_unread():
            self.read_cloud()
        return through

    def _walk(self, name: str, key: str) -> bool:
        at = key
        while True:
            keys = self._keys(name)
            if not keys:
                return True
            at = at if at in keys else keys[0]
            result = self.ask(self.session.question(at), f"{keys.index(at) + 1} of {len(keys)}")
            # The answer may have changed which questions there are.
            keys = self._keys(name)
            place = keys.index(at) if at in keys else 0
            if isinstance(result, Jump):
                if not result.key:
                    return False
                at = result.key
            elif result is Move.BACK:
                if place == 0:
                    return False
                at = keys[place - 1]
            elif place + 1 < len(keys):
                at = keys[place + 1]
            else:
                return True

    def _keys(self, name: str) -> list[str]:
        return [item.question.key for item in self.session.asked(name)]

    def ask_missing(self) -> None:
        """Ask what has neither an answer nor a default, until nothing is left."""
        while self.session.effective.missing:
            self.ask_until_answered(self.session.effective.missing[0])

    def ask_until_answered(self, key: str) -> None:
        """Ask one question that cannot be left open."""
        question = self.session.question(key)
        while self.ask(question) is not None or key in self.session.effective.missing:
            self.paper.line("this has to be answered; Ctrl-C leaves")

    # --- the cloud

    def read_cloud(self) -> WizardError | None:
        """Read the cloud of the answers, and say how that went."""
        if self.session.works_live:
            self.paper.line("reading the cloud…")
        self._read_for = self._target()
        error = look_to_ask(self.session)
        if error is not None:
            self.say_error(error)
        elif self.session.facts.cloud is not None:
            cloud = self.session.facts.cloud
            self.paper.line(f"cloud {cloud.name}, region {cloud.region}: read")
        return error

    def _target(self) -> tuple[object, ...]:
        settings = self.session.effective.settings
        return tuple(settings[key].value if key in settings else None for key in CLOUD_KEYS)

    def _cloud_is_unread(self) -> bool:
        known = "cloud.name" in self.session.effective
        return self.session.works_live and known and self.session.facts.cloud is None

    def _follow_cloud(self, key: str) -> None:
        """Read the cloud again where an answer moved to another one."""
        if key not in CLOUD_KEYS or self._target() == self._read_for:
            return
        if self.session.works_live and "cloud.name" not in self.session.effective:
            self.session.forget_cloud()
            return
        if self.session.works_live or self.session.facts.cloud is not None:
            self.read_cloud()

    def say_error(self, error: WizardError) -> None:
        """Say what went wrong and what to do."""
        self.paper.prose(error.message, ("error: ", "red"))
        if error.hint:
            self.paper.prose(error.hint, ("hint: ", "bold"))

    # --- one question

    def ask(
        self, question: Question, place: str = "", about: Sequence[tuple[str, str]] = ()
    ) -> Left:
        """Ask one question until it has a good answer; return where else the operator goes.

        ``about`` is told beside it, as label and text.
        """
        self.introduce(question, place, about)
        again = False
        while True:
            reply = self._reply(question, again=again)
            again = reply is not Move.MORE
            if reply is Move.BACK:
                return Move.BACK
            if reply is Move.MORE:
                from octavia_wizard.plain.actions import offer_more

                jump = offer_more(self, question)
                if jump is not None:
                    return jump
                self.introduce(question, place, about)
            elif isinstance(reply, Move):
                self._turn(reply, question)
            elif self._take(question, reply):
                return None

    def introduce(
        self, question: Question, place: str = "", about: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Write what is asked, what holds, and what is wrong with that."""
        self.gallery.beside(question.key)
        self.paper.gap()
        setting = setting_of(question, self.session.context)
        title = self.title(question)
        tail = f"  {question.key}{f'  ({place})' if place else ''}"
        self.paper.line((title, "bold"), (tail, "dim"))
        if setting is not None:
            shown = wording.value_of(question, setting)
            label = ("now: ", "dim")
            self.paper.prose(f"{shown}  ({wording.grounds(setting)})", label, indent=1)
        for name, text in about:
            self.paper.prose(text, (f"{name}: ", "dim"), indent=1)
        for finding in self._weighty(question.key):
            mark, style = wording.finding_sign(finding, self.session.answers.accept)
            self.paper.prose(f"{finding.what} {finding.fix}", (f"{mark}: ", style), indent=1)

    def title(self, question: Question) -> str:
        """Return what a question is called, given the answers before it."""
        return question.title_in(self.session.context)

    def _weighty(self, key: str) -> list[Finding]:
        """Return the findings one should know before answering; that it is open is seen."""
        if key in self.session.effective.missing:
            return []
        return [finding for finding in self.session.blocking if finding.key == key]

    def _turn(self, move: Move, question: Question) -> None:
        if move is Move.HELP:
            explain_question(self.paper, self.session, question)
        elif move is Move.VIEW:
            if not self.gallery.beside(question.key, again=True):
                self.paper.line("there is no picture to show here", indent=1)
        elif move is Move.DEFAULT:
            self._take_default(question)

    def _take_default(self, question: Question) -> None:
        if question.key not in self.session.answers:
            self.paper.line("the default holds already", indent=1)
            return
        self.change(lambda: self.session.take_back(question.key))
        setting = setting_of(question, self.session.context)
        text = wording.value_of(question, setting) if setting else "none; it has to be answered"
        self.paper.line(f"the default holds again: {text}", indent=1)
        self._follow_cloud(question.key)
        self.gallery.beside(question.key)

    def _reply(self, question: Question, *, again: bool) -> object | Option | Move:
        """Return text as typed, an option that was picked, a value, or a move."""
        setting = setting_of(question, self.session.context)
        options, title = self._options(question), self.title(question)
        value = setting.value if setting is not None else None
        if question.kind in (Kind.FLAG, Kind.CHOICE) and options:
            current = value if setting is not None else ...
            picked = self.prompter.choose(title, options, current, again=again)
            return picked if isinstance(picked, Move) else Option(picked, "")
        if question.kind is Kind.CHOICES:
            ticked = value if isinstance(value, list) else []
            several = self.prompter.several(title, options, ticked, again=again)
            return several if isinstance(several, Move) else Option(several, "")
        shown = wording.without_credentials(show_value(question, value)) if setting else ""
        message = f"{title} ({question.unit})" if question.unit else title
        if question.kind is Kind.PATH:
            return self.prompter.path(message, shown)
        if options:
            return self.prompter.search(message, shown, options, question.columns, again=again)
        return self.prompter.text(message, shown)

    def _options(self, question: Question) -> list[Option]:
        choices = question.choices(self.session.context) if question.choices else ()
        options = [Option(c.value, c.label, c.detail, cells=c.cells) for c in choices]
        if question.kind is Kind.FLAG:
            options = [Option(True, "yes"), Option(False, "no")]
            if question.nullable:
                options.append(Option(None, question.none_label))
        return options

    def _take(self, question: Question, reply: object | Option) -> bool:
        """Take an answer; return whether it is one. Keeping what is there makes none of it."""
        setting = setting_of(question, self.session.context)
        value = reply.value if isinstance(reply, Option) else reply
        if setting is not None and value in ("", setting.value):
            return True
        key = question.key
        try:
            if isinstance(reply, Option):
                self.change(lambda: self.session.give(key, value))
            else:
                self.change(lambda: self.session.give_text(key, str(value)))
        except PresetError as error:
            for problem in error.problems:
                fix = f" ({problem.fix})" if problem.fix else ""
                self.paper.prose(f"{problem.reason}{fix}", ("✗ ", "red"), indent=1)
            return False
        self._follow_cloud(key)
        if question.kind is Kind.PATH and question.section == "certificates":
            from octavia_wizard.plain.certificates import ask_new_passphrases

            ask_new_passphrases(self)
        return not self._answer_again(question)

    def _answer_again(self, question: Question) -> bool:
        """Show what the answer changed and what is found about it; ask whether to mend it."""
        self.gallery.beside(question.key)
        found = self._weighty(question.key)
        for finding in found:
            wording.write_finding(self.paper, finding, self.session.answers.accept)
        if not found:
            return False
        wrong = any(finding.severity is Severity.ERROR for finding in found)
        return self.prompter.confirm("Answer again?", default=wrong)

    def change(self, change: Callable[[], object]) -> None:
        """Change answers by a function, and keep them; raises PresetError, and nothing changed."""
        former = self.session.answers
        try:
            change()
            # That there is no such release shows only here.
            _ = self.session.effective
        except PresetError:
            self.session.answers = former
            raise
        if self._keep:
            self.session.autosave()
