"""Gets everything a build needs into place, up to the command that starts it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from octavia_wizard.core.errors import StepError
from octavia_wizard.core.image.build import packages, script
from octavia_wizard.core.image.build.builder import ensure_builder
from octavia_wizard.core.image.build.children import Log
from octavia_wizard.core.image.build.record import BuildRecord
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.source import ensure_source
from octavia_wizard.core.places import make_directories, private_directory

Enter = Callable[[str], None]
Count = Callable[[int, int, str, str], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A build that can be started."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    directory: Path
    """The directory to start it in."""
    ref: str
    """The branch, tag or commit that was taken."""
    commit: str
    builder_version: str


def prepare(
    request: BuildRequest,
    record: BuildRecord,
    enter: Enter,
    count: Count,
    log: Log,
    cancel: threading.Event,
) -> Prepared:
    """Install what is missing and consented to, get diskimage-builder and Octavia, and say how
    the build is started.

    ``enter`` is told each phase as it begins. Raises StepError, UsageError, FileError, Interrupted.
    """
    installer = _Installer(request, enter, count, log, cancel)
    installer.ensure(lambda: packages.missing(request))
    enter("builder")
    builder = ensure_builder(request, log, cancel)
    log(f"diskimage-builder {builder.version} in {builder.bin}")
    enter("source")
    source = ensure_source(request, log, cancel)
    log(f"Octavia {source.ref} at commit {source.commit[:12]}: {source.script}")
    taken = script.accepted(source.script)
    script.check(request, taken, source.ref)
    packages.check_distribution(taken.first_line_only, source.ref)
    # An old script may want one that newer ones do without.
    installer.ensure(lambda: packages.missing_for(taken.packages))
    for place in (source.script, builder.bin):
        script.check_path(place)
    output = Path(record.staging) / request.output.name
    arguments = script.arguments(request, taken.options, output, ref=source.ref)
    environment = script.environment(request, source, builder)
    make_directories(request.cache_directory)
    private_directory(request.work_directory)
    return Prepared(
        argv=("bash", str(source.script), *arguments),
        environment=environment,
        directory=request.work_directory,
        ref=source.ref,
        commit=source.commit,
        builder_version=builder.version,
    )


@dataclass(frozen=True, slots=True)
class _Installer:
    """Installs packages, if the operator has consented."""

    request: BuildRequest
    enter: Enter
    count: Count
    log: Log
    cancel: threading.Event

    def ensure(self, missing: Callable[[], tuple[str, ...]]) -> None:
        """See to it that none is missing; raises StepError."""
        wanted = missing()
        if not wanted:
            return
        if not self.request.install_packages:
            command = packages.install_command(wanted)
            raise StepError(
                f"packages are missing on this host: {', '.join(wanted)}",
                hint=f"run {command}, or answer image.install_packages: true",
            )
        self.enter("packages")
        self.count(0, len(wanted), "packages", "")
        packages.install(wanted, self.log, self.cancel)
        left = missing()
        if left:
            raise StepError(
                f"packages are still missing after their installation: {', '.join(left)}",
                hint=f"run {packages.install_command(left)}",
            )
        self.count(len(wanted), len(wanted), "packages", "")
