"""The map is to scale, fits its width, and shows every kind of address however few there are."""

from __future__ import annotations

import time
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core.facts.model import AddressRange, CloudFacts, Facts, HostFacts, Inventory
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.views.address_map import FILLS, MOST_LINES, draw_addresses
from octavia_wizard.core.views.address_plan import AreaKind, address_map
from octavia_wizard.core.views.ascii import to_ascii
from octavia_wizard.core.views.model import Picture, Role, Subject, plain_text, width_of
from tests.core.emit.support import DEPLOY, effective_of
from tests.core.findings.support import cloud, inventory, network, subnet

POOL = "172.29.232.50-172.29.235.200"
NETWORKS = (network("own"), network("n2", "tenant"))
SIGNS = {kind: sign for kind, (sign, _, _) in FILLS.items()}


def _subject(
    host: HostFacts | None = None, seen: CloudFacts | None = None, **answers: Any
) -> Subject:
    facts = Facts(host or HostFacts(DEPLOY), cloud=seen)
    return Subject(effective_of("33.0.1", facts, **answers), facts)


def _draw(subject: Subject, width: int = 78) -> list[str]:
    return plain_text(draw_addresses(subject, width)).splitlines()


def test_the_role_s_own_network_at_80_columns() -> None:
    known = {"management": "172.29.236.0/22", "storage": "172.29.244.0/22"}
    used = (("172.29.232.1", "172.29.232.49"),)
    seen = cloud(networks=NETWORKS, subnets=(subnet("10.0.0.0/24", "n2"),))
    assert _draw(_subject(inventory(used, cidr_networks=known), seen, network__pool=POOL)) == [
        "172.29.232.0     .233.0             .234.0             .235.0         .235.255",
        "├▒▒▒▒████████████████████████████████████████████████████████████████████░░░░┤",
        "░░ containers .235.201-.235.254: 54   ▒▒ used_ips .232.1-.232.49: 49",
        "██ Neutron pool .232.50-.235.200: 919",
        "✓ 919 addresses are enough: 100 load balancers take 200, 210 in failovers",
        "✓ no conflict with 2 networks of the inventory and 1 subnet of the cloud",
    ]


def test_conflicts_are_pointed_at_and_named() -> None:
    entry = AddressRange("172.29.234.0", "172.29.234.0", "openstack_user_config.yml:14")
    host = HostFacts(DEPLOY, inventory=Inventory(used_ips=(entry,)))
    drawn = _draw(_subject(host, network__pool=POOL, network__gateway="172.29.232.1"))
    assert drawn[2] == " G" + " " * 37 + "▲"
    assert drawn[1][39] == "█"
    assert "G gateway .232.1" in "\n".join(drawn)
    assert drawn[-1] == "✗ used_ips 172.29.234.0 (line 14) is in the pool"


def test_a_stretch_of_conflicts_is_marked_from_end_to_end() -> None:
    seen = cloud(networks=NETWORKS, subnets=(subnet("172.29.234.0/23", "n2", name="red"),))
    drawn = _draw(_subject(None, seen, network__cidr="172.29.232.0/22"))
    marks = drawn[2]
    assert marks.index("▲") == 39
    assert marks.rindex("▲") == 76
    assert set(marks[40:76]) == {"─"}


def test_more_conflicts_than_lines_are_counted() -> None:
    used = tuple((f"172.29.233.{n}", f"172.29.233.{n}") for n in range(1, 30, 2))
    drawn = _draw(_subject(inventory(used), network__pool=POOL))
    assert len(drawn) == MOST_LINES
    shown = sum(line.startswith("✗ used_ips") for line in drawn)
    assert drawn[-1] == f"✗ and {15 - shown} more"
    assert drawn[2].count("▲") == 3  # thirty addresses of 1024 are two columns and a bit


def test_too_few_addresses_for_the_plan_are_told() -> None:
    small: dict[str, Any] = {"network__pool": "172.29.232.50-172.29.232.59"}
    assert "✗ 10 addresses, 200 too few: 100 load balancers take 200, 210 in failovers" in _draw(
        _subject(**small)
    )
    tight: dict[str, Any] = {"network__pool": "172.29.232.50-172.29.232.254"}
    assert any(line.startswith("! 205 addresses, 5 too few") for line in _draw(_subject(**tight)))


@pytest.mark.parametrize(
    ("answers", "cure"),
    [
        ({"network__mode": "adopt", "network__existing": "x"}, "choose the network to adopt"),
        ({"network__mode": "adopt"}, "choose the network to adopt"),
    ],
)
def test_without_a_network_one_line_says_what_is_missing(
    answers: dict[str, Any], cure: str
) -> None:
    (line,) = _draw(_subject(**answers))
    assert cure in line


def test_nothing_of_a_cloud_can_break_a_line() -> None:
    names = (network("own"), Network("n2", "[red]\nbad\x1b[31m", "p"))
    seen = cloud(networks=names, subnets=(subnet("172.29.234.0/23", "n2", name="a\tb"),))
    drawn = _draw(_subject(None, seen, network__cidr="172.29.232.0/22"))
    assert drawn[-1] == "✗ also in subnet a?b of network [red]?bad?[31m (172.29.234.0/23)"


def test_every_kind_has_a_sign_of_its_own_also_in_ascii() -> None:
    assert len({to_ascii(sign) for sign in SIGNS.values()}) == len(AreaKind)
    assert len({role for _, role, _ in FILLS.values()}) == len(AreaKind)


def test_ten_thousand_subnets_are_compared_while_one_types() -> None:
    subnets = tuple(
        Subnet(f"s{n}", "", f"n{n}", "p", f"10.{n // 250}.{n % 250}.0/24") for n in range(10_000)
    )
    networks = tuple(Network(f"n{n}", f"tenant-{n}", "p") for n in range(10_000))
    subject = _subject(None, cloud(networks=networks, subnets=subnets))
    draw_addresses(subject, 78)
    begun = time.process_time()
    for _ in range(10):
        draw_addresses(subject, 78)
    assert time.process_time() - begun < 0.5


NETS = st.builds(
    lambda prefix, number: IPv4Network(((number >> (32 - prefix)) << (32 - prefix), prefix)),
    st.integers(8, 30),
    st.integers(0, 2**32 - 1),
)
PAIRS = st.tuples(st.floats(0, 1), st.floats(0, 1))


@given(cidr=NETS, pool=PAIRS, used=st.lists(PAIRS, max_size=4), width=st.integers(24, 200))
@settings(max_examples=300, deadline=None)
def test_any_network_and_pool_is_drawn_within_its_width_and_nothing_is_lost(
    cidr: IPv4Network, pool: tuple[float, float], used: list[tuple[float, float]], width: int
) -> None:
    subject = _subject(
        inventory(tuple(_ends(cidr, pair) for pair in used)),
        network__cidr=str(cidr),
        network__pool="-".join(_ends(cidr, pool)),
    )
    picture = draw_addresses(subject, width)
    assert all(width_of(row) <= width for row in picture)
    if width >= 78:
        assert len(picture) <= MOST_LINES
    assert width_of(picture[1]) == width
    _check_bar(subject, picture, width)


def _ends(cidr: IPv4Network, pair: tuple[float, float]) -> tuple[str, str]:
    size = cidr.num_addresses - 1
    first, last = sorted(int(part * size) for part in pair)
    base = int(cidr.network_address)
    return str(IPv4Address(base + first)), str(IPv4Address(base + last))


def _check_bar(subject: Subject, picture: Picture, width: int) -> None:
    found = address_map(subject.effective, subject.facts)
    assert found is not None
    bar = "".join(span.text for span in picture[1])
    assert (bar[0], bar[-1]) == ("├", "┤")
    legend = plain_text(picture[2:])
    for kind in {area.kind for area in found.areas}:
        assert SIGNS[kind] in bar[1:-1]
    for kind in AreaKind:
        columns = bar.count(SIGNS[kind])
        share = sum(len(a.range) for a in found.areas if a.kind is kind) / len(found.network)
        # Each area may gain or lose a column at either end, and give one to a kind of few.
        areas = sum(area.kind is kind for area in found.areas)
        assert abs(columns - share * (width - 2)) <= len(found.areas) + areas + len(AreaKind)
        if found.stretches(kind) and width >= 78:
            assert FILLS[kind][2] in legend


def test_roles_repeat_what_the_signs_say() -> None:
    picture = draw_addresses(_subject(network__pool=POOL), 78)
    roles = {span.role for span in picture[1]}
    assert {Role.POOL, Role.CONTROL} <= roles
