"""Secrets: which are needed, which are made, and that none ever shows."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.pki.layout import (
    SERVER_PASSPHRASE,
    SOURCE_SERVER_PASSWORD,
    Pem,
    certificate_layout,
)
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.passphrases import LockState
from octavia_wizard.core.secrets import (
    SERVER_CERTS_KEY_PASSPHRASE,
    Secret,
    generate_secret,
    known_passphrases,
    locked_keys,
    missing_secrets,
    needed_secrets,
    operator_secrets,
    passphrases_to_ask,
    read_secret,
    source_secrets,
    unknown_secrets,
    value_for,
)
from tests.core.emit.support import BARE, DATA, effective_of, facts_of
from tests.core.pki.support import SECRETS, SERVER_SECRET, ec_key, generating, laid_out

SITES = DATA / "openstack_deploy"
OWN: dict[str, Any] = {
    "certificates__source": "own",
    "certificates__server_ca_certificate": "/root/a.pem",
    "certificates__server_ca_key": "/root/a.key",
    "certificates__client_ca_certificate": "/root/b.pem",
    "certificates__client_certificate": "/root/c.pem",
    "certificates__client_key": "/root/c.key",
}


def names(needs: object) -> list[str]:
    """Return the names of needs."""
    return [need.name for need in needs]  # type: ignore[attr-defined]


class TestNeeded:
    """The release and what the wizard makes decide what is needed."""

    def test_pike_speaks_to_rabbitmq_by_its_own_password(self) -> None:
        found = names(needed_secrets(effective_of("16.0.29")))
        assert "octavia_rabbitmq_password" in found
        assert SERVER_CERTS_KEY_PASSPHRASE not in found

    def test_later_releases_have_the_rpc_password_and_the_key_passphrase(self) -> None:
        left = effective_of("33.0.1", variables__octavia_octavia_conf_overrides=None)
        assert SERVER_CERTS_KEY_PASSPHRASE not in names(needed_secrets(left))
        found = names(needed_secrets(effective_of("33.0.1")))
        assert "octavia_oslomsg_rpc_password" in found
        assert "octavia_ca_private_key_passphrase" in found
        assert found[-1] == SERVER_CERTS_KEY_PASSPHRASE

    @pytest.mark.parametrize("release", ["16.0.29", "17.0.5", "22.4.4", "33.0.1"])
    def test_none_is_needed_twice_and_each_has_a_purpose(self, release: str) -> None:
        needs = needed_secrets(effective_of(release))
        assert len(set(names(needs))) == len(needs)
        assert all(need.purpose for need in needs)


class TestMissing:
    """Made is only what nobody else can have."""

    def test_on_an_empty_host_everything_is(self) -> None:
        effective = effective_of("33.0.1")
        assert missing_secrets(effective, BARE.host) == needed_secrets(effective)

    def test_what_has_a_value_is_not(self) -> None:
        host = facts_of(SITES / "pike").host
        found = names(missing_secrets(effective_of("16.0.29"), host))
        assert "octavia_container_mysql_password" not in found
        assert "octavia_service_password" in found, "named, with nothing behind it"

    def test_the_passphrase_of_an_own_key_cannot_be_made_up(self) -> None:
        effective = effective_of("33.0.1", **OWN)
        assert operator_secrets(effective) == ("octavia_ca_private_key_passphrase",)
        found = names(missing_secrets(effective, BARE.host))
        assert "octavia_ca_private_key_passphrase" not in found

    def test_what_is_most_likely_encrypted_is_left_alone(self) -> None:
        host = facts_of(SITES / "gazpacho").host
        effective = effective_of("33.0.1")
        assert "octavia_service_password" in unknown_secrets(effective, host)
        found = names(missing_secrets(effective, host))
        assert found == ["octavia_ca_private_key_passphrase", SERVER_CERTS_KEY_PASSPHRASE]


class TestTyped:
    """What the operator typed is written with the rest, and counts until a file has it."""

    NAME = "octavia_ca_private_key_passphrase"
    WORD = Secret("planted-word")

    def _host(self, host: HostFacts = BARE.host) -> HostFacts:
        return replace(host, typed={self.NAME: self.WORD})

    def test_it_is_written_and_not_made(self) -> None:
        needs = {n.name: n for n in missing_secrets(effective_of("33.0.1", **OWN), self._host())}
        assert needs[self.NAME].typed
        assert value_for(needs[self.NAME], self._host()) == self.WORD
        assert not needs["octavia_service_password"].typed

    def test_of_a_key_that_will_be_made_it_does_not_count(self) -> None:
        needs = {n.name: n for n in missing_secrets(effective_of("33.0.1"), self._host())}
        assert not needs[self.NAME].typed
        assert value_for(needs[self.NAME], self._host()) != self.WORD

    def test_it_can_be_read_before_any_file_has_it(self, tmp_path: Path) -> None:
        host = self._host(facts_of(tmp_path).host)
        assert read_secret(self.NAME, host) == self.WORD
        assert known_passphrases(host)(self.NAME) == self.WORD
        assert known_passphrases(host)("another") is None

    def test_a_file_wins(self, tmp_path: Path) -> None:
        (tmp_path / "user_secrets.yml").write_text(f"{self.NAME}: of the file\n")
        assert read_secret(self.NAME, self._host(facts_of(tmp_path).host)) == "of the file"

    def test_it_stands_in_for_one_that_is_encrypted(self, tmp_path: Path) -> None:
        (tmp_path / "user_secrets.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
        assert read_secret(self.NAME, self._host(facts_of(tmp_path).host)) == self.WORD


class TestLocked:
    """Asked for is the passphrase of one's own key, unless somebody has it already."""

    NAME = "octavia_ca_private_key_passphrase"

    def _own(self, tmp_path: Path) -> Effective:
        layout = laid_out(generating(tmp_path / "certs"))
        return effective_of(
            "33.0.1",
            certificates__source="own",
            certificates__server_ca_key=str(layout.files[Pem.SERVER_CA_KEY]),
        )

    def test_a_key_that_is_named_and_closed(self, tmp_path: Path) -> None:
        effective = self._own(tmp_path)
        (key,) = passphrases_to_ask(effective, BARE.host)
        assert key.name == self.NAME
        assert key.state is LockState.NOT_KNOWN

    def test_not_when_it_was_typed(self, tmp_path: Path) -> None:
        effective = self._own(tmp_path)
        host = replace(BARE.host, typed={self.NAME: Secret(SERVER_SECRET)})
        assert passphrases_to_ask(effective, host) == ()
        assert locked_keys(effective, host)[0].state is LockState.OPENS
        wrong = replace(BARE.host, typed={self.NAME: Secret("wrong")})
        assert passphrases_to_ask(effective, wrong)[0].state is LockState.WRONG

    def test_not_when_a_file_has_it_or_most_likely_has(self, tmp_path: Path) -> None:
        effective = self._own(tmp_path)
        deploy = tmp_path / "deploy"
        deploy.mkdir()
        (deploy / "user_secrets.yml").write_text(f"{self.NAME}: wrong\n")
        host = facts_of(deploy).host
        assert passphrases_to_ask(effective, host) == ()
        assert locked_keys(effective, host)[0].state is LockState.WRONG
        (deploy / "user_secrets.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
        assert passphrases_to_ask(effective, facts_of(deploy).host) == ()

    def test_not_for_keys_that_are_made(self) -> None:
        assert locked_keys(effective_of("33.0.1"), BARE.host) == ()

    def test_each_key_of_ours_that_is_there(self, tmp_path: Path) -> None:
        answers = generating(tmp_path / "certs", certificates__intermediates=True)
        layout = laid_out(answers)
        typed = {name: Secret(value) for name, value in SECRETS.items()}
        keys = locked_keys(answers, replace(BARE.host, typed=typed))
        assert {key.path for key in keys} == {layout.files[pem] for pem in layout.passphrases}
        assert {key.state for key in keys} == {LockState.OPENS}

    def test_a_wrong_value_in_our_own_file_can_be_typed_anew(self, tmp_path: Path) -> None:
        effective = self._own(tmp_path)
        deploy = tmp_path / "deploy"
        deploy.mkdir()
        (deploy / "user_secrets_octavia.yml").write_text(f"{self.NAME}: wrong\n")
        host = facts_of(deploy).host
        (key,) = passphrases_to_ask(effective, host)
        assert key.state is LockState.WRONG
        right = replace(host, typed={self.NAME: Secret(SERVER_SECRET)})
        assert locked_keys(effective, right)[0].state is LockState.OPENS


class TestMadeAlready:
    """No passphrase is made up for a key that exists; keys taken offline need none."""

    def test_lost_secrets_of_made_keys_are_not_made_anew(self, tmp_path: Path) -> None:
        answers = generating(tmp_path / "certs", certificates__intermediates=True)
        laid_out(answers)
        passphrases = set(certificate_layout(answers).passphrases.values())
        assert set(operator_secrets(answers)) == passphrases
        assert not passphrases & set(names(missing_secrets(answers, BARE.host)))
        typed = {name: Secret("word") for name in passphrases}
        needs = missing_secrets(answers, replace(BARE.host, typed=typed))
        assert {need.name for need in needs if need.typed} == passphrases

    def test_new_ones_are(self, tmp_path: Path) -> None:
        answers = generating(tmp_path / "certs", certificates__intermediates=True)
        made = set(names(missing_secrets(answers, BARE.host)))
        assert set(certificate_layout(answers).passphrases.values()) <= made

    def test_a_root_key_taken_offline_needs_no_new_passphrase(self, tmp_path: Path) -> None:
        answers = generating(tmp_path / "certs", certificates__intermediates=True)
        layout = laid_out(answers)
        layout.files[Pem.SERVER_ROOT_KEY].unlink()
        name = layout.passphrases[Pem.SERVER_ROOT_KEY]
        assert name not in names(missing_secrets(answers, BARE.host))
        assert name not in operator_secrets(answers)


class TestOwnKeys:
    """Of one's own keys only those that are encrypted need what only the operator knows."""

    def _effective(self, tmp_path: Path, key: bytes) -> Effective:
        path = tmp_path / "server.key"
        path.write_bytes(key)
        paths = {**OWN, "certificates__server_ca_key": str(path)}
        return effective_of("33.0.1", certificates__directory=str(tmp_path / "ours"), **paths)

    def test_for_a_key_without_one_a_passphrase_is_made(self, tmp_path: Path) -> None:
        pem = ec_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        effective = self._effective(tmp_path, pem)
        assert SERVER_PASSPHRASE in names(missing_secrets(effective, BARE.host))
        assert source_secrets(effective) == ()

    def test_for_an_encrypted_key_it_is_typed(self, tmp_path: Path) -> None:
        effective = self._effective(tmp_path, encrypted_pem(ec_key(), "word", iterations=1000))
        assert SERVER_PASSPHRASE not in names(missing_secrets(effective, BARE.host))
        typed = replace(BARE.host, typed={SERVER_PASSPHRASE: Secret("word")})
        assert [n.name for n in missing_secrets(effective, typed) if n.typed] == [SERVER_PASSPHRASE]

    def test_the_password_of_a_pkcs12_file_is_never_written(self, tmp_path: Path) -> None:
        data = serialize_key_and_certificates(
            b"ca", ec_key(), None, None, BestAvailableEncryption(b"of-the-file")
        )
        effective = self._effective(tmp_path, data)
        assert source_secrets(effective) == (SOURCE_SERVER_PASSWORD,)
        typed = replace(BARE.host, typed={SOURCE_SERVER_PASSWORD: Secret("of-the-file")})
        needs = {need.name: need for need in missing_secrets(effective, typed)}
        assert SOURCE_SERVER_PASSWORD not in needs
        assert SERVER_PASSPHRASE in needs
        assert not needs[SERVER_PASSPHRASE].typed


class TestValues:
    """Values are strong, harmless in every file they get into, and do not show."""

    def test_every_value_is_new_and_of_the_length_asked_for(self) -> None:
        for need in needed_secrets(effective_of("33.0.1")):
            one, other = generate_secret(need), generate_secret(need)
            assert one != other
            assert len(one) == need.length
            assert re.fullmatch(r"[A-Za-z0-9]+", one)

    def test_the_key_passphrase_has_the_length_octavia_insists_on(self) -> None:
        need = needed_secrets(effective_of("33.0.1"))[-1]
        assert re.fullmatch(r"[A-Za-z0-9_=-]{32}", generate_secret(need))

    def test_a_representation_tells_nothing(self) -> None:
        assert "hunter2" not in repr([Secret("hunter2")])
        assert "hunter2" not in repr({"a": Secret("hunter2")})


class TestReading:
    """A secret is read from where Ansible would take it."""

    def test_the_last_file_wins(self, tmp_path: Path) -> None:
        (tmp_path / "user_secrets.yml").write_text("a_password: one\n")
        (tmp_path / "user_secrets_octavia.yml").write_text("a_password: two\n")
        assert read_secret("a_password", facts_of(tmp_path).host) == "two"

    def test_an_empty_entry_does_not(self, tmp_path: Path) -> None:
        (tmp_path / "user_secrets.yml").write_text("a_password: one\n")
        (tmp_path / "user_variables.yml").write_text("a_password:\n")
        assert read_secret("a_password", facts_of(tmp_path).host) == "one"

    def test_it_is_read_at_the_moment_of_use(self, tmp_path: Path) -> None:
        host = facts_of(tmp_path).host
        (tmp_path / "user_secrets_octavia.yml").write_text("a_password: new\n")
        assert read_secret("a_password", host) == "new"

    def test_a_missing_one_is_named_with_a_place_to_put_it(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="a_password has no value") as caught:
            read_secret("a_password", facts_of(tmp_path).host)
        assert "user_secrets.yml" in caught.value.hint

    @pytest.mark.parametrize(
        "text",
        [
            "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
            "a_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n",
        ],
    )
    def test_an_encrypted_one_is_said_to_be_so(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "user_secrets.yml").write_text(text)
        with pytest.raises(FileError, match="encrypted by ansible-vault") as caught:
            read_secret("a_password", facts_of(tmp_path).host)
        assert caught.value.hint
