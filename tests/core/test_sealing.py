"""A sealed file opens by its passphrase alone, anywhere, and never costs more than it may."""

from __future__ import annotations

import os
import re
import shutil
import stat
from pathlib import Path

import pexpect
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core import sealing
from octavia_wizard.core.errors import FileError, UsageError, WizardError
from tests.core.age_format import seal_cheaply, unseal_by_the_book

PASSPHRASE = "correct horse battery"
CONTENT = bytes(range(256)) * 300
"""More than one chunk of the format."""


@pytest.fixture(scope="module")
def sealed() -> bytes:
    """A file the wizard sealed."""
    return sealing.seal(CONTENT, PASSPHRASE)


def test_a_file_opens_again_by_its_passphrase(sealed: bytes) -> None:
    assert sealing.unseal(sealed, PASSPHRASE) == CONTENT


def test_the_header_tells_all_that_opening_takes(sealed: bytes) -> None:
    content, factor = unseal_by_the_book(sealed, PASSPHRASE)
    assert content == CONTENT
    assert factor >= sealing.WANTED_WORK_FACTOR, "a weak key was made of the passphrase"


def test_nothing_is_sealed_twice_alike(sealed: bytes) -> None:
    assert sealing.seal(CONTENT, PASSPHRASE)[:60] != sealed[:60]


@pytest.mark.skipif(shutil.which("age") is None, reason="the program age is not installed")
def test_the_program_age_opens_it(sealed: bytes, tmp_path: Path) -> None:
    bundle, plain = tmp_path / "sealed.age", tmp_path / "plain"
    bundle.write_bytes(sealed)
    # It takes a passphrase from a terminal only.
    child = pexpect.spawn("age", ["-d", "-o", str(plain), str(bundle)], timeout=60)
    child.expect("passphrase")
    child.sendline(PASSPHRASE)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert plain.read_bytes() == CONTENT


@pytest.mark.skipif(shutil.which("age") is None, reason="the program age is not installed")
def test_what_the_program_age_sealed_is_opened(tmp_path: Path) -> None:
    bundle, plain = tmp_path / "sealed.age", tmp_path / "plain"
    plain.write_bytes(CONTENT)
    child = pexpect.spawn("age", ["-p", "-o", str(bundle), str(plain)], timeout=60)
    for _ in range(2):
        child.expect("passphrase")
        child.sendline(PASSPHRASE)
    child.expect(pexpect.EOF)
    child.close()
    assert sealing.unseal(bundle.read_bytes(), PASSPHRASE) == CONTENT


def test_a_wrong_passphrase_is_said() -> None:
    with pytest.raises(FileError, match="the passphrase is wrong"):
        sealing.unseal(seal_cheaply(CONTENT, PASSPHRASE), "incorrect horse battery")


def test_a_passphrase_that_is_no_text_is_said() -> None:
    with pytest.raises(FileError, match="not UTF-8"):
        sealing.unseal(seal_cheaply(CONTENT, PASSPHRASE), "\ud800" * 12)


@pytest.mark.parametrize("factor", [23, 30, 63, 64, 255, 999])
def test_an_absurd_work_factor_is_refused_before_it_is_obeyed(factor: int) -> None:
    cheap = seal_cheaply(CONTENT, PASSPHRASE)
    asking = re.sub(rb"(scrypt \S+ )\d+", rb"\g<1>%d" % factor, cheap, count=1)
    with pytest.raises(FileError, match=f"work factor of {factor}"):
        sealing.unseal(asking, PASSPHRASE)


def test_no_more_memory_is_asked_for_than_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    class Memory:
        available = 100 * 2**20

    monkeypatch.setattr(psutil, "virtual_memory", Memory)
    cheap = seal_cheaply(CONTENT, PASSPHRASE)
    asking = re.sub(rb"(scrypt \S+ )\d+", rb"\g<1>17", cheap, count=1)
    with pytest.raises(FileError, match=r"0\.1 GiB of memory, and 0\.1 are free"):
        sealing.unseal(asking, PASSPHRASE)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a file that age"),
        (b"PK\3\4", "not a file that age"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "in letters"),
        (b"age-encryption.org/v2\n", "another version"),
        (b"age-encryption.org/v1\n-> X25519 abc\n", "not for a passphrase"),
        (b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 010\n", "another version"),
    ],
)
def test_what_is_no_sealed_file_is_said(data: bytes, said: str) -> None:
    with pytest.raises(FileError, match=said):
        sealing.unseal(data, PASSPHRASE)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_damaged_file_is_refused_in_words(data: st.DataObject) -> None:
    cheap = seal_cheaply(CONTENT[:2000], PASSPHRASE)
    if data.draw(st.booleans(), "cut off"):
        damaged = cheap[: data.draw(st.integers(0, len(cheap) - 1))]
    else:
        bit = data.draw(st.integers(0, len(cheap) * 8 - 1))
        flipped = bytearray(cheap)
        flipped[bit // 8] ^= 1 << bit % 8
        damaged = bytes(flipped)
        # A flipped digit may ask for a moderate factor, which would only take its time.
        if sealing._HEADER.match(damaged) and sealing.work_factor(damaged) > 12:
            return
    with pytest.raises(WizardError):
        sealing.unseal(damaged, PASSPHRASE)


@pytest.mark.parametrize("weak", ["", "eleven-chars"[:11], "twelve\tand a tab"])
def test_nothing_is_sealed_by_a_weak_passphrase(weak: str) -> None:
    with pytest.raises(UsageError, match="the passphrase"):
        sealing.seal(b"", weak)


def test_a_generated_passphrase_is_strong_and_another_each_time() -> None:
    made = {sealing.generate_passphrase() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"([a-z0-9]{5}-){4}[a-z0-9]{5}", one) for one in made)
    assert not [one for one in made if sealing.weakness_of(one)]
    assert len(sealing._SIGNS) == len(set(sealing._SIGNS)) == 32


def test_a_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        sealing.write_once(tmp_path / "new", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


@pytest.mark.parametrize("link", [False, True])
def test_a_file_that_exists_is_not_replaced(tmp_path: Path, link: bool) -> None:
    target = tmp_path / "there"
    if link:
        target.symlink_to(tmp_path / "elsewhere")
    else:
        target.write_bytes(b"mine")
    with pytest.raises(FileError, match="there"):
        sealing.write_once(target, b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert link or target.read_bytes() == b"mine"


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left"):
        sealing.write_once(tmp_path / "new", b"x")
    assert list(tmp_path.iterdir()) == []
