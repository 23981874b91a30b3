"""Nothing that looks like a secret gets past the guard, and nothing else is held up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.engine.guard import first_secret, refuse_secrets

WORDS = st.sampled_from(["password", "passphrase", "secret", "token"])


@given(
    path=st.lists(st.text(max_size=5), max_size=3),
    word=WORDS,
    below=st.lists(st.text(max_size=5), max_size=2),
    upper=st.booleans(),
)
def test_a_text_below_such_a_key_is_found_however_deep(
    path: list[str], word: str, below: list[str], upper: bool
) -> None:
    document: object = "hunter2"
    for name in reversed([*path, f"my_{word.upper() if upper else word}_x", *below]):
        document = {name: [document]}
    assert isinstance(document, dict)
    assert first_secret(document) is not None


@pytest.mark.parametrize(
    "document",
    [
        {"network": {"name": "secret-net", "mtu": 1500}},
        {"ssh": {"private_key": "/root/.ssh/octavia", "key_name": "octavia_key"}},
        {"ssh": {"private_key": "~/.ssh/octavia"}},
        {"variables": {"octavia_service_token_roles": ["service"]}},
        {"variables": {"octavia_service_token_roles_required": True}},
        {"variables": {"octavia_ca_private_key": "{{ octavia_cert_dir }}/private/ca.key.pem"}},
        {"visibility": "private"},
        {"token_count": 3, "has_password": False, "password": None},
        {"after": {"sha256": "00ff", "mode": "0600"}},
    ],
)
def test_what_is_no_secret_passes(document: dict[str, object]) -> None:
    refuse_secrets(document)


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"a": {"private_key": "MIIEvQ"}}, "a.private_key"),
        ({"text": "x\n-----BEGIN RSA PRIVATE KEY-----\n"}, "text"),
        ({"data": b"-----BEGIN PRIVATE KEY-----"}, "data"),
        ({"list": [{"one": 1}, {"password": "x"}]}, "list.password"),
        ({"secrets": {"octavia": "x"}}, "secrets.octavia"),
    ],
)
def test_says_where_the_secret_is_but_not_what(document: dict[str, object], key: str) -> None:
    assert first_secret(document) == key
    with pytest.raises(ValueError, match="must not be written to the journal"):
        refuse_secrets(document)
