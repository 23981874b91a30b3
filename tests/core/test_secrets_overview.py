"""Of every secret it is told what for, for whom and where; of none what it is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.facts.secret_faults import Fault
from octavia_wizard.core.pki.layout import (
    CLIENT_PASSPHRASE,
    OWN_CLIENT_PASSPHRASE,
    SERVER_PASSPHRASE,
    SOURCE_SERVER_PASSWORD,
    Pem,
)
from octavia_wizard.core.secrets import SERVER_CERTS_KEY_PASSPHRASE
from octavia_wizard.core.secrets_overview import NeededBy, SecretState, Standing, overview
from octavia_wizard.core.vault import Vault
from tests.core.emit.support import BARE, effective_of, facts_of
from tests.core.pki.support import ec_key, generating, laid_out
from tests.core.vault_support import PASSWORD, encrypted, inline

HEART = "octavia_health_hmac_key"
SERVICE = "octavia_service_password"


def by_name(states: tuple[SecretState, ...]) -> dict[str, SecretState]:
    """Return them by name, of which there is one each."""
    found = {state.name: state for state in states}
    assert len(found) == len(states)
    return found


def test_on_an_empty_host_all_would_be_made() -> None:
    states = by_name(overview(effective_of("33.0.1"), BARE.host))
    assert {state.standing for state in states.values()} == {Standing.GENERATED}
    assert all(state.purpose and not state.where for state in states.values())
    assert states[SERVER_CERTS_KEY_PASSPHRASE].needed_by is NeededBy.ROLE
    assert states[SERVER_PASSPHRASE].needed_by is NeededBy.ROLE


def test_what_only_the_wizard_needs_is_told_apart() -> None:
    states = by_name(overview(effective_of("16.0.29"), BARE.host))
    assert states[OWN_CLIENT_PASSPHRASE].needed_by is NeededBy.WIZARD
    assert CLIENT_PASSPHRASE not in states


def test_file_line_and_what_is_wrong_are_told_and_never_the_value(tmp_path: Path) -> None:
    text = f"---\n{SERVICE}: planted-4b\n{HEART}: insecure\n"
    (tmp_path / "user_secrets.yml").write_text(text)
    found = overview(effective_of("33.0.1"), facts_of(tmp_path).host)
    states = by_name(found)
    assert states[SERVICE].where == f"{tmp_path}/user_secrets.yml:2"
    assert states[SERVICE].standing is Standing.IN_FILE
    assert not states[SERVICE].vaulted
    assert states[HEART].fault is Fault.PUBLISHED
    assert "planted-4b" not in repr(found)


def test_encrypted_ones_are_assumed_or_known(tmp_path: Path) -> None:
    path = tmp_path / "user_secrets.yml"
    path.write_text(encrypted(f"{SERVICE}: planted-4b\n", tmp_path))
    effective = effective_of("33.0.1")
    states = by_name(overview(effective, facts_of(tmp_path).host))
    assert states[SERVICE].standing is states[HEART].standing is Standing.ASSUMED
    vault = Vault(Secret(PASSWORD), os.environ)
    host = read_host(
        tmp_path, wrapper=path, roles_dir=path, release_file=path, environ={}, vault=vault
    )
    states = by_name(overview(effective, host))
    assert (states[SERVICE].standing, states[SERVICE].vaulted) == (Standing.IN_FILE, True)
    assert states[SERVICE].line == 1
    assert states[HEART].standing is Standing.GENERATED


def test_a_value_encrypted_by_itself_is_vaulted(tmp_path: Path) -> None:
    (tmp_path / "user_secrets.yml").write_text(f"{SERVICE}: {inline('x', tmp_path)}")
    states = by_name(overview(effective_of("33.0.1"), facts_of(tmp_path).host))
    assert states[SERVICE].vaulted


def test_what_opens_keys_that_exist_is_to_be_typed_then_typed_then_replaced(
    tmp_path: Path,
) -> None:
    answers = generating(tmp_path / "certs", certificates__intermediates=True)
    layout = laid_out(answers)
    layout.files[Pem.CLIENT_ROOT_KEY].unlink()
    states = by_name(overview(answers, BARE.host))
    assert states[SERVER_PASSPHRASE].standing is Standing.TO_BE_TYPED
    assert states[layout.passphrases[Pem.CLIENT_ROOT_KEY]].standing is Standing.NOT_NEEDED
    typed = {SERVER_PASSPHRASE: Secret("word")}
    states = by_name(overview(answers, replace(BARE.host, typed=typed)))
    assert states[SERVER_PASSPHRASE].standing is Standing.TYPED
    (tmp_path / "user_secrets_octavia.yml").write_text(f"{SERVER_PASSPHRASE}: wrong\n")
    host = replace(facts_of(tmp_path).host, typed=typed)
    states = by_name(overview(answers, host))
    assert states[SERVER_PASSPHRASE].standing is Standing.REPLACED


def test_what_opens_a_file_of_theirs_is_needed_once(tmp_path: Path) -> None:
    bag = tmp_path / "ca.p12"
    lock = BestAvailableEncryption(b"of-the-file")
    bag.write_bytes(serialize_key_and_certificates(b"ca", ec_key(), None, None, lock))
    answers: dict[str, Any] = {
        "certificates__source": "own",
        "certificates__directory": str(tmp_path / "ours"),
        "certificates__server_ca_certificate": str(bag),
        "certificates__server_ca_key": str(bag),
        "certificates__client_ca_certificate": "/nowhere/ca.pem",
        "certificates__client_certificate": "/nowhere/client.pem",
        "certificates__client_key": "/nowhere/client.key",
    }
    effective = effective_of("33.0.1", **answers)
    states = by_name(overview(effective, BARE.host))
    assert states[SOURCE_SERVER_PASSWORD].standing is Standing.TO_BE_TYPED
    assert states[SOURCE_SERVER_PASSWORD].once
    assert states[SOURCE_SERVER_PASSWORD].needed_by is NeededBy.WIZARD
    typed = replace(BARE.host, typed={SOURCE_SERVER_PASSWORD: Secret("word")})
    assert by_name(overview(effective, typed))[SOURCE_SERVER_PASSWORD].standing is Standing.TYPED
