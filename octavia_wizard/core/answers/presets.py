"""Presets by name: those shipped with the wizard and the operator's own."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from octavia_wizard.core.errors import PresetError, Problem
from octavia_wizard.core.places import config_root

SUFFIX = ".yml"


@dataclass(frozen=True, slots=True)
class PresetEntry:
    """A preset that can be named instead of a path."""

    name: str
    path: Path
    shipped: bool


def own_presets() -> Path:
    """Return the directory of the operator's own presets."""
    return config_root() / "presets"


def list_presets() -> tuple[PresetEntry, ...]:
    """List all presets, shipped ones first."""
    shipped = Path(str(files("octavia_wizard") / "presets"))
    return tuple(
        PresetEntry(path.stem, path, directory == shipped)
        for directory in (shipped, own_presets())
        if os.path.isdir(directory)
        for path in sorted(directory.glob(f"*{SUFFIX}"))
    )


def find_preset(name: str) -> Path:
    """Find a preset by path, else by name; the operator's own win over shipped ones.

    Raises PresetError with the nearest name.
    """
    # Other than those of Path, these take a name too long, or of nobody, for no file.
    path = Path(os.path.expanduser(name))
    if os.path.exists(path) or "/" in name or name.endswith((".yml", ".yaml")):
        return path
    known = {entry.name: entry.path for entry in list_presets()}
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, n=1)
    fix = f"did you mean {close[0]!r}?" if close else "see 'octavia-wizard presets list'"
    raise PresetError(name, [Problem("", "is neither a file nor the name of a preset", fix)])
