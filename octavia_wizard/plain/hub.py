"""The hub by prompts: sections with their state, then review and apply."""

from __future__ import annotations

import textwrap

from octavia_wizard.core.engine.resume import Resumable
from octavia_wizard.core.interview import Beginning, answers_of_run
from octavia_wizard.core.questions import SECTIONS, InterviewSection
from octavia_wizard.core.session import SectionState
from octavia_wizard.plain.asking import Asker
from octavia_wizard.plain.prompter import Option
from octavia_wizard.plain.reviewing import Reviewer

_MARKS = {
    SectionState.READY: "✓",
    SectionState.TO_DO: "○",
    SectionState.ATTENTION: "!",
    SectionState.ERROR: "✗",
}
_REVIEW, _ALL, _LEAVE = "review", "all", "leave"
INTERRUPTED = 130
DETAIL = 44
"""Columns left for what ails a section."""


class Hub:
    """One sitting at the plain front end."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._session = asker.session
        self._paper = asker.paper
        self._prompter = asker.prompter
        self._code = 0

    def run(self, beginning: Beginning) -> int:
        """Ask until the operator leaves; return the exit code."""
        try:
            self._welcome(beginning)
            self._loop()
        except (KeyboardInterrupt, EOFError):
            self._session.autosave()
            self._paper.gap()
            self._paper.line("left; every answer is kept")
            return INTERRUPTED
        return self._code

    def _welcome(self, beginning: Beginning) -> None:
        for problem in beginning.problems:
            self._asker.say_error(problem)
        if beginning.continued:
            self._paper.line("going on with the answers of last time")
        if beginning.unfinished is not None:
            self._offer(beginning.unfinished)
        if "cloud.name" in self._session.effective:
            self._asker.read_cloud()

    def _offer(self, run: Resumable) -> None:
        self._paper.line(f"Run {run.run_id} ({run.command}) was {run.status}.")
        if run.message:
            self._paper.paragraph(run.message, indent=1)
        if not self._prompter.confirm("Go on with it now?"):
            return
        self._session.answers = answers_of_run(run)
        if self._asker.read_cloud() is None:
            self._code = Reviewer(self._asker).resume(run)

    def _loop(self) -> None:
        current: object = next(
            (s.name for s in SECTIONS if self._state(s) is not SectionState.READY), _REVIEW
        )
        while True:
            self._paper.gap()
            picked = self._prompter.choose(self._title(), self._options(), current, moves=False)
            if picked == _LEAVE:
                return
            if picked == _REVIEW:
                code = Reviewer(self._asker).run()
                if code is not None:
                    self._code = code
                    return
                current = _REVIEW
            elif picked == _ALL:
                for section in SECTIONS:
                    if self._state(section) is not SectionState.READY:
                        self._asker.ask_section(section.name)
                current = _REVIEW
            else:
                through = self._asker.ask_section(str(picked))
                current = self._following(str(picked)) if through else picked

    def _following(self, name: str) -> str:
        names = [section.name for section in SECTIONS]
        place = names.index(name) + 1
        return names[place] if place < len(names) else _REVIEW

    def _title(self) -> str:
        release = self._session.effective.release
        cloud = self._session.facts.cloud
        where = f"{cloud.name} · {cloud.region}" if cloud else "no cloud read"
        return f"{where} · OSA {release.name} · open"

    def _options(self) -> list[Option]:
        options = [
            Option(
                section.name,
                f"{_MARKS[self._state(section)]} {section.title}",
                self._detail(section),
            )
            for section in SECTIONS
        ]
        return [
            *options,
            Option(_REVIEW, "Review and apply"),
            Option(_ALL, "Ask everything that is open"),
            Option(_LEAVE, "Leave (answers are kept)"),
        ]

    def _state(self, section: InterviewSection) -> SectionState:
        return self._session.section_state(section)

    def _detail(self, section: InterviewSection) -> str:
        missing = [k for k in self._session.effective.missing if k.startswith(f"{section.name}.")]
        if missing:
            return f"{len(missing)} to answer"
        found = [f for f in self._session.blocking if f.section == section.name]
        if found:
            return textwrap.shorten(found[0].what, DETAIL, placeholder="…")
        return self._state(section).value
