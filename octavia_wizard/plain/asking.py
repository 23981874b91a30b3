"""Asking the questions of a session one after another, back and forth."""

from __future__ import annotations

from octavia_wizard.core.errors import PresetError, WizardError
from octavia_wizard.core.interview import look_at_cloud
from octavia_wizard.core.questions import Choice, Kind, Question, find_section
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.core.questions.variables import variable_questions
from octavia_wizard.core.session import Session
from octavia_wizard.plain.prompter import Move, Option, Prompter

CLOUD_KEYS = ("cloud.mode", "cloud.name", "cloud.region", "cloud.service_project")
"""Answers after which the cloud has to be read again."""
_FOUND = 20
"""Variables listed for a search; more are not read by anybody."""


class Asker:
    """Asks, checks, keeps; the only writer of answers in the plain front end."""

    def __init__(self, session: Session, prompter: Prompter, *, keep: bool = True) -> None:
        self.session = session
        self.prompter = prompter
        self.paper = prompter.paper
        self._keep = keep

    def ask_section(self, name: str) -> bool:
        """Ask all questions of a section that apply; say whether it was gone through."""
        section = find_section(name)
        self.paper.gap()
        self.paper.title(section.title)
        self.paper.prose(section.help)
        if name == "variables":
            self._ask_variables()
            return True
        before = self._cloud_answers()
        through = self._walk(name)
        changed = self._cloud_answers() != before
        if (changed and self._cloud_is_known()) or (name == "cloud" and self._cloud_is_unread()):
            self.read_cloud()
        return through

    def ask_missing(self) -> None:
        """Ask what has neither an answer nor a default, until nothing is left."""
        while self.session.effective.missing:
            key = self.session.effective.missing[0]
            self.ask_until_answered(key)
            if key in CLOUD_KEYS:
                self.read_cloud()

    def ask_until_answered(self, key: str) -> None:
        """Ask one question that cannot be left open."""
        while self.ask(self.session.question(key)) is Move.BACK:
            self.paper.line("this has to be answered; Ctrl-C leaves")

    def read_cloud(self) -> WizardError | None:
        """Read the cloud of the answers, and say how that went."""
        if self.session.works_live:
            self.paper.line("reading the cloud…")
        error = look_at_cloud(self.session)
        if error is not None:
            self.say_error(error)
        elif self.session.facts.cloud is not None:
            cloud = self.session.facts.cloud
            self.paper.line(f"cloud {cloud.name}, region {cloud.region}: read")
        return error

    def say_error(self, error: WizardError) -> None:
        """Say what went wrong and what to do."""
        self.paper.paragraph(f"error: {error.message}", "red")
        if error.hint:
            self.paper.line(("hint: ", "bold"), error.hint)

    def ask(self, question: Question) -> Move | None:
        """Ask one question until it has a good answer; return BACK when gone back."""
        self._introduce(question)
        while True:
            reply = self._reply(question)
            if reply is Move.BACK:
                return Move.BACK
            if reply is Move.HELP:
                self._explain(question)
                continue
            try:
                self._take(question, reply)
            except PresetError as error:
                for problem in error.problems:
                    fix = f" ({problem.fix})" if problem.fix else ""
                    self.paper.line((problem.reason, "red"), fix, indent=1)
                continue
            return None

    def _walk(self, name: str) -> bool:
        key = ""
        while True:
            asked = [item.question for item in self.session.asked(name)]
            keys = [question.key for question in asked]
            place = keys.index(key) + 1 if key in keys else 0
            if place >= len(asked):
                return True
            if self.ask(asked[place]) is Move.BACK:
                if place == 0:
                    return False
                key = keys[place - 2] if place > 1 else ""
            else:
                key = keys[place]

    def _introduce(self, question: Question) -> None:
        self.paper.gap()
        setting = self.session.effective.settings.get(question.key)
        self.paper.line((question.title, "bold"), (f"  {question.key}", "dim"))
        if setting is not None:
            grounds = f"{setting.provenance}: {setting.detail}" if setting.detail else ""
            shown = show_value(question, setting.value)
            self.paper.line(("now: ", "dim"), f"{shown or '(empty)'}  ({grounds})", indent=1)

    def _explain(self, question: Question) -> None:
        self.paper.prose(question.help, indent=1)
        if question.nullable:
            self.paper.line(f"'none' means: {question.none_label}", indent=1)
        if question.unit:
            self.paper.line(f"unit: {question.unit}", indent=1)
        if question.variables:
            self.paper.line(f"sets {', '.join(question.variables)}", indent=1)
        self.paper.line("Enter keeps what is there, < goes back, Ctrl-C leaves.", indent=1)

    def _reply(self, question: Question) -> object | Move:
        """Return text as typed, the value of a choice, or a move."""
        setting = self.session.effective.settings.get(question.key)
        choices = self._choices(question)
        options = [Option(c.value, c.label, c.detail) for c in choices]
        if question.kind is Kind.FLAG:
            options = [Option(True, "yes"), Option(False, "no")]
        if question.kind in (Kind.FLAG, Kind.CHOICE) and options:
            current = setting.value if setting is not None else None
            return self.prompter.choose("Choose", options, current)
        current_text = show_value(question, setting.value) if setting is not None else ""
        unit = f" ({question.unit})" if question.unit else ""
        suggestions = [Option(show_value(question, o.value), o.label, o.detail) for o in options]
        if question.kind is Kind.CHOICES:
            self.paper.rows([(o.label, o.detail) for o in options], indent=1)
            suggestions = []
        return self.prompter.text(f"Answer{unit}", current_text, suggestions)

    def _choices(self, question: Question) -> tuple[Choice, ...]:
        return question.choices(self.session.context) if question.choices else ()

    def _take(self, question: Question, reply: object) -> None:
        """Take an answer; keeping what is there makes a default no answer."""
        setting = self.session.effective.settings.get(question.key)
        if reply == "" and setting is not None:
            return
        if setting is not None and reply == setting.value:
            return
        if isinstance(reply, str) and question.kind is not Kind.CHOICE:
            self.session.give_text(question.key, reply)
        else:
            self.session.give(question.key, reply)
        if self._keep:
            self.session.autosave()

    def _ask_variables(self) -> None:
        """Find a role variable by a part of its name, then ask for its value."""
        questions = {q.title: q for q in variable_questions(self.session.effective.release)}
        self.paper.line(f"{len(questions)} variables; those set: {self._set_variables()}")
        while True:
            part = self.prompter.text("Variable, or a part of its name (Enter ends)", "")
            if part in ("", Move.BACK):
                return
            if part is Move.HELP:
                self.paper.prose(find_section("variables").help)
                continue
            found = [q for name, q in questions.items() if str(part) in name]
            exact = questions.get(str(part))
            if exact is not None:
                found = [exact]
            self._ask_one_of(found)

    def _ask_one_of(self, found: list[Question]) -> None:
        if not found:
            self.paper.line("no variable of this release has that in its name")
            return
        if len(found) > _FOUND:
            self.paper.line(f"{len(found)} variables have that in their name; type more of it")
            return
        picked: object = found[0]
        if len(found) > 1:
            options = [Option(q, q.title, q.help[:60]) for q in found]
            picked = self.prompter.choose("Variable", options, None)
        if isinstance(picked, Question):
            self.ask(picked)

    def _set_variables(self) -> str:
        return ", ".join(self.session.effective.variables()) or "none"

    def _cloud_answers(self) -> tuple[object, ...]:
        settings = self.session.effective.settings
        return tuple(settings[key].value if key in settings else None for key in CLOUD_KEYS)

    def _cloud_is_known(self) -> bool:
        return "cloud.name" in self.session.effective or not self.session.works_live

    def _cloud_is_unread(self) -> bool:
        live = self.session.works_live
        return live and self._cloud_is_known() and self.session.facts.cloud is None
