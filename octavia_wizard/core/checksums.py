"""Checksums as an operator gives them: an algorithm and a digest."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

ALGORITHMS = {"md5": 32, "sha256": 64, "sha384": 96, "sha512": 128}
"""Hexadecimal digits of each; SHA-1 is left out, as files can be made to match a given one."""

_FORMS = "write it like sha256:HEX, sha512:HEX or md5:HEX, or the digits alone"
_HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a file is to have as its digest."""

    algorithm: str
    """As hashlib calls it."""
    digest: str
    """Lower-case hexadecimal digits."""

    def __str__(self) -> str:
        """Write it the way it is read."""
        return f"{self.algorithm}:{self.digest}"

    def hasher(self) -> hashlib._Hash:
        """Begin to hash by its algorithm."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def parse_checksum(text: str) -> Checksum:
    """Read ``sha256:HEX`` or digits whose number tells the algorithm; raises ValueError."""
    name, colon, digits = text.strip().lower().rpartition(":")
    algorithm, digest = name.strip().replace("-", ""), digits.strip()
    if colon and algorithm not in ALGORITHMS:
        raise ValueError(f"{name!r} is no algorithm known here; {_FORMS}")
    if not _HEX.fullmatch(digest):
        raise ValueError(f"{text!r} is not a checksum; {_FORMS}")
    if not colon:
        algorithm = next((a for a, length in ALGORITHMS.items() if length == len(digest)), "")
        if not algorithm:
            known = ", ".join(f"{length} for {a}" for a, length in ALGORITHMS.items())
            raise ValueError(f"{len(digest)} digits fit no algorithm known here: {known}")
    if len(digest) != ALGORITHMS[algorithm]:
        raise ValueError(
            f"{algorithm} has {ALGORITHMS[algorithm]} hexadecimal digits, not {len(digest)}"
        )
    return Checksum(algorithm, digest)
