"""What a build that died has left on this host.

diskimage-builder cleans up after itself unless it is killed. What then remains (mounts of the
host's own cache and /dev, loop devices, two tmpfs) takes memory and makes the next build fail.
What removes it is in ``cleaning``.
"""

from __future__ import annotations

import mmap
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import psutil

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.image.build import tables, tree
from octavia_wizard.core.image.build.cleaning import clean
from octavia_wizard.core.image.build.process import alive, exit_code
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, builds
from octavia_wizard.core.image.build.remains import Leftovers, Stray, joined

__all__ = ["Leftovers", "Stray", "clean", "find_leftovers", "note_directories", "orphans"]

_NAME = re.compile(r"dib_(?:build|image)\.[0-9A-Za-z]{8}")
_IMAGE_FILE = re.compile(rb"Create image file \[(/.*/dib_image\.[0-9A-Za-z]{8})/")
_BUILDING = re.compile(rb"Building in (/.*/dib_build\.[0-9A-Za-z]{8})\s*$", re.M)
_IMAGE_DIRECTORY = re.compile(r"^image-dir:\s*(/.*\S)\s*$", re.M)
_ROOTS = (Path("/tmp"),)  # noqa: S108
"""Where diskimage-builder puts its directories unless told otherwise."""
_LOOKS = 3
_PAUSE = 0.1
_SPREAD = 2.0
"""Seconds by which the clock of a file system may be behind."""


def orphans() -> tuple[BuildRecord, ...]:
    """Return the builds whose outcome nobody took in and no wizard looks after, newest first."""
    return tuple(
        record
        for record in builds()
        if record.state is BuildState.RUNNING and not tree.looked_after(record)
    )


def find_leftovers(record: BuildRecord | None = None) -> Leftovers:
    """Return what is left of a build, or of all builds on this host that are over.

    Of a build that is at work nothing is left over yet, so nothing is returned. Directories
    in which some process is at work are left out where no build is named. Raises FileError.
    """
    if record is not None:
        return _of(record)
    past = [_of(known) for known in builds() if not _in_work(known)]
    named = {path for left in past for path in left.directories}
    lone = _unused(path for path in _lying_about() if path not in named)
    if any(not directories for directories in _at_work().values()):
        lone = ()  # whose they are cannot be told from outside
    return joined((*past, _seen((*lone, *_scratch(None)))))


def note_directories(record: BuildRecord) -> bool:
    """Write down where a build keeps its image, which its log does not say at first.

    Returns whether it is known; raises FileError.
    """
    path = record.directory / "directories"
    if path.exists():
        return True
    for process in sessions.members(record):
        found = tree.environment(process, "TMP_BUILD_DIR", "TMP_IMAGE_DIR")
        if len(found) == 2:
            write_file(path, "".join(f"{line}\n" for line in found), 0o600)
            return True
    return False


def _in_work(record: BuildRecord) -> bool:
    """Say whether a build is at work, ended well with nobody there to see it, or is looked after.

    In all these its files are still wanted.
    """
    if record.state is BuildState.RUNNING and (
        tree.looked_after(record) or alive(record) or exit_code(record) == 0
    ):
        return True
    return record.state is BuildState.DONE


def _of(record: BuildRecord) -> Leftovers:
    processes = sessions.members(record)
    if tree.driver(processes) is not None or sessions.leader(record) is not None:
        return Leftovers()
    places = _directories(record)
    strays = {p.pid: p for p in (*processes, *tree.chrooted(places))}
    return _seen((*places, *_scratch(record), *_own(record)), strays.values())


def _own(record: BuildRecord) -> Iterator[Path]:
    """Give the directories the wizard made for a build, which hold a half-made image."""
    if record.state is BuildState.RUNNING and exit_code(record) == 0:
        return  # the image is whole, and waits to be taken in
    if not record.staging or record.state is BuildState.DONE:
        return
    for path in (Path(record.staging), record.request.work_directory / record.id):
        # The id in the name tells that nobody else made it.
        if record.id in path.name and _is_directory(path):
            yield path


def _directories(record: BuildRecord) -> list[Path]:
    """Return the build and the image directory of a build, as far as they are still there."""
    found = {Path(line) for line in (read_text(record.directory / "directories") or "").split("\n")}
    found |= _named_in_log(record.log)
    for build in tuple(found):
        with suppress(OSError):
            told = _IMAGE_DIRECTORY.search((build / "block-device/params.yaml").read_text("utf-8"))
            found |= {Path(told[1])} if told else set()
    if not tree.drivers():
        for parent in {path.parent for path in found if path.name.startswith("dib_build.")}:
            beside = {path for path in parent.glob("dib_image.*") if _since(path, record)}
            found |= set(_unused(beside))
    # What a script writes may name anything; what another build is at work in is not ours.
    taken = {path for used in _at_work().values() for path in used}
    return sorted(
        path
        for path in found - taken
        if _NAME.fullmatch(path.name) and _is_directory(path) and ".." not in path.parts
    )


def _named_in_log(log: Path) -> set[Path]:
    """Return the directories a log tells of; it may be too large to be read at once."""
    found: set[Path] = set()
    # An empty file cannot be mapped.
    with (
        suppress(OSError, ValueError),
        log.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        for pattern in (_BUILDING, _IMAGE_FILE):
            found |= {Path(os.fsdecode(match)) for match in pattern.findall(text)}
    return found


def _lying_about() -> set[Path]:
    """Return all build and image directories there are, by name and by the kernel's tables."""
    roots = {*_ROOTS, Path(tempfile.gettempdir())}
    for record in builds():
        given = record.request.environment
        roots |= {Path(given[name]) for name in ("TMPDIR", "TMP_DIR") if given.get(name)}
    found = {path for root in roots for path in root.glob("dib_*.*")}
    with suppress(OSError):
        for place in (*(m.point for m in tables.mounts()), *(x.backing for x in tables.loops())):
            found |= {path for path in (place, *place.parents) if _NAME.fullmatch(path.name)}
    return {path for path in found if _NAME.fullmatch(path.name) and _is_directory(path)}


def _scratch(record: BuildRecord | None) -> tuple[Path, ...]:
    """Return working directories of the scripts that no process is in."""
    found: set[Path] = set()
    if not tree.drivers():
        # dib-run-parts keeps files here, but is not in it.
        found |= {path for root in _ROOTS for path in root.glob("profiledir.??????")}
    for each in builds() if record is None else (record,):
        for root in (each.request.work_directory, each.request.work_directory / each.id):
            found |= set(root.glob("diskimage-create.??????"))
    return _unused(
        path for path in found if _is_directory(path) and (record is None or _since(path, record))
    )


def _at_work() -> dict[int, set[Path]]:
    """Return what each ``disk-image-create`` at work uses, by its process; empty: not known."""
    found = {}
    for driver in tree.drivers():
        # It tells by the environment of its children, of which it may have none for a moment.
        for attempt in range(_LOOKS):
            if attempt:
                time.sleep(_PAUSE)
            found[driver.pid] = {
                Path(path)
                for process in sessions.descendants(driver)
                for path in tree.environment(process, "TMP_BUILD_DIR", "TMP_IMAGE_DIR")
            }
            if found[driver.pid]:
                break
    return found


def _unused(directories: Iterable[Path]) -> tuple[Path, ...]:
    taken = {path for used in _at_work().values() for path in used}
    places = sorted(path for path in directories if path not in taken)
    held = [at for process in tree.users(places) for at in tree.held(process.pid)]
    return tuple(p for p in places if not any(tree.within(at, (str(p),)) for at in held))


def _seen(directories: Iterable[Path], processes: Iterable[psutil.Process] = ()) -> Leftovers:
    """Return directories with all the kernel knows to be in them; raises FileError."""
    places = tuple(dict.fromkeys(directories))
    try:
        mounted = tables.mounts_in(places)
    except OSError as error:
        raise FileError(f"cannot read the table of mounts: {error.strerror}") from None
    bound = tuple(x for x in tables.loops() if any(map(x.backing.is_relative_to, places)))
    base = tuple(m.point for m in mounted if m.point in places and m.kind == "tmpfs")
    return Leftovers(
        processes=tuple(_strays(processes)),
        mounts=tuple(m.point for m in mounted if m.point not in base),
        mappings=tuple(name for loop in bound for name in tables.mappings(loop)),
        loops=bound,
        tmpfs=base,
        directories=places,
    )


def _strays(processes: Iterable[psutil.Process]) -> Iterator[Stray]:
    spared = {os.getpid(), *(p.pid for p in psutil.Process().parents())}
    for process in processes:
        with suppress(psutil.Error):
            if process.pid not in spared:
                yield Stray(process.pid, process.name(), process.create_time())


def _is_directory(path: Path) -> bool:
    """Say whether there is a directory that this user, or root, may take for left over.

    Of others' directories it cannot be seen whether their processes are still at work.
    """
    with suppress(OSError):
        state = path.lstat()
        return stat.S_ISDIR(state.st_mode) and os.geteuid() in (0, state.st_uid)
    return False


def _since(path: Path, record: BuildRecord) -> bool:
    with suppress(OSError):
        return path.stat().st_ctime >= datetime.fromisoformat(record.started).timestamp() - _SPREAD
    return False
