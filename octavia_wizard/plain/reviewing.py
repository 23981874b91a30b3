"""Review and apply by prompts: what is missing, what is found, what would be done, doing it."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.resume import Resumable
from octavia_wizard.core.engine.run import RunResult
from octavia_wizard.core.engine.signals import stop_on_signals
from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.findings.model import Severity
from octavia_wizard.core.handover import hand_over
from octavia_wizard.core.interview import apply, gaps
from octavia_wizard.output.endings import write_handover
from octavia_wizard.output.plans import findings_result, plan_result
from octavia_wizard.output.progress import follow_run
from octavia_wizard.plain.asking import Asker
from octavia_wizard.plain.prompter import Option


class Reviewer:
    """One review; it changes nothing before the operator says so."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._session = asker.session
        self._paper = asker.paper
        self._prompter = asker.prompter

    def run(self) -> int | None:
        """Review, then apply; return the exit code, or None to go back to the hub."""
        if self._open_questions() or not self._look() or not self._cleared():
            return None
        return self._apply((), "guide", None)

    def resume(self, run: Resumable) -> int:
        """Go on with an unfinished run; return its exit code."""
        code = self._apply(run.only, f"resume {run.run_id}", run.run_id)
        return 0 if code is None else code

    def _open_questions(self) -> bool:
        found = gaps(self._session)
        if found:
            self._paper.title("Still to be answered:")
            self._paper.rows([(gap.key, gap.title) for gap in found], indent=1)
        return bool(found)

    def _look(self) -> bool:
        """Read host and cloud afresh; say whether that worked."""
        self._session.read_host()
        return self._asker.read_cloud() is None

    def _cleared(self) -> bool:
        """Show the findings, ask about warnings, and say whether nothing stands in the way."""
        session = self._session
        findings_result(session.findings, session.answers.accept).write(self._paper)
        for finding in session.blocking:
            if finding.severity is not Severity.WARNING:
                continue
            if finding.id in session.answers.accept:
                continue
            if self._prompter.confirm(f"Accept the warning {finding.id}?"):
                session.accept(finding.id)
                session.autosave()
        if session.blocking:
            self._paper.line(("Not ready: ", "bold"), "the findings above stand in the way.")
        return not session.blocking

    def _apply(self, only: Sequence[str], command: str, resumes: str | None) -> int | None:
        while True:
            try:
                plan = self._session.plan(only)
            except WizardError as error:
                self._asker.say_error(error)
                return None
            plan_result(plan, self._where()).write(self._paper)
            if plan.obstacles:
                return None
            if not plan.has_changes and resumes is None:
                self._hand_over(plan, None)
                return 0
            if not self._prompter.confirm("Apply this now?"):
                return None
            result = self._run(plan, command, resumes)
            if result is None:
                return None
            if result.error is None:
                self._hand_over(plan, result)
                return 0
            if not self._again(result.error):
                return result.exit_code
            resumes = result.run_id
            if self._look_again() is False:
                return result.exit_code

    def _run(self, plan: Plan, command: str, resumes: str | None) -> RunResult | None:
        cancel = threading.Event()
        try:
            with stop_on_signals(cancel), follow_run(self._paper, verbose=False) as report:
                return apply(
                    self._session,
                    plan,
                    command=command,
                    report=report,
                    cancel=cancel,
                    resumes=resumes,
                )
        except WizardError as error:
            self._asker.say_error(error)
            return None

    def _again(self, error: WizardError) -> bool:
        self._asker.say_error(error)
        options = [
            Option(True, "Try again", "what is done is kept"),
            Option(False, "Stop", f"{self._session.command_line('resume')} goes on later"),
        ]
        return self._prompter.choose("What now", options, True, moves=False) is True

    def _look_again(self) -> bool:
        return self._look()

    def _hand_over(self, plan: Plan, result: RunResult | None) -> None:
        summary = "Done." if result else "Nothing to do: everything is as planned."
        self._paper.line((summary, "bold"))
        write_handover(self._paper, hand_over(self._session, plan, result))

    def _where(self) -> str:
        cloud = self._session.facts.cloud
        release = self._session.effective.release
        place = f"{cloud.name} · {cloud.region}" if cloud else "files only"
        return f"{place} · OSA {release.name} · {self._session.options.deploy_dir}"
