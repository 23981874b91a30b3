"""The hub by prompts: sections with their state, then review and apply."""

from __future__ import annotations

from octavia_wizard.core.engine.resume import Resumable
from octavia_wizard.core.interview import Beginning, answers_of_run
from octavia_wizard.core.questions import SECTIONS, InterviewSection
from octavia_wizard.core.standing import SectionState, next_section
from octavia_wizard.plain import looking
from octavia_wizard.plain.building import BuildingAsker
from octavia_wizard.plain.options import Option
from octavia_wizard.plain.orphans import deal_with_orphans
from octavia_wizard.plain.reviewing import Reviewer
from octavia_wizard.plain.wording import state_sign

INTERRUPTED = 130
_REVIEW, _ALL, _LEAVE = "review", "all", "leave"
_STATE = 12
"""Columns of a section's state."""
_COMMANDS = (
    Option("next", "Next", "the next thing to do", key="n"),
    Option(_ALL, "All that is open", "ask it in one go", key="a"),
    Option("findings", "Findings", "in words, with why and cure", key="f"),
    Option("files", "Preview", "the files as they would be written", key="p"),
    Option("again", "Read again", "host and cloud", key="r"),
    Option("where", "Where", "the answers are saved", key="w"),
    Option("explain", "Explain", "a question, variable or finding by its name", key="e"),
    Option("shell", "Shell", "look around and come back", key="x"),
    Option("keys", "Keys", "what can be typed at a question", key="k"),
    Option(_LEAVE, "Leave", "answers are kept", key="q"),
)


_BUILD = Option("build", "Build", "the image: begin it, or see how far it is", key="b")


class Hub:
    """One sitting at the plain front end."""

    def __init__(self, asker: BuildingAsker) -> None:
        self._asker = asker
        self._builds = asker.builds
        self._session = asker.session
        self._paper = asker.paper
        self._prompter = asker.prompter
        self._told: object = None
        self._code: int | None = None
        self._resumed = 0
        """How the run ended that was gone on with first."""

    def run(self, beginning: Beginning) -> int:
        """Ask until the operator leaves; return the exit code."""
        try:
            self._welcome(beginning)
            while not self._left():
                pass
        except (KeyboardInterrupt, EOFError):
            self._session.autosave()
            self._paper.gap()
            self._paper.line("left; every answer is kept")
            return INTERRUPTED
        finally:
            self._builds.close()
        return self._resumed if self._code is None else self._code

    def _welcome(self, beginning: Beginning) -> None:
        for problem in beginning.problems:
            self._asker.say_error(problem)
        if beginning.continued:
            self._paper.line("going on with the answers of last time")
        deal_with_orphans(self._asker, self._builds)
        if beginning.unfinished is not None:
            self._offer(beginning.unfinished)
        elif "cloud.name" in self._session.effective:
            self._asker.read_cloud()
        self._show_keys()

    def _show_keys(self) -> None:
        self._paper.title("What can be typed at a question")
        self._paper.rows(self._prompter.keys, ("bold",), indent=1)

    def _offer(self, run: Resumable) -> None:
        self._paper.line(f"Run {run.run_id} ({run.command}) did not come to its end: {run.status}.")
        if run.message:
            self._paper.paragraph(run.message, indent=1)
        self._paper.line(f"Done: {', '.join(run.done) or 'nothing'}.")
        if not self._prompter.confirm("Go on with it now?"):
            if "cloud.name" in self._session.effective:
                self._asker.read_cloud()
            return
        self._session.answers = answers_of_run(run)
        if self._asker.read_cloud() is None:
            self._resumed = Reviewer(self._asker).resume(run) or 0

    # --- the list of sections

    def _left(self) -> bool:
        """Do what is picked until the operator leaves; say whether that is meant so."""
        try:
            self._loop()
        except KeyboardInterrupt:
            if self._builds.may_leave():
                raise
            return False
        return True

    def _loop(self) -> None:
        current: object = self._next("") or _REVIEW
        while True:
            self._tell()
            picked = self._prompter.choose(self._title(), self._options(), current, moves=False)
            if picked == _LEAVE:
                if self._builds.may_leave():
                    return
                continue
            following = self._go(str(picked))
            if self._code is not None:
                return
            current = following or current

    def _go(self, picked: str) -> str | None:
        """Do what was picked, and return what to propose then."""
        asker = self._asker
        match picked:
            case "review":
                self._code = Reviewer(asker).run()
                return _REVIEW
            case "all":
                self._ask_open()
                return self._next("") or _REVIEW
            case "next":
                return self._do_next()
            case "findings":
                looking.show_findings(asker)
            case "files":
                looking.show_files(asker)
            case "again":
                looking.read_again(asker)
            case "where":
                looking.say_where(asker)
            case "explain":
                looking.explain_any(asker)
            case "build":
                self._builds.show()
            case "shell":
                looking.look_around(asker)
                looking.read_again(asker)
            case "keys":
                self._show_keys()
            case _:
                through = asker.ask_section(picked)
                return self._following(picked) if through else picked
        return None

    def _ask_open(self) -> None:
        for section in SECTIONS:
            if self._state(section).wants_something and not self._asker.ask_section(section.name):
                return

    def _do_next(self) -> str:
        """Go to the next thing to do: an open question, else what a finding is about."""
        errands = self._session.errands
        if not errands:
            self._paper.line("nothing is open: review and apply")
            return _REVIEW
        errand = errands[0]
        self._paper.prose(errand.text, (f"{errand.kind}: ", "bold"))
        self._asker.ask_section(errand.section, errand.key)
        return self._next("") or _REVIEW

    def _next(self, after: str) -> str:
        return next_section(after, self._session.errands)

    def _following(self, name: str) -> str:
        """Propose the section after one: in order while something is open anywhere."""
        names = [section.name for section in SECTIONS]
        place = names.index(name) + 1
        return names[place] if place < len(names) else self._next(name) or _REVIEW

    def _tell(self) -> None:
        """Write what stands in the way, where that is not what it was."""
        errands, findings = self._session.errands, self._session.findings
        state = (errands, findings, self._session.answers.accept)
        self._paper.gap()
        if state != self._told:
            looking.tell_findings(self._asker)
        self._told = state
        looking.tell_errands(self._asker, errands)
        self._builds.tell()

    def _title(self) -> str:
        release = self._session.effective.release
        cloud = self._session.facts.cloud
        where = f"{cloud.name} · {cloud.region}" if cloud else "no cloud read"
        return f"{where} · OSA {release.name} · open"

    def _options(self) -> list[Option]:
        sections = [
            Option(section.name, section.title, self._detail(section), key=str(number))
            for number, section in enumerate(SECTIONS, start=1)
        ]
        last = str(len(SECTIONS) + 1)
        review = Option(_REVIEW, "Review and apply", self._review_detail(), key=last)
        build = [_BUILD] if self._builds.known else []
        return [*sections, review, *_COMMANDS[:-1], *build, _COMMANDS[-1]]

    def _state(self, section: InterviewSection) -> SectionState:
        state = self._session.section_state(section.name)
        return state.while_running(section.name == "image" and self._builds.running)

    def _detail(self, section: InterviewSection) -> str:
        """Write state and gist of a section, in one line of the width there is."""
        state = self._state(section)
        mark, _ = state_sign(state)
        session = self._session
        match state:
            case SectionState.TO_DO:
                keys = [k for k in session.effective.missing if k.startswith(f"{section.name}.")]
                text = ", ".join(self._asker.title(session.question(key)) for key in keys)
            case SectionState.ERROR | SectionState.ATTENTION:
                text = next(f.what for f in session.blocking if f.section == section.name)
            case SectionState.RUNNING if self._builds.current is not None:
                text = self._builds.current.brief
            case _:
                text = section.summary(session.effective)
        return _fit(f"{mark:<{_STATE}}  {text}", self._paper.console.width - _lead())

    def _review_detail(self) -> str:
        numbers = [
            str(n) for n, s in enumerate(SECTIONS, start=1) if self._state(s).wants_something
        ]
        return f"needs {', '.join(numbers)}" if numbers else ""


def _lead() -> int:
    """Return how many columns stand before the state of a section."""
    return max(len(section.title) for section in SECTIONS) + 8


def _fit(text: str, width: int) -> str:
    text = " ".join(text.split(" ")).rstrip()
    return text if len(text) <= width else text[: max(width - 1, 1)].rstrip() + "…"
