"""Approvals that go over to certificates which take the place of approved ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.answers.load import load_preset
from octavia_wizard.core.answers.save import preset_text
from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.replacing import Exchange, exchange

KEY = "certificates.approved"


@dataclass(frozen=True, slots=True)
class Approving:
    """A file of this deployment's own answers that approves certificates."""

    path: Path
    answers: Answers

    @property
    def marks(self) -> list[str]:
        """The approved SHA-256 fingerprints."""
        found = self.answers.values.get(KEY)
        return [str(mark) for mark in found] if isinstance(found, list | tuple) else []


def approving(deploy_dir: Path, marks: Mapping[str, str] | set[str]) -> list[Approving]:
    """Return the files of this deployment's answers that approve any of these fingerprints."""
    place = DeploymentPlace.of(deploy_dir)
    found = []
    for path in (place.preset, place.autosave):
        if not path.is_file():
            continue
        try:
            one = Approving(path, load_preset(path))
        except PresetError:
            # Whoever opens it is told; nothing of it can be meant here.
            continue
        if any(mark in marks for mark in one.marks):
            found.append(one)
    return found


def approvals(deploy_dir: Path, successors: Mapping[str, str]) -> list[Exchange]:
    """Plan to let new fingerprints take the place of former ones; raises FileError."""
    found = []
    for one in approving(deploy_dir, successors):
        marks = [successors.get(mark, mark) for mark in one.marks]
        text = preset_text(one.answers.with_value(KEY, marks))
        found.append(exchange(one.path, text.encode()))
    return found
