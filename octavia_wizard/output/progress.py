"""Following what takes time: a live display on a terminal, one line for each event elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
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
from octavia_wizard.core.steps.base import Action
from octavia_wizard.output.paper import Paper
from octavia_wizard.rehearsal import progress as rehearsal

_BYTES_FROM = 100_000
"""A total above this is taken for bytes; no step counts that many things."""

_WIDE = 100
"""Columns from which on there is room for a long bar."""
_SOON = 5.0
"""Seconds a step must have taken before it is worth saying how long it will take on."""

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

    def take(self, event: Event) -> None:
        """Move the rows and write the lines."""
        match event:
            case StepStarted():
                title = self._paper.fit(self._lines.title(event.step))
                self._tasks[event.step] = self._display.add_task(title, total=None, amount="")
            case StepProgress() if event.step in self._tasks:
                self._display.update(
                    self._tasks[event.step],
                    completed=event.done,
                    total=event.total or None,
                    amount=self._paper.fit(amount(event)),
                )
            case StepFinished() | StepFailed() if event.step in self._tasks:
                self._display.remove_task(self._tasks.pop(event.step))
            case _:
                pass
        self._lines.take(event)


class _Steady:
    """Lines only; progress in steps of ten percent."""

    def __init__(self, lines: RunLines, paper: Paper) -> None:
        self._lines = lines
        self._paper = paper
        self._tenths: dict[str, int] = {}
        self._began: dict[str, float] = {}

    def take(self, event: Event) -> None:
        """Write the lines of an event."""
        if isinstance(event, StepStarted):
            self._began[event.step] = time.monotonic()
            self._paper.line(f"  {self._lines.title(event.step)}: {event.action}")
        if isinstance(event, StepProgress) and event.total:
            tenth = 10 * event.done // event.total
            if tenth > self._tenths.get(event.step, 0):
                self._tenths[event.step] = tenth
                self._paper.line(
                    f"  {self._lines.title(event.step)}: {tenth * 10} %  {amount(event)}"
                    f"{self._left(event)}"
                )
        self._lines.take(event)

    def _left(self, event: StepProgress) -> str:
        """Say how long it will take on, once that can be told."""
        gone = time.monotonic() - self._began.get(event.step, time.monotonic())
        if gone < _SOON or not 0 < event.done < event.total:
            return ""
        return f"  about {gone * (event.total - event.done) / event.done:.0f} s left"


def amount(event: StepProgress) -> str:
    """Write how far a step is, in MiB for a transfer and as counts otherwise."""
    if event.total > _BYTES_FROM:
        mib = 1024 * 1024
        numbers = f"{event.done / mib:.0f} of {event.total / mib:.0f} MiB"
    elif event.total:
        numbers = f"{event.done} of {event.total}"
    else:
        numbers = ""
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
                tasks[report.phase] = display.add_task(report.phase, total=None, amount="")
            display.update(
                tasks[report.phase],
                completed=report.done,
                total=report.total or None,
                amount=paper.fit(report.detail),
            )

        yield move


@contextmanager
def _display(paper: Paper) -> Iterator[Progress]:
    plain = paper.fit("✓") != "✓"
    with Progress(
        SpinnerColumn("line" if plain else "dots", finished_text=Text(paper.fit("✓"), "green")),
        TextColumn("{task.description:<14}", markup=False),
        BarColumn(bar_width=24 if paper.console.width >= _WIDE else 10),
        TaskProgressColumn(show_speed=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
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
