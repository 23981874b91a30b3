"""What is to be said of the certificates beyond the files themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.lifecycle.certificate_model import (
    CertificateNote,
    CertificatesStanding,
    CertificateState,
    Told,
    Verdict,
)
from octavia_wizard.core.lifecycle.certificate_notes import verdict_of
from octavia_wizard.core.lifecycle.certificates import certificates_standing
from tests.core.lifecycle.certified import Host, told


@pytest.fixture
def site(tmp_path: Path) -> Host:
    one = Host(tmp_path)
    one.deploy()
    return one


def finding(severity: Severity) -> Finding:
    return Finding("cert-something", severity, "certificates", "what", "why", "fix")


def test_the_gravest_decides(site: Host) -> None:
    standing = site.standing()
    assert verdict_of(standing) is Verdict.OK
    first = standing.certificates[0]

    def with_state(state: CertificateState) -> CertificatesStanding:
        return replace(standing, certificates=(first, replace(first, state=state)))

    assert verdict_of(with_state(CertificateState.DUE)) is Verdict.WARNING
    assert verdict_of(with_state(CertificateState.CRITICAL)) is Verdict.CRITICAL
    assert verdict_of(with_state(CertificateState.EXPIRED)) is Verdict.CRITICAL
    assert verdict_of(with_state(CertificateState.NOT_YET)) is Verdict.CRITICAL
    assert verdict_of(replace(standing, findings=(finding(Severity.ERROR),))) is Verdict.CRITICAL
    # A key below 3072 bits is no reason to wake anybody.
    assert verdict_of(replace(standing, findings=(finding(Severity.WARNING),))) is Verdict.OK
    assert verdict_of(replace(standing, certificates=())) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("severity", "verdict"),
    [
        (Severity.NOTE, Verdict.OK),
        (Severity.WARNING, Verdict.WARNING),
        (Severity.ERROR, Verdict.CRITICAL),
    ],
)
def test_notes_count_by_their_severity(site: Host, severity: Severity, verdict: Verdict) -> None:
    note = CertificateNote(Told.LATE, severity, "text")
    assert verdict_of(replace(site.standing(), notes=(note,))) is verdict


def test_a_path_only_ansible_can_tell(site: Host) -> None:
    site.write("user_variables_zz.yml", {"octavia_client_ca": "{{ a }}/ca.pem"})
    standing = site.standing()
    note = told(standing, Told.UNCLEAR)
    assert note is not None
    assert "octavia_client_ca" in note.text
    assert "user_variables_zz.yml:" in note.text
    assert [one.title for one in standing.certificates] == ["Server CA", "Client"]
    assert standing.verdict is Verdict.WARNING


def test_another_host_that_makes_them(site: Host) -> None:
    site.write("user_variables_zz.yml", {"octavia_cert_setup_host": "infra1"})
    note = told(site.standing(), Told.ELSEWHERE)
    assert note is not None
    assert "infra1" in note.text


@pytest.mark.parametrize(
    ("offset", "words"), [(30.0, None), (-3700.0, "62 minutes ahead of"), (90.0, "behind")]
)
def test_days_are_counted_by_a_clock(site: Host, offset: float, words: str | None) -> None:
    session = site.session()
    cloud = CloudFacts("here", "RegionOne", "service", clock_offset=offset)
    session.facts = replace(session.facts, cloud=cloud)
    note = told(certificates_standing(session, datetime.now(UTC)), Told.CLOCK)
    assert (note is None) is (words is None)
    if note is not None and words is not None:
        assert words in note.text


def test_the_gravest_comes_first(site: Host) -> None:
    site.write("user_variables_zz.yml", {"octavia_cert_setup_host": "infra1"})
    site.write("user_variables_zy.yml", {"octavia_client_ca": "{{ a }}"})
    order = [note.severity for note in site.standing().notes]
    assert order == sorted(order, key=list(Severity).index)
    assert len(set(order)) == 2


def test_a_release_that_nothing_tells_is_told(site: Host) -> None:
    assert told(site.standing(), Told.ASSUMED) is None
    session = site.session()
    session.take_back("cloud.release")
    session.read_host()
    note = told(certificates_standing(session, datetime.now(UTC)), Told.ASSUMED)
    assert note is not None
    assert "as 33.0.1 has it" in note.text


@pytest.mark.parametrize(
    ("release", "file"),
    [("24.6.1", None), ("26.1.0", "client.pem"), ("29.2.4", None), ("33.0.1", "client.pem.key")],
)
def test_keys_that_the_role_leaves_open_are_told(
    tmp_path: Path, release: str, file: str | None
) -> None:
    one = Host(tmp_path, release)
    one.deploy()
    standing = one.standing()
    note = told(standing, Told.OPEN_THERE)
    assert (note is None) is (file is None)
    if note is not None:
        assert f"read /etc/octavia/certs/{file}" in note.text
        assert note.severity is Severity.NOTE
