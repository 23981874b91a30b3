"""The report of an undo says of each thing what became of it, and what is left."""

from __future__ import annotations

import pytest

from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.engine.undoer import UndoItem, UndoReport
from octavia_wizard.core.errors import CloudError, Interrupted, UndoError
from octavia_wizard.core.steps.base import Pending, Record, Undone, UndoResult

RECORD = Record(1, "network", "network", "lbaas-mgmt", "created", "net-1")
REMOVED = UndoItem(RECORD, Undone(UndoResult.REMOVED))
LEFT = UndoItem(RECORD, Undone(UndoResult.CHANGED_SINCE, "it has ports"))
FAILED = UndoItem(Pending(2, "image", "image", "amphora"), error=CloudError("503"))
NOT_REACHED = UndoItem(RECORD)


def report(status: RunStatus, *items: UndoItem) -> UndoReport:
    return UndoReport("0001-x", status, items, 1.0, None)


@pytest.mark.parametrize(
    ("item", "text", "left"),
    [
        (REMOVED, "network lbaas-mgmt: removed", False),
        (UndoItem(RECORD, Undone(UndoResult.GONE)), "network lbaas-mgmt: gone", False),
        (LEFT, "network lbaas-mgmt: changed since: it has ports", True),
        (FAILED, "image amphora: 503", True),
        (NOT_REACHED, "network lbaas-mgmt: not reached", True),
    ],
)
def test_an_item_reads_as_a_line(item: UndoItem, text: str, left: bool) -> None:
    assert str(item) == text
    assert item.is_left is left


def test_without_anything_left_there_is_no_error() -> None:
    assert report(RunStatus.DONE, REMOVED).error is None
    assert report(RunStatus.DONE, REMOVED).exit_code == 0


def test_the_error_lists_just_what_is_left() -> None:
    error = report(RunStatus.FAILED, REMOVED, LEFT, FAILED).error
    assert isinstance(error, UndoError)
    assert error.message.splitlines() == ["left behind:", str(LEFT), str(FAILED)]


def test_an_interrupted_undo_can_be_gone_on_with() -> None:
    stopped = report(RunStatus.INTERRUPTED, REMOVED, NOT_REACHED)
    assert isinstance(stopped.error, Interrupted)
    assert stopped.exit_code == 130
    assert "undo again" in stopped.error.hint
