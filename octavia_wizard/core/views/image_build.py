"""What will be built, on which room of this host, and what lies there already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psutil

from octavia_wizard.core.capacity import adopted_flavor
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.image.build.asking import request_of
from octavia_wizard.core.image.build.host import room_of
from octavia_wizard.core.image.build.lookup import (
    finished_at,
    finished_build,
    is_going_on,
    owner_of,
)
from octavia_wizard.core.image.build.packages import missing
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, builds
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.weights import weights_for
from octavia_wizard.core.steps.image_marks import moment_of, not_before
from octavia_wizard.core.urls import shown
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.image_lines import age_text, fact, size_text, span_text
from octavia_wizard.core.views.layout import verdict
from octavia_wizard.core.views.model import Picture, Role, Subject, line

_GIB = 1024**3
_KERNEL = "linux-image-virtual"


def draw_build(subject: Subject, width: int) -> Picture:
    """Draw what the answers want to be built; reads records, and asks disks for their room."""
    request = request_of(subject.effective)
    if request is None:
        return verdict(Role.QUIET, "what to build is not answered yet", width)
    extras = list(_options(request))
    return (
        *fact("Built", _system(request, subject), width),
        *fact("Octavia", f"{request.refs[0]} of {shown(request.repository)}", width),
        *(fact("Options", "; ".join(extras), width) if extras else ()),
        *fact("Kept as", _short(request.output), width),
        *fact("Room", _room(request), width),
        *fact("Takes", _time(request), width),
        *_packages(request, width),
        *_here(request, subject.effective, width),
    )


def _system(request: BuildRequest, subject: Subject) -> str:
    system = request.base_os.removesuffix("-minimal")
    disk = f"disk {request.size_gib} GiB{_of_flavor(subject)}"
    parts = (f"{system} {request.base_release}", request.architecture, request.disk_format, disk)
    return ", ".join(parts)


def _of_flavor(subject: Subject) -> str:
    """Say how large the disk of the flavor is, which the image has to fit."""
    effective = subject.effective
    flavor = adopted_flavor(effective, subject.facts.cloud)
    size = flavor.disk_gib if flavor else effective.maybe_number("capacity.disk_gib")
    name = "the flavor"
    if effective.is_on("capacity.volume_backed"):
        size, name = effective.maybe_number("capacity.volume_size_gib"), "the volume"
    return f" ({name} has {size})" if size else ""


def _options(request: BuildRequest) -> Iterator[str]:
    """Yield in words what is not as diskimage-create.sh has it by default."""
    flags = (
        (not request.sshd, "no SSH daemon"),
        (request.fips, "FIPS mode"),
        (request.mandatory_access_control, "SELinux enforcing"),
        (request.cpu_pinning, "tuned for pinned vCPUs"),
        (request.agent_packages, "agent from packages"),
        (request.trace, "traced"),
    )
    yield from (words for wanted, words in flags if wanted)
    if request.kernel_package not in ("", _KERNEL):
        yield f"kernel {request.kernel_package}"
    if request.mirror:
        yield f"packages from {shown(request.mirror)}"
    if request.elements:
        yield f"own elements {', '.join(request.elements)}"
    if request.environment:
        yield f"with {', '.join(sorted(request.environment))}"


def _room(request: BuildRequest) -> str:
    """Say how much room there is, in whole GiB: a picture does not change by the minute."""
    places = {
        "image": request.output.parent,
        "work directory": request.work_directory,
        "cache": request.cache_directory,
    }
    free: dict[int, tuple[int, list[str]]] = {}
    for name, path in places.items():
        room = room_of(path)
        if room is not None:
            free.setdefault(room.device, (room.free, []))[1].append(name)
    parts = [f"{size / _GIB:.0f} GiB for {_listed(names)}" for size, names in free.values()]
    if request.tmpfs:
        parts.append(f"{psutil.virtual_memory().total / _GIB:.0f} GiB of memory")
    return "; ".join(parts)


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _packages(request: BuildRequest, width: int) -> Picture:
    absent = missing(request)
    if not absent:
        return ()
    names = ", ".join(absent)
    if request.install_packages:
        return verdict(Role.QUIET, f"will be installed on this host: {names}", width)
    return verdict(Role.ATTENTION, f"missing on this host, and not to be installed: {names}", width)


def _short(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _time(request: BuildRequest) -> str:
    weights = weights_for(request, builds())
    why = "as the last build here" if weights.learned else "nothing was built here yet to tell by"
    return f"{span_text(weights.least, weights.most)}; {why}"


def _here(request: BuildRequest, effective: Effective, width: int) -> Picture:
    """Say what is there of this image: finished, being built, or failed."""
    finished = finished_build(request, not_before(effective))
    if finished is not None:
        text = f"built {_when(finished_at(finished))}: it is taken as it is"
        return verdict(Role.GOOD, text, width)
    latest = next((one for one in builds() if _same(one, request)), None)
    if latest is None:
        return _in_place(request, width)
    if latest.state is BuildState.RUNNING:
        return _running(latest, width)
    if latest.state is BuildState.DONE:
        return verdict(Role.QUIET, f"built {_when(finished_at(latest))}: to be built anew", width)
    ended = moment_of(latest.finished)
    when = f" {_when(ended)}" if ended else ""
    if latest.state is BuildState.CANCELLED:
        return verdict(Role.QUIET, f"the last build was cancelled{when}", width)
    cause = latest.message.split("\n")[0]
    return verdict(Role.BAD, f"the last build failed{when}: {shown(cause)}", width)


def _same(record: BuildRecord, request: BuildRequest) -> bool:
    mine = record.request
    return mine.fingerprint == request.fingerprint and mine.output == request.output


def _running(record: BuildRecord, width: int) -> Picture:
    began = moment_of(record.started)
    since = f" since {began.astimezone():%H:%M}" if began else ""
    if is_going_on(record):
        return (line((f"{glyphs.RUNNING} ", Role.STRONG), f"building{since}"),)
    text = f"a build begun{since.removeprefix(' since')} was cut off; what it left can be removed"
    return verdict(Role.ATTENTION, text, width)


def _in_place(request: BuildRequest, width: int) -> Picture:
    """Say what lies where the image is to be."""
    try:
        size = size_text(request.output.stat().st_size)
    except OSError:
        return ()
    former = owner_of(request.output)
    if former is None:
        text = f"a file of {size} that was not built here lies there: answer another path"
        return verdict(Role.BAD, text, width)
    text = f"takes the place of the image of {size} that was built {_when(finished_at(former))}"
    return verdict(Role.QUIET, text, width)


def _when(moment: datetime) -> str:
    age = age_text(moment)
    return f"today at {moment.astimezone():%H:%M}" if age == "today" else age
