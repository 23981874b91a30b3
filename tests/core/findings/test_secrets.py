"""Secrets are there, and will be read as they were meant; their values are never shown."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.releases import find_release
from tests.core.findings.support import DEPLOY, Example, Given, each, host, user_file

SECRETS = DEPLOY / "user_secrets.yml"
NEEDED = (
    *find_release("33.0.1").rules.required_secrets,
    "octavia_ca_private_key_passphrase",
    "octavia_server_certs_key_passphrase",
)
OWN = {
    "certificates.source": "own",
    "certificates.server_ca_certificate": "/srv/ca.pem",
    "certificates.server_ca_key": "/srv/ca.key",
    "certificates.client_ca_certificate": "/srv/client_ca.pem",
    "certificates.client_certificate": "/srv/client.pem",
    "certificates.client_key": "/srv/client.key",
}


def _with(*names: str, **parts: object) -> HostFacts:
    return host(secrets=dict.fromkeys(names, SECRETS), **parts)


def _file(name: str, vaulted: bool) -> HostFacts:
    return host(user_file(name, {}, secret=True, vaulted=vaulted))


BOTH = ("octavia_cert_client_password", "octavia_ca_private_key_passphrase")

EXAMPLES = (
    Example(
        "vaulted-secrets-file",
        Given(host=_file("user_secrets.yml", True)),
        Given(host=_file("user_secrets.yml", False)),
        says="octavia_service_password",
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
        Given(release="24.6.1", host=_with(*BOTH)),
        Given(release="25.0.0", host=_with(*BOTH)),
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
