"""What stands in the way of a build on this host, found before anything is begun."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import psutil

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.image.build import script, systems
from octavia_wizard.core.image.build.hindrances import GIB, Asked, Gravity, Hindrance
from octavia_wizard.core.image.build.host import Host, family_of, os_release, read_host
from octavia_wizard.core.image.build.packages import install_command, needed
from octavia_wizard.core.image.build.process import alive
from octavia_wizard.core.image.build.record import BuildRecord, BuildState
from octavia_wizard.core.image.build.request import BuildRequest

__all__ = ["Gravity", "Hindrance", "preflight"]

# Measured: Ubuntu noble, 2 GiB, qcow2, cold cache.
CACHE = GIB
"""Bytes a cold cache grows by."""
WARM_CACHE = GIB // 4
WORK = 3 * GIB // 2
"""Bytes for the system that is put together, and the same again at most for its disk."""
OUTPUT = GIB // 2
_TMPFS_FREE = 3 * GIB
"""Bytes of memory two tmpfs come to hold."""


def preflight(
    request: BuildRequest, records: Iterable[BuildRecord] = (), host: Host | None = None
) -> tuple[Hindrance, ...]:
    """Return what stands in the way of a build; never raises, and takes well under a second.

    A running build of the same image is none: it is followed in place of a new one.
    """
    names = needed(request, family_of(*os_release())) if host is None else ()
    here = read_host(request, names) if host is None else host
    asked = Asked(request, here, tuple(records))
    return tuple(hindrance for look in _LOOKS for hindrance in look(asked))


def _packages(asked: Asked) -> Iterator[Hindrance]:
    host, request = asked.host, asked.request
    has_venv = host.makes_environments or not asked.needs_builder
    names = needed(request, host.family, has_venv=has_venv)
    missing = [n for n in names if n in host.absent or (not has_venv and n.endswith("-venv"))]
    if not missing:
        return
    listed = ", ".join(missing)
    if request.install_packages:
        what = f"These packages will be installed: {listed}."
        yield Hindrance("image-build-installs", what, "", Gravity.NOTE)
        return
    command = install_command(missing, host.family)
    yield Hindrance(
        "image-build-packages",
        f"Packages the build needs are not installed: {listed}.",
        f"Let the wizard install them (image.install_packages), or run: {command}",
    )


def _tools(asked: Asked) -> Iterator[Hindrance]:
    wanted = []
    if not asked.host.family:
        wanted = ["sudo", "git", "qemu-img", "kpartx", "curl"]
        if asked.request.base_os.startswith("ubuntu"):
            wanted.append("debootstrap")
    if asked.request.disk_format == "vhd":
        wanted.append("vhd-util")
    missing = [tool for tool in wanted if tool not in asked.host.tools]
    if missing:
        what = f"These programs are not in the search path: {', '.join(missing)}."
        yield Hindrance("image-build-tools", what)


def _rights(asked: Asked) -> Iterator[Hindrance]:
    if not asked.host.root and asked.host.sudo_asks:
        what = (
            "The build mounts file systems as root, and sudo does not let you without a password."
        )
        yield Hindrance("image-build-root", what)
    if not asked.host.may_mount:
        yield Hindrance(
            "image-build-root",
            "root may not mount file systems here (no CAP_SYS_ADMIN), as in most containers.",
            "Build on a host or a virtual machine.",
        )


def _container(asked: Asked) -> Iterator[Hindrance]:
    if asked.host.in_container:
        yield Hindrance(
            "image-build-container", "The wizard runs in a container.", "", Gravity.WARNING
        )


def _loops(asked: Asked) -> Iterator[Hindrance]:
    if not asked.host.loop_devices:
        yield Hindrance(
            "image-build-loop", "There is no /dev/loop-control, and no free loop device."
        )


def _space(asked: Asked) -> Iterator[Hindrance]:
    needs: dict[int, list[tuple[str, Path, int]]] = {}
    for name, path, size in _places(asked):
        room = asked.host.rooms.get(path)
        if room is not None and size:
            needs.setdefault(room.device, []).append((name, path, size))
    for wanted in needs.values():
        total = sum(size for _, _, size in wanted)
        room = asked.host.rooms[wanted[0][1]]
        if room.free < total:
            parts = " and ".join(
                f"{_gib(size)} for the {name} {path}" for name, path, size in wanted
            )
            yield Hindrance(
                "image-build-space",
                f"{room.point} has {_gib(room.free)} free; a build takes {parts}.",
            )


def _places(asked: Asked) -> Iterator[tuple[str, Path, int]]:
    request = asked.request
    disk = request.size_gib * GIB
    yield "cache", request.cache_directory, CACHE if asked.host.cold_cache else WARM_CACHE
    work = 0 if asked.in_memory else WORK + min(disk, WORK)
    yield "work directory", request.work_directory, work
    yield "image", request.output.parent, disk if request.disk_format == "raw" else OUTPUT


def _memory(asked: Asked) -> Iterator[Hindrance]:
    host = asked.host
    if asked.in_memory and host.memory_free < _TMPFS_FREE:
        yield Hindrance(
            "image-build-memory",
            f"{_gib(host.memory_free)} of memory are free, and a build in memory takes about "
            f"{_gib(_TMPFS_FREE)}.",
            "",
            Gravity.WARNING,
        )


def _directories(asked: Asked) -> Iterator[Hindrance]:
    request = asked.request
    for name, path, key in (
        ("cache", request.cache_directory, "image.cache_directory"),
        ("work directory", request.work_directory, "image.work_directory"),
        ("image", request.output.parent, "image.path"),
    ):
        room = asked.host.rooms.get(path)
        if room is None or not room.writable:
            at = room.point if room is not None else path
            what = f"The {name} cannot be in {path}: {at} is not a directory you may write into."
            yield Hindrance("image-build-directory", what, key=key)
    if request.output.is_dir():
        what = f"{request.output} is a directory, not a file."
        yield Hindrance(
            "image-build-directory", what, "Answer the path of a file.", key="image.path"
        )
    work = asked.host.rooms.get(request.work_directory)
    if work is not None and work.barred and not asked.in_memory:
        what = f"{work.point} is mounted {', '.join(work.barred)}: no system can be built in it."
        yield Hindrance("image-build-directory", what, "Answer another image.work_directory.")
    try:
        for path in (request.cache_directory, request.work_directory, request.output):
            script.check_path(path)
    except WizardError as error:
        yield Hindrance("image-build-directory", f"{error.message}.", f"{error.hint.capitalize()}.")


def _others(asked: Asked) -> Iterator[Hindrance]:
    cache = os.path.realpath(asked.request.cache_directory)
    running = [r for r in asked.records if r.state is BuildState.RUNNING and _works(r)]
    own = {r.pid for r in running if _same(r.request, asked.request)}
    for record in running:
        same = os.path.realpath(record.request.cache_directory) == cache
        if same and record.pid not in own:
            yield Hindrance("image-build-busy", f"Build {record.id} uses the cache {cache}.")
    told = own | {record.pid for record in running}
    strangers = {
        session
        for session, theirs in asked.host.builders
        if session not in told and os.path.realpath(theirs) == cache
    }
    for session in sorted(strangers):
        what = f"Another disk-image-create (session {session}) uses the cache {cache}."
        yield Hindrance("image-build-busy", what)


def _same(one: BuildRequest, other: BuildRequest) -> bool:
    return one.fingerprint == other.fingerprint and one.output == other.output


def _works(record: BuildRecord) -> bool:
    try:
        return alive(record)
    except (psutil.Error, OSError, WizardError):
        return False


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GiB"


_LOOKS: tuple[Callable[[Asked], Iterator[Hindrance]], ...] = (
    _packages,
    _tools,
    _rights,
    _container,
    _loops,
    _directories,
    _space,
    _memory,
    _others,
    *systems.LOOKS,
)
