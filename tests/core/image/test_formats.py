"""Files are known by what is in them, not by their names."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.image.formats import format_of, no_image
from tests.core.image.support import boot_sector


@pytest.mark.parametrize(
    ("head", "tail", "found"),
    [
        (b"QFI\xfb", b"", "qcow2"),
        (b"KDMV", b"", "vmdk"),
        (b"# Disk DescriptorFile\n", b"", "vmdk"),
        (b"conectix", b"", "vhd"),
        (b"\0" * 512, b"conectix".ljust(512, b"\0"), "vhd"),
        (b"\0" * 64 + b"\x7f\x10\xda\xbe", b"", "vdi"),
        (boot_sector(), b"\0" * 512, ""),
        (b"", b"", ""),
    ],
    ids=lambda value: str(value[:8]),
)
def test_disk_formats(head: bytes, tail: bytes, found: str) -> None:
    """Every format of the question has its marks; raw has none."""
    assert format_of(head, tail) == found
    assert not found or not no_image(head.ljust(600, b"\0"))


def _tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("amphora.qcow2"))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (gzip.compress(b"x", mtime=0), "gzip; unpack it first (gunzip)"),
        (lzma.compress(b"x"), "xz; unpack it first (unxz)"),
        (b"BZh91AY", "bzip2"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (_tar(), "a tar archive"),
        (b"PK\x03\x04", "a zip archive"),
        (b"vhdxfile", "a VHDX image, not a disk that is taken here; convert it with qemu-img"),
        (b"LUKS\xba\xbe", "encrypted with LUKS"),
        (bytes(32769) + b"CD001", "an ISO 9660 image"),
        (b"\n <!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf<html lang='de'>", "a web page"),
        (b'{"error": "not found"}', "it is text"),
        ("Nicht gefunden: größer".encode(), "it is text"),
    ],
    ids=lambda value: str(value[:8]),
)
def test_what_is_no_image(head: bytes, what: str) -> None:
    """An answer that is no image is told for what it is, with the cure where there is one."""
    assert what in no_image(head)


@given(st.binary(max_size=600))
def test_there_is_an_answer_for_any_bytes(data: bytes) -> None:
    """Nothing is assumed of a file."""
    assert format_of(data, data) in ("", "qcow2", "vmdk", "vhd", "vdi")
    assert isinstance(no_image(data), str)
