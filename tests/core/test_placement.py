"""Which computes can take amphorae, by what the cloud or else the inventory says."""

from __future__ import annotations

from octavia_wizard.core.facts.model import Facts, Part
from octavia_wizard.core.facts.resources import Compute
from octavia_wizard.core.placement import Source, placement
from tests.core.findings.support import NO_HOST, cloud, inventory
from tests.core.steps.settings import answered

COMPUTES = (
    Compute("c1", "nova", up=True, enabled=True),
    Compute("c2", "nova", up=False, enabled=True),
    Compute("c3", "nova", up=True, enabled=False),
    Compute("c4", "edge", up=True, enabled=True),
)


def test_only_computes_that_are_up_and_enabled_count() -> None:
    found = placement(answered(), Facts(NO_HOST, cloud=cloud(computes=COMPUTES)))
    assert (found.source, found.hosts, found.seen) == (Source.CLOUD, ("c1", "c4"), 4)


def test_a_zone_leaves_the_others_out() -> None:
    facts = Facts(NO_HOST, cloud=cloud(computes=COMPUTES))
    found = placement(answered(capacity__availability_zone="edge"), facts)
    assert (found.hosts, found.zone, found.count) == (("c4",), "edge", 1)


def test_without_a_cloud_the_inventory_tells() -> None:
    host = inventory(host_groups={"compute_hosts": {"n2": "10.0.0.2", "n1": "10.0.0.1"}})
    found = placement(answered(), Facts(host))
    assert (found.source, found.hosts, found.count) == (Source.INVENTORY, ("n1", "n2"), 2)


def test_what_could_not_be_read_is_said() -> None:
    unread = cloud(computes=(), unread={Part.COMPUTES: "403 Forbidden"})
    found = placement(answered(), Facts(NO_HOST, cloud=unread))
    assert (found.source, found.count, found.reason) == (Source.NOWHERE, None, "403 Forbidden")
