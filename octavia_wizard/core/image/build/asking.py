"""From answers to what is to be built."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.questions.image_build import REF_KEY, build_refs
from octavia_wizard.core.questions.image_tuning import default_cache, default_work
from octavia_wizard.core.questions.paths import absolute

_NEEDED = (
    "path",
    "base_os",
    "base_release",
    "size_gib",
    "octavia_repository",
    "octavia_ref",
    "architecture",
    "disk_format",
)


def request_of(effective: Effective) -> BuildRequest | None:
    """Return what the answers want to be built; None where they build nothing or are not whole.

    Options that were not asked for are as diskimage-create.sh has them by default.
    """
    if not effective.chosen("image.source", "build"):
        return None
    if any(effective.settings.get(f"image.{name}") is None for name in _NEEDED):
        return None
    return BuildRequest(
        output=absolute(effective.text("image.path")),
        base_os=effective.text("image.base_os"),
        base_release=effective.text("image.base_release"),
        architecture=effective.text("image.architecture"),
        disk_format=effective.text("image.disk_format"),
        size_gib=effective.number("image.size_gib"),
        repository=effective.text("image.octavia_repository"),
        refs=_refs(effective),
        library_repository=effective.maybe_text("image.library_repository") or "",
        constraints=effective.maybe_text("image.constraints") or "",
        kernel_package=effective.maybe_text("image.kernel_package") or "",
        sshd=_flag(effective, "sshd", otherwise=True),
        fips=_flag(effective, "fips"),
        mandatory_access_control=_flag(effective, "mandatory_access_control"),
        cpu_pinning=_flag(effective, "cpu_pinning"),
        agent_packages=_flag(effective, "agent_packages"),
        tmpfs=_flag(effective, "tmpfs", otherwise=True),
        trace=_flag(effective, "trace"),
        cache_directory=_directory(effective, "cache_directory", default_cache()),
        work_directory=_directory(effective, "work_directory", default_work()),
        mirror=effective.maybe_text("image.mirror") or "",
        elements_path=_elements_path(effective),
        elements=effective.texts("image.elements"),
        environment=effective.mapping("image.build_environment"),
        builder=effective.maybe_text("image.builder") or "diskimage-builder",
        install_packages=effective.is_on("image.install_packages"),
    )


def _refs(effective: Effective) -> tuple[str, ...]:
    """Return the branch that was answered, or else all under which the release may be found."""
    given = effective.text(REF_KEY)
    return (given,) if effective.answered(REF_KEY) else build_refs(effective.release)


def _flag(effective: Effective, name: str, *, otherwise: bool = False) -> bool:
    key = f"image.{name}"
    return effective.flag(key) if key in effective else otherwise


def _directory(effective: Effective, name: str, otherwise: Path) -> Path:
    told = effective.maybe_text(f"image.{name}")
    return absolute(told) if told else otherwise


def _elements_path(effective: Effective) -> str:
    told = effective.maybe_text("image.elements_path")
    return str(absolute(told)) if told else ""
