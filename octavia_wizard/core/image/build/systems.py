"""Whether this host can put together the system that is wanted, for its architecture."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from octavia_wizard.core.image.build.debootstrap import STAND_IN
from octavia_wizard.core.image.build.hindrances import Asked, Gravity, Hindrance

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_AT_LEAST_3 = ("rhel", "fedora")
"""Base systems diskimage-create.sh refuses to make smaller than 3 GiB, in all releases."""


def _architecture(asked: Asked) -> Iterator[Hindrance]:
    machine = _MACHINES.get(asked.host.machine, asked.host.machine)
    if asked.request.architecture != machine and not asked.host.emulates:
        what = (
            f"This host is {machine}; an image for {asked.request.architecture} needs its programs."
        )
        yield Hindrance("image-build-architecture", what, "", Gravity.WARNING)


def _ubuntu(asked: Asked) -> Iterator[Hindrance]:
    request, host = asked.request, asked.host
    if not request.base_os.startswith("ubuntu"):
        return
    told = request.environment
    own_script = "DIB_DEBIAN_DEBOOTSTRAP_SCRIPT" in told
    suites = host.debootstrap_suites
    known = suites is None or request.base_release in suites or STAND_IN in suites
    if not known and not own_script:
        what = f"debootstrap of this host does not know {request.base_release}."
        yield Hindrance("image-build-release", what)
    keyring = (
        "DIB_APT_KEYRING" in told
        or "DIB_DEBIAN_KEYRING" in told
        or "--keyring" in told.get("DIB_DEBOOTSTRAP_EXTRA_ARGS", "")
    )
    if not (host.ubuntu_keyring or keyring):
        what = "There is no keyring of Ubuntu on this host."
        yield Hindrance("image-build-keyring", what, "", Gravity.WARNING)


def _size(asked: Asked) -> Iterator[Hindrance]:
    request = asked.request
    if request.base_os in _AT_LEAST_3 and request.size_gib < 3:
        what = f"An image of {request.base_os} does not fit on a disk of {request.size_gib} GiB."
        yield Hindrance("image-build-size", what)


def _base_image(asked: Asked) -> Iterator[Hindrance]:
    if asked.request.base_os == "rhel" and not asked.request.environment.get("DIB_LOCAL_IMAGE"):
        what = "Which image of Red Hat Enterprise Linux to start from is not answered."
        yield Hindrance("image-build-base-image", what)


LOOKS: tuple[Callable[[Asked], Iterator[Hindrance]], ...] = (
    _architecture,
    _ubuntu,
    _size,
    _base_image,
)
