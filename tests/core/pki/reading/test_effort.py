"""A file that would keep the wizard busy for hours is told before it is opened."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.pki.reading.effort import asks_too_much
from tests.core.pki.forms_made import BUNDLES, WORD, bundle_in
from tests.core.pki.support import openssl

SALT = bytes.fromhex("0408") + b"saltsalt"


def _sequence(*parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes((0x30, len(body))) + body


def _number(value: int) -> bytes:
    body = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return bytes((0x02, len(body))) + body


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A PKCS#12 file of each form."""
    place = tmp_path_factory.mktemp("effort")
    key, certificate = place / "key.pem", place / "certificate.pem"
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
    openssl("req", "-x509", "-new", "-key", key, "-subj", "/CN=x", "-out", certificate)
    made = {form: bundle_in(form, key, certificate, place).read_bytes() for form in BUNDLES}
    absurd = place / "absurd.p12"
    openssl(
        "pkcs12", "-export", "-inkey", key, "-in", certificate, "-passout", f"pass:{WORD}",
        "-macalg", "sha256", "-iter", "6000000", "-out", absurd,
    )  # fmt: skip
    return {**made, "absurd": absurd.read_bytes()}


@pytest.mark.parametrize("form", sorted(BUNDLES))
def test_what_openssl_writes_by_itself_is_fine(files: dict[str, bytes], form: str) -> None:
    assert not asks_too_much(files[form])


def test_absurd_rounds_are_added_up(files: dict[str, bytes]) -> None:
    assert asks_too_much(files["absurd"])
    assert asks_too_much(files["absurd"] + b"trailing bytes")


@pytest.mark.parametrize(
    ("data", "too_much"),
    [
        (_sequence(SALT, _number(600_000)), False),
        (_sequence(SALT, _number(1 << 31)), True),
        (_sequence(SALT, _number(2048), _number(32)), False),
        (_sequence(SALT, _number(16384), _number(8), _number(1)), False),
        (_sequence(SALT, _number(1 << 30), _number(8), _number(1)), True),
        (b"\x30\x80" + SALT + _number(1 << 31) + b"\0\0", True),
        (b"", False),
        (b"\x30\x80" * 5000, False),
        (b"\x30\x80" * 5000 + b"\0\0" * 5000, True),
    ],
)  # fmt: skip
def test_what_is_asked_for(data: bytes, too_much: bool) -> None:
    assert asks_too_much(data) is too_much


def test_a_string_in_pieces_is_put_together() -> None:
    whole = _sequence(SALT, _number(1 << 31))
    pieces = b"".join(bytes((4, 5)) + whole[at : at + 5] for at in range(0, len(whole) - 4, 5))
    rest = whole[len(whole) - len(whole) % 5 :]
    pieces += bytes((4, len(rest))) + rest if rest else b""
    assert asks_too_much(b"\x24\x80" + pieces + b"\0\0")


@given(st.binary(max_size=400))
def test_any_bytes_are_looked_at_in_no_time(data: bytes) -> None:
    begin = time.monotonic()
    asks_too_much(data)
    assert time.monotonic() - begin < 2
