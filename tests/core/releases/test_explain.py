"""``explain`` tells the story of one variable over all releases."""

from __future__ import annotations

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.releases import Reader, VariableType, explain


def test_the_default_is_told_release_by_release() -> None:
    told = explain("octavia_amp_disk")
    ranges = [(one.since, one.until, one.default_text or one.computed) for one in told.ranges]
    assert ranges == [
        ("16.0.0", "17.1.17", "2"),
        ("18.0.0", "29.2.4", "20"),
        ("30.0.0", None, True),
    ]
    assert (told.since, told.until, told.read_by) == ("16.0.0", None, Reader.ROLE)
    assert told.description
    assert told.retirements == ()


def test_a_dropped_variable_is_told_with_its_end_and_what_to_do() -> None:
    told = explain("octavia_spare_amphora_pool_size")
    assert (told.since, told.until) == ("16.0.0", "21.2.12")
    assert told.ranges[0].type is VariableType.INT
    assert [one.since for one in told.retirements] == ["22.0.0", "24.0.0"]


def test_a_name_older_than_every_known_release_is_still_explained() -> None:
    told = explain("octavia_rpc_backend")
    assert told.ranges == ()
    assert told.read_by is None
    assert told.retirements


def test_an_unknown_name_is_refused_with_the_nearest_ones() -> None:
    with pytest.raises(UsageError) as caught:
        explain("octavia_loadbalancer_topolgy")
    assert "octavia_loadbalancer_topology" in caught.value.hint
    with pytest.raises(UsageError):
        explain("")
