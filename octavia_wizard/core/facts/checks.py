"""Whether the clouds that can be chosen let the operator in; read-only, and never a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

ENVIRONMENT = "environment"
"""What a cloud is called that is described by OS_* variables alone."""


class CheckState(StrEnum):
    """What came of asking a cloud for a token."""

    UNCHECKED = "not checked"
    CHECKING = "checking"
    OK = "ok"
    REFUSED = "refused"
    """Keystone answered and did not let the user in."""
    UNREACHABLE = "unreachable"
    """Nothing answered, or not in time."""
    UNUSABLE = "unusable"
    """The settings are not enough, or what answers cannot be trusted or is no keystone."""


GLYPHS: Mapping[CheckState, str] = MappingProxyType(
    {
        CheckState.UNCHECKED: "·",
        CheckState.CHECKING: "◐",
        CheckState.OK: "✓",
        CheckState.REFUSED: "✗",
        CheckState.UNREACHABLE: "✗",
        CheckState.UNUSABLE: "✗",
    }
)
"""The sign of each state; the word says the same."""


@dataclass(frozen=True, slots=True)
class CloudCheck:
    """A cloud by name, and how asking it for a token went."""

    name: str
    state: CheckState = CheckState.UNCHECKED
    regions: tuple[str, ...] = ()
    """As the catalogue lists them; before it was seen, as clouds.yaml does."""
    keystone: str = ""
    """Host and port of keystone; empty where a vendor profile knows it."""
    user: str = ""
    project: str = ""
    admin: bool | None = None
    """Whether the token holds the role admin; None where there is no token."""
    seconds: float = 0.0
    """How long it took."""
    message: str = ""
    """Why it did not go well."""
    hint: str = ""
    """What to do about that."""
    at: float = 0.0
    """When this was found, in seconds of the monotonic clock; 0 for what a file says."""

    @property
    def whom(self) -> str:
        """Say as whom one is let in: user and project, and that it is no administrator."""
        where = f" in {self.project}" if self.project else ""
        rights = ", no admin" if self.admin is False else ""
        return f"{self.user}{where}{rights}" if self.user else ""

    @property
    def is_done(self) -> bool:
        """Say whether the cloud was asked and the outcome is known."""
        return self.state not in (CheckState.UNCHECKED, CheckState.CHECKING)


Checks = Mapping[str, CloudCheck]
"""By name of the cloud; the one of the environment by ``ENVIRONMENT``."""


def latest(one: Checks, other: Checks) -> Checks:
    """Return of each cloud what was found last; ``other`` itself where that is all of it."""
    newer = {name: check for name, check in one.items() if check.at > _at(other, name)}
    return MappingProxyType({**other, **newer}) if newer else other


def listed(names: Checks, known: Checks) -> Checks:
    """Return the clouds in ``names``, each with what is known of it already."""
    found = {name: known.get(name, check) for name, check in names.items()}
    return MappingProxyType(found)


def asking(check: CloudCheck, now: float) -> CloudCheck:
    """Return a cloud that is about to be asked; what was known of it stays."""
    return replace(check, state=CheckState.CHECKING, message="", hint="", at=now)


def _at(checks: Checks, name: str) -> float:
    return checks[name].at if name in checks else -1.0
