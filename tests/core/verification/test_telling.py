"""How far a verification is, before its first check and during its checks."""

from __future__ import annotations

import pytest

from octavia_wizard.core.verification.model import CheckStarted, CheckWaiting, Told
from octavia_wizard.core.verification.telling import WHOLE, Telling

GOING = CheckWaiting("smoke-removed", "load balancer PENDING_DELETE", 30.0, 300.0)
SECOND = CheckStarted("smoke-removed", "Everything removed again", 2, 4)


@pytest.mark.parametrize(
    ("told", "thousandths", "text"),
    [
        (
            [GOING],
            0,
            "Left by an interrupted verification: load balancer PENDING_DELETE, 30/300 s",
        ),
        ([SECOND], 250, "Everything removed again"),
        ([SECOND, GOING], 272, "Everything removed again: load balancer PENDING_DELETE, 30/300 s"),
    ],
)
def test_progress_is_a_share_from_the_beginning_on(
    told: list[Told], thousandths: int, text: str
) -> None:
    """What a killed verification has left is waited for before any check begins."""
    shown: list[tuple[int, int, str]] = []
    telling = Telling(lambda done, total, words: shown.append((done, total, words)), print)
    for one in told:
        telling(one)
    assert shown[-1] == (thousandths, WHOLE, text)
