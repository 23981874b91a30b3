"""Checks of a build: whether this host can do it, and whether the release's script takes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import (
    Check,
    FindingInfo,
    Situation,
    error,
    note,
    warning,
)
from octavia_wizard.core.questions.image_build import REF_KEY

PACKAGES = error(
    "image-build-packages",
    "image.install_packages",
    "Packages the build needs are missing",
    "diskimage-create.sh ends at once without them.",
    "Let the wizard install them (image.install_packages), or install them by hand.",
)
INSTALLS = note(
    "image-build-installs",
    "image.install_packages",
    "Packages will be installed on this host",
    "You consented to it; they stay when the build is undone.",
    "Nothing to do; take back image.install_packages to install them by hand.",
)
TOOLS = error(
    "image-build-tools",
    "image.source",
    "Programs the build needs are missing",
    "The wizard knows the packages of Debian, Ubuntu and the Red Hat family only.",
    "Install them in the way of this distribution.",
)
ROOT = error(
    "image-build-root",
    "image.source",
    "The build cannot become root",
    "diskimage-builder mounts file systems and changes its root directory, by sudo.",
    "Run the wizard as root, or let sudo serve you without a password.",
)
CONTAINER = warning(
    "image-build-container",
    "image.source",
    "The build would run in a container",
    "Loop devices and mounts are shared with the host: OpenStack-Ansible and diskimage-builder ask "
    "for a host or a virtual machine.",
    "Build on the deploy host itself, or accept it for a privileged container.",
)
LOOP = error(
    "image-build-loop",
    "image.source",
    "There is no loop device",
    "The disk of the image is put together on one.",
    "Load the module (modprobe loop), or detach those not in use (losetup --detach).",
)
DIRECTORY = error(
    "image-build-directory",
    "image.work_directory",
    "A directory of the build cannot be used",
    "The build would break off, at once or after minutes.",
    "Answer another directory.",
)
SPACE = error(
    "image-build-space",
    "image.work_directory",
    "There is too little disk space for a build",
    "A build that fills a disk breaks off after minutes, and may disturb others there.",
    "Make room, or answer other directories (image.cache_directory, image.work_directory, "
    "image.path).",
)
MEMORY = warning(
    "image-build-memory",
    "image.tmpfs",
    "There may be too little memory for a build in memory",
    "It is as large as the system that is put together, and its disk; other services could be "
    "ended for it.",
    "Build on disk (image.tmpfs: false).",
)
BUSY = error(
    "image-build-busy",
    "image.cache_directory",
    "Another build uses the cache",
    "Two builds with one cache wait for the same locks, and one of them fails.",
    "Wait until it is done, cancel it, or answer another cache.",
)
ARCHITECTURE = warning(
    "image-build-architecture",
    "image.architecture",
    "The image is for another architecture than this host's",
    "Its own programs are run during the build, which takes an emulator.",
    "Build on a host of that architecture, or install qemu-user-static.",
)
RELEASE = error(
    "image-build-release",
    "image.base_release",
    "debootstrap does not know the release",
    "It ends with 'No such script'.",
    "Correct the release, install a newer debootstrap, or name the script of another release: "
    "image.build_environment with DIB_DEBIAN_DEBOOTSTRAP_SCRIPT, for Ubuntu "
    "/usr/share/debootstrap/scripts/gutsy.",
)
KEYRING = warning(
    "image-build-keyring",
    "image.build_environment",
    "Ubuntu's signatures cannot be verified",
    "debootstrap then takes packages from the mirror as they come.",
    "Install ubuntu-keyring (or ubuntu-archive-keyring), or name a keyring: "
    "image.build_environment with DIB_DEBOOTSTRAP_EXTRA_ARGS=--keyring=PATH.",
)
SIZE = error(
    "image-build-size",
    "image.size_gib",
    "The disk is too small for the base system",
    "diskimage-create.sh refuses Red Hat and Fedora below 3 GiB.",
    "Answer 3 or more.",
)
BASE_IMAGE = error(
    "image-build-base-image",
    "image.build_environment",
    "The cloud image of Red Hat is missing",
    "It may not be downloaded without a subscription, so diskimage-builder starts from a file.",
    "Set DIB_LOCAL_IMAGE in image.build_environment to a RHEL cloud image on this host.",
)
OPTION = error(
    "image-build-option",
    "image.source",
    "diskimage-create.sh of the release has no such option",
    "What is answered could not be passed on to it.",
    "Take the answer back.",
)

OPTIONS: Mapping[str, str] = {
    "image.mandatory_access_control": "e",
    "image.tmpfs": "f",
    "image.kernel_package": "k",
    "image.cpu_pinning": "m",
    "image.sshd": "n",
    "image.agent_packages": "p",
    "image.work_directory": "w",
    "image.trace": "x",
    "image.fips": "y",
}
"""Answers that are an option of diskimage-create.sh, with its letter."""

_BY_ID: Mapping[str, FindingInfo] = {
    value.id: value for value in tuple(globals().values()) if isinstance(value, FindingInfo)
}


def check_options(case: Situation) -> Iterator[Finding]:
    """Look for answers that the script of the release does not take.

    Which script it will be, is only known before it is fetched where the branch is not answered.
    """
    effective = case.effective
    if not effective.chosen("image.source", "build") or effective.answered(REF_KEY):
        return
    series = case.release.series
    for key, letter in OPTIONS.items():
        given = key in effective.unused or case.given(key)
        if given and letter not in case.release.rules.amphora_script_options:
            what = f"diskimage-create.sh of {series} has no option -{letter}, which {key} needs."
            yield OPTION.found(what, place=key)
    system = effective.maybe_text("image.base_os")
    systems = case.release.rules.amphora_systems
    if system is not None and system not in systems:
        yield OPTION.found(
            f"diskimage-create.sh of {series} does not build {system}.",
            place="image.base_os",
            fix=f"Choose one of {', '.join(systems)}.",
        )


def check_host(case: Situation) -> Iterator[Finding]:
    """Tell what stands in the way of a build on this host."""
    if not case.effective.chosen("image.source", "build") or not case.inspected.preflight:
        return
    if _is_in_glance(case):
        return
    for hindrance in case.inspected.preflight:
        info = _BY_ID[hindrance.id]
        yield info.found(hindrance.what, place=hindrance.key, fix=hindrance.fix)


def _is_in_glance(case: Situation) -> bool:
    """Say whether nothing will be built, as Octavia has the image already."""
    if "image.tag" not in case.effective:
        return False
    # The steps know it; a build's own modules are only needed for a build.
    from octavia_wizard.core.steps.image_target import carried_build

    return carried_build(case.effective, case.facts) is not None


CHECKS: tuple[Check, ...] = (check_options, check_host)
