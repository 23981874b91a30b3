"""The review by prompts: what is missing, what is found, and the way from there to the run."""

from __future__ import annotations

from collections.abc import Sequence

from octavia_wizard.core.engine.resume import Resumable
from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.interview import gaps
from octavia_wizard.plain import looking
from octavia_wizard.plain.applying import Applier, Course
from octavia_wizard.plain.asking import Asker
from octavia_wizard.plain.options import Move, Option


class Reviewer:
    """One review; it changes nothing before the operator says so."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._session = asker.session
        self._paper = asker.paper
        self._prompter = asker.prompter
        self._applier = Applier(asker, self._look_and_clear)

    def run(self) -> int | None:
        """Review, then apply; return the exit code, or None to go back to the hub."""
        if not self._answered() or not self._look_and_clear():
            return None
        self._paper.gap()
        self._paper.title("Files")
        looking.show_files(self._asker)
        return self._applier.apply(Course())

    def run_only(self, steps: Sequence[str]) -> int | None:
        """Do some steps ahead of all others, and what they need."""
        if not self._look():
            return None
        return self._applier.apply(Course(only=tuple(steps)))

    def resume(self, run: Resumable) -> int | None:
        """Go on with an unfinished run; return its exit code, or None where it was put off."""
        command = f"resume {run.run_id}"
        return self._applier.apply(Course(run.only, run.skip, command, run.run_id))

    def _answered(self) -> bool:
        """Tell what is still open and offer to ask it; say whether all is answered."""
        found = gaps(self._session)
        if not found:
            return True
        self._paper.title("Still to be answered:")
        self._paper.rows([(gap.key, gap.title) for gap in found], indent=1)
        if not self._prompter.confirm("Answer them now?", default=True):
            return False
        while self._session.effective.missing:
            if self._asker.ask(self._session.question(self._session.effective.missing[0])):
                return False
        return True

    def _look_and_clear(self) -> bool:
        return self._look() and self._cleared()

    def _look(self) -> bool:
        """Read host and cloud afresh; say whether that worked."""
        try:
            self._session.read_host()
        except WizardError as error:
            self._asker.say_error(error)
            return False
        return self._asker.read_cloud() is None

    def _cleared(self) -> bool:
        """Show the findings, and deal with each that stands in the way; say whether none does."""
        session = self._session
        self._paper.gap()
        self._paper.title("Findings")
        looking.show_findings(self._asker)
        while session.blocking:
            if not self._deal_with(session.blocking[0]):
                self._paper.line(("Not ready: ", "bold"), "the findings above stand in the way.")
                return False
        return True

    def _deal_with(self, finding: Finding) -> bool:
        """Ask what to do about a finding; say whether to go on with the review."""
        mend = Option("mend", "Mend", f"answer {finding.key or finding.section} again", key="m")
        leave = Option("leave", "Leave", "back to the sections", key="b")
        ways = [mend, leave]
        if finding.severity is Severity.WARNING:
            ways.insert(0, Option("accept", "Accept", "I know, go on", key="a"))
        self._paper.gap()
        self._paper.prose(finding.what, (f"{finding.severity}: ", "bold"))
        word = "Accept" if finding.severity is Severity.WARNING else "Mend"
        message = f"{word} the {finding.severity} {finding.id}?"
        match self._prompter.choose(message, ways, "leave", moves=False):
            case "accept":
                self._asker.change(lambda: self._session.accept(finding.id))
                return True
            case "mend":
                return self._mend(finding)
            case _:
                return False

    def _mend(self, finding: Finding) -> bool:
        if not finding.key:
            self._asker.ask_section(finding.section)
            return True
        result = self._asker.ask(self._session.question(finding.key))
        if result is None or result is Move.BACK:
            return True
        if result.key:
            self._asker.ask_section(finding.section, result.key)
        return bool(result.key)
