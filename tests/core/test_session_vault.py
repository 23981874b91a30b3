"""A session opens what is encrypted by a password of a file, or one that was typed."""

from __future__ import annotations

import io
import logging
import threading
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from octavia_wizard.core.errors import FileError, UsageError
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.interview import apply
from octavia_wizard.core.pki.layout import SERVER_PASSPHRASE, certificate_layout
from octavia_wizard.core.session import Options, Session
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.vault import is_vaulted
from octavia_wizard.core.vaulted import closed_files, needs_vault_password, typed_vault
from tests.core.vault_support import PASSWORD, encrypted, inline, password_file


@pytest.fixture
def deploy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deploy directory whose secrets are encrypted."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = tmp_path / "deploy"
    made.mkdir()
    text = encrypted("octavia_service_password: planted-of-theirs\n", tmp_path, "prod")
    (made / "user_secrets.yml").write_text(text)
    return made


def begun(deploy: Path, **options: object) -> Session:
    """Begin a session for files only, and read the host."""
    session = Session(Options(deploy, environ={"PATH": "/usr/bin:/bin"}, **options))  # type: ignore[arg-type]
    session.give("cloud.mode", "files")
    session.give_text("cloud.release", "33.0.1")
    session.give("certificates.key_type", "ec-p256")
    session.read_host()
    return session


def typed(session: Session, password: str = PASSWORD) -> None:
    """Type the password, and let the host be read again, as the interviews do."""
    options = session.options
    session.use_vault(typed_vault(Secret(password), options.deploy_dir, options.environ))
    session.read_host()


def test_without_a_password_it_is_said_that_one_would_help(deploy: Path) -> None:
    host = begun(deploy).facts.host
    assert closed_files(host) == (deploy / "user_secrets.yml",)
    assert needs_vault_password(host)


def test_the_password_of_a_file_is_used_from_the_first_look(deploy: Path, tmp_path: Path) -> None:
    session = begun(deploy, vault_password_file=password_file(tmp_path))
    host = session.facts.host
    assert not needs_vault_password(host)
    assert [file.path for file in host.user_files if file.opened] == [deploy / "user_secrets.yml"]
    assert host.secrets == {"octavia_service_password": deploy / "user_secrets.yml"}


def test_a_typed_one_is_tried_at_once(deploy: Path) -> None:
    session = begun(deploy)
    with pytest.raises(FileError, match="does not open"):
        typed(session, "another")
    assert needs_vault_password(session.facts.host)
    typed(session)
    assert not needs_vault_password(session.facts.host)
    assert "octavia_service_password" in session.look_at_host().secrets


def test_a_look_that_began_before_does_not_close_it_again(deploy: Path) -> None:
    session = begun(deploy)
    before = session.facts
    typed(session)
    session.facts = before
    assert not needs_vault_password(session.facts.host)


def test_one_of_several_passwords_is_enough(deploy: Path, tmp_path: Path) -> None:
    (deploy / "user_secrets_a.yml").write_text(encrypted("a: 1\n", tmp_path, "dev", word="else"))
    session = begun(deploy)
    typed(session, "else")
    assert closed_files(session.facts.host) == (deploy / "user_secrets.yml",)


def test_a_single_value_can_be_tried_too(deploy: Path, tmp_path: Path) -> None:
    text = f"octavia_service_password: {inline('x', tmp_path)}"
    (deploy / "user_secrets.yml").write_text(text)
    session = begun(deploy)
    assert needs_vault_password(session.facts.host)
    with pytest.raises(FileError):
        typed(session, "another")
    typed(session)
    assert not needs_vault_password(session.facts.host)


def test_where_nothing_is_encrypted_there_is_nothing_to_open(deploy: Path) -> None:
    (deploy / "user_secrets.yml").unlink()
    with pytest.raises(UsageError, match="nothing in"):
        typed(begun(deploy))


def _left(session: Session) -> dict[str, Action]:
    items = session.plan(("certificates",)).items
    return {item.step: item.action for item in items if item.action is not Action.SKIP}


def _carry_out(session: Session) -> str:
    told: list[object] = []
    plan = session.plan(("certificates",))
    result = apply(session, plan, command="guide", report=told.append, cancel=threading.Event())
    assert result.error is None, result.error
    return repr((told, plan, result))


def test_a_whole_run_leaves_the_password_and_the_secrets_nowhere(
    deploy: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stream = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(stream))
    caplog.set_level(logging.DEBUG)
    session = begun(deploy)
    typed(session)
    said = _carry_out(session)
    session.autosave()
    session.read_host()
    assert is_vaulted((deploy / OUR_SECRETS).read_text())
    assert _left(session) == {"secrets": Action.KEEP, "certificates": Action.KEEP}
    said += repr((session.facts, session.options, session.answers, session.findings))
    for planted in (PASSWORD, "planted-of-theirs"):
        assert planted not in said + stream.getvalue() + caplog.text
        holders = [
            path
            for path in tmp_path.rglob("*")
            if path.is_file()
            and not path.name.endswith(".password")
            and planted.encode() in path.read_bytes()
        ]
        assert holders == []


def test_lost_secrets_that_are_typed_again_are_written_once_and_forgotten(
    deploy: Path,
) -> None:
    (deploy / "user_secrets.yml").unlink()
    session = begun(deploy)
    _carry_out(session)
    ours = deploy / OUR_SECRETS
    right = YAML(typ="safe").load(ours)[SERVER_PASSPHRASE]
    ours.write_text(ours.read_text().replace(right, "of-another-host-and-wrong"))
    session.read_host()
    assert session.plan(("certificates",)).obstacles, "the key does not open"
    session.give_secret(SERVER_PASSPHRASE, right)
    session.read_host()
    assert session.facts.host.typed == {SERVER_PASSPHRASE: right}
    _carry_out(session)
    session.read_host()
    assert session.facts.host.typed == {}
    assert YAML(typ="safe").load(ours)[SERVER_PASSPHRASE] == right
    assert _left(session) == {"secrets": Action.KEEP, "certificates": Action.KEEP}


def test_what_was_typed_for_other_keys_does_not_get_in_the_way_of_new_ones(
    deploy: Path,
) -> None:
    (deploy / "user_secrets.yml").unlink()
    session = begun(deploy)
    session.give_secret(SERVER_PASSPHRASE, "of-keys-that-are-not-used-after-all")
    _carry_out(session)
    session.read_host()
    assert certificate_layout(session.effective).directory.is_dir()
    assert _left(session) == {"secrets": Action.KEEP, "certificates": Action.KEEP}
