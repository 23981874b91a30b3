"""The further options of a build: those of diskimage-create.sh, and what surrounds it."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.places import cache_root
from octavia_wizard.core.questions.grounds import Condition, always, both, chosen, on
from octavia_wizard.core.questions.model import Context, Default, Kind, Question

built = chosen("image.source", "build")
_tuning = both(built, on("image.tune_build"))


def has_option(letter: str) -> Condition:
    """Ask only where the release's diskimage-create.sh has an option."""
    return lambda context: letter in context.release.rules.amphora_script_options


def _ubuntu(context: Context) -> bool:
    return (context.effective.maybe_text("image.base_os") or "").startswith("ubuntu")


def default_cache() -> Path:
    """Return where diskimage-create.sh keeps its cache unless told otherwise."""
    return Path("~/.cache/image-create").expanduser()


def default_work() -> Path:
    """Return where the wizard builds unless told otherwise."""
    return cache_root() / "build"


def _cache(_: Context) -> Default:
    return Default(str(default_cache()), Provenance.COMPUTED, "where diskimage-create.sh keeps it")


def _work(_: Context) -> Default:
    return Default(str(default_work()), Provenance.COMPUTED, "the wizard's own directory")


def _flag(key: str, letter: str, title: str, default: bool, help: str) -> Question:
    return Question(
        key=key,
        kind=Kind.FLAG,
        title=title,
        help=help,
        default=always(default, "what diskimage-create.sh takes by default"),
        when=both(_tuning, has_option(letter)),
    )


TUNING: tuple[Question, ...] = (
    Question(
        key="image.kernel_package",
        kind=Kind.TEXT,
        title="Kernel package",
        help="Kernel meta package of Ubuntu. linux-image-virtual is small and does for most; "
        "SR-IOV may need linux-image-generic.",
        default=always("linux-image-virtual", "what diskimage-create.sh takes by default"),
        when=both(_tuning, has_option("k"), _ubuntu),
    ),
    _flag(
        "image.sshd",
        "n",
        "SSH daemon",
        True,
        "Whether amphorae run an SSH daemon. Without it nobody can log in to look for a fault, "
        "and nobody can break in that way.",
    ),
    _flag("image.fips", "y", "FIPS mode", False, "Put the amphora into FIPS 140-2 mode."),
    _flag(
        "image.mandatory_access_control",
        "e",
        "Enforce access control",
        False,
        "Enforce SELinux (Red Hat family) in the amphora instead of only logging.",
    ),
    _flag(
        "image.cpu_pinning",
        "m",
        "vCPU pinning",
        False,
        "Tune the amphora for several vCPUs that are pinned to cores of the host.",
    ),
    _flag(
        "image.agent_packages",
        "p",
        "Agent from packages",
        False,
        "Take the amphora agent from packages of the distribution. They rarely match the release.",
    ),
    _flag(
        "image.tmpfs",
        "f",
        "Build in memory",
        True,
        "Build in a tmpfs where the host has 4 GiB of memory or more; faster, and easier on disks.",
    ),
    _flag("image.trace", "x", "Trace", False, "Let diskimage-builder trace every command."),
    Question(
        key="image.cache_directory",
        kind=Kind.PATH,
        title="Cache",
        help="Directory for packages and sources between builds, 1 GiB or more. One build at a "
        "time may use it.",
        default=_cache,
        when=_tuning,
    ),
    Question(
        key="image.work_directory",
        kind=Kind.PATH,
        title="Work directory",
        help="Directory to build in, about 2 GiB.",
        default=_work,
        when=both(_tuning, has_option("w")),
    ),
    Question(
        key="image.mirror",
        kind=Kind.TEXT,
        title="Mirror",
        help="Mirror of the base system, e.g. http://mirror.example/ubuntu "
        "(DIB_DISTRIBUTION_MIRROR).",
        default=always(None, "the public mirrors"),
        nullable=True,
        none_label="the public mirrors",
        when=_tuning,
    ),
    Question(
        key="image.elements_path",
        kind=Kind.PATH,
        title="Own elements in",
        help="Directory with elements of your own for diskimage-builder (DIB_LOCAL_ELEMENTS_PATH).",
        default=always(None, "most people have none"),
        nullable=True,
        none_label="no elements of your own",
        when=_tuning,
    ),
    Question(
        key="image.elements",
        kind=Kind.LIST,
        title="Own elements",
        help="Elements to add, by name (DIB_LOCAL_ELEMENTS).",
        default=always([], "most people have none"),
        when=_tuning,
    ),
    Question(
        key="image.library_repository",
        kind=Kind.TEXT,
        title="octavia-lib from",
        help="Git URL or mirror of octavia-lib, for a site without internet.",
        default=always(None, "where it is developed"),
        nullable=True,
        none_label="where it is developed",
        when=_tuning,
    ),
    Question(
        key="image.constraints",
        kind=Kind.TEXT,
        title="Constraints from",
        help="URL or path of OpenStack's upper-constraints.txt, for a site without internet.",
        default=always(None, "those of the branch"),
        nullable=True,
        none_label="those of the branch",
        when=_tuning,
    ),
    Question(
        key="image.build_environment",
        kind=Kind.MAPPING,
        title="More variables",
        help="Further DIB_ variables, e.g. DIB_DEBOOTSTRAP_EXTRA_ARGS=--keyring=/root/u.gpg. They "
        "are written into the image, so none may be a secret.",
        default=always({}, "most people need none"),
        when=_tuning,
    ),
    Question(
        key="image.builder",
        kind=Kind.TEXT,
        title="diskimage-builder",
        help="What pip installs into an environment of its own (a requirement, or the path of a "
        "wheel), or the path of a disk-image-create that is there.",
        default=always("diskimage-builder", "the newest"),
        when=_tuning,
    ),
)
