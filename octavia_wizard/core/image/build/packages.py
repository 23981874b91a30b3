"""Packages of this host a build needs: which are missing, and their installation on consent."""

from __future__ import annotations

import os
import shlex
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.errors import StepError
from octavia_wizard.core.files import read_text
from octavia_wizard.core.image.build.builder import can_make_environments, existing_command
from octavia_wizard.core.image.build.children import Log, Ran, run
from octavia_wizard.core.image.build.host import absent_packages, family_of, os_release
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.surroundings import surroundings

_OS_RELEASE = Path("/etc/os-release")
_SECONDS = 1800.0
_GRACE = 60.0
"""Seconds to let dpkg finish what it is at: ended in between, it has to be repaired."""

_EVERYWHERE = ("git", "curl", "sudo", "kpartx", "e2fsprogs")
"""diskimage-builder itself: sources, constraints, partitions and file system of the image."""
_FAMILY = {"debian": ("qemu-utils", "debootstrap", "procps"), "redhat": ("qemu-img", "procps-ng")}
"""The script wants debootstrap on Debian and Ubuntu whatever it builds (Train and later)."""
_EFI = ("dosfstools", "gdisk")
"""For the partitions of an image that boots by EFI."""
_SYSTEMS = {
    ("debian", "centos-minimal"): ("dnf", "rpm"),
    ("debian", "centos"): ("dnf", "rpm"),
    ("debian", "rocky"): ("podman",),
    ("redhat", "ubuntu-minimal"): ("debootstrap",),
    ("redhat", "ubuntu"): ("debootstrap",),
    ("redhat", "centos-minimal"): ("dnf-plugins-core",),
    ("redhat", "centos"): ("dnf-plugins-core",),
    ("redhat", "rocky"): ("podman",),
}
"""By family of this host and base system of the image."""


@dataclass(frozen=True, slots=True)
class _Manager:
    """A package manager, by its commands."""

    refresh: tuple[str, ...]
    install: tuple[str, ...]
    repair: str


_MANAGERS = {
    "debian": _Manager(
        ("apt-get", "-q", "update"),
        ("apt-get", "-q", "-y", "--no-install-recommends", "install"),
        "dpkg --configure -a",
    ),
    "redhat": _Manager((), ("dnf", "-y", "install"), "dnf history"),
}
_APT = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1"}


def needed(request: BuildRequest, family: str, *, has_venv: bool = True) -> tuple[str, ...]:
    """Return the packages a build needs on a host of a family; none are known of others."""
    if family not in _FAMILY:
        return ()
    names = [*_EVERYWHERE, *_FAMILY[family], *_SYSTEMS.get((family, request.base_os), ())]
    if request.architecture == "aarch64":
        names += _EFI
    if family == "debian" and not has_venv:
        # Debian splits it from Python, for each version of it.
        names.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return tuple(dict.fromkeys(names))


def missing(request: BuildRequest) -> tuple[str, ...]:
    """Return the packages a build needs that are not installed, as this family names them."""
    has_venv = can_make_environments() or existing_command(request.builder) is not None
    return _absent(needed(request, family_of(*os_release()), has_venv=has_venv))


def missing_for(listed: Iterable[str]) -> tuple[str, ...]:
    """Return which of the packages that a script lists for Debian and Ubuntu are missing here."""
    return _absent(tuple(listed)) if family_of(*os_release()) == "debian" else ()


def check_distribution(
    first_line_only: bool, ref: str, os_release_file: Path = _OS_RELEASE
) -> None:
    """Refuse a script that takes this Debian or Ubuntu for a Red Hat; raises StepError.

    Those up to Train read the first line of os-release only, where Ubuntu had its name up to 20.04.
    """
    lines = (read_text(os_release_file) or "").splitlines()
    if first_line_only and family_of(*os_release()) == "debian" and lines[:1] != ['NAME="Ubuntu"']:
        raise StepError(
            f"diskimage-create.sh of {ref} does not know this distribution",
            hint="build on Ubuntu 20.04, or bring an image from elsewhere (image.source: file)",
        )


def _absent(names: tuple[str, ...]) -> tuple[str, ...]:
    absent = absent_packages(family_of(*os_release()), names)
    return tuple(name for name in names if name in absent)


def install_command(names: Iterable[str], family: str | None = None) -> str:
    """Return the command that installs packages, to be shown."""
    of = family_of(*os_release()) if family is None else family
    manager = _MANAGERS.get(of)
    words = manager.install if manager is not None else ("install",)
    plain = [word for word in words if not word.startswith("-")]
    return shlex.join([*_as_root()[:1], *plain, *names])


def install(names: Iterable[str], log: Log, cancel: threading.Event) -> None:
    """Install packages; raises StepError where that fails, Interrupted on ``cancel``.

    For the operator's consent the caller has asked.
    """
    wanted = tuple(names)
    manager = _MANAGERS.get(family_of(*os_release()))
    if not wanted:
        return
    if manager is None:
        raise StepError(
            f"this host has neither apt nor dnf to install {', '.join(wanted)}",
            hint="install them in the way of this distribution",
        )
    log(f"installing {', '.join(wanted)}")
    done = _run([*manager.install, *wanted], log, cancel)
    if not done.ok and manager.refresh:
        log("the lists of packages may be old: refreshing them")
        # One dead source among several is no reason to stop: the next line tells.
        _run(list(manager.refresh), log, cancel)
        done = _run([*manager.install, *wanted], log, cancel)
    if not done.ok:
        raise StepError(
            f"{manager.install[0]} cannot install {', '.join(wanted)}: {done.reason}",
            hint=f"run {install_command(wanted)} by hand; after an interruption first "
            f"{manager.repair}",
        )


def _run(words: list[str], log: Log, cancel: threading.Event) -> Ran:
    environment = {**surroundings(), "LC_ALL": "C.UTF-8", **_APT}
    return run(
        [*_as_root(*(f"{name}={value}" for name, value in _APT.items())), *words],
        log=log,
        cancel=cancel,
        environment=environment,
        seconds=_SECONDS,
        grace=_GRACE,
    )


def _as_root(*variables: str) -> tuple[str, ...]:
    """Return what goes before a command that root must run; sudo drops other variables."""
    return () if os.geteuid() == 0 else ("sudo", "-n", *variables)
