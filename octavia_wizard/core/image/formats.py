"""Tells by a file's first and last bytes what it is: a disk image, or something else."""

from __future__ import annotations

from octavia_wizard.core.image import qcow2

HEAD = 34 * 1024
"""Bytes of the start that are looked at; the mark of an ISO 9660 image is at 32 KiB."""
TAIL = 512
"""Bytes of the end that are looked at; a fixed VHD has its only mark there."""

_VDI = b"\x7f\x10\xda\xbe"
_COMPRESSED = {
    b"\x1f\x8b": ("gzip", "gunzip"),
    b"\xfd7zXZ\x00": ("xz", "unxz"),
    b"BZh": ("bzip2", "bunzip2"),
    b"\x28\xb5\x2f\xfd": ("zstd", "unzstd"),
}
_OTHERS = (
    (0, b"vhdxfile", "a VHDX image"),
    (0, b"QED\0", "a QED image"),
    (0, b"LUKS\xba\xbe", "encrypted with LUKS"),
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"\x7fELF", "a program"),
    (257, b"ustar", "a tar archive"),
    (32769, b"CD001", "an ISO 9660 image"),
)
_CONVERTIBLE = ("a VHDX image", "a QED image")
_PAGE = (b"<!doctype html", b"<html", b"<head", b"<body")
# What is found in text: no control characters but these.
_TEXT = bytes({7, 8, 9, 10, 12, 13, 27} | set(range(0x20, 0x100)) - {0x7F})
_SAMPLE = 512


def format_of(head: bytes, tail: bytes) -> str:
    """Return the disk format as Glance calls it; "" where none is known, as for raw."""
    if head.startswith(qcow2.MAGIC):
        return "qcow2"
    if head.startswith((b"KDMV", b"COWD", b"# Disk DescriptorFile")):
        return "vmdk"
    if head.startswith(b"conectix") or tail[-TAIL:].startswith(b"conectix"):
        return "vhd"
    if head[64:68] == _VDI:
        return "vdi"
    return ""


def no_image(head: bytes) -> str:
    """Say as a clause what a file is that is no disk image at all; "" where it may be one."""
    for magic, (packer, unpacker) in _COMPRESSED.items():
        if head.startswith(magic):
            return f"it is compressed with {packer}; unpack it first ({unpacker})"
    for place, magic, name in _OTHERS:
        if head[place:].startswith(magic):
            cure = "; convert it with qemu-img convert -O qcow2" if name in _CONVERTIBLE else ""
            return f"it is {name}, not a disk that is taken here{cure}"
    sample = head[:_SAMPLE]
    if sample.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGE):
        return "it is a web page, not an image"
    if sample and not sample.translate(None, delete=_TEXT):
        return "it is text, not an image"
    return ""
