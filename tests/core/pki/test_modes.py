"""No key and no secret can be read by anybody else, not even for the moment of its creation.

The operating system's own record of every file the wizard makes is read, under a mask that
forbids nothing: a file that was open first and closed a moment later would show.
"""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from tests.core.pki.recording import STRACE, recorded
from tests.integration.certificates import Deployment, planned
from tests.integration.own_pki import EC, OwnPki


@pytest.fixture(scope="module")
def own_pki(tmp_path_factory: pytest.TempPathFactory) -> OwnPki:
    """An operator's own certificates."""
    return OwnPki(tmp_path_factory.mktemp("own") / "pki", EC)


def deployment(root: Path, source: str, own_pki: OwnPki) -> Deployment:
    """Plan a deployment of either source; of one's own, keys the wizard opens and writes anew."""
    if source == "own":
        files = own_pki.in_form("plain", root / "files", with_ca_key=True)
        return planned(root, "33.0.1", "own", files)
    return planned(root, "33.0.1", "generate", None, "certificates.intermediates=yes")


@pytest.mark.parametrize("source", ["generate", "own"])
@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
def test_everything_is_private_from_its_creation(
    source: str, own_pki: OwnPki, tmp_path: Path
) -> None:
    place = deployment(tmp_path, source, own_pki)
    record = recorded(place.command, tmp_path / "record", place.place, place.environment)
    assert record.returncode == 0, record.output
    made = [one for one in record.made if one.path.startswith(str(place.place))]
    assert [one for one in made if one.mode & 0o077 and not one.is_public] == []
    # The record is one of what is looked at, so the list above is not empty for want of entries.
    opened = {one.path for one in made if one.call.startswith("open")}
    assert any("user_secrets_octavia.yml" in path for path in opened)
    assert len([path for path in opened if ".octavia." in path]) >= 7


@pytest.mark.parametrize("source", ["generate", "own"])
def test_everything_is_private_in_the_end(source: str, own_pki: OwnPki, tmp_path: Path) -> None:
    place = deployment(tmp_path, source, own_pki)
    done = subprocess.run(
        place.command,
        cwd=place.place,
        env=place.environment,
        umask=0,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    secrets = place.deploy_dir / "user_secrets_octavia.yml"
    for path in (secrets, place.certificates, *place.certificates.rglob("*")):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path
