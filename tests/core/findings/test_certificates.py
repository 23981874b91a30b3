"""Certificates can be made as answered, are the approved ones, and nothing points elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Effective, Setting
from octavia_wizard.core.findings import Inspected, Severity, catalogue, inspect
from octavia_wizard.core.pki.deployed import find_deployed
from octavia_wizard.core.pki.judging import review
from octavia_wizard.core.pki.keys import KeyType
from octavia_wizard.core.pki.making.authorities import Made, Ordered, make, parse_subject
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.releases import find_release
from tests.core.findings.support import Example, Given, each, host, user_file
from tests.core.pki.support import CA, ec_key, effective, generating, laid_out, signed

GENERATE = {
    "certificates.source": "generate",
    "certificates.directory": "/nowhere/octavia",
    "certificates.key_type": "rsa-4096",
    "certificates.server_ca_subject": "CN=Octavia Server CA",
    "certificates.client_ca_subject": "CN=Octavia Client CA",
    "certificates.client_subject": "CN=octavia-controller",
    "certificates.ca_days": 3650,
    "certificates.client_days": 1825,
    "certificates.approved": [],
}
FILES = ("server_ca_certificate", "server_ca_key", "client_ca_certificate", "client_certificate")


def _given(settings: Mapping[str, object], release: str = "33.0.1", **parts: Any) -> Given:
    provided = {key: Setting(key, value, Provenance.OPERATOR) for key, value in settings.items()}
    effective = Effective(find_release(release), provided)
    return Given(
        settings, release=release, inspected=inspect(effective, parts.get("host")), **parts
    )


def _generate(release: str = "33.0.1", **settings: object) -> Given:
    more = {f"certificates.{name}": value for name, value in settings.items()}
    return _given({**GENERATE, **more}, release)


@cache
def _made(client_days: int = 200) -> Made:
    order = Ordered(
        key_type=KeyType.EC_P256,
        server_ca=parse_subject("CN=server"),
        client_ca=parse_subject("CN=client ca"),
        client=parse_subject("CN=client"),
        ca_days=400,
        client_ca_days=400,
        client_days=client_days,
    )
    secrets = {Pem.SERVER_CA_KEY: "server passphrase", Pem.CLIENT_CA_KEY: "client passphrase"}
    return make(order, secrets)


def _own(place: Path, made: Made, approved: list[str], **more: object) -> Given:
    paths = {}
    pems = (Pem.SERVER_CA, Pem.SERVER_CA_KEY, Pem.CLIENT_CA, Pem.CLIENT)
    for name, pem in zip(FILES, pems, strict=True):
        paths[name] = place / f"{name}.pem"
        paths[name].write_bytes(made.files[pem])
        paths[name].chmod(0o600)
    key = place / "client.key"
    key.write_bytes(made.files[Pem.CLIENT_KEY])
    key.chmod(0o600)
    settings = {f"certificates.{name}": str(path) for name, path in paths.items()}
    settings |= {"certificates.source": "own", "certificates.client_key": str(key)}
    settings["certificates.directory"] = str(place / "ours")
    return _given({**settings, "certificates.approved": approved, **more})


def _fingerprints(made: Made) -> list[str]:
    from cryptography.hazmat.primitives import hashes

    pems = (Pem.SERVER_CA, Pem.CLIENT_CA, Pem.CLIENT)
    loaded = (x509.load_pem_x509_certificate(made.files[pem]) for pem in pems)
    return [one.fingerprint(hashes.SHA256()).hex(":").upper() for one in loaded]


EXAMPLES = (
    Example(
        "cert-answers-unusable",
        _generate(client_days=3651),
        _generate(client_days=3650),
        says="outlive",
    ),
    Example("cert-short-lived", _generate(client_days=89), _generate(client_days=90), says="89"),
    Example(
        "cert-role-needs-rsa",
        _generate("24.6.1", key_type="ec-p256"),
        _generate("25.0.0", key_type="ec-p256"),
        says="24.6.1",
    ),
    Example(
        "cert-variable-in-user-file",
        _given(GENERATE, host=host(user_file("user_variables.yml", {"octavia_cert_dir": "/x"}))),
        _given(GENERATE, host=host(user_file("user_variables.yml", {"octavia_cert_foo": "/x"}))),
        says="user_variables.yml:3",
    ),
)
# These need files; tests below show both sides of each.
WITH_FILES = frozenset(
    {
        "cert-not-approved",
        "cert-other-than-approved",
        "cert-answer-without-effect",
        "cert-others-in-use",
    }
)
# What the review of the files finds is shown by its own tests.
SOURCE = "".join(p.read_text() for p in sorted(Path(review.__file__).parent.glob("*.py")))
REVIEWED = frozenset(re.findall(r'"(cert-[a-z0-9-]+)"', SOURCE))


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_own_certificates_want_to_be_approved(tmp_path: Path) -> None:
    made = _made()
    assert "server CA" in _own(tmp_path, made, []).found("cert-not-approved")[0].what
    approved = _own(tmp_path, made, _fingerprints(made))
    assert not approved.found("cert-not-approved")
    assert not approved.found("cert-other-than-approved")


def test_other_certificates_than_the_approved_stop_a_replay(tmp_path: Path) -> None:
    """Both the approved and the found one are shown in full, and only where they differ."""
    made = _made()
    marks = _fingerprints(made)
    other = ":".join(["AB"] * 32)
    (found,) = _own(tmp_path, made, [*marks[:2], other]).found("cert-other-than-approved")
    assert found.what == f"Client certificate: approved {other}, found {marks[2]}."
    (found,) = _own(tmp_path, made, marks[:2]).found("cert-other-than-approved")
    assert found.what == f"Client certificate: approved nothing, found {marks[2]}."


def test_an_authority_added_to_an_approved_file_is_not_approved(tmp_path: Path) -> None:
    """Whoever holds its key could command the amphorae."""
    made = _made()
    case = _own(tmp_path, made, _fingerprints(made))
    stranger = signed("CN=stranger", ec_key(), extensions=CA)
    with (tmp_path / "client_ca_certificate.pem").open("ab") as stream:
        stream.write(stranger)
    mark = x509.load_pem_x509_certificate(stranger).fingerprint(hashes.SHA256()).hex(":").upper()
    (found,) = _given(case.settings).found("cert-other-than-approved")
    assert "also trusted: CN=stranger: approved nothing" in found.what
    assert mark in found.what


def test_what_is_to_be_approved_is_told_whole(tmp_path: Path) -> None:
    """Whoever copies the fingerprints from there must not be refused at the next replay."""
    case = _own(tmp_path, _made(), [])
    with (tmp_path / "client_ca_certificate.pem").open("ab") as stream:
        stream.write(signed("CN=stranger", ec_key(), extensions=CA))
    (found,) = _given(case.settings).found("cert-not-approved")
    assert "also trusted: CN=stranger" in found.what


@pytest.mark.parametrize("release", ["17.1.17", "25.6.0", "33.0.1"])
def test_certificates_in_use_are_not_replaced_unasked(tmp_path: Path, release: str) -> None:
    """A first run on a cloud that has Octavia must not swap both authorities."""
    settings = {**GENERATE, "certificates.directory": str(tmp_path / "octavia")}
    facts = replace(host(), home=tmp_path)
    assert not _given(settings, release, host=facts).found("cert-others-in-use")
    by_role = find_deployed(effective(release), facts).layout.files[Pem.SERVER_CA]
    by_role.parent.mkdir(parents=True)
    by_role.touch()
    (found,) = _given(settings, release, host=facts).found("cert-others-in-use")
    assert found.severity is Severity.WARNING
    assert found.what == f"Others are in use: the role made {by_role}."
    laid_out(generating(tmp_path / "octavia", release, certificates__key_type="rsa-3072"))
    assert not _given(settings, release, host=facts).found("cert-others-in-use")


def test_answers_that_come_too_late_are_told(tmp_path: Path) -> None:
    """Certificates are made once; only what was answered, not a default, is compared."""
    laid_out(generating(tmp_path / "octavia", certificates__key_type="ec-p256"))
    settings = {**GENERATE, "certificates.directory": str(tmp_path / "octavia")}
    late = {"certificates.key_type": "ec-p384", "certificates.intermediates": True}
    found = _given({**settings, **late}).found("cert-answer-without-effect")
    assert {one.what for one in found} == {
        "The server CA has EC P-256.",
        "The server CA has no root above it.",
    }
    same = {"certificates.key_type": "ec-p256", "certificates.intermediates": False}
    assert not _given({**settings, **same}).found("cert-answer-without-effect")


def test_what_is_wrong_with_the_files_is_passed_on(tmp_path: Path) -> None:
    case = _own(tmp_path, _made(client_days=30), [])
    found = case.found("cert-expires-soon")[0]
    assert found.what.startswith("The client certificate expires on")
    assert found.key == "certificates.client_certificate"


def test_certificates_still_to_be_generated_are_not_missed() -> None:
    assert not [f for f in _generate().findings() if f.id.startswith("cert-")]


def test_certificates_still_to_be_answered_are_not_judged() -> None:
    partial = {"certificates.source": "own", "certificates.server_ca_key": "/nowhere"}
    assert not _given(partial).findings()


def test_every_verdict_of_the_review_can_be_explained_and_weighs_the_same() -> None:
    verdicts = re.findall(r'\b_?(error|warning|note)\(\s*"(cert-[a-z0-9-]+)"', SOURCE)
    assert len(verdicts) > 25
    for severity, verdict in verdicts:
        assert catalogue()[verdict].severity is Severity(severity), verdict


@pytest.mark.parametrize("kind", ["ec-p384", "rsa-3072"])
def test_without_a_role_that_insists_any_key_will_do(kind: str) -> None:
    assert not _generate("19.1.7", key_type=kind).found("cert-role-needs-rsa")


def test_an_inspection_takes_no_look_at_files_nobody_named() -> None:
    assert inspect(Effective(find_release("33.0.1"))) == Inspected()


def test_dates_are_compared_with_now(tmp_path: Path) -> None:
    made = _made()
    view = x509.load_pem_x509_certificate(made.files[Pem.CLIENT])
    assert view.not_valid_after_utc > datetime.now(UTC) + timedelta(days=90)
    assert not _own(tmp_path, made, []).found("cert-expires-soon")
