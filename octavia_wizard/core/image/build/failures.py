"""Why a build failed, and what to do: told from what it wrote, as its last line is not the cause.

The exit code is that of whichever tool failed, and lines of tidying up follow its message. The
cases, most of them measured with diskimage-builder 3.43.0, are in ``data/failures.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from octavia_wizard.core.image.build.phases import phase_of
from octavia_wizard.core.image.build.reader import Reader
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.releases.shipped import parse

_STRONG = re.compile(r"(?:> )?(?:E: |ERROR\b|Error\b|error: |fatal: |\w+(?:Error|Exception): )")
_TIDYING = re.compile(r"Unmount |INFO |State already cleaned|umount: |dib-run-parts |\+|\s*$")
HARMLESS = re.compile(
    r"E: Can not write log \(Is /dev/pts mounted\?\)|sudo: unable to resolve host "
)
"""Complaints of builds that succeed."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a build failed."""

    summary: str
    """What is wrong, in a few words."""
    line: str
    """The line that tells; "" where none does."""
    culprit: str
    """The script that failed; "" where it was the driver."""
    phase: str
    """Id of the phase it was in; "" before the first."""
    cause: str
    remedy: str
    """The answer to change, or the command to run."""
    case: str = ""
    """Id of the known case, e.g. ``image_too_small``; "" for a failure of an unknown kind."""

    @property
    def place(self) -> str:
        """Say where it failed, e.g. ``75-amphora-agent-install (install.d)``; "" if nowhere."""
        return f"{self.culprit} ({self.phase})" if self.culprit else self.phase


@dataclass(frozen=True, slots=True)
class Case:
    """One known way to fail."""

    id: str
    patterns: tuple[str, ...]
    summary: str
    cause: str
    remedy: str
    codes: tuple[int, ...] = ()
    phases: tuple[str, ...] = ()
    tmpfs: bool | None = None

    def applies(self, code: int, phase: str, tmpfs: bool) -> bool:
        """Tell whether code, phase and kind of build are those of this case."""
        return (
            (not self.codes or code in self.codes)
            and (not self.phases or phase in self.phases)
            and self.tmpfs in (None, tmpfs)
        )


def explain(reader: Reader, code: int, request: BuildRequest) -> Failure:
    """Tell why a build ended with an exit code other than 0."""
    if reader.silent:
        return _silent(code, request)
    words = _words(reader, request)
    lines = [line for line in reader.telling if not HARMLESS.search(line)]
    for case in cases():
        if not case.applies(code, reader.phase, request.tmpfs):
            continue
        if not case.patterns:
            return _failure(reader, case, {**words, "line": "", "what": ""})
        found = _found(case, lines or _said(reader), str(request.cache_directory))
        if found is not None:
            line = found.string.strip()
            what = found.groupdict().get("what") or line
            return _failure(reader, case, {**words, "line": line, "what": what})
    return _unknown(reader, code, lines)


@cache
def cases() -> tuple[Case, ...]:
    """Return the known cases, in the order in which they are looked for."""
    text = files("octavia_wizard.core.image.build.data").joinpath("failures.yml")
    entries: list[dict[str, object]] = parse(text.read_text(encoding="utf-8"))
    return tuple(
        Case(**{key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()})  # type: ignore[arg-type]
        for entry in entries
    )


def _found(case: Case, lines: Iterable[str], cache_directory: str) -> re.Match[str] | None:
    patterns = [
        re.compile(pattern.replace("{cache}", re.escape(cache_directory)))
        for pattern in case.patterns
    ]
    # Of several patterns the first counts most: it tells more than the others.
    return next(
        (found for p in patterns for line in lines if (found := p.search(line)) is not None), None
    )


def _failure(reader: Reader, case: Case, words: Mapping[str, str]) -> Failure:
    return Failure(
        summary=case.summary.format_map(words),
        line=words["line"],
        culprit=reader.culprit,
        phase=reader.phase,
        cause=case.cause.format_map(words),
        remedy=case.remedy.format_map(words),
        case=case.id,
    )


def _words(reader: Reader, request: BuildRequest) -> dict[str, str]:
    return {
        "release": request.base_release,
        "base_os": request.base_os,
        "size": str(request.size_gib),
        "larger": str(request.size_gib + 1),
        "work": str(request.work_directory),
        "cache": str(request.cache_directory),
        "output": str(request.output.parent),
        "build": reader.build_directory or str(request.work_directory),
    }


def _silent(code: int, request: BuildRequest) -> Failure:
    directory: Path = request.output.parent
    return Failure(
        summary="the build ended without a word",
        line="",
        culprit="",
        phase="",
        cause=(
            f"diskimage-create.sh ended with code {code} before it wrote anything, as it does when "
            f"the directory of the image ({directory}) is not there or cannot be entered."
        ),
        remedy=f'make it ("mkdir -p {directory}"), or let image.path name another',
        case="no_output",
    )


def _unknown(reader: Reader, code: int, lines: list[str]) -> Failure:
    strong = [line for line in lines if _STRONG.match(line)]
    line = next(reversed(strong or lines), "") or next(reversed(_said(reader)), "")
    phase = phase_of(reader.phase)
    where = f"{reader.culprit} in {reader.phase}" if reader.culprit else reader.phase
    doing = f" ({phase.title})" if phase is not None else ""
    return Failure(
        summary=f"the build failed in {where}" if where else "the build failed",
        line=line.strip(),
        culprit=reader.culprit,
        phase=reader.phase,
        cause=f"It ended with code {code} in {where}{doing}"
        + (f": {line.strip()}" if line else ""),
        remedy=(
            "see the lines before it in the log; build again with image.trace set to true "
            "for the commands as they are run"
        ),
    )


def _said(reader: Reader) -> list[str]:
    return [line for line in reader.tail if not _TIDYING.match(line) and not HARMLESS.search(line)]
