"""What the events of a run add up to: where it is, who failed, and what came of it."""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from octavia_wizard.core.playbooks.events import Event, Kind, Outcome
from octavia_wizard.core.playbooks.standing import PlayFailure, PlayReport

GATHERING = "Gathering Facts"
"""The task Ansible adds by itself; it cannot be started at."""
_MOST_FAILURES = 200
"""Failures that are kept; a playbook that fails on more hosts fails for the same reason."""
_BAD = ("failures", "failed", "unreachable")
_IN_PATTERN = re.compile(r"[*?\[\]{}]")
"""What ``--start-at-task`` takes for a pattern, and what is a template in a name."""


@dataclass(slots=True)
class SeenPlay:
    """A play that has begun."""

    id: str
    name: str
    pattern: str
    serial: tuple[str, ...] = ()
    hosts: int = 0
    """Hosts of the batch at work."""
    total: int = 0
    """Hosts of the whole play."""
    covered: int = 0
    """Hosts of the batches that have begun."""
    batch: int = 1
    is_empty: bool = False
    answered: set[str] = field(default_factory=set)

    @property
    def batches_to_come(self) -> int:
        """How many batches will follow the one at work."""
        return _batches(self.serial, self.total, self.covered, self.batch)


@dataclass(frozen=True, slots=True)
class SeenTask:
    """A task that has begun."""

    play: int
    """Of the plays, the how manieth, from 0."""
    batch: int
    name: str
    file: str
    handler: bool
    at: float
    """Seconds since 1970."""


class Tally:
    """Adds up events, in their order."""

    def __init__(self) -> None:
        self.plays: list[SeenPlay] = []
        self.tasks: list[SeenTask] = []
        self.host = ""
        self.changed = 0
        self.ok = 0
        self.is_over = False
        self.ended_at = 0.0
        self._hosts: dict[str, None] = {}
        self._failures: list[PlayFailure] = []
        self._failed_plays: list[int] = []
        self._names: dict[str, SeenTask] = {}

    @property
    def has_begun(self) -> bool:
        """Whether a play has begun."""
        return bool(self.plays)

    @property
    def play(self) -> SeenPlay | None:
        """The play at work."""
        return self.plays[-1] if self.plays else None

    @property
    def hosts(self) -> tuple[str, ...]:
        """All hosts that did a task or were to do one, in the order in which they answered."""
        return tuple(self._hosts)

    @property
    def failed(self) -> int:
        """Hosts that failed or could not be reached."""
        return len({failure.host for failure in self._failures})

    def took_part(self, group: str = "") -> bool:
        """Say whether any host did a task, of a play for a group where one is named."""
        if not group or not any(play.pattern for play in self.plays):
            return bool(self._hosts)
        word = re.compile(rf"(?<![\w-]){re.escape(group)}(?![\w-])")
        return any(play.answered and word.search(play.pattern) for play in self.plays)

    def add(self, event: Event) -> None:
        """Take in what happened next."""
        match event.kind:
            case Kind.PLAY:
                self._add_play(event)
            case Kind.NO_HOSTS if self.plays:
                self.plays[-1].is_empty = True
            case Kind.TASK:
                self._add_task(event)
            case Kind.HOST:
                self._add_result(event)
            case Kind.STATS:
                self._end(event)

    def report(self, log: Path | None = None, code: int | None = None) -> PlayReport:
        """Say what came of it so far; ``code`` is its exit code."""
        play = self._failed_plays[0] if self._failed_plays else None
        if play is None and code not in (0, None) and self.plays and not self.is_over:
            # It was ended in the middle of a play.
            play = len(self.plays) - 1
        return PlayReport(
            hosts=self.hosts,
            failures=tuple(self._failures),
            changed=self.changed,
            ok=self.ok,
            tasks=len(self.tasks),
            failed_play="" if play is None else self.plays[play].name,
            failed_play_start="" if play is None else self._start_of(play),
            log=log,
        )

    def first_task(self, play: int) -> SeenTask | None:
        """Return the first task of a play that can be started at; None before it has begun."""
        tasks = (task for task in self.tasks if task.play == play and not task.handler)
        return next((task for task in tasks if task.name != GATHERING), None)

    def _add_play(self, event: Event) -> None:
        last = self.play
        hosts = event.count or 0
        if last is not None and event.id and last.id == event.id:
            last.batch += 1
            last.hosts = hosts
            last.covered += hosts
            return
        self.plays.append(
            SeenPlay(
                id=event.id,
                name=event.name,
                pattern=event.pattern,
                serial=event.serial,
                hosts=hosts,
                total=event.all or hosts,
                covered=hosts,
            )
        )

    def _add_task(self, event: Event) -> None:
        batch = self.plays[-1].batch if self.plays else 1
        play = max(0, len(self.plays) - 1)
        task = SeenTask(play, batch, event.name, event.file, event.handler, event.at)
        self.tasks.append(task)
        if event.id:
            self._names[event.id] = task

    def _add_result(self, event: Event) -> None:
        self.host = event.host
        self._hosts.setdefault(event.host)
        if self.plays:
            self.plays[-1].answered.add(event.host)
        match event.outcome:
            case Outcome.CHANGED:
                self.changed += 1
            case Outcome.OK:
                self.ok += 1
            case Outcome.FAILED | Outcome.UNREACHABLE:
                self._fail(event)

    def _fail(self, event: Event) -> None:
        task = self._names.get(event.id) or (self.tasks[-1] if self.tasks else None)
        number = max(0, len(self.plays) - 1) if task is None else task.play
        if len(self._failures) < _MOST_FAILURES:
            failure = PlayFailure(
                host=event.host,
                play=self.plays[number].name if self.plays else "",
                task=event.name or (task.name if task else ""),
                message=event.message,
                file=event.file or (task.file if task else ""),
                unreachable=event.outcome is Outcome.UNREACHABLE,
            )
            self._failures.append(failure)
            if self.plays:
                self._failed_plays.append(number)

    def _end(self, event: Event) -> None:
        self.is_over = True
        self.ended_at = event.at
        # Ansible 2.8 and later count what was rescued apart, which is the last word on it.
        fine = {
            host
            for host, counts in event.recap.items()
            if "rescued" in counts
            and not counts.get("failures")
            and not counts.get("failed")
            and not counts.get("unreachable")
        }
        kept = [n for n, failure in enumerate(self._failures) if failure.host not in fine]
        if self.plays:
            self._failed_plays = [self._failed_plays[n] for n in kept]
        self._failures = [self._failures[n] for n in kept]

    def _start_of(self, play: int) -> str:
        """Return the first task of a play, where its name leads there and nowhere else."""
        first = next(
            (t for t in self.tasks if t.play == play and t.name != GATHERING and not t.handler),
            None,
        )
        if play == 0 or first is None or _IN_PATTERN.search(first.name):
            return ""
        before = (task.name for task in self.tasks if task.play < play)
        return "" if any(_leads_to(first.name, name) for name in before) else first.name


def _leads_to(wanted: str, name: str) -> bool:
    """Say whether ``--start-at-task`` takes a name for the wanted one, with its role or without."""
    bare = name.partition(" : ")[2]
    return wanted == name or (bool(bare) and fnmatch.fnmatch(bare, wanted))


def first_of(tasks: Sequence[Iterable[str]], play: int) -> str:
    """Return the first listed task of a play that is fit to be started at; "" for none.

    ``tasks`` are the names of each play's tasks as ``--list-tasks`` has them.
    """
    listed = [list(names) for names in tasks]
    if not 0 < play < len(listed) or not listed[play]:
        return ""
    name = listed[play][0]
    before = (one for names in listed[:play] for one in names)
    if _IN_PATTERN.search(name) or any(_leads_to(name, one) for one in before):
        return ""
    return name


def _batches(serial: tuple[str, ...], total: int, covered: int, begun: int) -> int:
    """Count the batches that are still to come (Ansible: the last size is used again)."""
    sizes = [_size(one, total) for one in serial]
    left, count = total - covered, 0
    while left > 0 and sizes and count < 1000:
        left -= sizes[min(begun + count, len(sizes) - 1)]
        count += 1
    return count


def _size(text: str, total: int) -> int:
    """Return the size of a batch; 0 or less and what is no number stand for all."""
    try:
        if text.endswith("%"):
            return max(1, math.floor(total * float(text[:-1]) / 100))
        return int(text) if int(text) > 0 else max(1, total)
    except ValueError:
        return max(1, total)
