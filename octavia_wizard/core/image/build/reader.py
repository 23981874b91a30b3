"""Following a build by its output: where it is, how far, and what it ended with.

Times come from the log where its lines carry them, so that reading a log once more, by a wizard
that finds a build at work, gives the same as following it from the start.
"""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.core.image.build.counters import run_of
from octavia_wizard.core.image.build.forecast import MOST, UNKNOWN, Course, Progress, Script
from octavia_wizard.core.image.build.lines import Splitter, read
from octavia_wizard.core.image.build.moments import Moment, Moments
from octavia_wizard.core.image.build.notes import Notes
from octavia_wizard.core.image.build.phases import FIRST, ORDER, PHASES, phase_of
from octavia_wizard.core.image.build.signals import Kind, Signal, percent_in, signal_of
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.image.build.weights import Weights

_AFTER_SCRIPTS = ("unmount", "block-device", "trim")
"""Phases whose first line also comes when a script failed and what it used is tidied away."""


class Reader:
    """Reads a build's output; all moments are seconds since the build began.

    ``began`` is that beginning in seconds since 1970; without it, it is inferred from when the
    lines come, which after re-attaching to a silent build is as late as the silence is long.
    """

    def __init__(self, weights: Weights, began: float | None = None) -> None:
        self._weights = weights
        self._pace = weights.pace
        self._moments = Moments(began)
        self._splitter = Splitter()
        self._notes = Notes()
        self._progress: Progress | None = None
        self._start = Moment(0.0)
        self._open = False
        self._script: Script | None = None
        self._script_start = Moment(0.0)
        self._totals: dict[str, int] = {}
        self._durations: dict[str, float] = {}
        self._share = 0.0
        self._news = self._ended = self._complete = self._succeeded = False
        self._directory = ""
        self._output: tuple[str, int] | None = None

    @property
    def build_directory(self) -> str:
        """Where diskimage-builder works; "" until it said so."""
        return self._directory

    @property
    def phase(self) -> str:
        """Id of the present phase; "" before the first."""
        return self._progress.phase if self._progress is not None else ""

    @property
    def culprit(self) -> str:
        """The script that began and was not completed; "" where there is none."""
        return self._script.name if self._script is not None else ""

    @property
    def durations(self) -> Mapping[str, float]:
        """Seconds of each phase and of each script that is over.

        Phases stand under their id, scripts under both, e.g. ``install.d/01-package-installs``.
        """
        return dict(self._durations)

    @property
    def succeeded(self) -> bool:
        """Whether the script said that the image is built."""
        return self._succeeded

    @property
    def output(self) -> tuple[str, int] | None:
        """Path and bytes of the image, as the script told; None until it did."""
        return self._output

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines, fit to be shown."""
        return self._notes.tail

    @property
    def telling(self) -> tuple[str, ...]:
        """Lines that may tell why it failed: those since a script last began or ended."""
        return self._notes.telling

    @property
    def silent(self) -> bool:
        """Whether not one line came."""
        return self._notes.lines == 0

    def enter(self, phase: str, at: float) -> None:
        """Begin a phase that is told from outside; a name that is no phase changes nothing."""
        if phase_of(phase) is not None and phase != self.phase and not self._complete:
            self._begin(phase, Moment(at))
            self._moments.hear(at)

    def count(self, done: int, total: int, counter: str, last: str = "") -> None:
        """Take in how much of the present phase is done."""
        self._news = True
        if self._progress is not None:
            self._progress.count(done, total, counter)
        self._notes.last = last or self._notes.last

    def set_total(self, phase: str, scripts: int) -> None:
        """Take in how many scripts a phase has."""
        self._totals[phase] = max(0, scripts)

    def set_converted(self, share: float) -> None:
        """Take in which share of the image qemu-img has converted, 0 to 1."""
        if self.phase == "convert":
            self.count(round(100 * min(1.0, max(0.0, share))), 100, "percent")

    def feed(self, data: bytes, at: float) -> tuple[str, ...]:
        """Read on; return the lines that became whole, fit to be shown."""
        lines = tuple([self._take(raw, at) for raw in self._splitter.feed(data)])
        pending = self._splitter.pending
        if pending:
            self._moments.hear(at)
        if self.phase == "convert" and pending:
            percent = percent_in(pending.decode("utf-8", "replace"))
            self.set_converted((percent or 0.0) / 100)
        return lines

    def finish(self, at: float) -> tuple[str, ...]:
        """Take in that no more output comes; return what was left without a newline."""
        rest = self._splitter.rest()
        lines = (self._take(rest, at),) if rest else ()
        self._ended = True
        if self._succeeded and self.phase == "finish":
            self._close(Moment(at))
        return lines

    def complete(self, at: float) -> None:
        """Take in that all is done, the check included."""
        self._close(Moment(at))
        self._complete = True

    def go_on_from(self, share: float) -> None:
        """Take in which share was told of the build already, by whoever followed it before."""
        self._share = max(self._share, min(share, MOST))

    def standing(self, at: float) -> Standing:
        """Return how the build stands; its share is never less than it was."""
        if self._news:
            self._moments.hear(at)
            self._news = False
        progress = self._progress
        course = self._course(progress, at) if progress is not None else None
        whole = 1.0 if self._complete else course.whole if course is not None else 0.0
        self._share = max(self._share, whole)
        over = self._complete or (self._ended and not self._succeeded)
        done, total, counter, title = self._counted()
        return Standing(
            phase=self.phase,
            title=title,
            script=self.culprit,
            done=done,
            total=total,
            counter=counter,
            share=self._share,
            elapsed=at,
            left=None if over or course is None else course.left,
            quiet=self._moments.quiet(at),
            last=self._notes.last,
        )

    def _take(self, raw: bytes, at: float) -> str:
        line = read(raw)
        moment = self._moments.of(line, at)
        if self._progress is None or ORDER[self.phase] < FIRST:
            self._begin("setup", moment)
        elif self.phase == "setup" and self._start.stamp is None and moment.stamp is not None:
            self._start = moment
        signal = signal_of(line.text)
        if signal is not None:
            self._mind(signal, moment)
        elif self._script is not None:
            self._count_packages(self._script, line.text, moment)
        return self._notes.add(line.text)

    def _mind(self, signal: Signal, moment: Moment) -> None:
        match signal.kind:
            case Kind.PHASE:
                self._move(signal.name, moment)
            case Kind.SCRIPT:
                self._begin_script(signal, moment)
            case Kind.COMPLETED if signal.name == self.culprit:
                self._end_script(moment)
            case Kind.PROFILED:
                self._end_script(moment)
            case Kind.DIRECTORY:
                self._directory = self._directory or signal.name
            case Kind.CONVERTED:
                self.set_converted(signal.number / 100)
            case Kind.OUTPUT:
                self._output = (signal.name, int(signal.number))
            case Kind.BUILT:
                self._succeeded = True
                self._move("finish", moment)
            case _:
                pass

    def _move(self, name: str, moment: Moment) -> None:
        """Go on to a phase the log shows, which never leads back."""
        phase = phase_of(name)
        if phase is None or phase.told or ORDER[name] <= ORDER[self.phase]:
            return
        if name in _AFTER_SCRIPTS and self._script is not None:
            return
        if name == "unmount" and self.phase != "post-install.d":
            return
        self._begin(name, moment)

    def _begin(self, phase: str, moment: Moment) -> None:
        self._end_script(moment)
        self._close(moment)
        self._progress = Progress(phase)
        self._start, self._open = moment, True

    def _close(self, moment: Moment) -> None:
        if self._open:
            taken = self._moments.between(self._start, moment)
            self._durations[self.phase] = self._durations.get(self.phase, 0.0) + taken
            self._open = False

    def _begin_script(self, signal: Signal, moment: Moment) -> None:
        if self._script is not None and phase_of(signal.phase) is None:
            return  # a script that runs scripts of its own
        self._move(signal.phase, moment)
        self._end_script(moment)
        self._notes.boundary()
        key = f"{signal.phase}/{signal.name}"
        expected = self._weights.scripts.get(key, UNKNOWN * self._pace)
        self._script = Script(signal.phase, signal.name, expected)
        self._script_start = moment

    def _end_script(self, moment: Moment) -> None:
        script, self._script = self._script, None
        if script is None:
            return
        self._notes.boundary()
        if self._progress is not None and script.phase == self.phase:
            self._progress.completed.append(script.name)
            self._durations[script.key] = self._moments.between(self._script_start, moment)

    def _count_packages(self, script: Script, text: str, moment: Moment) -> None:
        run = run_of(text)
        if run is not None:
            elapsed = self._moments.between(self._script_start, moment)
            script.begin_run(run, elapsed, self._pace)
        elif script.run is not None and script.run.count(text) and script.run.share >= 1:
            script.end_run(self._moments.between(self._script_start, moment))

    def _counted(self) -> tuple[int, int, str, str]:
        progress = self._progress
        if progress is None:
            return 0, 0, "", "about to begin"
        phase = PHASES[ORDER[progress.phase]]
        run = self._script.run if self._script is not None else None
        if run is not None:
            return run.done, run.total, "packages", run.title
        if progress.counter:
            return progress.done, progress.of, progress.counter, phase.title
        if phase.counter != "scripts":
            return 0, 0, "", phase.title
        done = len(progress.completed)
        total = self._total(progress)
        return done, total and max(total, done), "scripts", phase.title

    def _total(self, progress: Progress) -> int:
        if exact := self._totals.get(progress.phase):
            return exact
        if not self._weights.learned:
            return 0
        return sum(name.startswith(f"{progress.phase}/") for name in self._weights.scripts)

    def _course(self, progress: Progress, at: float) -> Course:
        elapsed = self._moments.since(self._start, at)
        inside = self._moments.since(self._script_start, at)
        progress.total = self._total(progress)
        late = elapsed - self._weights.phases[progress.phase]
        if self._script is not None:
            late = inside - self._script.expected
        return Course(
            weights=self._weights,
            phase=progress.phase,
            share=progress.share(self._weights, elapsed, self._script, inside),
            elapsed=elapsed,
            counted=progress.told > 0,
            overrun=max(0.0, late),
            durations=self._durations,
        )
