"""Installs the services from the package index into their own virtual environment."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from importlib import resources
from pathlib import Path

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import commands, index, lock, preflight, private
from octavia_wizard.rehearsal.layout import Layout
from octavia_wizard.rehearsal.progress import Phase, Watch

REQUIREMENTS = "requirements.txt"


def pins() -> dict[str, str]:
    """Return the distributions that every Python needs and their versions."""
    stated = (line.partition("#")[0].strip() for line in _requirements().splitlines())
    return dict(line.split("==") for line in stated if line and ";" not in line)


def _requirements() -> str:
    return resources.files(__package__).joinpath(REQUIREMENTS).read_text(encoding="utf-8")


def is_complete(layout: Layout) -> bool:
    """Tell whether exactly these versions were installed to the end."""
    try:
        return layout.installed_mark.read_text(encoding="ascii").strip() == _fingerprint()
    except OSError:
        return False


def ensure(layout: Layout, watch: Watch) -> None:
    """Install unless that was done; raises RehearsalError when it fails.

    Clouds of several port offsets share the installation, so only one installs at a time.
    """

    def wait() -> None:
        watch.tell(Phase.INSTALLATION, "another start is installing; waiting for it")
        watch.wait(1.0)

    if is_complete(layout):
        return
    with lock.hold(layout.installation_lock, waiting=wait):
        if not is_complete(layout):
            _install(layout, watch)


def _fingerprint() -> str:
    version = ".".join(map(str, sys.version_info[:2]))
    return hashlib.sha256(f"{version}\n{_requirements()}".encode()).hexdigest()


def _install(layout: Layout, watch: Watch) -> None:
    preflight.check_space(layout.root, preflight.INSTALLATION_MIB, "the installation")
    watch.tell(Phase.INSTALLATION, "preparing the installer", 0, len(pins()))
    shutil.rmtree(layout.venv, ignore_errors=True)
    shutil.rmtree(layout.tools, ignore_errors=True)
    pip = _make_tools(layout, watch)
    _must(commands.run(_venv(layout.venv), os.environ, watch), "python -m venv")
    requirements = layout.root / REQUIREMENTS
    private.write(requirements, _requirements())
    _install_services(layout, pip, requirements, watch)
    private.write(layout.installed_mark, _fingerprint() + "\n")


def _venv(path: Path) -> list[str]:
    """Debian's Python makes environments without pip when python3-venv is not installed."""
    return [sys.executable, "-m", "venv", "--without-pip", str(path)]


def _make_tools(layout: Layout, watch: Watch) -> list[str]:
    """Make the environment for the installer; returns the command for the pip to be used."""
    with_pip = [sys.executable, "-m", "venv", str(layout.tools)]
    if commands.run(with_pip, os.environ, watch).ok:
        return [str(layout.tools / "bin" / "python"), "-m", "pip"]
    own = [sys.executable, "-m", "pip"]
    if not commands.run([*own, "--version"], os.environ, watch).ok:
        raise RehearsalError(
            "this Python has neither pip nor the means to install it",
            hint="install it, on Debian and Ubuntu: apt install python3-venv",
        )
    shutil.rmtree(layout.tools, ignore_errors=True)
    _must(commands.run(_venv(layout.tools), os.environ, watch), "python -m venv")
    return own


def _install_services(layout: Layout, pip: list[str], requirements: Path, watch: Watch) -> None:
    """Install with uv, which is several times faster, else with pip."""
    looking = _counting(layout, watch)
    install = ["install", "--no-deps", "--requirement", str(requirements)]
    for_tools = ["--python", str(layout.tools / "bin" / "python")]
    for_services = ["--python", str(layout.python)]
    fetched = commands.run([*pip, *for_tools, "install", "--quiet", "uv"], os.environ, watch)
    if not fetched.ok and index.HOPELESS.search(fetched.output):
        raise index.explain(fetched.output, "pip")
    if fetched.ok:
        config = commands.run([*pip, "config", "list"], os.environ, watch).output
        environment = {**index.uv_environment(config, os.environ), **os.environ}
        uv = [str(layout.tools / "bin" / "uv"), "pip", *install, *for_services]
        result = commands.run([*uv, "--compile-bytecode"], environment, watch, looking=looking)
        if result.ok:
            return
        if index.NO_ROOM.search(result.output):
            raise index.explain(result.output, "uv")
    watch.tell(Phase.INSTALLATION, "uv cannot be used; trying pip", 0, len(pins()))
    command = [*pip, *for_services, *install, "--compile"]
    result = commands.run(command, os.environ, watch, looking=looking)
    if not result.ok:
        raise index.explain(result.output, "pip")


def _counting(layout: Layout, watch: Watch) -> commands.Looking:
    """Report how many distributions have arrived."""
    total = len(pins())

    def look(last_line: str) -> None:
        done = sum(1 for _ in layout.venv.glob("lib/python*/site-packages/*.dist-info"))
        detail = index.without_secrets(last_line)[:100] or "downloading"
        if done >= total:
            detail = "byte-compiling, so that every start is fast"
        watch.tell(Phase.INSTALLATION, detail, min(done, total), total)

    return look


def _must(result: commands.Result, what: str) -> None:
    if not result.ok:
        raise index.explain(result.output, what)
