"""When the next phase may be begun: by what amphorae show, by time, or by word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from octavia_wizard.core.facts.resources import Amphora
from octavia_wizard.core.lifecycle.rollover_conditions import Evidence, readiness_of
from octavia_wizard.core.pki.rollover_files import Noted, Position, Side, Stage
from tests.core.lifecycle.certificate_site import amphora
from tests.core.pki.support import CA, ec_key, signed

SINCE = datetime(2026, 11, 22, tzinfo=UTC)
MONTH = timedelta(days=30)


def using(side: Side = Side.SERVER) -> Position:
    """Return a rollover whose new server CA signs everywhere since a moment."""
    old, new = (
        x509.load_pem_x509_certificate(signed(f"CN={name}", ec_key(), extensions=CA))
        for name in ("old", "new")
    )
    noted = Noted(Stage.USE, SINCE - timedelta(hours=1), "new", "old", SINCE)
    return Position(side, Stage.USE, (new, old), (new,), noted)


@pytest.mark.parametrize(
    ("one", "met"),
    [
        (amphora("a", ends=SINCE + MONTH), True),
        (amphora("a", ends=SINCE + MONTH - timedelta(seconds=1)), False),
        # What was made before and renewed since counts by its certificate.
        (amphora("a", created=SINCE - MONTH, ends=SINCE + MONTH), True),
        # One that boots has no certificate that could be told yet.
        (amphora("a", created=SINCE + timedelta(minutes=1)), True),
        (amphora("a", created=SINCE - timedelta(minutes=1)), False),
        (amphora("a"), False),
        (amphora("a", status="DELETED"), True),
    ],
)
def test_the_age_of_the_certificates_of_amphorae(one: Amphora, met: bool) -> None:
    """An amphora counts when its certificate was signed since, whatever day it is."""
    evidence = Evidence((one,), 30, failed_over=True)
    for now in (SINCE, SINCE + 2 * MONTH):
        assert readiness_of(using(), evidence, now).met is met


def test_an_amphora_of_no_load_balancer_is_named_itself() -> None:
    """A spare one is failed over by its own id."""
    spare = Amphora("s", "READY", created=SINCE - MONTH)
    found = readiness_of(using(), Evidence((spare,), 30), SINCE)
    assert found.failovers == ("openstack loadbalancer amphora failover s",)


def test_no_amphora_at_all() -> None:
    """Nothing can be cut off then."""
    assert readiness_of(using(), Evidence((), 30), SINCE).met


def test_the_last_phase_of_the_client_side_waits_for_the_playbook_alone() -> None:
    """Every amphora trusts the new CA since the phase before."""
    assert readiness_of(using(Side.CLIENT), Evidence(None, 30), SINCE).met
