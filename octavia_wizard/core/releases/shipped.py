"""Reads the YAML files shipped beside this package."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

# libyaml reads the catalogue about ten times faster; not every build of PyYAML has it.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(name: str) -> Any:
    """Parse one shipped file, for example ``rules.yml``."""
    text = files("octavia_wizard.core.releases.data").joinpath(name).read_text(encoding="utf-8")
    return parse(text)


def parse(text: str) -> Any:
    """Parse YAML text the way the shipped files are parsed."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - both are safe loaders
