"""A passphrase that was typed ends in one private file, and shows itself nowhere else."""

from __future__ import annotations

import io
import logging
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.handover import hand_over
from octavia_wizard.core.interview import apply
from octavia_wizard.core.pki.layout import Pem
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.session import Options, Session
from octavia_wizard.core.steps.base import Action
from tests.core.pki.support import CA, ec_key, generating, laid_out, signed

WORD = "planted-0aX9-passphrase"
NAME = "octavia_ca_private_key_passphrase"


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Answers that name files of one's own, whose key opens with the planted word."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    files = laid_out(generating(tmp_path / "pem")).files
    key = ec_key()
    files[Pem.SERVER_CA].write_bytes(signed("CN=server", key, extensions=CA, days=900))
    files[Pem.SERVER_CA_KEY].write_bytes(encrypted_pem(key, WORD, iterations=1000))
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    made = Session(Options(deploy, environ={"HOME": str(tmp_path)}))
    made.give("cloud.mode", "files")
    made.give_text("cloud.release", "33.0.1")
    made.give("certificates.source", "own")
    for name, pem in (
        ("server_ca_certificate", Pem.SERVER_CA),
        ("server_ca_key", Pem.SERVER_CA_KEY),
        ("client_ca_certificate", Pem.CLIENT_CA),
        ("client_certificate", Pem.CLIENT),
        ("client_key", Pem.CLIENT_KEY),
    ):
        made.give(f"certificates.{name}", str(files[pem]))
    made.read_host()
    return made


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> io.StringIO:
    """Everything any logger says."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    caplog.set_level(logging.DEBUG)
    return stream


def _carry_out(session: Session) -> list[Event]:
    told: list[Event] = []
    plan = session.plan(("certificates",))
    result = apply(session, plan, command="guide", report=told.append, cancel=threading.Event())
    assert result.error is None, result.error
    return told


def test_it_ends_in_one_private_file_and_nowhere_else(
    session: Session, tmp_path: Path, log: io.StringIO
) -> None:
    session.give_secret(NAME, WORD)
    session.autosave()
    plan = session.plan(("certificates",))
    assert f"+ {NAME}: (typed)" in repr(plan)
    told = _carry_out(session)
    handed = hand_over(session, plan)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    holders = [path for path in files if WORD.encode() in path.read_bytes()]
    ours = tmp_path / "deploy" / OUR_SECRETS
    assert holders == [ours]
    assert stat.S_IMODE(ours.stat().st_mode) == 0o600
    assert yaml.safe_load(ours.read_text())[NAME] == WORD
    assert handed.preset is not None
    assert list((tmp_path / "state").rglob("*.yml")), "there is a preset to look into"
    said = repr((told, plan, handed, session.facts, session.answers, session.findings))
    assert WORD not in said + log.getvalue()
    assert any(f"wrote {NAME}" in repr(event) for event in told)


def test_afterwards_memory_forgets_it_and_nothing_is_left_to_do(session: Session) -> None:
    session.give_secret(NAME, WORD)
    _carry_out(session)
    session.read_host()
    assert session.facts.host.typed == {}
    actions = {item.step: item.action for item in session.plan(("certificates",)).items}
    assert actions["secrets"] is Action.KEEP
    assert actions["certificates"] is Action.KEEP


def test_another_than_the_keys_is_refused_before_anything_is_written(session: Session) -> None:
    session.give_secret(NAME, "another")
    (obstacle,) = session.plan(("certificates",)).obstacles
    assert "cannot be opened with its passphrase" in obstacle.decision.reason
    assert not list(session.options.deploy_dir.iterdir())


def test_a_new_session_knows_nothing_of_it(session: Session) -> None:
    session.give_secret(NAME, WORD)
    session.autosave()
    again = Session(session.options, session.saved_answers())
    again.read_host()
    assert again.facts.host.typed == {}
    assert "passphrase-missing" in {finding.id for finding in again.findings}
    assert again.facts.host == replace(session.facts.host, typed={})
