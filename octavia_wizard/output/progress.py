"""Following what takes time: a live display on a terminal, one line for each event elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from octavia_wizard.core.engine.events import (
    Event,
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepProgress,
    StepRetried,
    StepStarted,
)
from octavia_wizard.core.image.build.standing import left_text
from octavia_wizard.core.steps.base import Action, Unit
from octavia_wizard.core.views.image_lines import transfer_text
from octavia_wizard.output.paper import Paper
from octavia_wizard.rehearsal import progress as rehearsal

_WIDE = 100
"""Columns from which on there is room for a long bar."""
_NARROW = 72
"""Columns below which there is room for no bar."""
_COUNTER = re.compile(r" \d+/\d+(?: s)?$")

_DONE_WORDS = {
    Action.CREATE: "created",
    Action.CHANGE: "changed",
    Action.RUN: "done",
    Action.ADOPT: "adopted",
    Action.KEEP: "kept",
    Action.SKIP: "skipped",
    Action.BLOCKED: "blocked",
    Action.CONFLICT: "conflict",
}
_STYLES = {
    Action.CREATE: "green",
    Action.CHANGE: "yellow",
    Action.RUN: "green",
    Action.BLOCKED: "red",
    Action.CONFLICT: "red",
}


class RunLines:
    """Tells a run in lines; steps that keep or skip are not worth one unless asked for."""

    def __init__(self, paper: Paper, *, verbose: bool) -> None:
        self._paper = paper
        self._verbose = verbose
        self._titles: dict[str, str] = {}

    def title(self, step: str) -> str:
        """Return the title of a step."""
        return self._titles.get(step, step)

    def take(self, event: Event) -> None:
        """Write what an event has to say."""
        match event:
            case RunStarted():
                self._titles = {step: title for step, title, _ in event.steps}
            case StepFinished():
                self._finished(event)
            case StepFailed():
                self._failed(event)
            case StepRetried():
                self._paper.line(
                    ("! ", "yellow"),
                    f"{self.title(event.step)}: {event.reason}; "
                    f"attempt {event.attempt} in {event.delay:.0f} s",
                )
            case StepLog() if self._verbose or not event.step:
                self._paper.line((f"  {self.title(event.step)}: ", "dim"), event.line)
            case RunFinished():
                self._paper.line(f"run {event.run_id} {event.status} in {event.elapsed:.1f} s")
            case _:
                pass

    def _finished(self, event: StepFinished) -> None:
        quiet = event.action in (Action.KEEP, Action.SKIP)
        if quiet and not self._verbose:
            return
        mark = "-" if quiet or event.action is Action.BLOCKED else "✓"
        word = _DONE_WORDS[event.action]
        detail = f"  {event.detail}" if event.detail else ""
        self._paper.line(
            (f"{mark} ", _STYLES.get(event.action, "dim")),
            f"{self.title(event.step):<20} {word:<8} {event.elapsed:6.1f} s  "
            f"{event.subject}{detail}",
        )

    def _failed(self, event: StepFailed) -> None:
        self._paper.line(
            ("✗ ", "bold red"), f"{self.title(event.step):<20} failed   {event.elapsed:6.1f} s"
        )
        self._paper.paragraph(event.message, indent=2)
        if event.hint:
            self._paper.line(("→ ", "bold"), event.hint, indent=2)


@contextmanager
def follow_run(paper: Paper, *, verbose: bool) -> Iterator[Callable[[Event], None]]:
    """Follow a run or an undo."""
    lines = RunLines(paper, verbose=verbose)
    if paper.console.is_terminal:
        with _display(paper) as display:
            yield _Live(display, lines, paper).take
    else:
        yield _Steady(lines, paper).take


class _Live:
    """One moving row for each step at work, above it the lines of what is done."""

    def __init__(self, display: Progress, lines: RunLines, paper: Paper) -> None:
        self._display = display
        self._lines = lines
        self._paper = paper
        self._tasks: dict[str, TaskID] = {}
        self._shares: dict[str, int] = {}

    def take(self, event: Event) -> None:
        """Move the rows and write the lines."""
        match event:
            case StepStarted():
                title = self._paper.fit(self._lines.title(event.step))
                self._tasks[event.step] = _add(self._display, title)
            case StepProgress() if event.step in self._tasks:
                self._move(event)
            case StepRetried():
                self._shares.pop(event.step, None)
            case StepFinished() | StepFailed() if event.step in self._tasks:
                self._display.remove_task(self._tasks.pop(event.step))
            case _:
                pass
        self._lines.take(event)

    def _move(self, event: StepProgress) -> None:
        done = event.done
        if event.unit is Unit.SHARE:
            # A share may be estimated afresh; what was shown once is not taken back.
            done = self._shares[event.step] = max(done, self._shares.get(event.step, 0))
        self._display.update(
            self._tasks[event.step],
            completed=done,
            total=event.total or None,
            percent=percent(done, event.total),
            left=left_text(event.left),
            guesses=event.left is None and event.unit is not Unit.SHARE,
            amount=self._paper.fit(amount(event)),
        )


class _Steady:
    """Lines only: for each tenth, and for each phase of what tells a share."""

    def __init__(self, lines: RunLines, paper: Paper) -> None:
        self._lines = lines
        self._paper = paper
        self._tenths: dict[str, int] = {}
        self._phases: dict[str, str] = {}

    def take(self, event: Event) -> None:
        """Write the lines of an event."""
        if isinstance(event, StepStarted):
            self._paper.line(f"  {self._lines.title(event.step)}: {event.action}")
        elif isinstance(event, StepRetried):
            self._tenths.pop(event.step, None)
        elif isinstance(event, StepProgress) and event.total:
            self._further(event)
        self._lines.take(event)

    def _further(self, event: StepProgress) -> None:
        before = self._tenths.get(event.step, 0)
        tenth = max(before, 10 * event.done // event.total)
        phase = phase_of(event.text) if event.unit is Unit.SHARE else ""
        if tenth == before and phase == self._phases.get(event.step, ""):
            return
        self._tenths[event.step] = tenth
        self._phases[event.step] = phase
        how_far = percent(event.done, event.total) if phase else f"{tenth * 10} %"
        words = (
            f"{self._lines.title(event.step)}: {how_far}",
            amount(event),
            left_text(event.left),
        )
        self._paper.line(f"  {'  '.join(filter(None, words))}")


def phase_of(text: str) -> str:
    """Return what of a step's text changes least, without its counter."""
    return _COUNTER.sub("", text.partition(" · ")[0])


def percent(done: int, total: int) -> str:
    """Say which part is done; 100 % only for all of it, and nothing where the whole is unknown."""
    return f"{100 * done // total} %" if total else ""


def amount(event: StepProgress) -> str:
    """Write how far a step is: counts, MiB of a transfer, or only in words beside a share."""
    numbers = ""
    if event.total and event.unit is Unit.COUNT:
        numbers = f"{event.done} of {event.total}"
    elif event.unit is Unit.BYTES:
        numbers = transfer_text(event.done, event.total)
    return f"{numbers}  {event.text}".strip()


@contextmanager
def follow_rehearsal(paper: Paper) -> Iterator[Callable[[rehearsal.Progress], None]]:
    """Follow the start of the rehearsal cloud."""
    if not paper.console.is_terminal:
        said: dict[str, int] = {}

        def write(report: rehearsal.Progress) -> None:
            # Details change with every package; a line for each tenth of a phase is enough.
            tenth = 10 * report.done // report.total if report.total else 0
            if tenth > said.get(report.phase, -1):
                said[report.phase] = tenth
                paper.line(
                    f"  rehearsal cloud: {report.phase} {report.done}/{report.total}  "
                    f"{report.detail}  ({report.elapsed:.0f} s)"
                )

        yield write
        return
    with _display(paper) as display:
        tasks: dict[str, TaskID] = {}

        def move(report: rehearsal.Progress) -> None:
            if report.phase not in tasks:
                tasks[report.phase] = _add(display, report.phase)
            display.update(
                tasks[report.phase],
                completed=report.done,
                total=report.total or None,
                percent=percent(report.done, report.total),
                amount=paper.fit(report.detail),
            )

        yield move


class _Left(ProgressColumn):
    """The time a step itself says is left; what the pace so far suggests where it says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._guess = TimeRemainingColumn(compact=True)

    def render(self, task: Task) -> Text:
        """Write it."""
        if task.fields["guesses"]:
            return self._guess.render(task)
        return Text(task.fields["left"], style="progress.remaining")


def _add(display: Progress, title: str) -> TaskID:
    return display.add_task(title, total=None, amount="", percent="", left="", guesses=True)


@contextmanager
def _display(paper: Paper) -> Iterator[Progress]:
    plain, width = paper.fit("✓") != "✓", paper.console.width
    bar, roomy = BarColumn(bar_width=24 if width >= _WIDE else 10), width >= _NARROW
    with Progress(
        SpinnerColumn("line" if plain else "dots", finished_text=Text(paper.fit("✓"), "green")),
        TextColumn("{task.description:<14}", markup=False),
        *((bar,) if roomy else ()),
        TextColumn("{task.fields[percent]:>5}", style="progress.percentage", markup=False),
        *((TimeElapsedColumn(),) if roomy else ()),
        _Left(),
        TextColumn(
            "{task.fields[amount]}",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),
        ),
        console=paper.console,
        transient=True,
        expand=True,
        refresh_per_second=8,
    ) as display:
        yield display
