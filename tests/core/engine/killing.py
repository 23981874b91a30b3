"""Runs work in a process of its own, which kills itself at a line of its journal."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from octavia_wizard.core.engine.journal import Journal
from octavia_wizard.core.engine.lines import Kind
from octavia_wizard.core.steps import MODULES

PROCESSES = multiprocessing.get_context("forkserver")
# Imported once, so that each process begins at once.
PROCESSES.set_forkserver_preload(
    [
        "tests.core.engine.test_deployment",
        "tests.core.engine.test_killed",
        "octavia_wizard.core.questions.resolve",
        *(f"octavia_wizard.core.steps.{module}" for module in MODULES),
    ]
)


class Moment(StrEnum):
    """When, of the line, the process is killed."""

    BEFORE = "before"
    TORN = "torn"
    AFTER = "after"


def finishes(
    work: Callable[[Path], object],
    root: Path,
    line: int,
    moment: Moment,
    kinds: tuple[Kind, ...] = tuple(Kind),
) -> bool:
    """Call ``work(root)`` in a process that is killed at ``line``; say whether it got to its end.

    Only lines of these ``kinds`` are counted, from 1.  ``work`` is a function of a module, for it
    is sent to the other process by its name.
    """
    process = PROCESSES.Process(target=_child, args=(work, root, line, moment, kinds))
    process.start()
    process.join(120)
    code = process.exitcode
    process.close()
    assert code in (0, -signal.SIGKILL), f"line {line}, {moment}: exit {code}"
    return code == 0


def _child(
    work: Callable[[Path], object],
    root: Path,
    line: int,
    moment: Moment,
    kinds: tuple[Kind, ...],
) -> None:
    put = Journal._put
    count = 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def counting(journal: Journal, data: bytes) -> None:
        nonlocal count
        count += json.loads(data)["line"] in kinds  # the journal's own lock is held here
        if count < line:
            put(journal, data)
        elif moment is Moment.AFTER:
            put(journal, data)
            die()
        else:
            if moment is Moment.TORN:
                os.write(journal._handle, data[: len(data) // 2])
            die()

    Journal._put = counting  # type: ignore[method-assign, assignment]
    work(root)
