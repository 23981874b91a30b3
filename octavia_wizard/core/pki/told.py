"""What the operator's files tell the role, as far as that can be said without running Ansible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.facts.model import HostFacts

_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*")
_HOME = re.compile(r"""lookup\(\s*(['"])env\1\s*,\s*(['"])HOME\2.*\)""")
_DEPTH = 8
"""References from one variable to the next; more are a circle."""


@dataclass(frozen=True, slots=True)
class Told:
    """One variable, with the file that has the last word about it."""

    name: str
    value: object
    where: str
    """``path:line``."""
    ours: bool = False
    """Whether that file is one octavia-wizard emits."""


class Variables:
    """The variables of all ``user_*.yml``, the last file winning as under the wrapper."""

    def __init__(self, host: HostFacts) -> None:
        self._home = host.home
        self._told: dict[str, Told] = {}
        for file in host.user_files:
            for name, variable in file.variables.items():
                where = f"{file.path}:{variable.line}"
                self._told[name] = Told(name, variable.value, where, file.ours)

    def of(self, name: str) -> Told | None:
        """Return a variable as it is written; None where no file has it, or its value is secret."""
        told = self._told.get(name)
        return told if told is not None and told.value is not None else None

    def text(self, name: str) -> str | None:
        """Return a variable with references to others followed.

        None where no file has it, or where only Ansible could tell its value.
        """
        told = self.of(name)
        return None if told is None else self._followed(str(told.value), _DEPTH)

    def path(self, name: str) -> Path | None:
        """Return a variable as a path; None as above, and where nothing is in it."""
        text = self.text(name)
        if not text:
            return None
        return self._home / text[2:] if text.startswith("~/") else Path(text).absolute()

    def is_clear(self, name: str) -> bool:
        """Say whether ``text`` tells what the role will see."""
        return self.of(name) is None or self.text(name) is not None

    def _followed(self, text: str, depth: int) -> str | None:
        if depth == 0 or "{%" in text:
            return None
        found: list[str] = []
        end = 0
        for match in _EXPRESSION.finditer(text):
            value = self._value(match[1].strip(), depth - 1)
            if value is None:
                return None
            found += [text[end : match.start()], value]
            end = match.end()
        return "".join((*found, text[end:]))

    def _value(self, expression: str, depth: int) -> str | None:
        if _HOME.fullmatch(expression):
            return str(self._home)
        told = self.of(expression) if _NAME.fullmatch(expression) else None
        return None if told is None else self._followed(str(told.value), depth)
