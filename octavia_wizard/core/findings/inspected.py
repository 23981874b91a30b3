"""What is in the files that answers name: read once, so that the checks stay pure."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import Problem
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.findings.cloud_files import CloudFile, find_cloud_file
from octavia_wizard.core.findings.rooms import Room, measure
from octavia_wizard.core.image.inspect import ImageFile, inspect_image
from octavia_wizard.core.pki.deployed import Deployed, others_in_use
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.making.authorities import order_problems
from octavia_wizard.core.secrets import known_passphrases, layout_of

if TYPE_CHECKING:
    from octavia_wizard.core.image.build.hindrances import Hindrance
    from octavia_wizard.core.pki.judging.review import Review

_ORDER = tuple(
    f"certificates.{name}"
    for name in (
        "server_ca_subject",
        "client_ca_subject",
        "client_subject",
        "ca_days",
        "client_days",
    )
)


@dataclass(frozen=True, slots=True)
class Inspected:
    """The files of the answers, as far as they can be read."""

    now: datetime | None = field(default=None, compare=False)
    """When they were read."""
    image: ImageFile | None = None
    layout: CertificateLayout | None = None
    """None while answers are missing."""
    review: Review | None = None
    """None where no certificate file exists yet."""
    others: Deployed | None = None
    """Certificates that are in use instead of those that would be generated."""
    ordered: tuple[Problem, ...] = ()
    """Why certificates cannot be made as answered."""
    preflight: tuple[Hindrance, ...] = ()
    """What stands in the way of building the image here; nothing where none is to be built."""
    rooms: tuple[Room, ...] = ()
    """The disks playbooks write to; none where the wizard runs no playbooks."""
    cloud_file: CloudFile | None = None
    """What a playbook knows of clouds; None where this host has no openstack-ansible."""


def inspect(effective: Effective, host: HostFacts | None = None) -> Inspected:
    """Read the files that the answers name; keys are opened where the host has the passphrase."""
    layout = layout_of(effective)
    return Inspected(
        now=datetime.now(UTC),
        image=_image(effective),
        layout=layout,
        review=_review(layout, host) if layout is not None else None,
        others=others_in_use(effective, host) if host is not None else None,
        ordered=_ordered(effective),
        preflight=_preflight(effective),
        rooms=measure(effective, host) if host is not None else (),
        cloud_file=find_cloud_file(host) if host is not None and host.tools.wrapper else None,
    )


def _image(effective: Effective) -> ImageFile | None:
    path = effective.maybe_text("image.path")
    disk_format = effective.maybe_text("image.disk_format")
    if path is None or disk_format is None:
        return None
    return inspect_image(Path(path).expanduser(), disk_format)


def _review(layout: CertificateLayout, host: HostFacts | None) -> Review | None:
    # The review makes findings itself, so its import must wait until this package is there.
    from octavia_wizard.core.pki.judging.review import examine

    if layout.generate and not all(os.path.exists(path) for path in layout.needed.values()):
        return None
    return examine(layout, known_passphrases(host) if host is not None else None)


def _ordered(effective: Effective) -> tuple[Problem, ...]:
    if not effective.chosen("certificates.source", "generate"):
        return ()
    if any(effective.settings.get(key) is None for key in _ORDER):
        return ()
    return tuple(order_problems(effective))


def _preflight(effective: Effective) -> tuple[Hindrance, ...]:
    if not effective.chosen("image.source", "build"):
        return ()
    # Only a build needs to know the host's processes and packages.
    from octavia_wizard.core.image.build.asking import request_of
    from octavia_wizard.core.image.build.lookup import finished_build, is_going_on, running_build
    from octavia_wizard.core.image.build.preflight import preflight
    from octavia_wizard.core.image.build.record import builds
    from octavia_wizard.core.steps.image_marks import not_before

    request = request_of(effective)
    if request is None or finished_build(request, not_before(effective)) is not None:
        return ()
    running = running_build(request)
    if running is not None and is_going_on(running):
        # The room it takes itself is no lack of room.
        return ()
    return preflight(request, builds())
