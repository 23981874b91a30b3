"""Keys are what was asked for, are made side by side, and sign with a digest as strong."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from octavia_wizard.core.pki.keys import (
    KeyType,
    PrivateKey,
    digest_for,
    key_text,
    new_key,
    plain_pem,
)
from tests.core.pki.support import openssl


@pytest.mark.parametrize(
    ("kind", "expected", "told"),
    [
        (KeyType.RSA_3072, "RSA 3072", "Private-Key: (3072 bit, 2 primes)"),
        (KeyType.RSA_4096, "RSA 4096", "Private-Key: (4096 bit, 2 primes)"),
        (KeyType.EC_P256, "EC secp256r1", "NIST CURVE: P-256"),
        (KeyType.EC_P384, "EC secp384r1", "NIST CURVE: P-384"),
    ],
)
def test_every_kind_is_what_it_says(
    kind: KeyType, expected: str, told: str, tmp_path: Path
) -> None:
    """OpenSSL reads each kind, finds nothing wrong with it, and calls it the same."""
    key = new_key(kind)
    path = tmp_path / "key.pem"
    path.write_bytes(plain_pem(key))
    assert key_text(key.public_key()) == expected
    text = openssl("pkey", "-in", path, "-check", "-text", "-noout")
    assert told in text
    assert "Key is valid" in text
    assert (kind.rsa_bits is None) is expected.startswith("EC")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (ec.generate_private_key(ec.SECP256R1()), hashes.SHA256),
        (ec.generate_private_key(ec.SECP384R1()), hashes.SHA384),
        (ec.generate_private_key(ec.SECP521R1()), hashes.SHA512),
    ],
)
def test_the_digest_follows_the_key_that_signs(
    key: PrivateKey, expected: type[hashes.HashAlgorithm]
) -> None:
    """The curve of an authority somebody brings counts as well; see test_issuing for RSA."""
    assert isinstance(digest_for(key), expected)


def test_the_interpreter_is_free_while_an_rsa_key_is_made() -> None:
    """Nothing waits for a key: others are made on the other cores, and the screen goes on.

    On a busy machine one pause may be long, but not with each of several keys.
    """
    assert any(_longest_pause() < 0.5 for _ in range(5))


def _longest_pause() -> float:
    """Return for which part of the making of a key another thread stood still."""
    span: list[float] = []

    def work() -> None:
        span.append(time.perf_counter())
        new_key(KeyType.RSA_4096)
        span.append(time.perf_counter())

    thread = threading.Thread(target=work)
    ticks = []
    thread.start()
    while thread.is_alive():
        ticks.append(time.perf_counter())
        time.sleep(0.001)
    thread.join()
    begin, end = span
    moments = [begin, *(tick for tick in ticks if begin < tick < end), end]
    return max(later - earlier for earlier, later in pairwise(moments)) / (end - begin)
