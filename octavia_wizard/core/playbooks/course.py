"""How far a run is and how long it will still take, by earlier runs or by the list of its tasks.

Tasks take from a moment to many minutes, so those of earlier runs that succeeded are matched one
by one. Without such a run the tasks Ansible lists are counted; those it only finds on its way
(``include_tasks``) are not among them, so the total grows while the share never falls.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from octavia_wizard.core.playbooks.events import Event
from octavia_wizard.core.playbooks.standing import PlayStanding
from octavia_wizard.core.playbooks.tally import SeenTask, Tally

_NEARLY = 0.99
"""Share of a run that has not ended."""
_WEIGHTS = (3.0, 2.0, 1.0)
"""How much each of the earlier runs counts, the newest first."""
_FIRST_GUESS = (30.0, 0.05)
"""Seconds and share from which on a guess is made of a run unlike any before."""

Key = tuple[int, int, str, str, int]
"""What tells a task from others: play, batch, name, file, and the how manieth of these it is."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    share: float
    total: int
    left: tuple[float, float] | None


class Earlier:
    """What earlier runs took, task by task."""

    def __init__(self, runs: Sequence[Iterable[Event]]) -> None:
        """Take the events of runs that succeeded, the newest first."""
        weights: dict[Key, float] = {}
        sums: dict[Key, float] = {}
        self.order: list[Key] = []
        self._runs = 0
        for events, weight in zip(runs, _WEIGHTS, strict=False):
            tally = Tally()
            for event in events:
                tally.add(event)
            took = list(_took(tally))
            if not took:
                continue
            self._runs += 1
            # The newest says which tasks there are and in which order.
            self.order = self.order or [key for key, _ in took]
            for key, seconds in took:
                weights[key] = weights.get(key, 0.0) + weight
                sums[key] = sums.get(key, 0.0) + weight * seconds
        self.seconds = {key: sums[key] / weights[key] for key in self.order}
        self.at = {key: number for number, key in enumerate(self.order)}

    def __bool__(self) -> bool:
        """Say whether there was any such run."""
        return bool(self.order)

    @property
    def spread(self) -> tuple[float, float]:
        """Return by which factors a run may be faster or slower than the earlier ones."""
        return (0.8, 1.3) if self._runs > 1 else (0.7, 1.5)


class Course:
    """Tells how far a run is; of two tellings the later has no less share."""

    def __init__(self, earlier: Earlier, listed: Sequence[Sequence[str]]) -> None:
        """Take what earlier runs took, and the names of the tasks of each play as listed."""
        self._earlier = earlier
        self._listed = [list(names) for names in listed]
        self._keys = _Keys()
        self._position = -1
        self._first = 0
        self._seen = 0
        self._share = 0.0
        self._place: tuple[int, int] = (0, 0)

    def standing(self, tally: Tally, elapsed: float, *, over: bool = False) -> PlayStanding:
        """Say how a run stands, so many seconds after it began."""
        self._take_in(tally)
        progress = self._progress(tally, elapsed)
        self._share = 1.0 if over else max(self._share, min(_NEARLY, progress.share))
        play, task = tally.play, tally.tasks[-1] if tally.tasks else None
        done = len(tally.tasks) if over or tally.is_over else max(0, len(tally.tasks) - 1)
        return PlayStanding(
            play=play.name if play else "",
            task=task.name if task and play and task.play == len(tally.plays) - 1 else "",
            host=tally.host,
            number=len(tally.plays),
            tasks_done=done,
            tasks_total=done if over else progress.total,
            hosts=play.hosts if play else 0,
            changed=tally.changed,
            failed=tally.failed,
            share=self._share,
            elapsed=elapsed,
            left=(0.0, 0.0) if over else progress.left,
        )

    def _take_in(self, tally: Tally) -> None:
        for task in tally.tasks[self._seen :]:
            key = self._keys.of(task)
            found = self._earlier.at.get(key)
            if found is not None and found > self._position:
                if self._seen == 0:
                    # It was started at this task: those before are no part of it.
                    self._first = found
                self._position = found
            self._match_listed(task)
            self._seen += 1

    def _match_listed(self, task: SeenTask) -> None:
        play, at = self._place
        if task.play != play:
            play, at = task.play, 0
        names = self._listed[play] if play < len(self._listed) else []
        if task.name in names[at:]:
            at = names.index(task.name, at) + 1
        elif task.name in names:
            at = names.index(task.name) + 1  # the next batch of its hosts
        self._place = (play, at)

    def _progress(self, tally: Tally, elapsed: float) -> Progress:
        if self._earlier:
            return self._by_earlier(tally)
        if any(self._listed):
            return self._by_list(tally, elapsed)
        return Progress(0.0, 0, None)

    def _by_earlier(self, tally: Tally) -> Progress:
        earlier = self._earlier
        order = earlier.order
        seconds = [earlier.seconds[key] for key in order]
        at = max(self._position, self._first)
        done = sum(seconds[self._first : at])
        rest = sum(seconds[at + 1 :]) if self._position >= 0 else sum(seconds[at:])
        begun = tally.tasks[0].at if tally.tasks else 0.0
        now = max(time.time(), begun)
        if self._position >= 0 and tally.tasks:
            spent = min(seconds[at], max(0.0, now - tally.tasks[-1].at))
            done += spent
            rest += seconds[at] - spent
        pace = 1.0
        if done > 5.0 and begun:
            pace = min(3.0, max(0.3, (now - begun) / done))
        low, high = earlier.spread
        share = done / (done + rest) if done + rest > 0 else 0.0
        total = len(tally.tasks) + max(0, len(order) - at - 1)
        left = (rest * min(1.0, pace) * low, rest * max(1.0, pace) * high)
        return Progress(share, total, left)

    def _by_list(self, tally: Tally, elapsed: float) -> Progress:
        play, at = self._place
        sizes = [len(names) for names in self._listed]
        done, rest = float(sum(sizes[:play]) + at), sum(sizes[play + 1 :]) + 0.0
        if play < len(sizes):
            rest += sizes[play] - at
            if tally.plays and play == len(tally.plays) - 1:
                seen = tally.plays[play]
                done += sizes[play] * (seen.batch - 1)
                rest += sizes[play] * seen.batches_to_come
        share = max(0.0, done - 0.5) / (done + rest) if done + rest else 0.0
        left = None
        least, enough = _FIRST_GUESS
        if elapsed >= least and share >= enough:
            guess = elapsed * (1 - share) / share
            left = (guess * 0.5, guess * 2.0)
        return Progress(share, len(tally.tasks) + int(rest), left)


class _Keys:
    """Gives each task of a run the key by which it is found in another."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, int, str, str]] = Counter()

    def of(self, task: SeenTask) -> Key:
        """Return the key of the next task."""
        # The line a task stands in changes with each edit of the file above it.
        file = task.file.rpartition(":")[0].rpartition("/")[2]
        like = (task.play, task.batch, task.name, file)
        self._counts[like] += 1
        return (*like, self._counts[like])


def _took(tally: Tally) -> Iterable[tuple[Key, float]]:
    """Return how many seconds each task took, in their order."""
    keys = _Keys()
    # A run whose plugin was not loaded has no tasks, but an end.
    ends = [*(task.at for task in tally.tasks[1:]), tally.ended_at][: len(tally.tasks)]
    for task, end in zip(tally.tasks, ends, strict=True):
        yield keys.of(task), max(0.0, end - task.at)
