"""How much room playbooks need on the deploy host's disks, and how much there is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.places import state_root

MIB = 1024 * 1024
RUN_PLAYBOOKS = "deployment.run_playbooks"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is written on the deploy host while playbooks run."""

    what: str
    mib: int
    where: Callable[[HostFacts], Path]
    source: str
    """Where the size, or the place, is to be found."""
    by_role: bool = False
    """Whether it is there only where the role brings the amphora image."""


NEEDS = (
    Need(
        "logs of runs",
        200,
        lambda _: state_root(),
        "an estimate: output and events of seven playbooks, some 25 MB each",
    ),
    Need(
        "Ansible's own log",
        100,
        lambda _: Path("/openstack/log/ansible-logging"),
        "ANSIBLE_LOG_PATH in scripts/openstack-ansible.rc of OSA; the size is an estimate",
    ),
    Need(
        "facts of hosts",
        50,
        lambda host: host.deploy_dir,
        "ANSIBLE_CACHE_PLUGIN_CONNECTION in scripts/openstack-ansible.rc; some 100 kB a host",
    ),
    Need(
        "the amphora image",
        1024,
        lambda host: host.home / "openstack-ansible" / "octavia",
        "octavia_amp_image_path of the role, 18.0.0 on; test images have 300 MB to 1 GB",
        by_role=True,
    ),
)
"""All that is written, each with the room it takes at most in MiB."""


@dataclass(frozen=True, slots=True)
class Room:
    """The room on one disk, and all that needs some of it."""

    point: str
    """A path on it that exists."""
    free_mib: int
    needs: tuple[tuple[str, int], ...]
    """What needs room, and how much in MiB."""

    @property
    def needed_mib(self) -> int:
        """All that is needed together, in MiB."""
        return sum(mib for _, mib in self.needs)


def measure(effective: Effective, host: HostFacts) -> tuple[Room, ...]:
    """Return the disks that playbooks write to; none where the wizard runs no playbooks."""
    if not effective.is_on(RUN_PLAYBOOKS):
        return ()
    disks: dict[int, tuple[Path, list[tuple[str, int]]]] = {}
    for need in _needs(effective):
        place = _existing(need.where(host))
        device = _device(place)
        if device is not None:
            disks.setdefault(device, (place, []))[1].append((need.what, need.mib))
    return tuple(_rooms(disks))


def _needs(effective: Effective) -> Iterator[Need]:
    from_role = effective.chosen("image.source", "role")
    yield from (need for need in NEEDS if from_role or not need.by_role)


def _rooms(disks: dict[int, tuple[Path, list[tuple[str, int]]]]) -> Iterator[Room]:
    for place, needs in disks.values():
        try:
            free = psutil.disk_usage(str(place)).free // MIB
        except OSError:
            # What cannot be measured is no reason to refuse a run.
            continue
        yield Room(str(place), free, tuple(needs))


def _existing(path: Path) -> Path:
    return next((place for place in (path, *path.parents) if os.path.isdir(place)), Path("/"))


def _device(path: Path) -> int | None:
    try:
        return os.stat(path).st_dev
    except OSError:
        return None
