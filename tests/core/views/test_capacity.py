"""The table says what is in use, allowed, needed and what it will be."""

from __future__ import annotations

from typing import Any

import pytest

from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import Quotas
from octavia_wizard.core.questions import find_section
from octavia_wizard.core.views import view_beside
from octavia_wizard.core.views.capacity import CAPACITY, VIEWS
from tests.core.findings.support import cloud
from tests.core.views.support import RELEASES, WIDTHS, drawn, subject, text

LOW = Quotas(
    compute={
        "instances": 10,
        "cores": 20,
        "ram": 51200,
        "server_groups": 10,
        "server_group_members": 10,
    },
    network={"ports": 500, "security_groups": 10, "security_group_rules": 100},
    volume={"volumes": 10, "gigabytes": 1000},
    used={"instances": 2, "cores": 4, "ram": 4608, "ports": 5},
)


def _cells(view_text: str, name: str) -> list[str]:
    row = next(row for row in view_text.splitlines() if f" {name} " in row)
    return row.partition(name)[2].split()


def _low(**given: Any) -> CloudFacts:
    return cloud(quotas=LOW, **given)


def test_a_target_number_becomes_a_table() -> None:
    shown = text(CAPACITY, subject(cloud=_low(), capacity__load_balancers=200))
    first, head, *rows = shown.splitlines()
    assert first == "200 load balancers → 400 amphorae, at most 410  ! 7 limits to be raised"
    assert head.split("  ")[-1] == "after"
    assert _cells(shown, "virtual machines") == ["2", "2", "10", "410", "410"]
    assert _cells(shown, "memory GiB") == ["2", "4.5", "50", "410", "410"]
    assert _cells(shown, "ports") == ["20", "5", "500", "4100", "4100"]
    assert _cells(shown, "server groups") == ["1", "?", "10", "200", "200"]
    assert _cells(shown, "local disk GiB") == ["40", "–", "none", "8200", "none"]  # noqa: RUF001
    assert rows[0].startswith("! virtual machines")


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_every_width_and_follows_the_number(release: str, width: int) -> None:
    few = text(CAPACITY, subject(release, cloud=_low(), capacity__load_balancers=10), width)
    many = text(CAPACITY, subject(release, cloud=_low(), capacity__load_balancers=11), width)
    assert few != many
    assert "needed" in few


@pytest.mark.parametrize("release", RELEASES)
def test_it_takes_ten_lines_at_78_columns_and_the_short_ones_come_with_words(release: str) -> None:
    what = subject(release, cloud=_low(), capacity__topology="ACTIVE_STANDBY")
    assert len(drawn(CAPACITY, what)) <= 11
    assert "limits to be raised" in text(CAPACITY, what)


def test_enough_is_said_to_be_enough() -> None:
    ample = Quotas(compute={"instances": -1}, network={"ports": 10000})
    shown = text(CAPACITY, subject(cloud=cloud(quotas=ample)))
    assert "✓ limits are high enough" in shown
    assert _cells(shown, "virtual machines")[-3:] == ["unlimited", "210", "unlimited"]
    assert not [row for row in shown.splitlines()[1:] if row.startswith("!")]


def test_a_limit_nobody_raises_is_bad() -> None:
    given = {"capacity__set_quotas": False, "capacity__load_balancers": 50}
    assert "✗ 7 limits too low" in text(CAPACITY, subject(cloud=_low(), **given))
    assert "the role has its own" in text(CAPACITY, subject("29.2.4", cloud=_low(), **given))
    assert _cells(text(CAPACITY, subject(cloud=_low(), **given)), "ports")[-1] == "500"


def test_without_a_cloud_what_is_not_known_says_so() -> None:
    shown = text(CAPACITY, subject(capacity__topology="SINGLE"))
    assert "limits not known: no cloud" in shown
    assert _cells(shown, "virtual machines") == ["1", "?", "?", "110", "?"]
    unread = cloud(unread={Part.QUOTAS: "403 Forbidden"})
    assert "limits not known: 403 Forbidden" in text(CAPACITY, subject(cloud=unread))
    assert "no project service yet" in text(CAPACITY, subject(cloud=cloud()))


def test_volumes_stand_in_for_disks() -> None:
    shown = text(CAPACITY, subject(cloud=_low(), capacity__volume_backed=True))
    assert "local disk" not in shown
    assert _cells(shown, "volume space GiB")[-2:] == ["4200", "4200"]


def test_each_question_of_the_section_that_has_a_picture_has_the_one_that_helps() -> None:
    beside = {
        question.key: view.name
        for question in find_section("capacity").questions
        if (view := view_beside(question.key)) is not None
    }
    assert beside["capacity.topology"] == "topology"
    assert beside["capacity.availability_zone"] == "topology"
    assert beside["capacity.load_balancers"] == "capacity"
    assert beside["capacity.ram_mib"] == "capacity"
    assert beside["capacity.spare_pool"] == "spares"
    known = {question.key for question in find_section("capacity").questions}
    assert {key for view in VIEWS for key in view.keys} <= known
