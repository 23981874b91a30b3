"""The phases of a build, in their order, and how long they take where nothing was learned.

The seconds of the script's phases were measured with Octavia's master, diskimage-builder 3.43.0,
the default image (ubuntu-minimal noble, qcow2, 2 GiB), cold caches and two cores; those of
preparation and of the check afterwards are estimates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a build."""

    id: str
    title: str
    """What goes on, in words."""
    seconds: float
    """How long it takes on two cores with cold caches."""
    counter: str = ""
    """What is counted: ``scripts``, ``packages``, ``bytes`` or ``percent``; "" for nothing."""
    told: bool = False
    """Whether it is told from outside and does not show in the log."""


PHASES: tuple[Phase, ...] = (
    Phase("packages", "installing what the build needs", 30.0, "packages", told=True),
    Phase("builder", "installing diskimage-builder", 20.0, told=True),
    Phase("source", "fetching Octavia's source", 40.0, "percent", told=True),
    Phase("setup", "preparing the build", 11.0),
    Phase("root.d", "bootstrapping the base system", 108.0, "scripts"),
    Phase("extra-data.d", "collecting sources for the image", 6.7, "scripts"),
    Phase("pre-install.d", "preparing the base system", 19.8, "scripts"),
    Phase("install.d", "installing packages and the amphora agent", 161.5, "scripts"),
    Phase("post-install.d", "setting up services", 5.8, "scripts"),
    Phase("unmount", "unmounting the base system", 1.6),
    Phase("block-device", "making the disk and copying the system to it", 24.4),
    Phase("finalise.d", "installing the boot loader", 10.5, "scripts"),
    Phase("cleanup.d", "cleaning up the image", 5.0, "scripts"),
    Phase("trim", "trimming the file system", 5.5),
    Phase("convert", "converting the image", 53.1, "percent"),
    Phase("finish", "finishing the build", 2.7),
    Phase("check", "checking the finished image", 4.0, "bytes", told=True),
)

SCRIPTS: Mapping[str, float] = {
    "root.d/08-debootstrap": 61.0,
    "root.d/75-ubuntu-minimal-baseinstall": 46.2,
    "extra-data.d/98-source-repositories": 5.8,
    "pre-install.d/03-baseline-tools": 15.2,
    "pre-install.d/10-package-installs": 2.4,
    "pre-install.d/99-apt-get-update": 2.0,
    "install.d/00-baseline-environment": 3.3,
    "install.d/00-up-to-date": 1.2,
    "install.d/01-package-installs": 69.5,
    "install.d/12-debian-locale-gen": 4.7,
    "install.d/75-amphora-agent-install": 74.1,
    "install.d/76-octavia-lib-install": 5.8,
    "install.d/99-package-uninstalls": 2.5,
    "post-install.d/90-remove-build-deps": 2.7,
    "post-install.d/99-autoremove": 1.9,
    "finalise.d/50-bootloader": 10.0,
    "cleanup.d/01-copy-manifests-dir": 0.4,
}
"""Seconds of the scripts that took longer than a moment in that measurement."""

ORDER: Mapping[str, int] = {phase.id: at for at, phase in enumerate(PHASES)}
"""Place of each phase, by its id."""

FIRST = ORDER["setup"]
"""Place of the first phase that shows in the log."""


def phase_of(name: str) -> Phase | None:
    """Return a phase by its id; None for a name that is no phase."""
    return PHASES[ORDER[name]] if name in ORDER else None
