"""Amphorae whose certificates are not renewed are found before controllers refuse them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from octavia_wizard.core.errors import CloudError, UsageError
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Amphora
from octavia_wizard.core.finding import Severity
from octavia_wizard.core.lifecycle.amphora_certificates import (
    read_amphorae,
    standing_of_amphorae,
)
from octavia_wizard.core.lifecycle.certificate_model import Told, Verdict
from octavia_wizard.core.lifecycle.certificates import certificates_standing
from octavia_wizard.core.pki.told import Variables
from octavia_wizard.core.session import Session
from tests.core.findings.support import host, user_file
from tests.core.lifecycle.certified import Host, told
from tests.fakes import FakeCloud

NOW = datetime(2026, 5, 6, tzinfo=UTC)
NOTHING = Variables(host())


def amphora(id: str, days: float | None, *, status: str = "ALLOCATED", **more: object) -> Amphora:
    """Make an amphora whose certificate ends so many days from now."""
    ends = None if days is None else NOW + timedelta(days=days)
    return Amphora(id, status, f"lb-{id}", certificate_ends=ends, **more)  # type: ignore[arg-type]


def overriding(**sections: object) -> Variables:
    file = user_file("user_variables.yml", {"octavia_octavia_conf_overrides": sections})
    return Variables(host(file))


def test_none_is_late_while_housekeeping_does_its_work() -> None:
    """It renews within the last two weeks, and may take a day for all of them."""
    found = standing_of_amphorae([amphora("a", 29), amphora("b", 13.1)], NOTHING, NOW)
    assert found.count == 2
    assert found.earliest == NOW + timedelta(days=13.1)
    assert (found.validity, found.buffer) == (30, 14)
    assert not found.late


def test_those_that_were_not_renewed_are_named_with_what_replaces_them() -> None:
    spare = Amphora("s", "READY", None, certificate_ends=NOW + timedelta(days=5))
    all_of_them = [amphora("a", 12.9, certificate_busy=True), amphora("b", 20), spare]
    found = standing_of_amphorae(all_of_them, NOTHING, NOW)
    assert [(one.id, one.days_left, one.busy) for one in found.late] == [
        ("s", 5, False),
        ("a", 12, True),
    ]
    assert [one.command for one in found.late] == [
        "openstack loadbalancer amphora failover s",
        "openstack loadbalancer failover lb-a",
    ]


def test_what_has_no_certificate_or_is_gone_does_not_count() -> None:
    gone = amphora("b", -3, status="DELETED")
    found = standing_of_amphorae([amphora("a", None, status="BOOTING"), gone], NOTHING, NOW)
    assert (found.count, found.earliest, found.late) == (0, None, ())


@pytest.mark.parametrize(
    ("told", "late"),
    [
        (NOTHING, True),
        (overriding(house_keeping={"cert_expiry_buffer": 3 * 86400}), False),
        (overriding(house_keeping={"cert_expiry_buffer": "259200"}), False),
        (overriding(house_keeping={"cert_expiry_buffer": "{{ x }}"}), True),
        (overriding(house_keeping="nonsense"), True),
        (overriding(certificates={"cert_validity_time": 5 * 86400}), False),
    ],
)
def test_what_octavia_was_told_counts(told: Variables, late: bool) -> None:
    assert bool(standing_of_amphorae([amphora("a", 5)], told, NOW).late) is late


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """Return a deployment on a cloud in memory."""
    one = Host(tmp_path, answers={"cloud.mode": "live", "cloud.name": "fake"})
    one.deploy()
    return one


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """Return the cloud every session is connected to."""
    one = FakeCloud()
    monkeypatch.setattr(Session, "connect", lambda session: one)
    return one


@pytest.mark.parametrize(
    ("days", "severity", "verdict"),
    [(10, Severity.WARNING, Verdict.WARNING), (2, Severity.ERROR, Verdict.CRITICAL)],
)
def test_late_ones_are_part_of_the_standing(
    site: Host, cloud: FakeCloud, days: int, severity: Severity, verdict: Verdict
) -> None:
    ends = datetime.now(UTC) + timedelta(days=days)
    cloud.amphorae = (
        Amphora("a", "ALLOCATED", "lb", certificate_ends=ends, certificate_busy=True),
        Amphora("b", "ALLOCATED", "lb", certificate_ends=ends + timedelta(days=20)),
    )
    standing = certificates_standing(site.session(), amphorae=True)
    note = told(standing, Told.LATE)
    assert note is not None
    assert note.severity is severity
    assert "1 of 2 amphorae" in note.text
    assert "not tried again" in note.text
    assert note.command == "openstack loadbalancer failover lb"
    assert standing.verdict is verdict


def test_the_cloud_is_asked_only_when_wanted(site: Host, cloud: FakeCloud) -> None:
    assert certificates_standing(site.session()).amphorae is None


def test_amphorae_that_stay_hidden_are_an_error(site: Host, cloud: FakeCloud) -> None:
    cloud.unread = {Part.AMPHORAE: "403"}
    with pytest.raises(CloudError, match="cannot be read: 403"):
        read_amphorae(site.session())


def test_without_a_cloud_there_are_none_to_tell_of(site: Host) -> None:
    with pytest.raises(UsageError, match="name no cloud"):
        read_amphorae(site.session(cloud__mode="files"))
