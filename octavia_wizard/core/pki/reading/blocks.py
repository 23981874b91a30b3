"""Takes a PEM file apart into its blocks; what stands around them is left out."""

from __future__ import annotations

from dataclasses import dataclass

MAX_BLOCKS = 60
"""More blocks are no chain of Octavia's, but a whole host's list of authorities."""

CERTIFICATES = frozenset({"CERTIFICATE", "X509 CERTIFICATE"})

KEYS = frozenset(
    {
        "PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "DSA PRIVATE KEY",
    }
)

_BEGIN, _END, _DASHES = b"-----BEGIN ", b"-----END ", b"-----"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Block:
    """One block with its lines as they are in the file; repr leaves them out."""

    label: str
    """What stands behind BEGIN, e.g. ``CERTIFICATE``."""
    data: bytes

    def __repr__(self) -> str:
        return f"Block({self.label!r})"

    @property
    def is_locked(self) -> bool:
        """Whether it is a private key that a passphrase opens."""
        marked = b"Proc-Type: 4,ENCRYPTED" in self.data[:200]
        return self.label == "ENCRYPTED PRIVATE KEY" or (self.label in KEYS and marked)


class TooMany(ValueError):
    """A file has more blocks than anybody can mean."""


def blocks_of(data: bytes) -> tuple[Block, ...]:
    """Return the whole blocks of a file in their order; one that does not end is left out.

    Raises TooMany beyond 60 of them.
    """
    found: list[Block] = []
    label, lines = "", list[bytes]()
    for line in data.removeprefix(_BYTE_ORDER_MARK).splitlines(keepends=True):
        mark = line.strip()
        if mark.startswith(_BEGIN) and mark.endswith(_DASHES):
            label, lines = _label(mark, _BEGIN), []
        lines.append(line)
        if label and mark.startswith(_END) and _label(mark, _END) == label:
            if len(found) == MAX_BLOCKS:
                raise TooMany
            found.append(Block(label, b"".join(lines)))
            label = ""
    return tuple(found)


def _label(mark: bytes, edge: bytes) -> str:
    return mark[len(edge) :].removesuffix(_DASHES).decode("ascii", "replace")
