"""Amphorae are read with what tells which image they run."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from octavia_wizard.core.cloud.sdk_amphorae import amphora_of, read_amphorae
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import Amphora


def found(id: str, status: str, **told: object) -> SimpleNamespace:
    """Make an amphora as openstacksdk returns it."""
    known: dict[str, object] = {
        "loadbalancer_id": None,
        "image_id": None,
        "cert_expiration": None,
        "cert_busy": False,
        "created_at": None,
    }
    return SimpleNamespace(id=id, status=status, **{**known, **told})


def test_an_amphora_of_a_load_balancer_and_a_spare_one() -> None:
    """A spare one has no load balancer; one that is being made may have no image yet."""
    one = found("a", "ALLOCATED", loadbalancer_id="lb", image_id="i")
    spare = found("b", "READY")
    proxy = SimpleNamespace(amphorae=lambda: iter((one, spare)))
    told = read_amphorae(
        SimpleNamespace(load_balancer=proxy),  # type: ignore[arg-type]
        CloudFacts("fake", "RegionOne", "service"),
    )
    assert told == {"amphorae": (Amphora("a", "ALLOCATED", "lb", "i"), Amphora("b", "READY"))}


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ("2026-08-08T23:44:31", datetime(2026, 8, 8, 23, 44, 31, tzinfo=UTC)),
        ("2026-08-08T23:44:31+00:00", datetime(2026, 8, 8, 23, 44, 31, tzinfo=UTC)),
        (None, None),
        ("soon", None),
    ],
)
def test_when_its_certificate_ends(told: str | None, ends: datetime | None) -> None:
    """Octavia writes UTC without a zone; an amphora that boots has no certificate yet."""
    amphora = amphora_of(
        found("a", "ALLOCATED", cert_expiration=told, cert_busy=True, created_at=told)
    )
    assert amphora.certificate_ends == ends == amphora.created
    assert amphora.certificate_busy
