"""Following a build: a live display on a terminal, elsewhere a line for each phase and tenth."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from octavia_wizard.core.image.build.standing import Standing, left_text
from octavia_wizard.core.urls import shown
from octavia_wizard.core.views.image_lines import transfer_text
from octavia_wizard.core.views.image_progress import percent
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.things import homely

CANCELLING = "cancelling and cleaning up, which may take up to three minutes"
_QUIET = 10.0
"""Seconds of silence from which on it is worth a word: some scripts are silent for a minute."""
_BAR = 40
"""Columns of the longest bar."""
_EDGE = 2
"""Columns by which the lines below the bar are indented."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What takes the reports of a build; its functions may be called from any thread."""

    tell: Callable[[Standing], None]
    """How far it is."""
    log: Callable[[str], None]
    """A line of its output."""


def clock(seconds: float) -> str:
    """Write how long something took: ``1:02``, or ``1:02:03``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def counted(standing: Standing) -> str:
    """Write how far the phase is, by its own counter."""
    if not standing.total:
        return ""
    if standing.counter == "bytes":
        return transfer_text(standing.done, standing.total)
    if standing.counter == "percent":
        return f"{100 * standing.done // standing.total} %"
    return f"{standing.done}/{standing.total} {standing.counter}".rstrip()


@contextmanager
def follow_build(
    paper: Paper, cancel: threading.Event, log_of: Callable[[], Path | None], *, verbose: bool
) -> Iterator[Watch]:
    """Follow a build; ``log_of`` says where its log is, once that is known."""
    if not paper.console.is_terminal:
        steady = _Steady(paper, cancel, verbose=verbose)
        yield Watch(steady.tell, steady.log)
        return
    display = _Display(paper, cancel, log_of, verbose=verbose)
    with Live(
        get_renderable=display.drawn,
        console=paper.console,
        transient=True,
        refresh_per_second=4,
    ):
        yield Watch(display.tell, display.log)


class _Steady:
    """Lines only."""

    def __init__(self, paper: Paper, cancel: threading.Event, *, verbose: bool) -> None:
        self._paper = paper
        self._cancel = cancel
        self._verbose = verbose
        self._lock = threading.Lock()
        self._said: tuple[str, int] = ("", -1)
        self._share = 0.0
        self._stopping = False

    def tell(self, standing: Standing) -> None:
        """Write a line where a phase or a tenth begins."""
        with self._lock:
            if self._cancel.is_set() and not self._stopping:
                self._stopping = True
                self._paper.line(f"  {CANCELLING}")
            self._share = max(self._share, standing.share)
            now = (standing.phase, percent(self._share) // 10)
            if now == self._said or self._stopping:
                return
            self._said = now
            words = (
                f"{percent(self._share):3} %",
                standing.title,
                f"({', '.join(filter(None, (clock(standing.elapsed), left_text(standing.left))))})",
            )
            self._paper.line(f"  {'  '.join(words)}")

    def log(self, line: str) -> None:
        """Write a line of the output, where that is wanted."""
        if self._verbose or self._cancel.is_set():
            with self._lock:
                self._paper.line(f"  {shown(line)}")


class _Display:
    """A bar for the whole, below it what goes on."""

    def __init__(
        self,
        paper: Paper,
        cancel: threading.Event,
        log_of: Callable[[], Path | None],
        *,
        verbose: bool,
    ) -> None:
        self._paper = paper
        self._cancel = cancel
        self._log_of = log_of
        self._verbose = verbose
        self._log: Path | None = None
        self._standing: Standing | None = None
        self._told = time.monotonic()
        self._share = 0.0
        self._ending = ""
        """What was said last since it was cancelled."""
        self._spinner = Spinner("dots" if paper.fit("✓") == "✓" else "line")

    def tell(self, standing: Standing) -> None:
        """Take in how far it is; it is drawn a moment later."""
        self._told = time.monotonic()
        self._share = max(self._share, standing.share)
        self._standing = standing
        if self._log is None:
            self._log = self._log_of()

    def log(self, line: str) -> None:
        """Write a line of the output above the bar, where that is wanted."""
        if self._verbose:
            self._paper.line((shown(line), "dim"))
        if self._cancel.is_set():
            self._ending = line

    def drawn(self) -> RenderableType:
        """Return the display as it is now."""
        standing = self._standing
        if standing is None:
            return self._spinner
        since = time.monotonic() - self._told
        rows: list[RenderableType] = [self._head(standing, standing.elapsed + since)]
        if self._cancel.is_set():
            rows.append(self._line(CANCELLING, "yellow"))
            rows.append(self._line(self._ending))
            rows.append(self._line("Ctrl-C once more leaves that to 'image clean'", "dim"))
        else:
            rows.append(self._line(f"{standing.title}  {counted(standing)}", "bold"))
            rows.append(self._line(self._script(standing, standing.quiet + since)))
            rows.append(self._line(standing.last, "dim"))
        if self._log is not None:
            rows.append(self._line(f"log: {homely(self._log)}", "dim"))
        return Group(*rows)

    def _head(self, standing: Standing, elapsed: float) -> Table:
        row = Table.grid(padding=(0, 1))
        width = max(8, min(_BAR, self._paper.console.width - 38))
        bar = ProgressBar(total=1.0, completed=min(self._share, 0.999), width=width)
        left = "" if self._cancel.is_set() else left_text(standing.left)
        row.add_row(
            self._spinner,
            bar,
            Text(f"{percent(self._share):3} %", "progress.percentage"),
            Text(clock(elapsed), "progress.elapsed"),
            Text(left, "progress.remaining", no_wrap=True),
        )
        return row

    def _script(self, standing: Standing, quiet: float) -> str:
        silence = f"silent for {clock(quiet)}" if quiet >= _QUIET else ""
        return "  ".join(filter(None, (standing.script, silence)))

    def _line(self, text: str, style: str = "") -> Text:
        shown_text = self._paper.fit(shown(text)).strip()
        line = Text(" " * _EDGE + shown_text, style, no_wrap=True, overflow="ellipsis")
        line.truncate(max(1, self._paper.console.width - 1), overflow="ellipsis")
        return line
