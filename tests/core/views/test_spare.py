"""Spares have a price where a release has them; where it has none, that is explained."""

from __future__ import annotations

import pytest

from octavia_wizard.core.views.spare import SPARES
from tests.core.views.support import WIDTHS, drawn, subject, text


def test_the_cost_of_one_and_of_the_typed_number() -> None:
    shown = text(SPARES, subject("21.2.12", capacity__spare_pool=3, capacity__ram_mib=1536))
    rows = {row[:18].strip(): row[18:].split() for row in shown.splitlines()}
    assert rows[""] == ["one", "spare", "3", "of", "them"]
    assert rows["virtual machines"] == ["1", "3"]
    assert rows["memory GiB"] == ["1.5", "4.5"]
    assert rows["local disk GiB"] == ["20", "60"]
    assert rows["ports"] == ["10", "30"]
    assert "✓ a SINGLE load balancer is made, or replaced, without a boot" in shown


@pytest.mark.parametrize("release", ["16.0.29", "22.4.4"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits(release: str, width: int) -> None:
    assert 6 <= len(drawn(SPARES, subject(release, capacity__spare_pool=1), width)) <= 9


def test_spares_do_not_go_with_a_pair() -> None:
    given = {"capacity__topology": "ACTIVE_STANDBY", "capacity__spare_pool": 1}
    assert "! of no use with ACTIVE_STANDBY" in text(SPARES, subject("16.0.29", **given))


def test_where_it_is_deprecated_that_is_said() -> None:
    assert "gone with OSA 24 (Xena)" in text(SPARES, subject("22.4.4", capacity__spare_pool=1))


@pytest.mark.parametrize("release", ["25.6.0", "29.2.4", "33.0.1"])
def test_where_there_is_none_a_paragraph_tells_what_happened_and_what_to_use(release: str) -> None:
    shown = " ".join(text(SPARES, subject(release)).split())
    for part in (
        "deprecated the pool in Victoria (7.0.0)",
        "Xena (9.0.0, OSA 24) removed it",
        "the health manager deletes spares left from before",
        "ACTIVE_STANDBY with anti-affinity",
        "failover_threads",
    ):
        assert part in shown
