"""Stretches of time are drawn to one scale, with today marked in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from octavia_wizard.core.views.model import Role, plain_text, width_of
from octavia_wizard.core.views.timeline import Scale


def day(year: int, month: int = 1) -> datetime:
    """Return the first of a month."""
    return datetime(year, month, 1, tzinfo=UTC)


LONG, SHORT = (day(2026), day(2036)), (day(2026), day(2031))


def test_half_the_time_is_half_the_bar() -> None:
    scale = Scale.over([LONG, SHORT], day(2026), 50)
    long, short = (plain_text((scale.bar(one, Role.GOOD),)) for one in (LONG, SHORT))
    assert long == "2026 " + "━" * 40 + " 2036"
    assert short == "2026 " + "━" * 20 + " 2031"


def test_a_later_one_begins_further_right() -> None:
    scale = Scale.over([LONG, (day(2031), day(2036))], day(2026), 50)
    bar = plain_text((scale.bar((day(2031), day(2036)), Role.GOOD),))
    assert bar.index("2031") == 20


@pytest.mark.parametrize(("today", "column"), [(day(2026), 5), (day(2031), 25), (day(2036), 44)])
def test_today_stands_below_its_place(today: datetime, column: int) -> None:
    scale = Scale.over([LONG], today, 50)
    row = plain_text((scale.mark(10),))
    assert abs(row.index("▲") - 10 - column) <= 1
    assert f"today {today:%Y-%m-%d}" in row
    assert width_of(scale.mark(10)) <= 60


def test_what_is_past_is_quiet() -> None:
    spans = Scale.over([LONG], day(2031), 50).bar(LONG, Role.GOOD)
    bars = {span.role: len(span.text) for span in spans if "━" in span.text}
    assert bars.keys() == {Role.QUIET, Role.GOOD}
    assert abs(bars[Role.QUIET] - 20) <= 1


def test_a_past_today_widens_the_scale() -> None:
    scale = Scale.over([SHORT], day(2036), 50)
    assert plain_text((scale.bar(SHORT, Role.BAD),)).count("━") == 20


def test_a_moment_alone_has_a_scale_too() -> None:
    scale = Scale.over([], day(2026), 20)
    assert plain_text((scale.bar((day(2026), day(2026)), Role.GOOD),)).count("━") == 1
