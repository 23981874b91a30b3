"""Secrets are there, and will be read as they were meant; their values are never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.facts.model import HostFacts, UserFile
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.facts.secret_faults import (
    SERVER_CERTS_KEY_PASSPHRASE,
    Fault,
    FaultySecret,
)
from octavia_wizard.core.releases import find_release
from tests.core.findings.support import DEPLOY, Example, Given, each, host, user_file
from tests.core.pki.support import generating, laid_out

SECRETS = DEPLOY / "user_secrets.yml"
NEEDED = (
    *find_release("33.0.1").rules.required_secrets,
    "octavia_ca_private_key_passphrase",
    "octavia_server_certs_key_passphrase",
)
OWN = {
    "certificates.source": "own",
    "certificates.directory": "/srv/octavia",
    "certificates.server_ca_certificate": "/srv/ca.pem",
    "certificates.server_ca_key": "/srv/ca.key",
    "certificates.client_ca_certificate": "/srv/client_ca.pem",
    "certificates.client_certificate": "/srv/client.pem",
    "certificates.client_key": "/srv/client.key",
}


MADE = {
    "certificates.source": "generate",
    "certificates.directory": "/srv/octavia",
    "certificates.key_type": "rsa-4096",
}


def _with(*names: str, **parts: object) -> HostFacts:
    return host(secrets=dict.fromkeys(names, SECRETS), **parts)


def _file(name: str, vaulted: bool, **parts: object) -> HostFacts:
    return host(user_file(name, {}, secret=True, vaulted=vaulted, **parts))


def _faulty(name: str, fault: Fault, *files: UserFile) -> HostFacts:
    path = files[0].path if files else SECRETS
    known = {} if ":" in name else {name: path}
    return host(*files, secrets=known, faulty_secrets=(FaultySecret(name, fault, path, 3),))


def _told(name: str, **values: object) -> HostFacts:
    return host(user_file(name, values), secrets=dict.fromkeys(BOTH, SECRETS))


BOTH = ("octavia_cert_client_password", "octavia_ca_private_key_passphrase")

EXAMPLES = (
    Example(
        "secret-beside-encrypted-ones",
        Given(MADE, host=_with(NEEDED[0], secrets_encrypted=(NEEDED[0],))),
        Given(MADE, host=_with(*NEEDED, secrets_encrypted=(NEEDED[0],))),
        says=NEEDED[0],
    ),
    Example(
        "vaulted-secrets-file",
        Given(host=_file("user_secrets.yml", True)),
        Given(host=_file("user_secrets.yml", False)),
        says="octavia_service_password",
    ),
    Example(
        "vaulted-secrets-file",
        Given(host=host(user_file("user_vault.yml", {}, vaulted=True))),
        Given(host=host(user_file("user_vault.yml", {}))),
        says="user_vault.yml",
    ),
    Example(
        "secret-will-be-made",
        Given(host=_with(*NEEDED[1:])),
        Given(host=_with(*NEEDED)),
        says=NEEDED[0],
    ),
    Example(
        "passphrase-missing",
        Given(OWN, host=_with()),
        Given(OWN, host=_with("octavia_ca_private_key_passphrase")),
        says="octavia_ca_private_key_passphrase",
    ),
    Example(
        "dollar-in-secret",
        Given(host=_with(*BOTH, secrets_with_dollar=BOTH[:1])),
        Given(host=_with(*BOTH)),
        says=BOTH[0],
    ),
    Example(
        "passphrases-may-differ",
        Given(MADE, release="24.6.1", host=_told("user_variables_z.yml", octavia_cert_dir="/srv")),
        Given(MADE, release="25.0.0", host=_told("user_variables_z.yml", octavia_cert_dir="/srv")),
    ),
    Example(
        "vault-password-refused",
        Given(host=_file("user_secrets.yml", True, unopened="the password does not open it")),
        Given(host=_file("user_secrets.yml", True, opened=True)),
        says="The password does not open it.",
    ),
    Example(
        "published-default-secret",
        Given(host=_faulty("octavia_health_hmac_key", Fault.PUBLISHED)),
        Given(OWN, host=_faulty("octavia_ca_private_key_passphrase", Fault.PUBLISHED)),
        says="octavia_health_hmac_key",
    ),
    Example(
        "published-passphrase-of-a-key",
        Given(OWN, host=_faulty("octavia_ca_private_key_passphrase", Fault.PUBLISHED)),
        Given(MADE, host=_faulty("octavia_ca_private_key_passphrase", Fault.PUBLISHED)),
        says="octavia_ca_private_key_passphrase",
    ),
    Example(
        "secret-too-short",
        Given(host=_faulty("octavia_health_hmac_key", Fault.SHORT)),
        Given(host=_faulty("octavia_not_needed", Fault.SHORT)),
        says="octavia_health_hmac_key",
    ),
    Example(
        "key-passphrase-malformed",
        Given(host=_faulty(SERVER_CERTS_KEY_PASSPHRASE, Fault.MALFORMED)),
        Given(release="16.0.29", host=_faulty(SERVER_CERTS_KEY_PASSPHRASE, Fault.MALFORMED)),
        says=SERVER_CERTS_KEY_PASSPHRASE,
    ),
    Example(
        "secret-name-of-17-0-5",
        Given(release="17.0.5", host=_with()),
        Given(release="17.0.6", host=_with()),
        says="octavia_cert_password_client",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_secrets_in_an_encrypted_file_are_not_made_anew() -> None:
    made = Given(host=_file("user_secrets.yml", True)).found("secret-will-be-made")
    assert not any("octavia_service_password" in finding.what for finding in made)


def test_without_a_deploy_directory_there_is_nothing_to_miss() -> None:
    assert not Given(OWN, host=HostFacts(Path("/nowhere"))).found("secret-will-be-made")


def test_a_passphrase_that_may_be_in_an_encrypted_file_is_not_missed() -> None:
    assert not Given(OWN, host=_file("user_secrets.yml", True)).found("passphrase-missing")


def test_one_passphrase_alone_cannot_differ() -> None:
    known = _with("octavia_cert_client_password")
    assert not Given(release="24.6.1", host=known).found("passphrases-may-differ")


@pytest.mark.parametrize("release", ["17.0.5", "21.2.9", "24.6.1"])
def test_what_the_wizard_makes_has_two_passphrases_on_purpose(release: str) -> None:
    known = _with(*BOTH)
    assert not Given(MADE, release=release, host=known).found("passphrases-may-differ")


@pytest.mark.parametrize(
    ("release", "name", "values", "warns"),
    [
        ("17.0.5", "user_variables_z.yml", {"octavia_generate_certs": True}, True),
        ("17.0.5", "user_variables.yml", {"octavia_generate_certs": True}, False),
        ("24.6.1", "user_variables_z.yml", {"octavia_cert_dir": "/srv/octavia"}, False),
        ("24.6.1", "user_variables_z.yml", {"octavia_generate_certs": "false"}, False),
        ("24.6.1", "user_variables.yml", {"octavia_cert_dir": "/elsewhere"}, False),
    ],
)
def test_the_role_signs_where_it_is_told_to_in_the_end(
    release: str, name: str, values: dict[str, object], warns: bool
) -> None:
    found = Given(MADE, release=release, host=_told(name, **values)).found("passphrases-may-differ")
    assert bool(found) is warns


class TestOverrides:
    """Secrets inside the map of overrides count while ours does not take their place."""

    WAY = "octavia_octavia_conf_overrides: certificates/server_certs_key_passphrase"
    HEART = "octavia_octavia_conf_overrides: health_manager/heartbeat_key"

    def _found(self, way: str, name: str) -> bool:
        file = user_file(name, {"octavia_octavia_conf_overrides": {}})
        case = Given(MADE, host=_faulty(way, Fault.PUBLISHED, file))
        return bool(case.found("published-default-secret"))

    def test_ours_takes_the_place_of_one_that_is_read_before(self) -> None:
        assert not self._found(self.WAY, "user_variables.yml")
        assert self._found(self.WAY, "user_variables_z.yml")

    def test_the_key_of_heartbeats_goes_through_in_any_case(self) -> None:
        assert self._found(self.HEART, "user_variables.yml")


def test_a_typed_passphrase_is_judged_too_and_stays_unseen() -> None:
    known = host(typed={"octavia_ca_private_key_passphrase": Secret("foobar")})
    found = Given(OWN, host=known).found("published-passphrase-of-a-key")
    assert found
    assert "foobar" not in repr(found)


def test_a_value_that_will_be_replaced_is_not_told() -> None:
    path = DEPLOY / "user_secrets_octavia.yml"
    name = "octavia_ca_private_key_passphrase"
    known = host(
        secrets={name: path},
        faulty_secrets=(FaultySecret(name, Fault.PUBLISHED, path, 3),),
        typed={name: Secret("a-long-one-of-the-operators")},
    )
    assert not Given(OWN, host=known).found("published-passphrase-of-a-key")


def test_the_passphrase_of_a_made_key_whose_secrets_got_lost_is_to_be_brought_back(
    tmp_path: Path,
) -> None:
    layout = laid_out(generating(tmp_path / "certs"))
    answers = {**MADE, "certificates.directory": str(layout.directory)}
    found = {f.what.split()[0]: f for f in Given(answers, host=_with()).found("passphrase-missing")}
    assert set(found) == {"octavia_ca_private_key_passphrase", "octavia_cert_client_password"}
    assert {f.section for f in found.values()} == {"certificates"}
    made = Given(answers, host=_with()).found("secret-will-be-made")
    assert "octavia_ca_private_key_passphrase" not in made[0].what


def test_with_the_password_of_the_vault_nothing_is_assumed() -> None:
    known = _file("user_secrets.yml", True, opened=True)
    ids = {finding.id for finding in Given(host=known).findings()}
    assert not {"vaulted-secrets-file", "vault-password-refused"} & ids
    assert "secret-will-be-made" in ids


def test_without_it_the_cure_is_named() -> None:
    (found,) = Given(host=_file("user_secrets.yml", True)).found("vaulted-secrets-file")
    assert "--vault-password-file" in found.fix
