"""What differs on the controllers is a finding, once, with the hosts it is found on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.controllers.expected import expected_options
from octavia_wizard.core.effective import Effective, Setting
from octavia_wizard.core.facts.controllers import Bridge, Controller, Controllers, FileState
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.findings import Severity, catalogue
from octavia_wizard.core.pki.reading.inspection import mark_of
from octavia_wizard.core.releases import find_release
from tests.core.findings.support import NO_HOST, Example, Given, each

SETTINGS = {"capacity.topology": "SINGLE", "network.bridge": "br-lbaas", "network.mtu": 1500}
LISTED = "health_manager.controller_ip_port_list"
RIGHT = {
    one.option: one.values[0]
    for one in expected_options(
        Effective(
            find_release(Given().release),
            {key: Setting(key, value, Provenance.OPERATOR) for key, value in SETTINGS.items()},
        ),
        Facts(NO_HOST),
    )
}
KEY = {"certificates.server_certs_key_passphrase": "aa"}
GOOD = Controller(
    "infra1-octavia",
    options=RIGHT | {LISTED: "172.29.232.11:5555,172.29.232.12:5555"},
    secrets=KEY | {"health_manager.heartbeat_key": "bb"},
    files={"octavia.conf": FileState(0o640), "ca_key.pem": FileState(0o640)},
    services={"octavia-api": "active", "octavia-health-manager": "active"},
    addresses={"eth14": ("172.29.232.11",)},
    listening=frozenset({"tcp 9876", "udp 5555"}),
)
OTHER = replace(GOOD, name="infra2-octavia", addresses={"eth14": ("172.29.232.12",)})


def given(*hosts: Controller, **parts: Any) -> Given:
    """Return a situation in which these controllers were looked at."""
    look = Controllers("2026-11-23T04:00:00+00:00", hosts or (GOOD, OTHER), **parts)
    return Given(SETTINGS, controllers=look)


def with_other(**parts: Any) -> Given:
    """Return a situation in which the second controller is different."""
    return given(GOOD, replace(OTHER, **parts))


FINE = given()
EXAMPLES = (
    Example("controllers-not-asked", given(problem="there is no ansible on this host"), FINE),
    Example(
        "controller-unreachable",
        with_other(problem="Connection refused", deployed=False),
        FINE,
        says="infra2-octavia",
    ),
    Example("controller-without-octavia", with_other(deployed=False), FINE, says="infra2-octavia"),
    Example(
        "controller-option-differs",
        with_other(options=dict(GOOD.options) | {"haproxy_amphora.bind_port": "1"}),
        FINE,
        says="haproxy_amphora.bind_port is 1, not 9443",
    ),
    Example(
        "controller-file-exposed",
        with_other(files={"ca_key.pem": FileState(0o644)}),
        FINE,
        says="ca_key.pem is 644",
    ),
    Example(
        "controllers-disagree",
        with_other(secrets=KEY | {"health_manager.heartbeat_key": "cc"}),
        FINE,
        says="another secret",
    ),
    Example(
        "controller-secret-published",
        with_other(published=("health_manager.heartbeat_key",)),
        FINE,
        says="heartbeat_key",
    ),
    Example(
        "controller-service-down",
        with_other(services={"octavia-api": "failed"}),
        FINE,
        says="octavia-api is failed",
    ),
    Example(
        "health-manager-not-reached",
        with_other(addresses={"eth0": ("10.0.3.4",)}),
        FINE,
        says="infra2-octavia",
    ),
    Example(
        "bridge-not-ready",
        given(bridges={"infra1": None}),
        given(bridges={"infra1": Bridge(up=True, mtu=1500)}),
        says="infra1",
    ),
)
WITH_FILES = {"controller-certificate-differs"}
"""Shown with real certificates."""


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_what_is_as_the_answers_have_it_leads_to_nothing() -> None:
    ids = {example.id for example in EXAMPLES} | WITH_FILES
    assert not [finding for finding in FINE.findings() if finding.id in ids]


def test_what_several_controllers_share_is_told_once_with_all_of_them() -> None:
    services = {"octavia-worker": "failed"}
    case = given(replace(GOOD, services=services), replace(OTHER, services=services))
    (finding,) = case.found("controller-service-down")
    assert finding.where == "infra1-octavia, infra2-octavia"


def test_certificates_that_differ_are_told(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client CA")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (tmp_path / "ca_01.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    answers = {
        "certificates.source": "generate",
        "certificates.directory": str(tmp_path),
        "certificates.key_type": "rsa-4096",
    }
    right = {"client_ca.pem": (mark_of(certificate),)}
    hosts = (replace(GOOD, certificates=right), replace(OTHER, certificates=right))
    fine = replace(given(*hosts), settings=SETTINGS | answers)
    assert not fine.found("controller-certificate-differs")
    (finding,) = replace(
        given(hosts[0], replace(hosts[1], certificates={})), settings=SETTINGS | answers
    ).found("controller-certificate-differs")
    assert "client_ca.pem is absent" in finding.what
    assert finding.where == "infra2-octavia"


def test_what_the_playbook_mends_stands_in_the_way_of_nothing() -> None:
    for kind in ("controller-option-differs", "controllers-disagree", "controllers-not-asked"):
        assert catalogue()[kind].severity is Severity.NOTE
    for kind in ("bridge-not-ready", "controller-unreachable"):
        assert catalogue()[kind].severity is Severity.WARNING
