"""How much work it takes to try a password on a key or a PKCS#12 file, told before any is tried.

The file itself says how often its password is hashed.  A number somebody made up could keep a
screen busy for hours, so that it is read first.  Both are BER (X.690): PKCS#12 files of Java and
of browsers have lengths that are not given beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_ROUNDS = 10_000_000
"""Of all keys and parts of a file together; PBKDF2 does some 3 million in a second."""
MAX_MEMORY = 1 << 28
"""Bytes scrypt may ask for."""

_DEEPEST = 40
_INTEGER, _OCTETS, _CONSTRUCTED = 0x02, 0x04, 0x20
_END = b"\0\0"

_Item = tuple[int, bytes]
"""Tag and content."""


class _NotBer(Exception):
    """Here the bytes are no BER any more."""


class _TooMuch(Exception):
    """More than is worth looking at."""


def asks_too_much(data: bytes) -> bool:
    """Say whether opening these bytes would take too long or too much memory.

    Bytes that are no BER ask for nothing: whoever reads them refuses them.
    """
    try:
        return _Reader().rounds(data, _DEEPEST) > MAX_ROUNDS
    except _TooMuch:
        return True


@dataclass(slots=True)
class _Reader:
    left: int = 20_000
    """How many more items are looked at."""

    def rounds(self, data: bytes, depth: int) -> int:
        """Add up the rounds that are asked for in these bytes."""
        if depth == 0:
            raise _TooMuch
        items = list(self._items(data))
        total = sum(_asked(items))
        for tag, content in items:
            if tag & _CONSTRUCTED or (tag == _OCTETS and content[:1] == b"\x30"):
                total += self.rounds(content, depth - 1)
        pieces = [content for tag, content in items if tag == _OCTETS]
        if len(pieces) > 1 and len(pieces) == len(items):
            # One string in pieces, as in files whose lengths are not given beforehand.
            total += self.rounds(b"".join(pieces), depth - 1)
        return total

    def _items(self, data: bytes) -> Iterator[_Item]:
        """Yield the items of a value one after another, as far as they are BER."""
        at = 0
        while at < len(data) and data[at : at + 2] != _END:
            self._count()
            try:
                tag, start, length = _header(data, at)
                end = self._end(data, start) if length is None else start + length
            except _NotBer:
                return
            yield tag, data[start:end]
            at = end + len(_END) if length is None else end

    def _end(self, data: bytes, at: int) -> int:
        """Find the end of a content whose length is not given, those nested in it included."""
        depth = 1
        while depth:
            self._count()
            if data[at : at + 2] == _END:
                depth -= 1
                at += len(_END)
                continue
            _, start, length = _header(data, at)
            depth += length is None
            at = start + (length or 0)
        return at - len(_END)

    def _count(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise _TooMuch


def _asked(items: list[_Item]) -> Iterator[int]:
    """Find salts: the number behind one says how often to hash (PBKDF2, PKCS#5, PKCS#12 MAC).

    Behind scrypt's stand three: cost, block size and parallel runs (RFC 7914, section 7.1).
    """
    for place, (tag, _) in enumerate(items):
        if tag != _OCTETS:
            continue
        numbers = []
        for kind, content in items[place + 1 : place + 4]:
            if kind != _INTEGER:
                break
            numbers.append(int.from_bytes(content[:16], "big"))
        if len(numbers) == 3:
            cost, size, runs = numbers
            yield MAX_ROUNDS + 1 if 128 * cost * size * max(runs, 1) > MAX_MEMORY else 0
        elif numbers:
            yield numbers[0]


def _header(data: bytes, at: int) -> tuple[int, int, int | None]:
    """Return tag, begin and length of the content; no length where only its end is marked."""
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        raise _NotBer
    tag, first, start = data[at], data[at + 1], at + 2
    if first == 0x80:
        return tag, start, None
    width = first & 0x7F if first > 0x80 else 0
    if width > 8:
        raise _NotBer
    length = int.from_bytes(data[start : start + width], "big") if width else first
    if start + width + length > len(data):
        raise _NotBer
    return tag, start + width, length
