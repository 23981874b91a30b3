"""A command line that is shown can be copied: it names the program and the deployment."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from octavia_wizard.core.commandline import NAME, command_line
from octavia_wizard.core.places import cache_root
from octavia_wizard.core.session import Options, Session


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of the search path that holds the program."""
    program = tmp_path / "bin" / NAME
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    return program


@pytest.mark.usefixtures("on_path")
def test_the_default_deployment_needs_no_naming() -> None:
    assert command_line("undo") == "octavia-wizard undo"


@pytest.mark.usefixtures("on_path")
def test_another_deploy_directory_is_named() -> None:
    line = command_line("replay", "a b.yml", deploy_dir=Path("/srv/deploy"))
    assert line == "octavia-wizard --deploy-dir /srv/deploy replay 'a b.yml'"


@pytest.mark.usefixtures("on_path")
def test_a_rehearsal_is_named_as_such() -> None:
    deploy_dir = cache_root() / "rehearsal" / "cloud-20000" / "openstack_deploy"
    assert command_line("undo", deploy_dir=deploy_dir) == "octavia-wizard --rehearse undo"


def test_a_program_the_shell_does_not_find_is_named_by_its_path(
    on_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "argv", [str(on_path), "undo"])
    assert command_line("undo") == f"{on_path} undo"


@pytest.mark.usefixtures("on_path")
def test_a_rehearsal_on_another_deploy_directory_names_both() -> None:
    line = command_line("undo", deploy_dir=Path("/srv/deploy"), rehearse=True)
    assert line == "octavia-wizard --rehearse --deploy-dir /srv/deploy undo"


@pytest.mark.usefixtures("on_path")
def test_the_session_of_a_rehearsal_knows_that_it_is_one(tmp_path: Path) -> None:
    clouds = cache_root() / "rehearsal" / "cloud-20000" / "clouds.yaml"
    session = Session(Options(tmp_path, environ={}, clouds_files=(clouds,)))
    assert session.command_line().startswith("octavia-wizard --rehearse --deploy-dir ")
