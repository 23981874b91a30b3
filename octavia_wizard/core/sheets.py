"""The files as they would be emitted now, line by line, beside what is on disk.

Pure, as emitting is: nothing is written, and incomplete answers give what follows from them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.diff import covered, unified
from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.user_variables import variable_groups
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.questions import Kind, Question
from octavia_wizard.core.secrets import missing_secrets

NEW = "new file"
_KEY = re.compile(r"(\w+):")
_LEAST = 3
"""Shortest text of a value that is looked for: a shorter one is found in every other line."""


class Mark(StrEnum):
    """What becomes of a line."""

    SAME = "same"
    CHANGED = "changed"
    """It is not in the file on disk like this."""
    ADDED = "added"
    """Of a file of the operator's, where only the surroundings of what changes are shown."""
    REMOVED = "removed"
    ASIDE = "aside"
    """Not of the file: where in it the next lines are."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a file, secrets covered."""

    text: str
    mark: Mark = Mark.SAME


@dataclass(frozen=True, slots=True)
class Sheet:
    """One emitted file."""

    path: str
    """Relative to the deploy directory."""
    state: str
    """How it stands against the file on disk, in words."""
    lines: tuple[SheetLine, ...]
    names: Mapping[str, range] = field(default_factory=dict)
    """Lines of each variable, with the comment above it."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """All emitted files, and which question ends in which variables."""

    files: tuple[Sheet, ...]
    variables: Mapping[str, frozenset[str]]
    """Key of a question to the variables that follow from it."""

    def about(self, question: Question, value: object) -> tuple[int, frozenset[int]] | None:
        """Return the file and the lines in which a question ends; None where it is in none.

        Without a variable of its own a question ends where its value is written.
        """
        wanted = (*question.variables, *sorted(self.variables.get(question.key, ())))
        for place, sheet in enumerate(self.files):
            lines = frozenset(n for name in wanted for n in sheet.names.get(name, ()))
            if lines:
                return place, lines
        named = question.kind in (Kind.CHOICE, Kind.CHOICES, Kind.FLAG)
        texts = [] if named else [text for text in _texts(value) if len(text) >= _LEAST]
        for place, sheet in enumerate(self.files):
            found = frozenset(n for n, line in enumerate(sheet.lines) if _holds(line, texts))
            if found:
                return place, found
        return None


def sheets(effective: Effective, facts: Facts) -> Sheets:
    """Return every file as it would be emitted, the names of secrets last."""
    files = [_sheet(file) for file in emit_files(effective, facts)]
    secrets = [need.name for need in missing_secrets(effective, facts.host)]
    if secrets:
        files.append(_secrets(secrets))
    owners: dict[str, set[str]] = {}
    for group in variable_groups(effective, facts):
        for entry in group.entries:
            if entry.key:
                owners.setdefault(entry.key, set()).add(entry.name)
    return Sheets(tuple(files), {key: frozenset(names) for key, names in owners.items()})


def since(sheet: Sheet, former: Sheet) -> Sheet:
    """Mark of a file that is not on disk yet what it did not have in a former state."""
    if sheet.state != NEW:
        return sheet
    texts = [line.text for line in sheet.lines]
    changed = set(_changed([line.text for line in former.lines], texts))
    lines = (
        SheetLine(text, Mark.CHANGED if number in changed else Mark.SAME)
        for number, text in enumerate(texts)
    )
    return replace(sheet, lines=tuple(lines))


def _sheet(file: EmittedFile) -> Sheet:
    if not file.owned and file.before is not None:
        return _edit(file)
    text = covered(file.text).splitlines()
    if file.before is None:
        lines = tuple(map(SheetLine, text))
        return Sheet(file.path, NEW, lines, _names(text))
    changed = set(_changed(covered(file.before).splitlines(), text))
    lines = tuple(
        SheetLine(line, Mark.CHANGED if number in changed else Mark.SAME)
        for number, line in enumerate(text)
    )
    count = f"{len(changed)} line{'' if len(changed) == 1 else 's'}"
    state = f"{count} not like this on disk" if changed else "as it is on disk"
    if not changed and file.text != file.before:
        state = "fewer lines than on disk"
    return Sheet(file.path, state, lines, _names(text))


def _edit(file: EmittedFile) -> Sheet:
    """Show of an operator's file what changes, with its surroundings."""
    lines = tuple(map(_of_diff, unified(file.before, file.text, file.path)[2:]))
    if not lines:
        return Sheet(file.path, "yours, left as it is", tuple(map(SheetLine, file.notes)))
    added = sum(line.mark is Mark.ADDED for line in lines)
    return Sheet(file.path, f"yours, {added} line{'' if added == 1 else 's'} added", lines)


def _of_diff(text: str) -> SheetLine:
    if text.startswith("@@"):
        return SheetLine(text, Mark.ASIDE)
    mark = {"+": Mark.ADDED, "-": Mark.REMOVED}.get(text[:1], Mark.SAME)
    return SheetLine(text[1:], mark)


def _secrets(names: list[str]) -> Sheet:
    lines = ["# Made at random when you apply; the values are shown nowhere.", *names]
    return Sheet(OUR_SECRETS, f"{len(names)} made when you apply", tuple(map(SheetLine, lines)))


def _names(lines: list[str]) -> dict[str, range]:
    """Return where each variable of the top level is, from its comment to its last line."""
    found: dict[str, range] = {}
    first: int | None = None
    name = ""
    for number, line in enumerate([*lines, ""]):
        match = _KEY.match(line)
        if match:
            name = match[1]
        if not line and name and first is not None:
            found[name] = range(first, number)
        if not line:
            first, name = None, ""
        elif first is None:
            first = number
    return found


def _changed(before: list[str], after: list[str]) -> Iterator[int]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag in ("replace", "insert"):
            yield from range(start, end)


def _texts(value: object) -> list[str]:
    if isinstance(value, Mapping):
        return [text for part in (*value, *value.values()) for text in _texts(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts(part)]
    # A number or a yes is found anywhere.
    return [value] if isinstance(value, str) else []


def _holds(line: SheetLine, texts: list[str]) -> bool:
    if line.mark in (Mark.REMOVED, Mark.ASIDE) or line.text.lstrip().startswith("#"):
        return False
    return any(text in line.text for text in texts)
