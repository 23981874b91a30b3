"""The wheel holds one package with all its data, and works where nothing else is installed."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build sdist and wheel the way a packager does: the wheel from the unpacked sdist."""
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(out), cwd=ROOT)
    (sdist,) = out.glob("*.tar.gz")
    _run("tar", "xf", str(sdist), "-C", str(out))
    source = out / sdist.name.removesuffix(".tar.gz")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out), cwd=source)
    (wheel,) = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in a clean environment and return its command."""
    root = tmp_path_factory.mktemp("clean")
    venv.create(root, with_pip=True)
    _run(str(root / "bin/python"), "-m", "pip", "install", "--quiet", str(wheel))
    return root / "bin" / "octavia-wizard"


def _run(*command: str, cwd: Path | str = "/") -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_puts_one_name_into_site_packages(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"octavia_wizard"}


def test_links_became_real_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "octavia_wizard/screens/app.py" in names
    assert "octavia_wizard/screens/wizard.tcss" in names
    assert "octavia_wizard/presets/production-vlan.yml" in names
    assert "octavia_wizard/presets/schema.json" in names
    assert "octavia_wizard/core/releases/data/catalogue.yml" in names
    assert "octavia_wizard/core/image/build/data/failures.yml" in names
    assert "octavia_wizard/py.typed" in names
    assert any(name.startswith("octavia_wizard/rehearsal/templates/") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


VERBS = (
    "guide",
    "plan",
    "replay",
    "emit",
    "check",
    "resume",
    "undo",
    "status",
    "presets",
    "presets list",
    "presets show",
    "presets schema",
    "image",
    "image build",
    "image builds",
    "image cancel",
    "image clean",
    "image upload",
    "image status",
    "image rotate",
    "image rollback",
    "image prune",
    "rehearse",
    "rehearse up",
    "rehearse down",
    "rehearse status",
    "explain",
)


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_every_command_has_help(command: Path, verb: str) -> None:
    assert "Usage:" in _run(str(command), *verb.split(), "--help")


def test_data_is_found_where_it_is_installed(command: Path, tmp_path: Path) -> None:
    listed = _run(str(command), "presets", "list", cwd=tmp_path)
    assert "production-vlan" in listed
    out = tmp_path / "out"
    _run(str(command), "emit", "files-only", "--out", str(out), cwd=tmp_path)
    assert (out / "user_variables_octavia.yml").exists()


def test_the_screens_load(command: Path) -> None:
    _run(str(command.parent / "python"), "-c", "import octavia_wizard.screens.app")
