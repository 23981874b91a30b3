"""A passphrase is judged at once: whether it opens the key, and reaches Octavia as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.layout import SOURCE_CLIENT_PASSWORD, SOURCE_SERVER_PASSWORD
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.passphrases import LockState, locked_key, try_passphrase
from tests.core.pki.forms_made import LOCKED, bundle_in, key_in
from tests.core.pki.forms_made import WORD as FORM_WORD
from tests.core.pki.support import CA, ec_key, signed

NAME = "octavia_ca_private_key_passphrase"
WORD = "open sesame"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """An encrypted key."""
    path = tmp_path / "cakey.pem"
    path.write_bytes(encrypted_pem(ec_key(), WORD, iterations=1000))
    return path


def test_the_right_one_opens_the_key(key: Path) -> None:
    verdict = try_passphrase(key, WORD)
    assert verdict.opens
    assert str(key) in verdict.text
    assert WORD not in repr(verdict)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "empty"),
        ("wrong", "does not open"),
        (f" {WORD}", "begins or ends with a blank"),
        ('"quoted"', "quotes"),
        ("a{{b", "template"),
        ("a\tb", "cannot be printed"),
    ],
)
def test_any_other_is_refused_with_the_reason(key: Path, typed: str, said: str) -> None:
    verdict = try_passphrase(key, typed)
    assert not verdict.opens
    assert said in verdict.text
    assert typed == "" or typed not in verdict.text


def test_one_that_octavia_would_not_get_is_refused_though_it_opens_the_key(tmp_path: Path) -> None:
    path = tmp_path / "cakey.pem"
    path.write_bytes(encrypted_pem(ec_key(), "'a'", iterations=1000))
    assert not try_passphrase(path, "'a'").opens


def test_a_key_that_is_not_encrypted_has_none(tmp_path: Path) -> None:
    path = tmp_path / "plain.pem"
    path.write_bytes(plain_pem(ec_key()))
    assert "not encrypted" in try_passphrase(path, WORD).text
    lock = locked_key(path, NAME, None, None)
    assert lock.state is LockState.NOT_ENCRYPTED
    assert not lock.can_be_typed
    assert "openssl pkey -aes256" in lock.standing
    assert "Octavia" not in locked_key(path, SOURCE_CLIENT_PASSWORD, None, None).standing


def test_a_file_that_is_no_key_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "nothing.pem"
    assert not try_passphrase(path, WORD).opens
    lock = locked_key(path, NAME, None, None)
    assert (lock.state, lock.can_be_typed) == (LockState.UNREADABLE, False)
    assert str(path) in lock.standing


@pytest.mark.parametrize(
    ("known", "state", "said"),
    [
        (None, LockState.NOT_KNOWN, "not known yet"),
        (WORD, LockState.OPENS, "opens"),
        ("other", LockState.WRONG, "Type it again"),
    ],
)
def test_how_a_key_stands_is_said(
    key: Path, known: str | None, state: LockState, said: str
) -> None:
    lock = locked_key(key, NAME, known, None)
    assert lock.state is state
    assert said in lock.standing
    assert lock.can_be_typed


def test_what_a_file_says_is_changed_in_that_file(key: Path) -> None:
    file = Path("/etc/openstack_deploy/user_secrets.yml")
    lock = locked_key(key, NAME, "other", file)
    assert not lock.can_be_typed
    assert str(file) in lock.standing
    assert "Change it in that file" in lock.standing


def test_a_wrong_value_in_our_own_file_is_replaced_by_what_is_typed(key: Path) -> None:
    file = Path("/etc/openstack_deploy") / OUR_SECRETS
    lock = locked_key(key, NAME, "other", file)
    assert lock.can_be_typed
    assert "takes the place of that value" in lock.standing
    assert not locked_key(key, NAME, WORD, file).can_be_typed


@pytest.mark.parametrize("form", [*LOCKED, "modern", "legacy"])
def test_every_form_that_has_a_lock(form: str, tmp_path: Path) -> None:
    own, certificate, key = tmp_path / "own.key", tmp_path / "certificate.pem", ec_key()
    own.write_bytes(plain_pem(key))
    certificate.write_bytes(signed("CN=x", key, extensions=CA))
    path = (
        key_in(form, own, tmp_path) if form in LOCKED
        else bundle_in(form, own, certificate, tmp_path)
    )  # fmt: skip
    states = {
        word: locked_key(path, SOURCE_SERVER_PASSWORD, word, None).state
        for word in (None, FORM_WORD, "other")
    }
    assert list(states.values()) == [LockState.NOT_KNOWN, LockState.OPENS, LockState.WRONG]
    assert try_passphrase(path, FORM_WORD, SOURCE_SERVER_PASSWORD).opens
    assert not try_passphrase(path, "other", SOURCE_SERVER_PASSWORD).opens


def test_a_bundle_without_a_password_has_no_lock(tmp_path: Path) -> None:
    own, certificate, key = tmp_path / "own.key", tmp_path / "certificate.pem", ec_key()
    own.write_bytes(plain_pem(key))
    certificate.write_bytes(signed("CN=x", key, extensions=CA))
    path = bundle_in("no-password", own, certificate, tmp_path)
    lock = locked_key(path, SOURCE_SERVER_PASSWORD, None, None)
    assert lock.state is LockState.NOT_ENCRYPTED


def test_what_only_opens_a_file_may_be_anything(tmp_path: Path) -> None:
    """It reaches neither Ansible nor octavia.conf."""
    path = tmp_path / "client.key"
    path.write_bytes(encrypted_pem(ec_key(), " '{{ odd }}' ", iterations=1000))
    assert try_passphrase(path, " '{{ odd }}' ", SOURCE_CLIENT_PASSWORD).opens
    assert not try_passphrase(path, " '{{ odd }}' ", NAME).opens
