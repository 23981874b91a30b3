"""How certificates differ from the approved ones, told by their fingerprints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from octavia_wizard.core.pki.pem import CERTIFICATES, Pem


@dataclass(frozen=True, slots=True)
class Difference:
    """A certificate that is not the approved one; fingerprints are SHA-256, in full."""

    pem: Pem
    found: str
    approved: tuple[str, ...]
    """What was approved in its place; several where that cannot be told apart, or none."""

    def __str__(self) -> str:
        approved = " or ".join(self.approved) or "nothing"
        return f"{self.pem}: approved {approved}, found {self.found}"


def differences(found: Mapping[Pem, str], approved: Sequence[str]) -> tuple[Difference, ...]:
    """Return the certificates that are not among the approved, each with what was approved for it.

    Approving stores the fingerprints in a fixed order, so that a whole list tells which is which;
    of any other list, what none of the certificates has.
    """
    strange = [pem for pem in CERTIFICATES if pem in found and found[pem] not in approved]
    unmet = tuple(mark for mark in approved if mark not in found.values())
    in_order = len(approved) == len(CERTIFICATES) and all(
        found.get(pem, mark) not in approved or found.get(pem, mark) == mark
        for pem, mark in zip(CERTIFICATES, approved, strict=True)
    )
    places = dict(zip(CERTIFICATES, approved, strict=True)) if in_order else {}
    return tuple(
        Difference(pem, found[pem], (places[pem],) if pem in places else unmet) for pem in strange
    )
