"""A build at work in eight lines: done, at work, to come, and how long."""

from __future__ import annotations

import pytest

from octavia_wizard.core.image.build.phases import PHASES
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.views.image_progress import (
    PhaseTimes,
    brief_standing,
    draw_progress,
    percent,
)
from octavia_wizard.core.views.model import plain_text, width_of
from tests.core.views.support import WIDTHS

INSTALLING = Standing(
    "install.d", "setting up packages", "01-package-installs", 9, 16, "scripts", 0.42, 230.0,
    (120.0, 190.0),
)  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("phase", ["", *(phase.id for phase in PHASES)])
def test_every_phase_fits(phase: str, width: int) -> None:
    rows = draw_progress(Standing(phase, "working", "x" * 90, 3, 9), {phase: 5.0}, width)
    assert len(rows) <= 8
    assert all(width_of(row) <= width for row in rows), plain_text(rows)
    assert phase == "" or any("working" in span.text for row in rows for span in row)


def test_it_says_what_is_done_at_work_and_to_come() -> None:
    seconds = {"extra-data.d": 7.0, "pre-install.d": 20.0, "install.d": 61.0}
    shown = plain_text(draw_progress(INSTALLING, seconds, 78))
    lines = [" ".join(row.split()) for row in shown.splitlines()]
    assert lines[0] == "✓ 5 phases 142 s"
    assert lines[2] == "✓ preparing the base system 20 s"
    assert lines[3].startswith("◐ setting up packages 61 s 9/16 01-package")
    assert lines[4] == "○ setting up services"
    assert lines[6] == "○ 7 more"
    assert lines[7].endswith("42 %, 2 to 3 min left")


def test_it_is_said_in_one_line() -> None:
    assert brief_standing(INSTALLING) == "setting up packages 9/16, 42 %, 2 to 3 min left"


def test_a_hundred_hundredths_are_shown_at_the_end_only() -> None:
    assert [percent(share) for share in (0.0, 0.429, 0.9999, 1.0)] == [0, 42, 99, 100]


def test_seconds_are_known_of_phases_that_were_seen_to_begin() -> None:
    times = PhaseTimes()
    for phase, at in (("source", 0.2), ("setup", 5.0), ("setup", 9.0), ("root.d", 12.0)):
        times.take(Standing(phase, "", elapsed=at))
    times.take(Standing("root.d", "", elapsed=20.0))
    assert dict(times.seconds) == pytest.approx({"source": 4.8, "setup": 7.0, "root.d": 8.0})


def test_who_comes_late_does_not_know_how_long_the_first_took() -> None:
    times = PhaseTimes()
    for phase, at in (("root.d", 100.0), ("extra-data.d", 130.0), ("extra-data.d", 134.0)):
        times.take(Standing(phase, "", elapsed=at))
    assert dict(times.seconds) == {"extra-data.d": 4.0}
