"""The runs of playbooks on this host: kept as one directory each, and read back."""

from __future__ import annotations

import secrets
import shutil
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from octavia_wizard.core.detached.launching import exit_code
from octavia_wizard.core.detached.sessions import alive
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.playbooks.kept import ID, Kept, load
from octavia_wizard.core.playbooks.outcome import has_done, start_again, tally_of
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState

KEPT = 30
"""Runs of one purpose that are kept."""
_UNBORN = 3600.0
"""Seconds after which a directory without a run is nobody's: preparing one takes minutes."""
_FRESH = timedelta(hours=12)
"""How long a run may be finished from the play that failed: the plays before it gather what it
needs to know of the hosts, and OSA keeps that for a day (openstack-ansible.rc, all releases)."""


def new_id(purpose: str) -> str:
    """Return the name of a new run's directory: purpose, start and a few random digits."""
    return f"{purpose}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def read_runs(root: Path) -> tuple[PlaybookRun, ...]:
    """Return every run there is, the newest first, each with its present state; never raises."""
    runs = [run_of(kept) for kept in _kept(root)]
    return tuple(sorted(runs, key=lambda run: (run.started, run.id), reverse=True))


def running(root: Path) -> tuple[PlaybookRun, ...]:
    """Return the runs that go on, the newest first; never raises."""
    return tuple(run for run in read_runs(root) if run.state is PlayState.RUNNING)


def find_run(root: Path, id: str) -> PlaybookRun | None:
    """Return one run; None where there is none of that id."""
    kept = load(root / id) if ID.fullmatch(id) else None
    return None if kept is None else run_of(kept)


def run_of(kept: Kept) -> PlaybookRun:
    """Tell the present state of a run from its processes and its exit code; never raises."""
    # Looked at before the exit code, which is written before the last process ends.
    is_alive = kept.ended is None and alive(kept)
    code = _code(kept)
    state = _state(kept, code, is_alive)
    ended = None if state is PlayState.RUNNING else kept.ended or _written(kept.code)
    return PlaybookRun(
        id=kept.id,
        purpose=kept.purpose,
        command=kept.command,
        options=kept.options,
        inputs=kept.inputs,
        started=kept.started,
        state=state,
        directory=kept.directory,
        ended=ended,
        seconds=_seconds(kept.started, ended),
        code=code,
        start_again=_start_again(kept, state, code),
    )


def finished(kept: Kept) -> Kept:
    """Take down what came of a run that has ended; nothing is written."""
    code = _code(kept)
    ended = _written(kept.code) or datetime.now(UTC).isoformat(timespec="seconds")
    tally = tally_of(kept)
    return replace(
        kept,
        ended=ended,
        has_done=has_done(kept, tally),
        start_again="" if code in (0, None) else start_again(kept, tally, code),
    )


def prune(root: Path, purpose: str) -> None:
    """Remove the oldest runs of a purpose but those that go on, and what never became a run.

    What resists is left.
    """
    counts: Counter[str] = Counter()
    for kept in sorted(_kept(root), key=lambda kept: (kept.started, kept.id), reverse=True):
        counts[kept.purpose] += 1
        if kept.purpose == purpose and counts[purpose] >= KEPT and not alive(kept):
            shutil.rmtree(kept.directory, ignore_errors=True)
    for path in _directories(root):
        # The wizard was killed while it prepared a run, or asked for the list of its tasks.
        if not (path / "run.json").exists() and time.time() - _made(path) > _UNBORN:
            shutil.rmtree(path, ignore_errors=True)


def _made(path: Path) -> float:
    """Return when something was last put into a directory, in seconds since 1970."""
    with suppress(OSError):
        return path.stat().st_mtime
    return time.time()


def _kept(root: Path) -> list[Kept]:
    return [kept for path in _directories(root) if (kept := load(path)) is not None]


def _directories(root: Path) -> list[Path]:
    try:
        return [p for p in root.iterdir() if ID.fullmatch(p.name) and not p.is_symlink()]
    except OSError:
        return []


def _code(kept: Kept) -> int | None:
    with suppress(FileError):
        return exit_code(kept)
    return None


def _state(kept: Kept, code: int | None, is_alive: bool) -> PlayState:
    if code is None:
        return PlayState.RUNNING if is_alive else PlayState.LOST
    done = kept.has_done if kept.ended else has_done(kept, tally_of(kept))
    return PlayState.DONE if code == 0 and done else PlayState.FAILED


def _start_again(kept: Kept, state: PlayState, code: int | None) -> str:
    if state is not PlayState.FAILED:
        return ""
    with suppress(ValueError):
        if datetime.now(UTC) - datetime.fromisoformat(kept.started) > _FRESH:
            return ""
    return kept.start_again if kept.ended else start_again(kept, tally_of(kept), code)


def _written(path: Path) -> str | None:
    with suppress(OSError):
        moment = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return moment.isoformat(timespec="seconds")
    return None


def _seconds(started: str, ended: str | None) -> float | None:
    if ended is None:
        return None
    with suppress(ValueError, TypeError):
        took = datetime.fromisoformat(ended) - datetime.fromisoformat(started)
        return max(0.0, took.total_seconds())
    return None
