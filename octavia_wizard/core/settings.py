"""The operator's own settings: the theme of the screens, and keys put elsewhere.

They live in ``$XDG_CONFIG_HOME/octavia-wizard/settings.yml``. A wrong entry never stops the
wizard: it is told with its line, and the default holds.
"""

from __future__ import annotations

import difflib
import io
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from octavia_wizard.core.answers.document import Document, parse_document
from octavia_wizard.core.errors import FileError, PresetError, Problem
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.places import config_root, private_directory

NAMES = ("theme", "keys")
_BEGINNING = "# Settings of octavia-wizard; its README says what can be set.\n"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a settings file says, and what is wrong with it."""

    source: str = ""
    theme: str = ""
    """Empty for the default."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Id of a binding to the key it is put on, or several with commas between them."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Dotted name of a setting to its 1-based line."""
    problems: tuple[Problem, ...] = ()

    def problem(self, name: str, reason: str, fix: str = "") -> Problem:
        """Return a problem of the setting with this dotted name."""
        return Problem(name, reason, fix, self.lines.get(name))

    def told(self, problems: Iterable[Problem]) -> tuple[str, ...]:
        """Put problems into words, a line each."""
        return tuple(PresetError(self.source, [problem]).message for problem in problems)


def settings_path() -> Path:
    """Return where the settings are looked for."""
    return config_root() / "settings.yml"


def load_settings(path: Path) -> Settings:
    """Read the settings; a file that cannot be used gives defaults and says why."""
    source = str(path)
    try:
        text = read_text(path)
        if text is None:
            return Settings(source)
        return _checked(parse_document(text, source))
    except PresetError as error:
        return Settings(source, problems=tuple(error.problems))
    except FileError as error:
        reason = error.message.removeprefix(source).lstrip(": ")
        return Settings(source, problems=(Problem("", reason, error.hint),))


def save_theme(path: Path, theme: str) -> None:
    """Write the name of the theme, keeping all else in the file; raises FileError."""
    written = _with_theme(path, read_text(path) or _BEGINNING, theme)
    private_directory(path.parent)
    write_file(path, written, stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600)


def _with_theme(path: Path, text: str, theme: str) -> str:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    if all(line.lstrip().startswith("#") or not line.strip() for line in text.splitlines()):
        # ruamel.yaml drops the comments of a file in which there is nothing else.
        return text.rstrip("\n") + f"\ntheme: {theme}\n"
    try:
        data = yaml.load(text)
    except YAMLError:
        data = None
    if not isinstance(data, dict):
        raise FileError(
            f"{path} is no YAML mapping; it is left as it is", hint="mend it, or move it away"
        )
    data["theme"] = theme
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint at the known name that is most like another, or at all of them if few."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"known are {', '.join(names)}" if len(names) < 8 else ""


def _checked(document: Document) -> Settings:
    data = document.data
    if data is None:
        return Settings(document.source)
    if not isinstance(data, dict):
        problem = Problem("", "is no mapping of names to values", "write theme: or keys:", 1)
        return Settings(document.source, problems=(problem,))
    problems = [
        Problem(str(name), "there is no such setting", nearest(str(name), NAMES), line)
        for name in data
        if name not in NAMES and (line := document.line((name,)))
    ]
    lines = {name: document.line((name,)) or 1 for name in data if name in NAMES}
    theme = data.get("theme", "")
    if theme is None or not isinstance(theme, str):
        problems.append(Problem("theme", "is no name of a theme", line=lines["theme"]))
        theme = ""
    keys = _keys(document, data.get("keys"), lines, problems)
    return Settings(document.source, theme, keys, lines, tuple(problems))


def _keys(
    document: Document, found: object, lines: dict[str, int], problems: list[Problem]
) -> dict[str, str]:
    """Return the keys that are written as keys; what else there is becomes a problem."""
    if found is None:
        return {}
    if not isinstance(found, dict):
        reason = "is no mapping of ids to keys"
        problems.append(Problem("keys", reason, "write ids below it", lines["keys"]))
        return {}
    keys = {}
    for name, value in found.items():
        place = f"keys.{name}"
        lines[place] = document.line(("keys", name)) or lines["keys"]
        parts = value if isinstance(value, list) else [value]
        # Digits are keys too, and YAML reads them as numbers.
        texts = [str(part) for part in parts if type(part) in (str, int)]
        if not parts or len(texts) != len(parts) or not all(texts):
            reason = "is no name of a key"
            problems.append(Problem(place, reason, "write it as f3 or ctrl+t", lines[place]))
            continue
        keys[str(name)] = ",".join(texts)
    return keys
