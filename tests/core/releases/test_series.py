"""The timeline puts every ref in its place, so that ranges in the data mean what they say."""

from __future__ import annotations

import pytest

from octavia_wizard.core.releases.series import timeline


def refs(span: str) -> tuple[str, str]:
    """Return the first and last ref of a range."""
    first, last = timeline().bounds(span)
    return timeline().points[first], timeline().points[last]


def test_a_series_name_stands_for_its_first_tag_and_its_very_end() -> None:
    assert refs("queens..queens") == ("17.0.0", "17.1.17")
    assert refs("wallaby..wallaby") == ("23.0.0", "wallaby-eol")
    assert refs("16.0.5..stein") == ("16.0.5", "19.1.7")


def test_an_open_range_reaches_master() -> None:
    assert refs("2026.1..") == ("33.0.0", "master")


def test_a_mistake_in_the_data_is_not_swallowed() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        timeline().bounds("queens..pike")
    with pytest.raises(KeyError, match=r"17\.0\.9"):
        timeline().bounds("17.0.9..queens")


def test_every_place_but_master_belongs_to_a_series() -> None:
    owners = [timeline().owner(point) for point in range(len(timeline().points))]
    assert owners[-1] is None
    assert None not in owners[:-1]
