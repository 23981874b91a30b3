"""What this host is like, as far as building an image depends on it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psutil

from octavia_wizard.core.image.build.builder import can_make_environments
from octavia_wizard.core.image.build.debootstrap import suites
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.surroundings import search_path

_FIRST_PID_NAMESPACE = "pid:[4026531836]"
"""The kernel's own number of the namespace of the host (include/linux/proc_ns.h); containers
have others, while marks such as /.dockerenv also lie on hosts made from a container image."""
_SYS_ADMIN = 21
"""Number of the capability that mount needs (capabilities(7))."""
_TOOLS = ("sudo", "git", "qemu-img", "kpartx", "debootstrap", "curl", "vhd-util", "podman", "dnf")
_SUDO_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Room:
    """Room below a directory, which need not exist yet."""

    device: int
    """What tells file systems apart."""
    free: int
    """Bytes."""
    point: Path
    """The directory, or the nearest one above it that exists."""
    writable: bool = True
    barred: tuple[str, ...] = ()
    """Mount options that stand in the way of a build: ``noexec``, ``nodev``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """This host."""

    family: str = "debian"
    """``debian`` (apt and dpkg), ``redhat`` (dnf and rpm) or "" for another."""
    system: str = "ubuntu"
    """The ID of /etc/os-release."""
    machine: str = "x86_64"
    root: bool = True
    sudo_asks: bool = False
    """sudo wants a password, or refuses."""
    may_mount: bool = True
    in_container: bool = False
    loop_devices: bool = True
    """There are loop devices, and one is free or can be made."""
    memory: int = 16 << 30
    """Bytes of memory."""
    memory_free: int = 16 << 30
    """Bytes that can be had."""
    tools: frozenset[str] = frozenset(_TOOLS)
    """Programs in the search path."""
    absent: frozenset[str] = frozenset()
    """Packages that were looked for and are not installed."""
    makes_environments: bool = True
    emulates: bool = False
    """Programs of other architectures run here."""
    ubuntu_keyring: bool = True
    debootstrap_suites: frozenset[str] | None = None
    """Releases debootstrap knows; None without debootstrap."""
    rooms: Mapping[Path, Room] = field(default_factory=dict)
    cold_cache: bool = True
    builders: tuple[tuple[int, Path], ...] = ()
    """Sessions and caches of the builds at work, whoever started them."""


def read_host(request: BuildRequest, packages: Iterable[str] = ()) -> Host:
    """Look at this host; what cannot be read is taken to be as it should."""
    system, like = os_release()
    memory = psutil.virtual_memory()
    path = search_path(os.environ)
    return Host(
        family=family_of(system, like),
        system=system,
        machine=platform.machine(),
        root=os.geteuid() == 0,
        sudo_asks=os.geteuid() != 0 and _sudo_asks(),
        may_mount=os.geteuid() != 0 or _may_mount(),
        in_container=_in_container(),
        loop_devices=_has_loop_devices(),
        memory=memory.total,
        memory_free=memory.available,
        tools=frozenset(tool for tool in _TOOLS if shutil.which(tool, path=path)),
        absent=absent_packages(family_of(system, like), tuple(packages)),
        makes_environments=can_make_environments(),
        emulates=any(Path("/proc/sys/fs/binfmt_misc").glob("qemu-*")),
        ubuntu_keyring=Path("/usr/share/keyrings/ubuntu-archive-keyring.gpg").exists(),
        debootstrap_suites=suites(),
        rooms={place: room for place in places_of(request) if (room := room_of(place))},
        cold_cache=not (request.cache_directory / "source-repositories").is_dir(),
        builders=tuple(_builders()),
    )


def places_of(request: BuildRequest) -> tuple[Path, Path, Path]:
    """Return the directories a build writes into: cache, work, output."""
    return request.cache_directory, request.work_directory, request.output.parent


def os_release() -> tuple[str, tuple[str, ...]]:
    """Return the ID and ID_LIKE of /etc/os-release; "" where there is none."""
    try:
        known = platform.freedesktop_os_release()
    except OSError:
        return "", ()
    return known.get("ID", ""), tuple(known.get("ID_LIKE", "").split())


def family_of(system: str, like: Iterable[str]) -> str:
    """Return the family of a distribution, by whose packages it has."""
    names = {system, *like}
    if names & {"debian", "ubuntu"}:
        return "debian"
    return "redhat" if names & {"rhel", "fedora", "centos", "rocky", "almalinux"} else ""


def absent_packages(family: str, names: tuple[str, ...]) -> frozenset[str]:
    """Return which of these packages are not installed, asking dpkg or rpm once a change."""
    if not family or not names:
        return frozenset()
    return _absent(family, names, _package_stamp(family))


@cache
def _absent(family: str, names: tuple[str, ...], stamp: int) -> frozenset[str]:
    if family == "debian":
        command = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\\n"]
    else:
        command = ["rpm", "--query", "--queryformat=%{NAME} installed\\n", "--whatprovides"]
    installed: set[str] = set()
    # rpm names what provides a package, not what was asked for, so they are asked one by one.
    for some in [names] if family == "debian" else [(name,) for name in names]:
        try:
            done = subprocess.run(  # noqa: S603
                [*command, *some],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=10,
                check=False,
                stdin=subprocess.DEVNULL,
                env={"PATH": search_path(os.environ), "LC_ALL": "C"},
            )
        except (OSError, subprocess.TimeoutExpired):
            return frozenset()
        lines = [line.split() for line in done.stdout.splitlines()]
        good = {words[0] for words in lines if words[-1:] == ["installed"]}
        installed |= good if family == "debian" else set(some) if good else set()
    return frozenset(names) - installed


def _package_stamp(family: str) -> int:
    files = (
        ("/var/lib/dpkg/status",)
        if family == "debian"
        else ("/usr/lib/sysimage/rpm/rpmdb.sqlite", "/var/lib/rpm/rpmdb.sqlite")
    )
    for file in files:
        with suppress(OSError):
            return os.stat(file).st_mtime_ns
    return 0


@cache
def _sudo_asks() -> bool:
    """Ask sudo once whether it would ask; every refusal is a line in the host's log."""
    try:
        done = subprocess.run(
            ["sudo", "-n", "true"],  # noqa: S607
            capture_output=True,
            timeout=_SUDO_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return True
    return done.returncode != 0


def _may_mount() -> bool:
    with suppress(OSError, ValueError, StopIteration):
        text = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        line = next(line for line in text.splitlines() if line.startswith("CapEff:"))
        return bool(int(line.split()[1], 16) >> _SYS_ADMIN & 1)
    return True


def _in_container() -> bool:
    try:
        return os.readlink("/proc/self/ns/pid") != _FIRST_PID_NAMESPACE
    except OSError:
        return False


def _has_loop_devices() -> bool:
    if Path("/dev/loop-control").exists():
        return True
    taken = {path.parent.parent.name for path in Path("/sys/block").glob("loop*/loop/backing_file")}
    return any(p.name not in taken for p in Path("/dev").glob("loop[0-9]*"))


def room_of(path: Path) -> Room | None:
    """Return the room below a directory that may be made yet."""
    for point in (path, *path.parents):
        try:
            state = point.stat()
            volume = os.statvfs(point)
        except (OSError, ValueError):
            continue
        barred = [("noexec", os.ST_NOEXEC), ("nodev", os.ST_NODEV)]
        return Room(
            device=state.st_dev,
            free=volume.f_bavail * volume.f_frsize,
            point=point,
            writable=point.is_dir() and os.access(point, os.W_OK | os.X_OK),
            barred=tuple(name for name, bit in barred if volume.f_flag & bit),
        )
    return None


def _builders() -> Iterator[tuple[int, Path]]:
    for pid in psutil.pids():
        with suppress(OSError, ValueError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if b"--image-cache" in words:
                cache = words[words.index(b"--image-cache") + 1]
                yield os.getsid(pid), Path(os.fsdecode(cache))
