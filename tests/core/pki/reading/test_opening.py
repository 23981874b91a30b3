"""What was opened once is not opened again, and no secret is kept."""

from __future__ import annotations

import time

import pytest

from octavia_wizard.core.pki.keys import public_der
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.reading import opening
from octavia_wizard.core.pki.reading.blocks import blocks_of
from octavia_wizard.core.pki.reading.opening import Unopened, open_key, public_half
from tests.core.pki.support import ec_key


def test_opening_again_takes_no_time() -> None:
    key = ec_key()
    (block,) = blocks_of(encrypted_pem(key, "word"))
    begin = time.monotonic()
    first = public_half(block, "word")
    half = time.monotonic()
    assert public_half(block, "word") == first
    assert time.monotonic() - half < (half - begin) / 5
    assert first.der == public_der(key.public_key())


def test_a_refusal_is_remembered_too_and_told_each_time() -> None:
    (block,) = blocks_of(encrypted_pem(ec_key(), "word"))
    for _ in range(3):
        with pytest.raises(Unopened, match="cannot be opened with its passphrase") as refused:
            public_half(block, "wrong")
        assert refused.value.by_password
    assert public_half(block, "word").text == "EC secp256r1"


def test_no_password_is_not_an_empty_one() -> None:
    (block,) = blocks_of(encrypted_pem(ec_key(), "word", 1000))
    for nothing in (None, ""):
        with pytest.raises(Unopened, match="passphrase is empty"):
            open_key(block, nothing)


def test_what_is_remembered_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []
    cells = opening._halves

    def look(data: bytes, password: bytes) -> object:
        kept.extend((data, password))
        return cells(data, password)

    monkeypatch.setattr(opening, "_halves", look)
    (block,) = blocks_of(encrypted_pem(ec_key(), "planted-word", 1000))
    kept.append(repr(public_half(block, "planted-word")))
    assert kept
    assert "planted-word" not in repr(kept)
    assert "BEGIN" not in repr(kept)
