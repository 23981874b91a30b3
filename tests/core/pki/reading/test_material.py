"""Whatever a file holds is read, or refused with one sentence; nothing else ever happens."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import example, given, settings
from hypothesis import strategies as st

from octavia_wizard.core.pki.judging.trust import belongs
from octavia_wizard.core.pki.keys import plain_pem, public_der
from octavia_wizard.core.pki.making import encryption
from octavia_wizard.core.pki.reading.forms import Form
from octavia_wizard.core.pki.reading.inspection import Unreadable, read_key
from octavia_wizard.core.pki.reading.material import (
    MAX_CERTIFICATES,
    Locked,
    Material,
    read_material,
)
from tests.core.pki.forms_made import BUNDLES, LOCKED, OPEN, WORD, bundle_in, key_in, word_of
from tests.core.pki.support import CA, ec_key, openssl, signed, weak_key


@dataclass(frozen=True)
class Made:
    """One key with its certificate and chain, in every form."""

    directory: Path
    public: bytes
    paths: dict[str, Path]

    def of(self, form: str) -> Material:
        """Read one of the files."""
        return read_material(self.paths[form])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Every form, made by openssl."""
    place = tmp_path_factory.mktemp("forms")
    key, root = ec_key(), ec_key()
    own, chain = place / "plain.key", place / "chain.pem"
    own.write_bytes(plain_pem(key))
    certificate = place / "certificate.pem"
    certificate.write_bytes(signed("CN=Below", key, ("CN=Root", root), extensions=CA))
    chain.write_bytes(signed("CN=Root", root, extensions=CA))
    paths = {form: key_in(form, own, place) for form in (*LOCKED, *OPEN)}
    paths |= {form: bundle_in(form, own, certificate, place, chain) for form in BUNDLES}
    return Made(place, public_der(key.public_key()), paths)


@pytest.mark.parametrize("form", sorted((*LOCKED, *OPEN, *BUNDLES)))
def test_a_key_is_read_in_every_form(made: Made, form: str) -> None:
    material = made.of(form)
    assert material.form is (Form.PKCS12 if form in BUNDLES else Form.PEM)
    assert material.has_lock is (word_of(form) is not None)
    assert material.public_half(word_of(form)).der == made.public
    opened = material.private_key(word_of(form))
    assert public_der(opened.public_key()) == made.public


@pytest.mark.parametrize("form", sorted((*LOCKED, "modern", "legacy")))
def test_a_password_that_is_wrong_or_unknown(made: Made, form: str) -> None:
    with pytest.raises(Unreadable, match="cannot be opened with its pass"):
        made.of(form).public_half("another")
    with pytest.raises(Locked, match="its password is not known"):
        made.of(form).public_half(None)
    view = read_key(made.paths[form], None)
    assert (view.encrypted, view.public_key) == (True, None)


@pytest.mark.parametrize("form", sorted(BUNDLES))
def test_a_bundle_gives_all_its_certificates(made: Made, form: str) -> None:
    found = made.of(form).certificates(word_of(form))
    assert sorted(one.subject.rfc4514_string() for one in found) == ["CN=Below", "CN=Root"]
    assert sum(belongs(one, made.public) for one in found) == 1


def test_a_bundle_without_a_key_or_without_certificates(made: Made) -> None:
    path = made.directory / "certificates.p12"
    chain = made.directory / "chain.pem"
    openssl("pkcs12", "-export", "-nokeys", "-in", chain, "-passout", "pass:x", "-out", path)
    material = read_material(path)
    assert len(material.certificates("x")) == 1
    with pytest.raises(Unreadable, match="holds no private key"):
        material.public_half("x")
    with pytest.raises(Unreadable, match="holds no private key"):
        material.private_key("x")


def test_rsa_in_its_own_form_and_text_around(tmp_path: Path) -> None:
    """PKCS#1, the text openssl writes before a certificate, and any order in the file."""
    key = weak_key()
    own, old = tmp_path / "own.pem", tmp_path / "old.pem"
    own.write_bytes(plain_pem(key))
    openssl("rsa", "-in", own, "-traditional", "-out", old)
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(signed("CN=x", key, extensions=CA))
    told = openssl("x509", "-in", certificate, "-text").encode()
    both = tmp_path / "both.pem"
    for data in (old.read_bytes() + told, told + old.read_bytes()):
        both.write_bytes(data.replace(b"\n", b"\r\n"))
        material = read_material(both)
        assert b"BEGIN RSA PRIVATE KEY" in material.data
        assert material.public_half(None).rsa_bits == 1024
        assert len(material.certificates()) == 1


def test_parameters_before_a_key_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    openssl("ecparam", "-name", "secp384r1", "-genkey", "-out", path)
    assert b"BEGIN EC PARAMETERS" in path.read_bytes()
    assert read_material(path).public_half(None).text == "EC secp384r1"


def test_one_key_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "keys.pem"
    path.write_bytes(plain_pem(ec_key()) + plain_pem(ec_key()))
    with pytest.raises(Unreadable, match="holds 2 private keys"):
        read_material(path).public_half(None)
    path.write_bytes(b"text\n")
    with pytest.raises(Unreadable, match="holds no private key in PEM form"):
        read_material(path).public_half(None)


def test_a_hosts_whole_list_of_authorities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "all.pem"
    key = ec_key()
    many = [signed(f"CN={n}", key, extensions=CA) for n in range(MAX_CERTIFICATES + 1)]
    path.write_bytes(b"".join(many))
    with pytest.raises(Unreadable, match="Octavia's own authorities only"):
        read_material(path).certificates()
    path.write_bytes(many[0] * 100)
    with pytest.raises(Unreadable, match="more certificates than any chain"):
        read_material(path).certificates()
    path.write_bytes(b" " * 1_100_000)
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        read_material(path)


def test_an_absurd_key_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key may say that its passphrase is hashed two thousand million times."""
    monkeypatch.setattr(encryption, "PBKDF2HMAC", NoWork)
    path = tmp_path / "slow.key"
    path.write_bytes(encryption.encrypted_pem(ec_key(), "x", iterations=1 << 31))
    begin = time.monotonic()
    with pytest.raises(Unreadable, match="hours to open"):
        read_material(path).public_half("x")
    assert time.monotonic() - begin < 1


class NoWork:
    """Stands in for a derivation that would take hours."""

    def __init__(self, *_: object) -> None:
        pass

    def derive(self, _: bytes) -> bytes:
        return bytes(32)


def test_a_monstrous_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.key"
    body = b"QUFB" * 3000
    path.write_bytes(b"-----BEGIN PRIVATE KEY-----\n" + body + b"\n-----END PRIVATE KEY-----\n")
    with pytest.raises(Unreadable, match="larger than RSA 8192"):
        read_material(path).public_half(None)


def test_ciphers_that_are_not_read_are_said_to_be_so(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "camellia.key"
    openssl(
        "pkcs8", "-topk8", "-v2", "camellia-256-cbc", "-in", made.directory / "plain.key",
        "-passout", f"pass:{WORD}", "-out", path,
    )  # fmt: skip
    with pytest.raises(Unreadable, match="encrypted in a way that is not read here; convert it"):
        read_material(path).public_half(WORD)


def test_a_key_that_signs_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x25519.key"
    openssl("genpkey", "-algorithm", "X25519", "-out", path)
    with pytest.raises(Unreadable, match="signs nothing"):
        read_material(path).public_half(None)


def test_nothing_of_a_file_is_shown(made: Made) -> None:
    for form in (*OPEN, *BUNDLES):
        assert "BEGIN" not in repr(made.of(form))
        assert "\\x" not in repr(made.of(form))


def _all_of(path: Path, data: bytes, password: str | None) -> None:
    """Read everything there is; anything but Unreadable is a fault of ours."""
    path.write_bytes(data)
    try:
        material = read_material(path)
    except Unreadable:
        return
    for read in (
        lambda: material.certificates(password),
        lambda: material.public_half(password),
        lambda: material.private_key(password),
        lambda: material.has_lock,
        lambda: read_key(path, password),
    ):
        begin = time.monotonic()
        said = str(path)
        try:
            read()
        except Unreadable as refused:
            said = str(refused)
        assert str(path) in said
        assert WORD not in said
        assert time.monotonic() - begin < 20


_FLIPS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 7)), min_size=1, max_size=4)
_SOUND = sorted((*LOCKED, *OPEN, *BUNDLES, "certificate", "chain"))


def _bytes_of(made: Made, form: str) -> bytes:
    return (made.paths.get(form) or made.directory / f"{form}.pem").read_bytes()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_SOUND), _FLIPS)
def test_flipped_bits_are_refused_or_read(
    made: Made, form: str, flips: list[tuple[int, int]]
) -> None:
    data = bytearray(_bytes_of(made, form))
    for place, bit in flips:
        data[place % len(data)] ^= 1 << bit
    _all_of(made.directory / "flipped", bytes(data), word_of(form))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(_SOUND), st.floats(0, 1), st.floats(0, 1))
def test_truncated_and_overlong_files_are_refused_or_read(
    made: Made, form: str, start: float, end: float
) -> None:
    data = _bytes_of(made, form)
    cut = data[: int(len(data) * end)] + data[int(len(data) * start) :]
    _all_of(made.directory / "cut", cut, word_of(form))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [b"", b"\x30\x82\x01\x00\x02\x01\x03", b"-----BEGIN CERTIFICATE-----\n",
         b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n",
         b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", b"\xfe\xed\xfe\xed"]
    ),
    st.binary(max_size=600),
    st.sampled_from(
        [b"", b"\n-----END CERTIFICATE-----\n", b"\n-----END RSA PRIVATE KEY-----\n",
         b"\n-----END ENCRYPTED PRIVATE KEY-----\n"]
    ),
)  # fmt: skip
def test_any_bytes_are_refused(made: Made, head: bytes, body: bytes, tail: bytes) -> None:
    _all_of(made.directory / "any", head + body + tail, WORD)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["pbes2-aes", "modern", "dek-info-aes"]),
    st.text(st.characters(codec=None), max_size=20),
)
@example("modern", "a\0b")
@example("dek-info-aes", "a\0b")
@example("modern", "\ud800")
def test_any_text_may_be_typed_as_a_password(made: Made, form: str, typed: str) -> None:
    opens = True
    try:
        made.of(form).private_key(typed)
    except Unreadable:
        opens = False
    assert opens is (typed == WORD)


def test_a_key_opens_with_what_opens_it_elsewhere(made: Made) -> None:
    """What is copied byte for byte is what the cryptography library, and so Octavia, reads."""
    block = made.of("dek-info-des3").key_block
    opened = load_pem_private_key(block.data, WORD.encode())
    assert public_der(opened.public_key()) == made.public
