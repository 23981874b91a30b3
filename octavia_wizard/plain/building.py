"""The image built in the background: offered, told of, watched, cancelled, left running."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress

from octavia_wizard.core.errors import Interrupted
from octavia_wizard.core.finding import Severity
from octavia_wizard.core.image.build.asking import request_of
from octavia_wizard.core.image.build.lookup import (
    OTHER_PATH,
    finished_build,
    holds_other_file,
    running_build,
)
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.questions import Question
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.image_marks import not_before
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.image_lines import size_text
from octavia_wizard.core.views.image_progress import percent
from octavia_wizard.plain.asking import Asker
from octavia_wizard.plain.background import Background
from octavia_wizard.plain.following import show_log, watch_build
from octavia_wizard.plain.options import Option
from octavia_wizard.plain.prompter import Prompter

_FURTHER = 10
"""Hundredths after which it is said again between questions how far it is."""
_ANEW = 60.0
"""Seconds after which it is said again in any case."""
_PATIENCE = 10.0
"""Seconds what prepares a build has to end in when the wizard is left."""
_LEAVING = (
    Option("leave", "Leave it running", "the next start finds it, and 'image build'", key="l"),
    Option("cancel", "Cancel it", "and clean up", key="c"),
    Option("stay", "Stay", "back to the sections", key="s"),
)
_WAITING = (
    Option("cancel", "Cancel it", "it is being prepared, which ends with the wizard", key="c"),
    Option("stay", "Stay", "back to the sections", key="s"),
)


class BuildingAsker(Asker):
    """Asks, and says between questions how far the image in the background is."""

    def __init__(self, session: Session, prompter: Prompter) -> None:
        super().__init__(session, prompter)
        self.builds = Builds(self)

    def ask_section(self, name: str, key: str = "") -> bool:
        """Ask a section; after that of the image, its build can begin."""
        self.builds.tell()
        through = super().ask_section(name, key)
        if through and name == "image":
            self.builds.offer()
        return through

    def introduce(
        self, question: Question, place: str = "", about: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Write what is asked, and before it how far the image has got since."""
        self.builds.tell_further()
        super().introduce(question, place, about)


class Builds:
    """The builds of one sitting, one at a time."""

    def __init__(self, asker: Asker) -> None:
        self._session = asker.session
        self._paper = asker.paper
        self._prompter = asker.prompter
        self._asker = asker
        self.current: Background | None = None
        self._told = (-_FURTHER, 0.0)

    @property
    def running(self) -> bool:
        """Whether a build goes on that this sitting follows."""
        return self.current is not None and self.current.running

    @property
    def known(self) -> bool:
        """Whether there is anything to show or to begin."""
        return self.current is not None or request_of(self._session.effective) is not None

    # --- telling

    def tell(self) -> None:
        """Write in a line how far the build is that goes on."""
        if self.current is not None and self.current.running:
            self._paper.line(f"{glyphs.RUNNING} image build: {self.current.brief}")
            self._note()

    def tell_further(self) -> None:
        """Write it where it got further, or some time has passed, since it was written."""
        if self.current is None or not self.current.running:
            return
        share, at = self._told
        if self._share() - share >= _FURTHER or time.monotonic() - at >= _ANEW:
            self.tell()

    def _note(self) -> None:
        self._told = (self._share(), time.monotonic())

    def _share(self) -> int:
        standing = self.current.standing if self.current else None
        return percent(standing.share) if standing else 0

    def _tell_end(self, build: Background) -> None:
        """Write how a build ended: where the image is, or cause and remedy."""
        paper = self._paper
        if build.record is not None:
            size = size_text(build.record.result.size if build.record.result else None)
            words = f"image build: done, {build.request.output} ({size})"
            paper.line(("✓ ", "green"), words)
        elif isinstance(build.error, Interrupted):
            paper.line(("! ", "yellow"), "image build: cancelled, and cleaned up")
        elif build.error is not None:
            paper.line(("✗ ", "red"), ("image build: failed", "bold"))
            for number, row in enumerate(build.error.message.splitlines()):
                paper.prose(row, ("     " if number else "why  ", "dim"), indent=1)
            if build.error.hint:
                paper.prose(build.error.hint, ("do   ", "dim"), indent=1)
        else:
            paper.line(("✗ ", "red"), f"image build: failed unexpectedly: {build.fault!r}")
            paper.prose("This is a fault of the wizard.", indent=1)

    # --- beginning

    def offer(self) -> None:
        """Ask whether to build now what was answered, where there is something to build."""
        request = request_of(self._session.effective)
        if request is None or finished_build(request, not_before(self._session.effective)):
            return
        if self.current is not None and self.current.running:
            self._offer_instead(self.current, request)
            return
        if not self._unhindered(request):
            return
        self._paper.gap()
        if running_build(request) is not None:
            question = "This image is being built already. Follow it?"
        else:
            question = "Start the build now, while you answer the rest?"
        if self._prompter.confirm(question):
            self.begin(request)
        else:
            self._paper.line("it is built when you apply; b in the list of sections starts it")

    def begin(self, request: BuildRequest) -> None:
        """Build an image in the background, or follow its build."""
        self.current = Background(request, self._ended)
        self._told = (-_FURTHER, 0.0)
        self.current.start()
        self._paper.line("the build goes on in the background; b in the list of sections shows it")

    def _ended(self, build: Background) -> None:
        self._prompter.announce(lambda: self._tell_end(build))

    def _unhindered(self, request: BuildRequest) -> bool:
        """Say what has to be mended before a build can begin, and whether there is nothing."""
        wrong = [
            f"{finding.what} {finding.fix}"
            for finding in self._session.blocking
            if finding.section == "image" and finding.severity is Severity.ERROR
        ]
        if running_build(request) is None and holds_other_file(request):
            wrong.append(f"{request.output} is there, and was not built here. {OTHER_PATH}.")
        if wrong:
            self._paper.line("the build can begin when this is mended:")
            for text in wrong:
                self._paper.prose(text, ("✗ ", "red"), indent=1)
        return not wrong

    def _offer_instead(self, build: Background, request: BuildRequest) -> None:
        """Ask about a build that goes on for other answers."""
        same = build.request.fingerprint == request.fingerprint
        if same and build.request.output == request.output:
            return
        self._paper.line("The build that goes on is of former answers.")
        if self._prompter.confirm("Cancel it, and build what you answered now?"):
            self._cancel(build)
            if not build.running:
                self.begin(request)

    # --- showing

    def show(self) -> None:
        """Show the build that goes on, or how the last one ended; offer one where none is."""
        build = self.current
        if build is None:
            self._show_finished()
            self.offer()
            return
        if build.running:
            self._watch(build)
            return
        self._tell_end(build)
        show_log(self._paper, build)
        if build.record is None:
            self.offer()

    def _show_finished(self) -> None:
        effective = self._session.effective
        request = request_of(effective)
        found = finished_build(request, not_before(effective)) if request is not None else None
        if found is not None:
            self._paper.line(f"built {found.finished[:10]}: {found.request.output}")

    def _watch(self, build: Background) -> None:
        # Ctrl-C leaves what is looked at, and never the build.
        with suppress(KeyboardInterrupt):
            if watch_build(self._prompter, build):
                self._ask_to_cancel(build)
        self._prompter.catch_up()
        self._note()

    # --- ending

    def _ask_to_cancel(self, build: Background) -> None:
        if build.running and self._prompter.confirm("Cancel the build?"):
            self._cancel(build)

    def _cancel(self, build: Background) -> None:
        """Cancel a build; Ctrl-C does not wait for its end."""
        build.cancel.set()
        self._paper.line("cancelling and cleaning up, which may take up to three minutes")
        try:
            while not build.over.wait(1.0):
                pass
            self._prompter.catch_up()
        except KeyboardInterrupt:
            self._paper.line("it goes on cleaning up in the background")

    def may_leave(self) -> bool:
        """Ask what is to become of a build that goes on; say whether the wizard may end."""
        build = self.current
        if build is None or not build.running:
            return True
        self.tell()
        if build.cancel.is_set():
            self._cancel(build)
            return True
        ways = list(_WAITING if build.preparing else _LEAVING)
        picked = self._prompter.choose("The image is being built", ways, "stay", moves=False)
        if picked == "cancel":
            self._cancel(build)
        return picked != "stay"

    def close(self) -> None:
        """Leave nothing half-begun behind, whichever way the wizard ends."""
        build = self.current
        if build is None or not build.running:
            self._prompter.catch_up()
            return
        if build.preparing:
            self._paper.line("the build was only being prepared: it is given up")
            build.stop(_PATIENCE)
            return
        self._paper.line("the image build goes on; 'octavia-wizard image build' follows it")
