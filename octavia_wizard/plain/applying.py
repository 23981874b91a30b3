"""Carrying a plan out by prompts, and what to do when that fails."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from octavia_wizard.core.engine.events import Event, StepLog
from octavia_wizard.core.engine.failing import omission_of, section_to_mend
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.run import RunResult
from octavia_wizard.core.engine.signals import stop_on_signals
from octavia_wizard.core.engine.skipping import Omission
from octavia_wizard.core.errors import Interrupted, WizardError
from octavia_wizard.core.handover import hand_over
from octavia_wizard.core.interview import apply
from octavia_wizard.core.questions import find_section
from octavia_wizard.core.stopping import Stop
from octavia_wizard.core.views import glyphs
from octavia_wizard.output.endings import write_handover
from octavia_wizard.output.progress import follow_run
from octavia_wizard.plain import looking
from octavia_wizard.plain.asking import Asker
from octavia_wizard.plain.options import Option
from octavia_wizard.plain.planning import consents, write_plan
from octavia_wizard.plain.wording import count

_LOGGED = 5000
"""Lines of the log that are kept."""


@dataclass(frozen=True, slots=True)
class Course:
    """Which run is meant: the steps asked for, those left out, and the run it goes on with."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    command: str = "guide"
    resumes: str | None = None


class Applier:
    """Plans, asks once, runs, and hands over; after a failure it asks how to go on."""

    def __init__(self, asker: Asker, cleared: Callable[[], bool]) -> None:
        self._asker = asker
        self._session = asker.session
        self._paper = asker.paper
        self._prompter = asker.prompter
        self._cleared = cleared
        """Looks around afresh and says whether nothing stands in the way."""
        self._confirmed: frozenset[str] = frozenset()
        self._log: deque[str] = deque(maxlen=_LOGGED)

    def apply(self, course: Course) -> int | None:
        """Carry it out; return the exit code, or None to go back to the sections."""
        while True:
            plan = self._plan(course)
            if plan is None or plan.obstacles:
                return None
            if not plan.has_changes and course.resumes is None:
                self._hand_over(plan, None)
                return 0
            if not self._consented(plan):
                return None
            result = self._run(plan, course)
            if result is None:
                return None
            if result.error is None:
                self._hand_over(plan, result)
                return 0
            following = self._after_failure(plan, replace(course, resumes=result.run_id), result)
            if following is None:
                return result.exit_code
            course = following
            if not self._cleared():
                return None

    def _plan(self, course: Course) -> Plan | None:
        try:
            plan = self._session.plan(course.only, course.skip)
        except WizardError as error:
            self._asker.say_error(error)
            return None
        write_plan(self._asker, plan)
        return plan

    def _consented(self, plan: Plan) -> bool:
        """Ask for the one consent; trying again what was confirmed needs none."""
        steps = frozenset(item.step for item in plan.changes)
        if self._confirmed and steps <= self._confirmed:
            return True
        if not consents(self._asker, plan):
            return False
        self._confirmed |= steps
        return True

    def _run(self, plan: Plan, course: Course) -> RunResult | None:
        cancel = Stop()
        try:
            with stop_on_signals(cancel), follow_run(self._paper, verbose=False) as report:
                return apply(
                    self._session,
                    plan,
                    command=course.command,
                    report=self._telling_of_stops(report, cancel),
                    cancel=cancel,
                    resumes=course.resumes,
                )
        except WizardError as error:
            self._asker.say_error(error)
            return None

    def _telling_of_stops(
        self, report: Callable[[Event], None], cancel: threading.Event
    ) -> Callable[[Event], None]:
        told = False
        self._log.clear()

        def tell(event: Event) -> None:
            nonlocal told
            if isinstance(event, StepLog):
                self._log.append(f"{event.step}: {event.line}" if event.step else event.line)
            if cancel.is_set() and not told:
                told = True
                self._paper.line("! stopping after the calls in progress")
            report(event)

        return tell

    # --- after a failure

    def _after_failure(self, plan: Plan, course: Course, result: RunResult) -> Course | None:
        """Ask how to go on; None leaves it for later."""
        self._tell_failure(plan, result)
        while True:
            match self._prompter.choose("What now", self._ways(plan, result), "retry", moves=False):
                case "retry":
                    return course
                case "change":
                    self._change_answers(plan, result)
                    # What is left out was chosen for one set of answers only.
                    self._confirmed = frozenset()
                    return replace(course, skip=())
                case "skip":
                    omission = omission_of(plan, result.failed)
                    if omission is not None and self._leaves_out(omission):
                        self._confirmed |= {item.step for item in plan.changes}
                        return replace(course, skip=(*course.skip, omission.step))
                case "log":
                    self._show_log()
                case "shell":
                    looking.look_around(self._asker)
                case _:
                    return None

    def _tell_failure(self, plan: Plan, result: RunResult) -> None:
        titles = {item.step: item.title for item in plan.items}
        failed = ", ".join(titles.get(step, step) for step in result.failed)
        stopped = isinstance(result.error, Interrupted)
        word = "stopped on request" if stopped else f"{failed or 'the run'} failed"
        self._paper.gap()
        self._paper.line(("! " if stopped else "✗ ", "red"), (word, "bold"))
        if result.error is not None:
            self._paper.prose(result.error.message, ("why  ", "dim"), indent=1)
            if result.error.hint:
                self._paper.prose(result.error.hint, ("do   ", "dim"), indent=1)
        done = [titles.get(step, step) for step in result.finished]
        self._paper.prose(", ".join(done) or "nothing", ("done ", "dim"), indent=1)

    def _ways(self, plan: Plan, result: RunResult) -> list[Option]:
        ways = [Option("retry", "Try again", "what is done is kept", key="r")]
        section = section_to_mend(plan, result.failed, result.error)
        if section:
            title = find_section(section).title
            ways.append(Option("change", "Change the answers", f"of {title}", key="c"))
        omission = omission_of(plan, result.failed)
        if omission is not None:
            ways.append(Option("skip", "Skip it", omission.items[0].without, key="k"))
        resume = self._session.command_line("resume")
        if self._log:
            ways.append(Option("log", "Log", f"{count(len(self._log), 'line')}", key="l"))
        ways.append(Option("shell", "Shell", "look around and come back", key="x"))
        ways.append(Option("stop", "Stop", f"{resume} goes on later", key="s"))
        return ways

    def _change_answers(self, plan: Plan, result: RunResult) -> None:
        self._asker.ask_section(section_to_mend(plan, result.failed, result.error))

    def _leaves_out(self, omission: Omission) -> bool:
        for effect in omission.effects:
            self._paper.prose(effect, (f"{glyphs.UNWANTED} ", "dim"), indent=1)
        return self._prompter.confirm("Leave it out?")

    def _show_log(self) -> None:
        """Write the log, or the lines that hold a part."""
        part = self._prompter.text("Part of a line (Enter shows all)", "")
        wanted = part.casefold() if isinstance(part, str) else ""
        for line in self._log:
            if wanted in line.casefold():
                self._paper.line(line, indent=1)

    def _hand_over(self, plan: Plan, result: RunResult | None) -> None:
        self._paper.gap()
        summary = "Done." if result else "Nothing to do: everything is as planned."
        self._paper.line(("✓ ", "green"), (summary, "bold"))
        if plan.only:
            # A part was done ahead: what comes next is the rest of the interview.
            return
        write_handover(self._paper, hand_over(self._session, plan, result))
