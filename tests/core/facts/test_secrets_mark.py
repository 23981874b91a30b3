"""Whether a secret was changed is known, and none of them can be told from what tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.deploy_host_files import read_user_files
from octavia_wizard.core.facts.deploy_host_secrets import read_secrets
from octavia_wizard.core.facts.secrets_mark import is_octavias, mark_of, salt_of, same_salt

SALT = "5a" * 16
SECRETS = """---
octavia_health_hmac_key: {heartbeat}
octavia_service_password: planted-service
nova_service_password: {nova}
"""
ENCRYPTED = "$ANSIBLE_VAULT;1.1;AES256\n3132333435363738\n"


def mark(directory: Path, text: str | None = None, salt: str = SALT, **values: str) -> str:
    told = {"heartbeat": "planted-heartbeat", "nova": "planted-nova", **values}
    (directory / "user_secrets.yml").write_text(text or SECRETS.format(**told))
    files, _ = read_user_files(directory, "C")
    return read_secrets(files, salt=salt).mark


def test_it_is_the_same_for_the_same_and_another_for_another(tmp_path: Path) -> None:
    before = mark(tmp_path)
    assert before == mark(tmp_path, nova="rotated")
    assert before != mark(tmp_path, heartbeat="rotated")
    assert "planted" not in before


def test_another_salt_makes_it_another_that_is_not_compared(tmp_path: Path) -> None:
    one, other = mark(tmp_path), mark(tmp_path, salt="6b" * 16)
    assert one.partition(":")[2] != other.partition(":")[2]
    assert not same_salt(one, other)


def test_a_later_file_counts_alone(tmp_path: Path) -> None:
    before = mark(tmp_path)
    (tmp_path / "user_zz.yml").write_text("octavia_health_hmac_key: later\n")
    after = mark(tmp_path)
    assert before != after == mark(tmp_path, heartbeat="of no account")


def test_a_value_encrypted_by_itself_counts_as_it_is_written(tmp_path: Path) -> None:
    text = "---\noctavia_health_hmac_key: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  {}\n"
    before = mark(tmp_path, text.format("3132"))
    assert before == mark(tmp_path, text.format("3132"))
    assert before != mark(tmp_path, text.format("3334"))


def test_of_a_file_that_stays_closed_nothing_is_known(tmp_path: Path) -> None:
    assert mark(tmp_path, ENCRYPTED) == ""


def test_the_salt_of_the_last_run_is_taken_up(tmp_path: Path) -> None:
    known = mark_of({}, SALT)
    assert salt_of(["", "damaged", known, mark_of({}, "6b" * 16)]) == SALT
    assert salt_of([]) != salt_of([])


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("octavia_container_mysql_password", True),
        ("memcached_encryption_key", True),
        ("nova_service_password", False),
        ("octavia_octavia_conf_overrides: certificates/x", False),
    ],
)
def test_octavia_gets_its_own_and_the_key_of_memcached(name: str, read: bool) -> None:
    assert is_octavias(name) is read


def test_the_facts_show_it_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    mark(tmp_path)
    host = read_host(tmp_path, environ={})
    assert host.secrets_mark
    assert host.secrets_mark not in repr(host)
    assert host == read_host(tmp_path, environ={})
