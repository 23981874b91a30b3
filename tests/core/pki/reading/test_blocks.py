"""A PEM file is taken apart whatever stands around its blocks."""

from __future__ import annotations

import pytest

from octavia_wizard.core.pki.reading.blocks import MAX_BLOCKS, TooMany, blocks_of

ONE = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
KEY = (
    b"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAA\n-----END EC PRIVATE KEY-----\n"
)


def test_text_around_blocks_is_left_out() -> None:
    data = b"\xef\xbb\xbfBag Attributes\n  friendlyName: x\n" + ONE + b"text\n" + KEY + b"tail"
    found = blocks_of(data)
    assert [block.label for block in found] == ["CERTIFICATE", "EC PRIVATE KEY"]
    assert [block.data for block in found] == [ONE, KEY]


def test_line_ends_of_windows_do_not_matter() -> None:
    (block,) = blocks_of(ONE.replace(b"\n", b"\r\n"))
    assert block.label == "CERTIFICATE"


def test_a_block_that_does_not_end_is_none() -> None:
    assert [block.data for block in blocks_of(ONE[:40] + b"\n" + ONE)] == [ONE]
    assert blocks_of(b"-----BEGIN A-----\n-----END B-----\n") == ()


def test_an_encrypted_key_is_told_from_an_open_one() -> None:
    assert blocks_of(KEY)[0].is_locked
    assert not blocks_of(KEY.replace(b"Proc-Type: 4,ENCRYPTED\n", b""))[0].is_locked
    assert blocks_of(KEY.replace(b"EC PRIVATE", b"ENCRYPTED PRIVATE"))[0].is_locked


def test_what_is_in_a_block_is_not_shown() -> None:
    assert "AA" not in repr(blocks_of(KEY))


def test_a_file_with_hundreds_of_blocks_is_not_read() -> None:
    assert len(blocks_of(ONE * MAX_BLOCKS)) == MAX_BLOCKS
    with pytest.raises(TooMany):
        blocks_of(ONE * (MAX_BLOCKS + 1))
