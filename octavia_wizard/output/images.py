"""Images: what is to be built, what was built, and what builds this host knows of."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from octavia_wizard.core.image.build.host import places_of, room_of
from octavia_wizard.core.image.build.lookup import finished_at, owner_of
from octavia_wizard.core.image.build.packages import missing
from octavia_wizard.core.image.build.record import builds
from octavia_wizard.core.image.build.weights import weights_for
from octavia_wizard.core.urls import shown
from octavia_wizard.core.views.image_lines import age_text, size_text, span_text
from octavia_wizard.output.building import clock
from octavia_wizard.output.model import Result
from octavia_wizard.output.things import homely
from octavia_wizard.output.ways import Ways, write_ways

if TYPE_CHECKING:
    from pathlib import Path

    from octavia_wizard.core.image.build.record import BuildRecord
    from octavia_wizard.core.image.build.request import BuildRequest
    from octavia_wizard.core.releases import Release
    from octavia_wizard.output.paper import Paper

_GIB = 1024**3
_KERNEL = "linux-image-virtual"
"""What diskimage-create.sh takes by default."""


def request_result(request: BuildRequest, release: Release) -> Result:
    """Show what is to be built, from what, where and how."""
    weights = weights_for(request, builds())
    absent = missing(request)
    document = {
        **_request_document(request),
        "release": release.name,
        "series": release.series,
        "fingerprint": request.fingerprint,
        "expected_seconds": round(weights.total),
        "learned": weights.learned,
        "packages_missing": list(absent),
        "free": {str(path): room.free for path in places_of(request) if (room := room_of(path))},
    }
    source = "the last build here" if weights.learned else "a build measured elsewhere"
    rows = [
        ("image", _image(request)),
        ("Octavia", f"{shown(request.repository)}, {_either(request.refs)}"),
        ("output", f"{homely(request.output)}{_former(request)}"),
        ("built in", _with_room(request.work_directory, request.tmpfs)),
        ("cache", _with_room(request.cache_directory)),
        ("with", shown(request.builder)),
        ("options", ", ".join(_options(request))),
        ("variables", " ".join(_variables(request))),
        ("installs", ", ".join(absent) if request.install_packages else ""),
        ("takes", f"{span_text(weights.least, weights.most)}, going by {source}"),
    ]

    def write(paper: Paper) -> None:
        paper.title(f"Amphora image for OpenStack {release.series}")
        paper.rows([row for row in rows if row[1]], ("dim",), indent=1)

    return Result("image-build-plan", (document,), write)


def built_result(record: BuildRecord, ways: Ways) -> Result:
    """Show the image that was built, and what to do with it."""
    made = record.result
    size = made.size if made else 0
    document = {**record_document(record), "next": [command for command, _ in ways]}
    rows = [
        ("size", f"{size_text(size)}{_disk(record)}"),
        ("of", _image(record.request)),
        ("Octavia", f"{record.ref} @ {record.commit[:12]}".strip(" @")),
        ("builder", f"diskimage-builder {record.builder_version}".strip()),
        ("log", homely(record.log)),
    ]

    def write(paper: Paper) -> None:
        took = clock(record.elapsed)
        paper.line((f"Built {homely(record.request.output)} in {took}.", "bold"))
        paper.rows(rows, ("dim",), indent=1)
        if made is not None:
            paper.line(("SHA-512", "dim"), indent=1)
            paper.line(made.sha512, indent=2)
        write_ways(paper, ways)

    return Result("image-built", (document,), write)


def record_document(record: BuildRecord) -> Mapping[str, object]:
    """Return what is known of a build as data."""
    made = asdict(record.result) if record.result is not None else {}
    made.pop("stamp", None)
    return {
        "id": record.id,
        "state": record.state.value,
        "path": str(record.request.output),
        "started": record.started,
        "finished": record.finished or None,
        "elapsed": record.elapsed,
        "message": shown(record.message),
        "log": str(record.log),
        "octavia_ref": record.ref,
        "octavia_commit": record.commit,
        "builder_version": record.builder_version,
        "fingerprint": record.request.fingerprint,
        **made,
        "request": _request_document(record.request),
    }


def describe(request: BuildRequest) -> str:
    """Name base system and release of an image."""
    return f"{request.base_os} {request.base_release}"


def _request_document(request: BuildRequest) -> dict[str, object]:
    document: dict[str, object] = {}
    for key, value in asdict(request).items():
        if isinstance(value, str):
            document[key] = shown(value)
        elif isinstance(value, Mapping):
            document[key] = {name: shown(text) for name, text in value.items()}
        else:
            document[key] = value
    return document


def _image(request: BuildRequest) -> str:
    parts = (describe(request), request.architecture, request.disk_format)
    return f"{', '.join(parts)}, a disk of {request.size_gib} GiB"


def _former(request: BuildRequest) -> str:
    former = owner_of(request.output)
    return f" (in place of the one built {age_text(finished_at(former))})" if former else ""


def _with_room(directory: Path, in_memory: bool = False) -> str:
    room = room_of(directory)
    free = f" ({size_text(room.free)} free)" if room is not None else ""
    memory = ", in memory where there is enough" if in_memory else ""
    return f"{homely(directory)}{free}{memory}"


def _disk(record: BuildRecord) -> str:
    virtual = record.result.virtual_size if record.result is not None else None
    return f", a disk of {virtual / _GIB:.0f} GiB" if virtual else ""


def _either(refs: Sequence[str]) -> str:
    if len(refs) == 1:
        return refs[0]
    return f"{refs[0]} (or {', '.join(refs[1:])}, whichever is there)"


def _options(request: BuildRequest) -> list[str]:
    """Name what differs from what most people build."""
    chosen = {
        f"kernel {request.kernel_package}": request.kernel_package not in ("", _KERNEL),
        "no SSH daemon": not request.sshd,
        "FIPS mode": request.fips,
        "mandatory access control enforced": request.mandatory_access_control,
        "vCPU pinning": request.cpu_pinning,
        "agent from packages": request.agent_packages,
        "not in memory": not request.tmpfs,
        "trace": request.trace,
        f"mirror {shown(request.mirror)}": bool(request.mirror),
        f"elements {' '.join(request.elements)}": bool(request.elements),
        f"octavia-lib from {shown(request.library_repository)}": bool(request.library_repository),
        f"constraints from {shown(request.constraints)}": bool(request.constraints),
    }
    return [text for text, holds in chosen.items() if holds]


def _variables(request: BuildRequest) -> list[str]:
    return [f"{name}={shlex.quote(shown(value))}" for name, value in request.environment.items()]
