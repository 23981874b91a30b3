"""Command lines to copy: the same program on the same deployment, from any directory."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from octavia_wizard.core.places import cache_root

NAME = "octavia-wizard"
DEFAULT_DEPLOY_DIR = Path("/etc/openstack_deploy")


def command_line(*words: str, deploy_dir: Path = DEFAULT_DEPLOY_DIR, rehearse: bool = False) -> str:
    """Return how to call the wizard with ``words``, on this deploy directory and cloud."""
    own = is_rehearsals(deploy_dir)
    place: list[str] = ["--rehearse"] if own or rehearse else []
    # A rehearsal without a deploy directory takes its own, not the usual one.
    if not own and (rehearse or deploy_dir != DEFAULT_DEPLOY_DIR):
        place += ["--deploy-dir", str(deploy_dir)]
    return shlex.join((_program(), *place, *words))


def is_rehearsals(path: Path) -> bool:
    """Say whether a file or directory belongs to a rehearsal cloud."""
    return path.is_relative_to(cache_root() / "rehearsal")


def _program() -> str:
    """Return the bare name where the shell finds it, else the path this process was started by."""
    started = Path(sys.argv[0])
    if shutil.which(NAME) is None and started.name == NAME and started.is_file():
        return str(started.absolute())
    return NAME
