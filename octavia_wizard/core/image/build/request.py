"""What is to be built: everything that decides what diskimage-create.sh makes, and how."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from octavia_wizard.core.urls import shown

ARCHITECTURES: Mapping[str, str] = {
    "x86_64": "amd64",
    "aarch64": "aarch64",
    "ppc64le": "ppc64le",
}
"""Names of the scheduler to those of diskimage-create.sh (its ``-a``)."""

_WHERE_ONLY = frozenset(
    {"output", "cache_directory", "work_directory", "tmpfs", "trace", "install_packages"}
)
"""Fields that change how an image is built, and not what it contains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """An amphora image to build; all paths are absolute."""

    output: Path
    """The finished image; it appears there whole or not at all."""
    base_os: str
    base_release: str
    architecture: str
    """As the scheduler calls it, e.g. ``x86_64``."""
    disk_format: str
    """``qcow2``, ``raw`` or ``vhd``."""
    size_gib: int
    """Virtual size of the disk."""
    repository: str
    """URL of Octavia's repository, or a checkout or mirror on this host."""
    refs: tuple[str, ...]
    """Branch, tag or commit; of several, the first the repository has."""
    library_repository: str = ""
    """URL or path of octavia-lib; "" for its usual place."""
    constraints: str = ""
    """URL or path of upper-constraints.txt; "" for that of the branch."""
    kernel_package: str = ""
    sshd: bool = True
    fips: bool = False
    mandatory_access_control: bool = False
    cpu_pinning: bool = False
    agent_packages: bool = False
    """Whether the agent comes from packages of the distribution instead of from source."""
    tmpfs: bool = True
    trace: bool = False
    cache_directory: Path
    work_directory: Path
    mirror: str = ""
    """Mirror of the distribution; "" for the usual one."""
    elements_path: str = ""
    elements: tuple[str, ...] = ()
    """Further elements, found below ``elements_path``."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Further variables of diskimage-builder; none may hold a secret."""
    builder: str = "diskimage-builder"
    """A pip requirement for diskimage-builder, or the path of a ``disk-image-create``."""
    install_packages: bool = False
    """Whether packages that are missing on this host may be installed."""

    @property
    def fingerprint(self) -> str:
        """Return what tells images apart that would differ in content; 16 hexadecimal digits."""
        content = {k: v for k, v in document_of(self).items() if k not in _WHERE_ONLY}
        text = json.dumps(content, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def document_of(request: BuildRequest) -> dict[str, object]:
    """Return a request as plain data, to be kept as JSON, without the credentials of its URLs.

    Who fetches something makes no difference to what is built of it.
    """
    return {key: _plain(value) for key, value in asdict(request).items()}


def _plain(value: object) -> object:
    return shown(str(value)) if isinstance(value, str | Path) else value


def request_from(document: Mapping[str, object]) -> BuildRequest:
    """Read a request back; raises ValueError, TypeError or KeyError for what is none."""
    values = dict(document)
    for key in ("output", "cache_directory", "work_directory"):
        values[key] = Path(str(values[key]))
    for key in ("refs", "elements"):
        found = values[key]
        if not isinstance(found, list | tuple):
            raise TypeError(f"{key} is no list")
        values[key] = tuple(map(str, found))
    return BuildRequest(**values)  # type: ignore[arg-type]
