"""Both topologies are drawn, and words say whether the computes can carry the chosen one."""

from __future__ import annotations

import pytest

from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.views.model import Role
from octavia_wizard.core.views.topology import TOPOLOGY
from tests.core.findings.support import cloud, computes, inventory
from tests.core.views.support import RELEASES, WIDTHS, drawn, subject, text

PAIR = {"capacity__topology": "ACTIVE_STANDBY", "capacity__anti_affinity": True}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_chosen_topology_is_marked(release: str, width: int) -> None:
    shown = text(TOPOLOGY, subject(release, cloud=cloud(), **PAIR), width)
    assert "(•) ACTIVE_STANDBY" in shown
    assert "( ) SINGLE" in shown
    single = text(TOPOLOGY, subject(release, cloud=cloud(), capacity__topology="SINGLE"), width)
    assert "( ) ACTIVE_STANDBY" in single
    assert "(•) SINGLE" in single


@pytest.mark.parametrize("release", RELEASES)
def test_it_takes_eight_lines_at_most_at_78_columns(release: str) -> None:
    assert len(drawn(TOPOLOGY, subject(release, cloud=cloud(), **PAIR))) <= 8


def test_the_two_stand_side_by_side_where_there_is_room() -> None:
    wide = text(TOPOLOGY, subject(cloud=cloud(), **PAIR), 78).splitlines()
    assert "ACTIVE_STANDBY" in wide[0]
    assert "SINGLE" in wide[0]
    narrow = text(TOPOLOGY, subject(cloud=cloud(), **PAIR), 50).splitlines()
    assert "SINGLE" not in narrow[0]
    assert any("SINGLE" in row for row in narrow)


@pytest.mark.parametrize(
    ("count", "role", "says"),
    [
        (3, Role.GOOD, "✓ anti-affinity can be met: needs 2 hosts, 3 while one is down"),
        (2, Role.ATTENTION, "! anti-affinity can be met; to replace one"),
        (1, Role.BAD, "✗ anti-affinity cannot be met: it needs 2 hosts, there is 1"),
    ],
)
def test_hard_anti_affinity_is_judged_by_the_computes(count: int, role: Role, says: str) -> None:
    picture = drawn(TOPOLOGY, subject(cloud=cloud(computes=computes(count)), **PAIR))
    assert says in text(TOPOLOGY, subject(cloud=cloud(computes=computes(count)), **PAIR))
    assert role in {span.role for row in picture for span in row}


def test_a_backup_without_a_host_is_drawn_as_such() -> None:
    assert "backup  ✗ no host" in text(TOPOLOGY, subject(cloud=cloud(computes=computes(1)), **PAIR))


def test_without_anti_affinity_both_may_be_on_any_host() -> None:
    shown = text(
        TOPOLOGY,
        subject(cloud=cloud(), capacity__topology="ACTIVE_STANDBY", capacity__anti_affinity=False),
    )
    assert shown.count("any host") == 3
    assert "! anti-affinity off: both amphorae may share a host" in shown


def test_computes_of_another_zone_are_not_counted() -> None:
    shown = text(
        TOPOLOGY,
        subject(
            cloud=cloud(computes=computes(2) + computes(1, "edge")),
            capacity__availability_zone="edge",
            **PAIR,
        ),
    )
    assert "1 of 3 computes can take amphorae (up, enabled, in zone edge)" in shown


def test_without_a_cloud_it_says_what_is_not_known() -> None:
    assert "computes not known: no cloud was read" in text(TOPOLOGY, subject(**PAIR))
    host = inventory(host_groups={"compute_hosts": {"n1": "10.0.0.1", "n2": "10.0.0.2"}})
    assert "2 compute hosts in the inventory" in text(TOPOLOGY, subject(host=host, **PAIR))
    unread = cloud(unread={Part.COMPUTES: "403 Forbidden"})
    assert "computes not known: 403 Forbidden" in text(TOPOLOGY, subject(cloud=unread, **PAIR))


@pytest.mark.parametrize(
    ("release", "says"),
    [
        ("16.0.29", ""),
        ("21.2.12", ""),
        ("22.4.4", "spare pool: deprecated since Victoria"),
        ("25.6.0", "spare pool: gone since Xena (OSA 24), use ACTIVE_STANDBY"),
        ("33.0.1", "spare pool: gone since Xena (OSA 24), use ACTIVE_STANDBY"),
    ],
)
def test_one_line_tells_what_became_of_the_spare_pool(release: str, says: str) -> None:
    told = [row for row in text(TOPOLOGY, subject(release, **PAIR)).splitlines() if "spare" in row]
    assert len(told) == bool(says)
    assert says in "".join(told)
