"""Files emitted into a directory are as private as those they stem from."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from octavia_wizard.core.answers.load import load_text
from octavia_wizard.core.emitting import write_all
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.session import Options, Session
from tests.core.emit.support import DATA

PRESET = """\
schema: 1
cloud: {mode: files, release: 33.0.1}
network: {provider_type: flat, physical_network: lbaas, cidr: 172.29.232.0/22}
certificates: {source: generate}
deployment: {hosts: {infra1: 172.29.236.11}}
"""
USER_CONFIG = "openstack_user_config.yml"


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session on a copy of a site."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    (tmp_path / "clouds.yaml").write_text("clouds: {}\n")
    deploy = tmp_path / "openstack_deploy"
    shutil.copytree(DATA / "openstack_deploy" / "gazpacho", deploy)
    # Secrets are not added to one that is encrypted and stays closed.
    (deploy / "user_secrets.yml").write_text("---\n")
    made = Session(Options(deploy_dir=deploy), load_text(PRESET, "preset"))
    made.read_host()
    return made


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mode", [0o600, 0o640])
@pytest.mark.parametrize("place", ["openstack_deploy", "out"])
def test_a_mode_the_operator_narrowed_stays_narrow(
    session: Session, tmp_path: Path, mode: int, place: str
) -> None:
    (session.options.deploy_dir / USER_CONFIG).chmod(mode)
    written = {file.path.name: file.action for file in write_all(session, tmp_path / place)}
    assert written[USER_CONFIG] in ("created", "changed")
    assert mode_of(tmp_path / place / USER_CONFIG) == mode


def test_a_file_where_a_directory_is_wanted_is_one_clear_message(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "conf.d").write_text("")
    with pytest.raises(FileError, match=r"conf\.d"):
        write_all(session, tmp_path / "out")
