"""Differences show what changes, and no secret."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.emit.diff import covered, unified

WORD = "hunter2hunter2"


def test_a_difference_reads_like_diff() -> None:
    lines = unified("a: 1\nb: 2\n", "a: 1\nb: 3\n", "x.yml")
    assert lines[:2] == ("--- x.yml", "+++ x.yml")
    assert lines[-2:] == ("-b: 2", "+b: 3")


def test_a_new_and_a_removed_file_are_told_apart() -> None:
    assert unified(None, "a: 1\n", "x")[0] == "--- /dev/null"
    assert unified("a: 1\n", None, "x")[1] == "+++ /dev/null"


def test_equal_texts_do_not_differ() -> None:
    assert unified("a: 1\n", "a: 1\n", "x") == ()


@given(
    st.sampled_from(
        [
            f"octavia_service_password: {WORD}",
            f"'octavia_service_password' : '{WORD}'",
            f"  ca_passphrase: |\n    {WORD}\n    {WORD}\n",
            f"x:\n  - token: {WORD}\n",
            f"memcached_encryption_key: >-\n  {WORD}\n\n  {WORD}",
            f"a_secret: [{WORD},\n  {WORD}]",
            f"database:\n  connection: mysql+pymysql://octavia:{WORD}@172.29.236.101/octavia",
            f"transport_url: 'rabbit://a:{WORD}@h1:5671,b:{WORD}@h2:5671//?ssl=1'",
            f"keystone_authtoken: {{username: octavia, password: {WORD}}}",
            f'x: [{{"os_password": "{WORD}, {WORD}"}}, {{a_token: {WORD}}}]',
        ]
    )
)
def test_no_secret_shows(text: str) -> None:
    assert WORD not in "\n".join(unified(None, text, "x"))
    assert WORD not in "\n".join(unified(text, "y: 1\n", "x"))


def test_a_reference_to_a_secret_shows() -> None:
    text = 'server_certs_key_passphrase: "{{ octavia_server_certs_key_passphrase }}"'
    assert covered(text) == text


def test_an_address_without_password_shows() -> None:
    text = "a: {auth_url: 'http://172.29.236.101:5000/v3', b: x}  # user@example.org"
    assert covered(text) == text


def test_a_name_that_only_looks_like_one_shows() -> None:
    assert covered("octavia_ssh_key_name: octavia_key") == "octavia_ssh_key_name: octavia_key"
