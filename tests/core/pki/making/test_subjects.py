"""Subjects read as they were answered, or are refused with what is wrong with them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.pki.making.subjects import parse_subject, root_subject, same_to_openssl
from tests.core.pki.support import ec_key, openssl, signed


@pytest.mark.parametrize(
    "text",
    [
        "CN=Octavia CA",
        "CN=Octavia Søløs CA,OU=Cloud,O=Müller \\+ Co,C=DE",
        "CN=Octavia CA,OU=A,OU=B,DC=example,DC=org",
        "CN=Octavia CA+UID=1,O=Example",
        "CN=" + "x" * 64 + ",O=" + "o" * 64 + ",L=" + "l" * 128,
        "CN=東京",
    ],
)
def test_subjects_keep_their_order_and_letters(text: str, tmp_path: Path) -> None:
    """The subject of a certificate reads as it was answered, in OpenSSL's eyes too."""
    subject = parse_subject(text)
    assert subject.rfc4514_string() == text
    path = tmp_path / "certificate.pem"
    path.write_bytes(signed(text, ec_key()))
    told = openssl("x509", "-in", path, "-noout", "-subject", "-nameopt", "RFC2253,-esc_msb")
    assert told == f"subject={text}\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Octavia CA", "is not a subject; write it like CN="),
        ("", "has no common name"),
        ("O=Example", "has no common name"),
        ("CN=x, O=Example", "no space after a comma"),
        ("/CN=x/O=Example", "is not a subject"),
        ("CN=x,C=Germany", "is not a subject"),
        ("CN=x,C=1!", "two letters of a country"),
        ("CN=x,C=Ü", "two letters of a country"),
        ("CN=x,Colour=blue", "is not a subject"),
        ("CN=" + "x" * 65, "CN has 65 bytes, and X.509 allows 64"),
        ("CN=" + "ü" * 33, "CN has 66 bytes"),
        ("CN=a,CN=" + "x" * 65, "CN has 65 bytes"),
        ("CN=x,O=" + "o" * 65, "O has 65 bytes, and X.509 allows 64"),
        ("CN=x,OU=" + "o" * 65, "OU has 65 bytes"),
        ("CN=x,ST=" + "o" * 129, "ST has 129 bytes, and X.509 allows 128"),
        ("CN=a\\00b", "cannot be printed"),
        ("CN=a\nb", "cannot be printed"),
        ("CN=\\ ", "CN is empty"),
        ("CN=x,O=", "is not a subject"),
        ("CN=#0c0178", "cannot be printed"),
        ("CN=x,DC=ü", "ASCII"),
        ("CN=\ud800", "is not a subject"),
        ("CN=a\\ff", "is not a subject"),
    ],
)
def test_a_bad_subject_is_explained(text: str, complaint: str) -> None:
    """What cannot be a subject is refused with what is wrong, or the form that is wanted."""
    with pytest.raises(ValueError, match=complaint):
        parse_subject(text)


@given(st.text(max_size=40) | st.text('CNO=,+\\#" x\n0ü', max_size=40).map("CN=".__add__))
def test_whatever_is_typed_is_a_subject_or_an_explanation(text: str) -> None:
    """No text ends in anything but a subject that can be encoded, or a ValueError."""
    with suppress(ValueError):
        name = parse_subject(text)
        assert x509.Name.from_rfc4514_string(name.rfc4514_string()) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CN=Octavia CA,O=Example", "CN=Octavia CA Root,O=Example"),
        ("O=Example,CN=Octavia CA", "O=Example,CN=Octavia CA Root"),
        ("CN=Octavia CA+UID=1,C=DE", "CN=Octavia CA Root+UID=1,C=DE"),
        ("CN=b,CN=a", "CN=b Root,CN=a"),
        ("CN=a+O=x,CN=a+O=x", "CN=a Root+O=x,CN=a+O=x"),
    ],
)
def test_a_root_is_named_after_the_authority_below(text: str, expected: str) -> None:
    """Only the common name differs, the one closest to the authority where there are several."""
    assert root_subject(parse_subject(text)).rfc4514_string() == expected


def test_a_root_needs_room_for_its_name() -> None:
    """A name that fits an authority may be too long for its root; the limit is told."""
    assert root_subject(parse_subject("CN=" + "x" * 59))
    with pytest.raises(ValueError, match="shorten the CN to 59"):
        root_subject(parse_subject("CN=" + "x" * 60))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("CN=Octavia CA", "CN=octavia  ca", True),
        ("CN=a+UID=1", "UID=1+CN=a", True),
        ("CN=a,O=b", "O=b,CN=a", False),
        ("CN=Octavia CA", "CN=Octavia CA Root", False),
    ],
)
def test_names_are_compared_as_openssl_does(
    one: str, other: str, same: bool, tmp_path: Path
) -> None:
    """Where we see the same name, OpenSSL takes one authority for the other, and else not."""
    names = [x509.Name.from_rfc4514_string(text) for text in (one, other)]
    assert (same_to_openssl(names[0]) == same_to_openssl(names[1])) is same
    hashes = set()
    for text in (one, other):
        path = tmp_path / "certificate.pem"
        path.write_bytes(signed(text, ec_key()))
        hashes.add(openssl("x509", "-in", path, "-noout", "-subject_hash"))
    assert (len(hashes) == 1) is same
