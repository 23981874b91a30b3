"""What diskimage-create.sh of a release takes, and how a request is put to it.

Two of its options are never used: ``-l``, which silences its output, and ``-r``, whose root
password would be in the list of processes and in the image's manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.errors import FileError, StepError, UsageError
from octavia_wizard.core.files import read_text
from octavia_wizard.core.image.build.builder import Builder
from octavia_wizard.core.image.build.debootstrap import stand_in_for
from octavia_wizard.core.image.build.locations import as_url, has_credentials
from octavia_wizard.core.image.build.request import ARCHITECTURES, BuildRequest
from octavia_wizard.core.image.build.source import Source
from octavia_wizard.core.image.build.surroundings import search_path, surroundings

CONSTRAINTS = "https://releases.openstack.org/constraints/upper"

_GETOPTS = re.compile(r"^\s*while\s+getopts\s+[\"']?([A-Za-z:]+)", re.MULTILINE)
_PACKAGES = re.compile(r"^\s*PKG_LIST=\"([^\"$]*)\"", re.MULTILINE)
_SERIES = re.compile(r"(?:stable|unmaintained)/(?P<branch>[a-z0-9.]+)|(?P<tag>[a-z0-9.]+)-e[a-z]+")
_OUTSIDE_ONLY = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "LANGUAGE")
"""Variables that would send programs inside the image to places of this host."""
_REFUSED = re.compile(r"PASSW|SECRET|TOKEN|PRIVATE|CREDENTIAL", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a script takes; an empty set where it cannot be told."""

    options: frozenset[str]
    architectures: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    packages: tuple[str, ...] = ()
    """Packages it wants on Debian and Ubuntu."""
    first_line_only: bool = False
    """It knows a distribution by the first line of /etc/os-release alone."""


def accepted(script: Path) -> Accepted:
    """Read from a script what it takes; raises FileError."""
    text = read_text(script)
    if text is None:
        raise FileError(f"there is no {script}", hint="check image.octavia_repository")
    found = _GETOPTS.search(text)
    if found is None:
        raise FileError(
            f"{script} is no diskimage-create.sh: it has no options",
            hint="check image.octavia_repository",
        )
    return Accepted(
        frozenset(found[1].replace(":", "")),
        _compared(text, "AMP_ARCH"),
        _compared(text, "AMP_BASEOS"),
        _compared(text, "AMP_IMAGETYPE"),
        tuple(listed[1].split()) if (listed := _PACKAGES.search(text)) else (),
        "head -1 /etc/os-release" in text,
    )


def arguments(
    request: BuildRequest, options: frozenset[str], output: Path, *, ref: str = ""
) -> tuple[str, ...]:
    """Return the arguments of the script for a request; raises StepError, UsageError.

    ``ref`` tells which release the script is of.
    """
    lacking = [key for key, letter in _wanted(request) if letter not in options]
    if lacking:
        of = f" of {ref}" if ref else ""
        raise StepError(
            f"diskimage-create.sh{of} has no option for {', '.join(lacking)}",
            hint=f"take back {', '.join(lacking)}, or build from a newer Octavia",
        )
    for path in (output, request.cache_directory, request.work_directory):
        check_path(path)
    told = [
        ("-a", ARCHITECTURES.get(request.architecture, request.architecture)),
        ("-b", "haproxy"),
        ("-c", str(request.cache_directory)),
        ("-d", request.base_release),
        ("-i", request.base_os),
        ("-o", str(output)),
        ("-s", str(request.size_gib)),
        ("-t", request.disk_format),
        ("-w", str(request.work_directory)),
    ]
    if request.kernel_package:
        told.append(("-k", request.kernel_package))
    if "g" in options and constraints_of(request, ref):
        # What it would set is in the environment already; it says so in the log.
        told.append(("-g", ref))
    flags = [f"-{letter}" for key, letter in _wanted(request) if letter in "efmnpxy"]
    return (*(word for pair in told for word in pair), *sorted(flags))


def lacks(request: BuildRequest, options: frozenset[str]) -> tuple[str, ...]:
    """Return the answers for which a script has no option."""
    return tuple(key for key, letter in _wanted(request) if letter not in options)


def check(request: BuildRequest, taken: Accepted, ref: str) -> None:
    """Compare a request with what the script of a ref takes; raises StepError."""
    architecture = ARCHITECTURES.get(request.architecture, request.architecture)
    asked = (
        ("image.architecture", architecture, taken.architectures),
        ("image.base_os", request.base_os, taken.systems),
        ("image.disk_format", request.disk_format, taken.formats),
    )
    for key, value, known in asked:
        if known and value not in known:
            raise StepError(
                f"diskimage-create.sh of {ref} does not build {value} ({key})",
                hint=f"it takes {', '.join(sorted(known))}",
            )


def environment(
    request: BuildRequest,
    source: Source,
    builder: Builder,
    environ: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return all variables a build is given; raises UsageError for one that would be a secret.

    diskimage-builder writes every DIB_ variable into the image.
    """
    known = surroundings(environ)
    for name in _OUTSIDE_ONLY:
        known.pop(name, None)
    known["PATH"] = search_path(known, builder.bin)
    # mktemp -t takes TMPDIR; the drivers of diskimage-builder name TMP_DIR besides.
    known["TMPDIR"] = known["TMP_DIR"] = str(request.work_directory)
    known["OCTAVIA_REPO_PATH"] = str(source.script.parent.parent)
    known |= dict(_sources(request, source))
    if request.mirror:
        known["DIB_DISTRIBUTION_MIRROR"] = request.mirror
    if request.elements_path:
        known["DIB_LOCAL_ELEMENTS_PATH"] = request.elements_path
    if request.elements:
        known["DIB_LOCAL_ELEMENTS"] = " ".join(request.elements)
    stand_in = stand_in_for(request.base_release)
    if request.base_os.startswith("ubuntu") and stand_in is not None:
        known["DIB_DEBIAN_DEBOOTSTRAP_SCRIPT"] = str(stand_in)
    known |= request.environment
    for name, value in known.items():
        own = name in request.environment or name.startswith("DIB_")
        if own and (_REFUSED.search(name) or has_credentials(value)):
            raise UsageError(
                f"{name} holds a secret, and diskimage-builder writes it into the image",
                hint="use a mirror that needs no password",
            )
    return known


def constraints_of(request: BuildRequest, ref: str) -> str:
    """Return the URL of upper-constraints.txt; "" leaves it to the release's own element.

    By series, as the elements of the stable branches do it; a branch at opendev, as ``-g`` means
    it, is gone once the series has reached its end.
    """
    if request.constraints:
        return as_url(request.constraints)
    if ref == "master":
        return f"{CONSTRAINTS}/master"
    match = _SERIES.fullmatch(ref)
    return f"{CONSTRAINTS}/{match['branch'] or match['tag']}" if match else ""


def _sources(request: BuildRequest, source: Source) -> Iterator[tuple[str, str]]:
    yield "DIB_REPOLOCATION_amphora_agent", source.repository
    yield "DIB_REPOREF_amphora_agent", source.agent_ref or source.ref
    if source.library:
        yield "DIB_REPOLOCATION_octavia_lib", source.library
        yield "DIB_REPOREF_octavia_lib", source.library_ref
    constraints = constraints_of(request, source.ref)
    if constraints:
        yield "DIB_REPOLOCATION_upper_constraints", constraints


def _wanted(request: BuildRequest) -> Iterator[tuple[str, str]]:
    """Name the answers that need an option not every release has, with its letter."""
    yield from (
        (key, letter)
        for key, letter, needed in (
            ("image.mandatory_access_control", "e", request.mandatory_access_control),
            ("image.tmpfs", "f", not request.tmpfs),
            ("image.kernel_package", "k", bool(request.kernel_package)),
            ("image.cpu_pinning", "m", request.cpu_pinning),
            ("image.sshd", "n", not request.sshd),
            ("image.agent_packages", "p", request.agent_packages),
            ("image.trace", "x", request.trace),
            ("image.fips", "y", request.fips),
        )
        if needed
    )


def _compared(text: str, variable: str) -> frozenset[str]:
    """Return the values a script compares a variable with to refuse all others."""
    found = re.findall(rf'\[\[?\s+"?\${variable}"?\s+!=\s+"([A-Za-z0-9_-]+)"\s+\]\]?', text)
    return frozenset(found)


def check_path(path: Path) -> None:
    """Refuse a path that a build would break at; raises UsageError."""
    # Older scripts and diskimage-builder leave their paths unquoted.
    if re.search(r"[\s'\"$`\\*?\[\]:;&|<>()]", str(path)):
        raise UsageError(
            f"{path} has a blank or special character, which diskimage-builder cannot build in",
            hint="choose paths of letters, digits, / . _ and -",
        )
