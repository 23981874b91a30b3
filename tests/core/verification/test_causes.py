"""The table of causes is whole, and finds what is behind the words services use."""

from __future__ import annotations

import re

import pytest

from octavia_wizard.core.answers.model import Preset
from octavia_wizard.core.verification.announcing import CHECKS as SMOKE_CHECKS
from octavia_wizard.core.verification.causes import cause_of, causes
from octavia_wizard.core.verification.verify import CHECKS

KNOWN = {name for name, _, _ in CHECKS} | set(SMOKE_CHECKS)

WORDS = {
    "no-valid-host": "No valid host was found. There are not enough hosts available.",
    "multiple-networks": "Multiple possible networks found, use a Network ID to be more specific.",
    "ca-unreadable": "Failed to load CA Certificate /etc/octavia/certs/server_ca.pem.",
    "certificate-refused": "SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
    "quota": "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances",
    "image-missing": "No Glance images are tagged with octavia-amphora-image tag.",
    "disk-too-small": "Flavor's disk is too small for requested image. Flavor disk is 1 bytes",
    "no-zone": "The requested availability zone is not available",
    "policy": "Policy does not allow this request to be performed.",
    "load-balancer-quota": "Quota has been met for resources: Load Balancer (HTTP 403)",
    "no-address": "No more IP addresses available on network 1f2e.",
    "binding-failed": "Binding failed for port 12, please check neutron logs",
    "no-key": "Invalid key_name provided.",
    "connection-refused-by-amphora": "amphora BOOTING 172.29.232.60, server ACTIVE",
    "booting-for-ever": "amphora BOOTING, server BUILD",
    "nobody-works": "PENDING_CREATE, no amphora",
    "error-without-amphora": "ERROR, no amphora",
}


@pytest.mark.parametrize("wanted", WORDS)
def test_words_lead_to_their_cause(wanted: str) -> None:
    found = cause_of("smoke-active", (WORDS[wanted],))
    assert found is not None
    assert found.id == wanted


def test_the_first_symptom_that_is_known_decides() -> None:
    symptoms = ("nobody knows this", WORDS["no-zone"], WORDS["no-valid-host"])
    found = cause_of("smoke-active", symptoms)
    assert found is not None
    assert found.id == "no-zone"


def test_every_entry_says_why_what_to_do_and_where_that_is_from() -> None:
    sections = {"", *Preset.model_fields}
    ids = [cause.id for cause in causes()]
    assert len(ids) == len(set(ids))
    for cause in causes():
        assert cause.cause.endswith("."), cause.id
        assert cause.cure, cause.id
        assert cause.source, cause.id
        assert cause.section in sections, cause.id
        assert cause.when <= KNOWN, cause.id
        # Nothing is filled in but the host, which the operator does.
        assert all(set(re.findall(r"\{(\w+)\}", line)) <= {"host"} for line in cause.look)
