"""What the last verification found, kept for whoever asks later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.places import private_directory
from octavia_wizard.core.verification.model import Checked, Status, Verdict


@dataclass(frozen=True, slots=True)
class Kept:
    """A verification of the past."""

    at: str
    """When it ended: UTC, ISO 8601."""
    checks: tuple[Checked, ...]
    ended: bool = True
    """Whether it came to its end; else it was stopped."""

    @property
    def failed(self) -> tuple[Checked, ...]:
        """Return the checks that failed."""
        return tuple(one for one in self.checks if one.status is Status.FAILED)


def now() -> str:
    """Return this moment: UTC, ISO 8601, to the microsecond."""
    return datetime.now(UTC).isoformat()


def keep(path: Path, kept: Kept) -> None:
    """Keep what was found in place of what was found before; raises FileError."""
    document = {
        "at": kept.at,
        "ended": kept.ended,
        "checks": [check_document(one) for one in kept.checks],
    }
    private_directory(path.parent)
    write_file(path, json.dumps(document, indent=2) + "\n", 0o600)


def last_kept(path: Path) -> Kept | None:
    """Return what the last verification found; None where there was none, or it is damaged."""
    try:
        document = json.loads(read_text(path) or "null")
        checks = tuple(_checked(one) for one in document["checks"])
        return Kept(str(document["at"]), checks, document["ended"] is True)
    except (FileError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def check_document(checked: Checked) -> dict[str, object]:
    """Return a check as data."""
    verdict = asdict(checked.verdict)
    verdict["status"] = checked.status.value
    for name in ("detail", "look"):
        verdict[name] = list(verdict[name])
    return {
        "check": checked.id,
        "title": checked.title,
        **verdict,
        "seconds": round(checked.seconds, 3),
    }


def _checked(document: Mapping[str, object]) -> Checked:
    return Checked(
        str(document["check"]),
        str(document["title"]),
        Verdict(
            Status(str(document["status"])),
            _texts(document["detail"]),
            str(document["cause"]),
            str(document["cure"]),
            str(document["section"]),
            _texts(document["look"]),
        ),
        float(str(document["seconds"])),
    )


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise TypeError("not a list")
    return tuple(map(str, value))
