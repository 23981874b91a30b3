"""A build that only replays a recorded log, with the processes of a real one.

``make_fake`` writes a checkout of Octavia whose ``diskimage-create.sh`` takes the options of the
real one and leaves a small, sound image at ``-o``. Below it run the same processes: a bash driver
with ``outfilter.py`` for its output and an exit trap that cleans up, ``sudo``, ``dib-run-parts``,
the scripts, ``qemu-img``. It is steered by variables, from the environment or as given here:

DIB_FAKE_LOG      the log to replay, ending as it ended
DIB_FAKE_SPEED    how many times faster than recorded; 0 for at once
DIB_FAKE_SLOW     a phase, e.g. ``install.d``, that takes as long as when it was recorded
DIB_FAKE_CONVERT  quarters of a second qemu-img takes
DIB_FAKE_BEFORE   seconds before disk-image-create begins
DIB_FAKE_MOUNTS   1: with tmpfs, bind mounts and a loop device, as root
DIB_FAKE_IGNORE   ``scripts`` or ``all``: who ignores SIGTERM
TMPDIR            where its directories are
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.core.image import support

HERE = Path(__file__).parent / "fake"
LOGS = Path(__file__).parents[3] / "data" / "image_build"


@dataclass(frozen=True, slots=True)
class FakeBuild:
    """Where the parts of a build that only replays are."""

    checkout: Path
    """Takes the place of Octavia's repository."""

    @property
    def script(self) -> Path:
        """The ``diskimage-create.sh``."""
        return self.checkout / "diskimage-create" / "diskimage-create.sh"

    @property
    def builder(self) -> Path:
        """The ``disk-image-create``."""
        return self.checkout / "diskimage-create" / "fake" / "disk-image-create"


def make_fake(
    directory: Path,
    log: str = "image_build_ok",
    variables: Mapping[str, str] | None = None,
    *,
    commit: bool = False,
) -> FakeBuild:
    """Write a checkout below a directory; ``commit`` makes it a git repository, branch master.

    ``variables`` are those above without ``DIB_FAKE_``, in lower case; the environment has
    precedence.
    """
    fake = FakeBuild(directory / "octavia")
    home = fake.builder.parent
    home.mkdir(parents=True)
    (fake.checkout / "elements").mkdir()
    (fake.checkout / "elements" / "README").touch()
    (fake.script.parent / "version.txt").write_text("0.1\n")
    for path in HERE.iterdir():
        if path.is_file():
            shutil.copy(path, home / path.name)
            (home / path.name).chmod(0o755)
    (home / "diskimage-create.sh").rename(fake.script)
    shutil.copy(Path(support.__file__), home / "made_by_hand.py")
    python = home / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -S -E "$@"\n')
    python.chmod(0o755)
    values = {"log": str(LOGS / f"{log}.log.gz"), "speed": "0", **(variables or {})}
    names = {f"DIB_FAKE_{name.upper()}": value for name, value in values.items()}
    lines = [f"export {name}=${{{name}:-{value}}}" for name, value in names.items()]
    (home / "settings").write_text("\n".join(lines) + "\n")
    if commit:
        _commit(fake.checkout)
    return fake


def _commit(checkout: Path) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false")
    for words in (("init", "-q", "-b", "master"), ("add", "."), ("commit", "-q", "-m", "fake")):
        subprocess.run(["git", "-C", str(checkout), *identity, *words], check=True)
