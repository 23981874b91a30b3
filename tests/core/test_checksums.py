"""A checksum is read the way sites publish it, and anything else is explained."""

from __future__ import annotations

import hashlib

import pytest

from octavia_wizard.core.checksums import Checksum, parse_checksum

DATA = b"amphora"


@pytest.mark.parametrize("algorithm", ["md5", "sha256", "sha384", "sha512"])
def test_what_hashlib_says_is_what_is_read(algorithm: str) -> None:
    """Named or not, in any case and with blanks around, it is the same checksum."""
    digest = hashlib.new(algorithm, DATA, usedforsecurity=False).hexdigest()
    for text in (f"{algorithm}:{digest}", f" {algorithm.upper()}: {digest.upper()}\n", digest):
        found = parse_checksum(text)
        assert found == Checksum(algorithm, digest)
        assert parse_checksum(str(found)) == found
        hasher = found.hasher()
        hasher.update(DATA)
        assert hasher.hexdigest() == digest
    assert parse_checksum(f"SHA-256:{'0' * 64}").algorithm == "sha256"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not a checksum; write it like sha256:HEX"),
        ("sha256:", "is not a checksum"),
        (f"sha256:{'g' * 64}", "is not a checksum"),
        (f"sha256:{'0' * 63}", "sha256 has 64 hexadecimal digits, not 63"),
        (f"sha1:{'0' * 40}", "'sha1' is no algorithm known here"),
        ("0" * 40, "40 digits fit no algorithm known here: 32 for md5"),
        (f"{'0' * 64}  amphora.qcow2", "is not a checksum"),
        ("https://example.org/SHA256SUMS", "is no algorithm known here"),
    ],
)
def test_what_is_none_is_explained(text: str, reason: str) -> None:
    """The message says what was found and how it is written."""
    with pytest.raises(ValueError, match=reason):
        parse_checksum(text)
