"""A real build by diskimage-create.sh: run on request, ``pytest -m image_build``, as root.

It takes minutes and needs the internet, or a preset that names mirrors:
``OCTAVIA_WIZARD_TEST_BUILD_PRESET=site.yml``. Without one the image is built as the wizard would
by default. ``OCTAVIA_WIZARD_TEST_BUILD_IMAGE`` keeps the image for a look at it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from octavia_wizard.core.image.inspect import inspect_image

pytestmark = [pytest.mark.image_build, pytest.mark.timeout(3600)]

PRESET = os.environ.get("OCTAVIA_WIZARD_TEST_BUILD_PRESET")
KEEP = os.environ.get("OCTAVIA_WIZARD_TEST_BUILD_IMAGE")
WIZARD = shutil.which("octavia-wizard") or "octavia-wizard"


def traces(root: Path) -> list[str]:
    """Return what a build below a directory has left on this host."""
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    loops = subprocess.run(["losetup", "-nO", "BACK-FILE"], capture_output=True, text=True).stdout
    found = [f"mount {mount}" for mount in mounts if mount.startswith(f"{root}/")]
    found += [f"loop {loop}" for loop in loops.split() if loop.startswith(f"{root}/")]
    found += [f"process {process.pid}" for process in psutil.process_iter() if is_in(process, root)]
    left = (*root.glob("**/dib_build.*"), *root.glob("**/dib_image.*"))
    return found + [f"directory {path}" for path in left]


def is_in(process: psutil.Process, root: Path) -> bool:
    """Say whether a process works in a directory, or was told its path."""
    try:
        places = [os.readlink(f"/proc/{process.pid}/{name}") for name in ("cwd", "root")]
        return process.pid != os.getpid() and any(
            str(root) in text for text in (*places, *process.cmdline())
        )
    except (OSError, psutil.Error):
        return False


@pytest.fixture
def home(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the wizard a home of its own, and see to it that a build leaves nothing behind."""
    yield {
        **os.environ,
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    assert traces(tmp_path) == []


def command(output: Path) -> list[str]:
    preset = [PRESET] if PRESET else []
    consent = ["--set", "image.install_packages=yes", "--yes", "--format", "json"]
    return [WIZARD, "image", "build", *preset, "--output", str(output), *consent]


def shares(lines: list[dict[str, Any]]) -> list[float]:
    return [line["share"] for line in lines if line.get("kind") == "event" and "share" in line]


def test_it_makes_a_bootable_image_and_tells_how_far_it_is(
    tmp_path: Path, home: dict[str, str]
) -> None:
    output = tmp_path / "amphora.qcow2"
    done = subprocess.run(command(output), env=home, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    told = shares(lines)
    assert len(told) > 30
    assert told == sorted(told)
    assert all(share < 1 for share in told[:-1])
    file = inspect_image(output, "qcow2", thorough=True)
    assert not file.problems
    assert subprocess.run(["qemu-img", "check", str(output)], check=False).returncode == 0
    if KEEP:
        shutil.copy2(output, KEEP)


@pytest.mark.parametrize("phase", ["root.d", "install.d", "convert"])
def test_stopped_by_ctrl_c_it_leaves_nothing_behind(
    tmp_path: Path, home: dict[str, str], phase: str
) -> None:
    output = tmp_path / "amphora.qcow2"
    with subprocess.Popen(command(output), env=home, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for text in child.stdout:
            if json.loads(text).get("phase") == phase:
                break
        time.sleep(2)
        child.send_signal(signal.SIGINT)
        rest = child.stdout.read()
        assert child.wait(timeout=200) == 130, rest
    assert not output.exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".amphora")] == []
