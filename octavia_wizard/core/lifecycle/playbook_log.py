"""What a run of a playbook wrote, and what went wrong in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.playbooks.outcome import report_of
from octavia_wizard.core.playbooks.record import PlaybookRun
from octavia_wizard.core.playbooks.redaction import Lines
from octavia_wizard.core.playbooks.standing import PlayReport
from octavia_wizard.core.urls import shown

_BYTES = 1 << 18
"""At most so much is read of the end of a log."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class PlaybookLog:
    """The end of a log, and the failures of the run it is of."""

    run: PlaybookRun
    report: PlayReport
    tail: tuple[str, ...]
    """Its last lines, without colours and what looks like a secret; other control characters are
    still in them."""
    cut: bool
    """Whether there is more before them."""


def playbook_log(run: PlaybookRun, lines: int) -> PlaybookLog:
    """Read the last lines of the log of a run; raises FileError."""
    tail, cut = _tail(run.log, lines)
    return PlaybookLog(run, report_of(run), tail, cut)


def _tail(path: Path, lines: int) -> tuple[tuple[str, ...], bool]:
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(size - _BYTES, 0))
            data = stream.read(_BYTES)
    except FileNotFoundError:
        return (), False
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    rows = data.decode("utf-8", "replace").removesuffix("\n").split("\n")
    if size > _BYTES:
        # The first is a part of a line only.
        rows = rows[1:]
    plain = (_COLOURS.sub("", row).removesuffix("\r") for row in rows) if data else ()
    rule = Lines(from_the_middle=size > _BYTES)
    # Ansible writes whole results in one line: what is cut off is cut after the secrets went.
    whole = [shown(told) for row in plain if (told := rule.take(row)) is not None]
    kept = whole[-lines:] if lines else []
    return tuple(kept), size > _BYTES or len(kept) < len(whole)
