"""Lock, journal and backups come and go together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.engine.lines import RunKind
from octavia_wizard.core.engine.lock import held, require_free
from octavia_wizard.core.engine.session import header_for, open_session
from octavia_wizard.core.errors import FileError, LockedError
from octavia_wizard.core.facts.model import CloudFacts, Facts
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from tests.core.engine.support import EFFECTIVE, host
from tests.core.engine.test_journal import HEADER


@pytest.fixture
def place(tmp_path: Path) -> DeploymentPlace:
    return DeploymentPlace(tmp_path / "deployment")


def test_the_lock_is_held_as_long_as_the_session(place: DeploymentPlace) -> None:
    with open_session(place, HEADER) as session:
        assert held(place) is not None
        assert session.backup_dir.stat().st_mode & 0o777 == 0o700
        with pytest.raises(LockedError), open_session(place, HEADER):
            pytest.fail("nobody may come in")
    assert held(place) is None
    assert not session.backup_dir.exists()


def test_the_deploy_directory_is_locked_too(tmp_path: Path, place: DeploymentPlace) -> None:
    header = replace(HEADER, deploy_dir=str(tmp_path))
    with open_session(place, header), pytest.raises(LockedError, match="another state directory"):
        require_free(DeploymentPlace(tmp_path / "other"), tmp_path)
    require_free(DeploymentPlace(tmp_path / "other"), tmp_path)


def test_backups_outlive_the_session(place: DeploymentPlace) -> None:
    with open_session(place, HEADER) as session:
        (session.backup_dir / "file").touch()
    assert (session.backup_dir / "file").exists()


def test_the_lock_is_let_go_when_no_journal_can_be_begun(place: DeploymentPlace) -> None:
    place.journals.mkdir(parents=True)
    (place.journals / "0001-x.jsonl").write_text("damaged\n")
    with pytest.raises(FileError, match="damaged journal"), open_session(place, HEADER):
        pytest.fail("there is no session")
    assert held(place) is None


def test_nothing_is_undone_while_a_playbook_goes_on(
    place: DeploymentPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = PlaybookRun("octavia-1", "octavia", (), (), {}, "now", PlayState.RUNNING, place.root)
    monkeypatch.setattr("octavia_wizard.core.engine.session.running", lambda _: (run,))
    undo = replace(HEADER, kind=RunKind.UNDO)
    with pytest.raises(LockedError, match="playbook octavia"), open_session(place, undo):
        pytest.fail("nobody may come in")
    with open_session(place, HEADER):
        assert held(place) is not None
    assert held(place) is None


def test_a_header_names_the_cloud_where_there_is_one() -> None:
    facts = Facts(host(Path("/x")), cloud=CloudFacts("rehearsal", "RegionOne", "service"))
    header = header_for(RunKind.UNDO, "undo", EFFECTIVE, facts)
    assert (header.cloud, header.region, header.release) == ("rehearsal", "RegionOne", "33.0.1")
    assert header_for(RunKind.RUN, "replay", EFFECTIVE, Facts(host(Path("/x")))).cloud is None
