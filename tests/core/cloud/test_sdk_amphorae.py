"""Amphorae are read with what tells which image they run."""

from __future__ import annotations

from types import SimpleNamespace

from octavia_wizard.core.cloud.sdk_amphorae import read_amphorae
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import Amphora


def test_an_amphora_of_a_load_balancer_and_a_spare_one() -> None:
    """A spare one has no load balancer; one that is being made may have no image yet."""
    one = SimpleNamespace(id="a", status="ALLOCATED", loadbalancer_id="lb", image_id="i")
    spare = SimpleNamespace(id="b", status="READY", loadbalancer_id=None, image_id=None)
    proxy = SimpleNamespace(amphorae=lambda: iter((one, spare)))
    told = read_amphorae(
        SimpleNamespace(load_balancer=proxy),  # type: ignore[arg-type]
        CloudFacts("fake", "RegionOne", "service"),
    )
    assert told == {"amphorae": (Amphora("a", "ALLOCATED", "lb", "i"), Amphora("b", "READY"))}
