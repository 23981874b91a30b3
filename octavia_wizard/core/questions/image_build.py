"""Questions about building an image: of what, and from where."""

from __future__ import annotations

import platform

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions.grounds import always
from octavia_wizard.core.questions.image_tuning import TUNING, built
from octavia_wizard.core.questions.model import Choice, Context, Default, Kind, Question
from octavia_wizard.core.releases import Release
from octavia_wizard.core.releases.series import MASTER

OCTAVIA = "https://opendev.org/openstack/octavia"
REF_KEY = "image.octavia_ref"

_NEEDS_3_GIB = ("rhel", "fedora", "centos")
"""Systems whose images diskimage-create.sh refuses to make smaller."""
_LABELS = {
    "ubuntu-minimal": "Ubuntu",
    "ubuntu": "Ubuntu",
    "rocky": "Rocky Linux",
    "centos-minimal": "CentOS",
    "centos": "CentOS",
    "rhel": "Red Hat Enterprise Linux",
    "fedora": "Fedora",
}


def build_refs(release: Release) -> tuple[str, ...]:
    """Return where Octavia of the release may be found in its repository, the likeliest first.

    A stable branch becomes an unmaintained one and then a tag (OpenStack project team guide).
    """
    series = release.series
    if series == MASTER:
        return (MASTER,)
    return (f"stable/{series}", f"unmaintained/{series}", f"{series}-eol", f"{series}-eom")


def _systems(context: Context) -> tuple[Choice, ...]:
    return tuple(
        Choice(name, name, f"{_LABELS[name]}, {release} by default")
        for name, release in context.release.rules.amphora_systems.items()
    )


def _base_os(context: Context) -> Default:
    first = next(iter(context.release.rules.amphora_systems))
    return Default(first, Provenance.COMPUTED, "what diskimage-create.sh takes by default")


def _base_release(context: Context) -> Default | None:
    system = context.effective.maybe_text("image.base_os")
    found = context.release.rules.amphora_systems.get(system or "")
    if found is None:
        return None
    series = context.release.series
    return Default(found, Provenance.COMPUTED, f"what diskimage-create.sh of {series} takes")


def _size(context: Context) -> Default:
    if context.effective.maybe_text("image.base_os") in _NEEDS_3_GIB:
        return Default(3, Provenance.COMPUTED, "the least for this system")
    return Default(2, Provenance.COMPUTED, "what diskimage-create.sh takes by default")


def _ref(context: Context) -> Default:
    first, *others = build_refs(context.release)
    last = f", or {' or '.join(others)}, whichever is there" if others else ""
    return Default(first, Provenance.COMPUTED, f"the branch of this release{last}")


def _tuned(context: Context) -> Default:
    given = any(question.key in context.answers for question in TUNING)
    why = "an option of the build is answered" if given else "most people need none of them"
    return Default(given, Provenance.COMPUTED, why)


def host_architecture(_: Context) -> Default:
    """Propose the architecture of this host."""
    machine = {"arm64": "aarch64", "amd64": "x86_64"}.get(platform.machine(), platform.machine())
    known = machine if machine in ("x86_64", "aarch64", "ppc64le") else "x86_64"
    return Default(known, Provenance.DETECTED, "that of this host")


BASICS = (
    Question(
        key="image.base_os",
        kind=Kind.CHOICE,
        title="Base system",
        help="What amphorae run on. Most people take Ubuntu: it is what Octavia itself tests.",
        choices=_systems,
        default=_base_os,
        when=built,
    ),
    Question(
        key="image.base_release",
        kind=Kind.TEXT,
        title="Its release",
        help="Release of the base system, e.g. noble or 10-stream. It must still get security "
        "fixes, and Octavia of this release must run on it.",
        default=_base_release,
        when=built,
    ),
    Question(
        key="image.size_gib",
        kind=Kind.INTEGER,
        title="Disk size",
        unit="GiB",
        help="Virtual size of the disk, no more than the disk of the flavor. 2 GiB does for most; "
        "Red Hat, Fedora and old CentOS need 3.",
        default=_size,
        when=built,
    ),
    Question(
        key="image.octavia_repository",
        kind=Kind.TEXT,
        title="Octavia from",
        help="Git URL, or a checkout or mirror on this host for a site without internet. "
        "diskimage-create.sh and the agent in the image come from it.",
        default=always(OCTAVIA, "where it is developed"),
        when=built,
    ),
    Question(
        key=REF_KEY,
        kind=Kind.TEXT,
        title="Branch",
        help="Branch, tag or commit. The agent must match the release of the controllers.",
        default=_ref,
        when=built,
    ),
    Question(
        key="image.install_packages",
        kind=Kind.FLAG,
        title="Install packages",
        help="Whether packages the build needs and this host lacks (such as qemu-utils and "
        "debootstrap) may be installed by apt or dnf. No changes nothing and names the command.",
        default=always(False, "nothing is installed without your consent"),
        when=built,
    ),
    Question(
        key="image.tune_build",
        kind=Kind.FLAG,
        title="All build options",
        help="Show the other options of diskimage-create.sh, mirrors, elements and directories. "
        "Most people need none of them.",
        default=_tuned,
        when=built,
    ),
)
