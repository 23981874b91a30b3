"""The hub says in a few words what each section comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.questions import SECTIONS, find_section
from octavia_wizard.core.session import Options, Session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session of an empty deploy directory."""
    return Session(Options(tmp_path, environ={}))


def summary(session: Session, section: str) -> str:
    """Return the summary of a section."""
    return find_section(section).summary(session.effective)


@pytest.mark.parametrize(
    ("answers", "section", "text"),
    [
        ({"cloud.name": "site", "cloud.release": "33.0.1"}, "cloud", "site, 2026.1"),
        (
            {"cloud.name": "site", "cloud.region": "north", "cloud.release": "16.0.5"},
            "cloud",
            "site, north, pike",
        ),
        ({"cloud.mode": "files", "cloud.release": "33.0.1"}, "cloud", "files only, 2026.1"),
        ({"network.name": "lb"}, "network", "create lb 172.29.232.0/22"),
        (
            {"network.mode": "adopt", "network.existing": "5f0cdd2c-70b2-4937-a32d-6d7ad1b05297"},
            "network",
            "adopt 5f0cdd2c…",
        ),
        ({"network.mode": "adopt"}, "network", "adopt"),
        ({"image.source": "file", "image.path": "/srv/a.qcow2"}, "image", "upload a.qcow2"),
        ({"image.source": "existing", "image.existing": "amphora"}, "image", "use amphora"),
        ({"certificates.key_type": "ec-p384"}, "certificates", "EC P-384, CAs for 10 years"),
        ({"certificates.ca_days": "400"}, "certificates", "RSA 4096, CAs for 400 days"),
        ({"certificates.source": "own"}, "certificates", "your own files"),
        ({}, "ssh", "no login to amphorae"),
        ({"ssh.enabled": "yes", "ssh.key_type": "ed25519"}, "ssh", "generate octavia_key, Ed25519"),
        (
            {"capacity.topology": "SINGLE", "capacity.load_balancers": "1"},
            "capacity",
            "SINGLE, 1 load balancer, m1.amphora",
        ),
        (
            {"deployment.hosts": "a=10.0.0.1", "deployment.playbooks": "octavia"},
            "deployment",
            "1 host, 1 playbook to run",
        ),
    ],
)
def test_a_summary_names_what_was_answered(
    session: Session, answers: dict[str, str], section: str, text: str
) -> None:
    for key, value in answers.items():
        session.give_text(key, value)
    assert summary(session, section) == text


def test_every_section_has_one_for_its_defaults_and_none_is_long(session: Session) -> None:
    for section in SECTIONS:
        text = section.summary(session.effective)
        assert text or section.name == "cloud"
        assert len(text) < 60
        assert "None" not in text
