"""A home of its own for every test of the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from octavia_wizard.cli import cli
from octavia_wizard.rehearsal.deploy_dir import ensure_deploy_dir
from octavia_wizard.rehearsal.layout import Layout

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let nothing of the operator's reach a test, nor a test the operator's."""
    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    for name in ("STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("OCTAVIA_WIZARD_DEBUG", raising=False)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return tmp_path


@pytest.fixture
def deploy_dir(tmp_path: Path) -> Path:
    """The deploy directory of a small site, as a rehearsal has it."""
    layout = Layout.default(16000, root=tmp_path / "rehearsal")
    layout.state.mkdir(parents=True)
    return ensure_deploy_dir(layout)


@pytest.fixture
def run(deploy_dir: Path) -> Run:
    """Call octavia-wizard in this process, for that deploy directory."""

    def call(*arguments: str, input: str | None = None) -> Result:
        place = ["--deploy-dir", str(deploy_dir)]
        return CliRunner().invoke(cli, [*place, *arguments], input=input)

    return call


@pytest.fixture
def files_preset(home: Path) -> Path:
    """A complete preset that needs no cloud."""
    path = home / "work" / "files.yml"
    path.write_text(
        "schema: 1\n"
        "description: files only\n"
        "cloud: {mode: files, release: 33.0.1}\n"
        "capacity: {load_balancers: 20}\n"
        "network: {cidr: 172.29.232.0/22, pool: 172.29.232.50-172.29.235.200}\n"
        "deployment: {hosts: {infra1: 172.29.236.11}}\n"
    )
    return path


def lines_of(result: Result) -> list[Mapping[str, Any]]:
    """Read the JSON lines of a result; every one must be an object."""
    return [json.loads(line) for line in result.stdout.splitlines()]
