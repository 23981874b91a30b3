"""Work trees of Octavia in the cache: what a build needs of one commit, there whole or not at all.

A build goes on using its tree for minutes, so that a tree is never changed once it is there.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import threading
from pathlib import Path

from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.image.build.children import Log
from octavia_wizard.core.image.build.git import Git
from octavia_wizard.core.image.build.locations import locate
from octavia_wizard.core.image.build.turns import turn

SCRIPT = Path("diskimage-create") / "diskimage-create.sh"
_PARTS = ("diskimage-create", "elements")
"""All of Octavia the script reads; the agent comes from the repository."""


def unpack(room: Path, commit: str, log: Log, cancel: threading.Event) -> Path:
    """Return the tree of a commit in the mirror of this room; StepError, FileError, Interrupted."""
    tree = room / commit[:16]
    with turn(room, log=log, cancel=cancel):
        if (tree / SCRIPT).is_file():
            return tree
        git = Git(locate(str(room / "mirror.git")), room, log, cancel)
        half = room / f".{commit[:16]}.half"
        packed = room / f".{commit[:16]}.tar"
        try:
            shutil.rmtree(half, ignore_errors=True)
            _archive(git, commit, packed)
            with tarfile.open(packed) as archive:
                archive.extractall(half, filter="data")
            shutil.rmtree(tree, ignore_errors=True)
            os.replace(half, tree)
        except (OSError, tarfile.TarError) as error:
            raise FileError(
                f"cannot unpack Octavia into {room}: {error}", hint="check that the disk has room"
            ) from None
        finally:
            packed.unlink(missing_ok=True)
    return tree


def _archive(git: Git, commit: str, packed: Path) -> None:
    at = ("--git-dir", str(git.room / "mirror.git"))
    listed = git.ask(*at, "ls-tree", "-r", "--name-only", commit, str(SCRIPT))
    if not listed.strip():
        raise StepError(
            f"commit {commit[:12]} has no {SCRIPT}",
            hint="image.octavia_repository must be Octavia, of Pike or later",
        )
    git.ask(*at, "archive", "--format=tar", f"--output={packed}", commit, "--", *_PARTS)
