"""What the last verification of a deployment that found nothing wrong was about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.places import private_directory


@dataclass(frozen=True, slots=True)
class Verified:
    """A verification without a failed check."""

    at: str
    """UTC, ISO 8601."""
    inputs: Mapping[str, str]
    """What it was verified for: name to digest, as in a run of a playbook."""
    smoke: bool = False
    """Whether a load balancer was created in it."""
    warnings: tuple[str, ...] = ()
    """What it warned of, a line each."""


def save_verified(path: Path, verified: Verified) -> None:
    """Keep a verification for later runs, readable by its owner only; raises FileError."""
    private_directory(path.parent)
    document = {
        "at": verified.at,
        "inputs": dict(verified.inputs),
        "smoke": verified.smoke,
        "warnings": list(verified.warnings),
    }
    write_file(path, json.dumps(document, indent=2, sort_keys=True) + "\n", 0o600)


def read_verified(path: Path) -> Verified | None:
    """Return the last verification; None where there is none, or what is kept is damaged.

    What cannot be read counts for nothing: the deployment is verified again.
    """
    try:
        document = json.loads(read_text(path) or "null")
        datetime.fromisoformat(document["at"])
        inputs = {str(name): str(value) for name, value in document["inputs"].items()}
        warnings = tuple(map(str, document.get("warnings", ())))
        return Verified(str(document["at"]), inputs, document["smoke"] is True, warnings)
    except (FileError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
