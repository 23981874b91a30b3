"""Where the wizard keeps its own files; nothing else in the code knows a path of these.

Answers and journals belong to a deployment, which is a deploy directory: they live
in ``$XDG_STATE_HOME/octavia-wizard/deployments/<name>-<hash>/``.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from octavia_wizard.core.errors import FileError

APP = "octavia-wizard"

_NAME_BYTES = 200
"""Of a deploy directory's name; a file system takes 255 with what is added."""


def state_root() -> Path:
    """Return the directory of all deployments' state."""
    return platformdirs.user_state_path(APP)


def cache_root() -> Path:
    """Return the directory of what can be made again, such as the rehearsal cloud."""
    return platformdirs.user_cache_path(APP)


def config_root() -> Path:
    """Return the directory of the operator's own presets and key map."""
    return platformdirs.user_config_path(APP)


def make_directories(path: Path) -> Path:
    """Create an ordinary directory and its parents; raises FileError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"cannot create {path}: {error.strerror}",
            hint="check its parent's owner and mode, and that the disk has room",
        ) from None
    return path


def private_directory(path: Path) -> Path:
    """Create a directory (and its parents) that only its owner can enter; raises FileError."""
    try:
        # mkdir() of Path gives a mode to the last part only, the others get what the umask leaves.
        for place in (*reversed(path.parents), path):
            if not os.path.isdir(place):
                place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"cannot create {path}: {error.strerror}",
            hint="check its parent's owner and mode, and that the disk has room",
        ) from None
    return path


@dataclass(frozen=True, slots=True)
class DeploymentPlace:
    """The state directory of one deployment."""

    root: Path

    @classmethod
    def of(cls, deploy_dir: Path) -> DeploymentPlace:
        """Find the place that belongs to a deploy directory."""
        # Other than Path.resolve(), it takes links that lead in a circle as they are.
        real = os.path.realpath(deploy_dir)
        digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:10]
        name = os.fsdecode(os.fsencode(os.path.basename(real))[:_NAME_BYTES])
        return cls(state_root() / "deployments" / f"{name or 'root'}-{digest}")

    @property
    def autosave(self) -> Path:
        """Answers as they were given, saved after each."""
        return self.root / "answers.yml"

    @property
    def preset(self) -> Path:
        """The preset written at the end of a guided run."""
        return self.root / "preset.yml"

    @property
    def runbook(self) -> Path:
        """What was made and what comes next, written at the end of a run."""
        return self.root / "runbook.md"

    @property
    def runbook_html(self) -> Path:
        """The same for a browser, to be read or printed."""
        return self.root / "runbook.html"

    @property
    def journals(self) -> Path:
        """One journal a run."""
        return self.root / "runs"

    @property
    def lock(self) -> Path:
        """The lock that keeps two runs apart."""
        return self.root / "lock"

    @property
    def playbooks(self) -> Path:
        """Runs of playbooks, one directory each."""
        return self.root / "playbooks"

    @property
    def verified(self) -> Path:
        """What the last verification was about that found nothing wrong."""
        return self.root / "verified.json"

    @property
    def verification(self) -> Path:
        """What each check of the last verification found."""
        return self.root / "verification.json"

    @property
    def backups(self) -> Path:
        """Files as they were before a run changed them, one directory a run."""
        return self.root / "backups"
