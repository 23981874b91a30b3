"""diskimage-builder in a virtual environment of its own, in the wizard's cache."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.errors import FileError, StepError, UsageError
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.image.build.children import Log, Ran, run
from octavia_wizard.core.image.build.locations import has_credentials
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.surroundings import pip_surroundings, surroundings
from octavia_wizard.core.image.build.turns import turn
from octavia_wizard.core.places import cache_root

COMMAND = "disk-image-create"

_PACKAGE = "diskimage-builder"
_MARKER = "complete.json"
_VERSION = re.compile(r"^\d+(?:\.\d+)+\S*$")
_INSTALL_SECONDS = 1800.0
_LOOK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Builder:
    """A diskimage-builder that works."""

    bin: Path
    """The directory of ``disk-image-create``."""
    version: str


def ensure_builder(request: BuildRequest, log: Log, cancel: threading.Event) -> Builder:
    """Find or install diskimage-builder; StepError, UsageError, FileError, Interrupted."""
    wanted = request.builder.strip() or _PACKAGE
    command = existing_command(wanted)
    if command is not None:
        version = _version(command, cancel)
        if version is None:
            raise StepError(
                f"{command} does not work", hint=f"run {command} --version, or see image.builder"
            )
        return Builder(command.parent, version)
    _check(wanted)
    base = cache_root() / "diskimage-builder"
    room = base / _digest(wanted)
    with turn(room, log=log, cancel=cancel):
        return _installed(room, wanted, log, cancel) or _install(room, wanted, log, cancel)


def existing_command(wanted: str) -> Path | None:
    """Return the disk-image-create that a request names in place of a requirement."""
    path = Path(wanted).expanduser()
    if path.name != COMMAND or path.is_dir():
        return None
    if not os.access(path, os.X_OK):
        raise UsageError(f"{path} cannot be run", hint="see image.builder")
    return path.absolute()


def can_make_environments() -> bool:
    """Say whether this Python can make virtual environments; Debian packs that by itself."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def _check(wanted: str) -> None:
    if wanted.startswith("-") or "\n" in wanted:
        raise UsageError(f"{wanted!r} is no requirement for pip", hint="see image.builder")
    if has_credentials(wanted):
        raise UsageError(
            "image.builder holds a password, which every user of this host could see",
            hint="put the index into pip.conf, or the password into ~/.netrc",
        )


def _digest(wanted: str) -> str:
    """Return what tells environments apart: requirement, file behind it, and Python."""
    told = [wanted, platform.python_version(), sys.base_prefix]
    with suppress(OSError):
        state = Path(wanted).expanduser().stat()
        told += [str(state.st_mtime_ns), str(state.st_size)]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]


def _installed(room: Path, wanted: str, log: Log, cancel: threading.Event) -> Builder | None:
    """Return what is there and works; None where it was left half-made or is damaged."""
    environment = room / "venv"
    try:
        known = json.loads(read_text(room / _MARKER) or "null")
    except (FileError, ValueError):
        known = None
    if not isinstance(known, dict) or known.get("requirement") != wanted:
        return None
    command = environment / "bin" / COMMAND
    version = _version(command, cancel)
    if version is None:
        log(f"{environment} is damaged and is made again")
        return None
    return Builder(command.parent, version)


def _install(room: Path, wanted: str, log: Log, cancel: threading.Event) -> Builder:
    environment = room / "venv"
    (room / _MARKER).unlink(missing_ok=True)
    if environment.exists():
        shutil.rmtree(environment)
    log(f"installing {wanted} into {environment}")
    # In a virtual environment of its own the wizard's Python is no base for another.
    made = _run([sys.executable, "-m", "venv", str(environment)], log, cancel)
    if not made.ok:
        raise StepError(
            f"python -m venv failed: {made.reason}",
            hint="install python3-venv" if not can_make_environments() else "see the lines before",
        )
    python = environment / "bin" / "python"
    target = Path(wanted).expanduser()
    what = str(target.absolute()) if target.exists() else wanted
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off"]
    done = _run([*pip, "--", what], log, cancel)
    if not done.ok:
        raise StepError(
            f"pip cannot install {wanted}: {done.reason}",
            hint="check the network and pip's index (pip.conf, PIP_INDEX_URL, https_proxy), or let "
            "image.builder name a wheel, or a disk-image-create that is there",
        )
    version = _version(environment / "bin" / COMMAND, cancel)
    if version is None:
        raise StepError(
            f"{wanted} was installed, but has no {COMMAND} that works",
            hint="see image.builder",
        )
    marker = {"requirement": wanted, "version": version, "python": platform.python_version()}
    write_file(room / _MARKER, json.dumps(marker) + "\n", 0o600)
    return Builder(environment / "bin", version)


def _run(argv: list[str], log: Log, cancel: threading.Event) -> Ran:
    environment = pip_surroundings()
    return run(argv, log=log, cancel=cancel, environment=environment, seconds=_INSTALL_SECONDS)


def _version(command: Path, cancel: threading.Event) -> str | None:
    """Return the version a disk-image-create tells; None where it does not work."""
    if not os.access(command, os.X_OK):
        return None
    try:
        ran = run(
            [str(command), "--version"],
            log=lambda line: None,
            cancel=cancel,
            environment=surroundings(),
            seconds=_LOOK_SECONDS,
            # In a directory with a diskimage_builder of its own it would take that.
            directory=Path("/"),
            keep=True,
        )
    except StepError:
        return None
    words = ran.output.split()
    return next((word for word in words if _VERSION.match(word)), None) if ran.ok else None
