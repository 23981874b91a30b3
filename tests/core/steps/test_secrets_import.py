"""An import writes what this host lacks, private from the first byte, and replaces nothing."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.bundle import Bundle, collect
from octavia_wizard.core.engine.work import OpenIntent
from octavia_wizard.core.errors import BlockedError
from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.files import digest
from octavia_wizard.core.secret_values import read_secret
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.core.steps.secrets_import import SecretsImportStep
from octavia_wizard.core.vault import Vault
from tests.core.steps import host_bench
from tests.core.steps.host_bench import HostBench
from tests.core.vault_support import inline

umask = pytest.fixture(autouse=True)(host_bench.open_umask)

PLANTED = "plant-me-nowhere-4711"
BUNDLE = Bundle(
    release="33.0.1",
    made="2026-03-01T12:00:00+00:00",
    secrets={
        "octavia_service_password": Secret(PLANTED),
        "octavia_ca_private_key_passphrase": Secret("opens-the-planted-key"),
    },
    files={"ca_server_01.pem": b"certificate", "private/cakey.pem": b"a-planted-key"},
)


@dataclass
class Bench(HostBench):
    """A deploy host to which a bundle was brought."""

    bundle: Bundle | None = BUNDLE
    vault: Vault | None = None

    def read_host(self) -> HostFacts:
        """Read the deploy directory; the bundle goes along as in a session."""
        nowhere = Path("/nonexistent")
        host = read_host(
            self.deploy,
            wrapper=nowhere,
            roles_dir=nowhere,
            release_file=nowhere,
            environ={},
            vault=self.vault,
        )
        return replace(host, bundle=self.bundle)

    def facts(self) -> Facts:
        """Read everything there is."""
        return Facts(self.read_host())

    def decision(self) -> Decision:
        """Return what the step would do."""
        return self.plan().items[0].decision


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A deploy directory with nothing in it."""
    made = Bench(tmp_path, (SecretsImportStep(),))
    made.deploy.mkdir()
    return made


def secrets_of(bench: Bench) -> dict[str, str]:
    """Return what is in our secrets file."""
    found: dict[str, str] = yaml.safe_load((bench.deploy / OUR_SECRETS).read_text())
    return found


def test_a_plan_names_everything_and_writes_nothing(bench: Bench) -> None:
    decision = bench.decision()
    assert (decision.action, decision.subject) == (Action.CREATE, "2 secrets and 2 files")
    assert "+ octavia_service_password: (from the bundle)" in decision.diff
    assert f"+ {bench.deploy / 'octavia/private/cakey.pem'}" in decision.diff
    assert bench.content() == {}


def test_all_of_it_comes_to_its_place_for_its_owner_alone(bench: Bench) -> None:
    assert bench.run().status == "done"
    assert secrets_of(bench) == {name: str(value) for name, value in BUNDLE.secrets.items()}
    assert bench.content()["octavia/private/cakey.pem"] == b"a-planted-key"
    for path in bench.deploy.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_no_file_is_open_to_others_even_for_a_moment(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    really = os.open

    def watched(path: str, flags: int, mode: int = 0o777, **rest: int) -> int:
        if flags & os.O_CREAT:
            modes.append(mode)
        return really(path, flags, mode, **rest)

    monkeypatch.setattr(os, "open", watched)
    bench.run()
    assert len(modes) > 4
    assert {mode & 0o077 for mode in modes} == {0}


def test_what_is_there_already_is_left_and_a_second_import_does_nothing(bench: Bench) -> None:
    (bench.deploy / "user_secrets.yml").write_text(f"octavia_service_password: {PLANTED}\n")
    (bench.deploy / "octavia").mkdir()
    (bench.deploy / "octavia/ca_server_01.pem").write_bytes(b"certificate")
    decision = bench.decision()
    assert decision.subject == "1 secret and 1 file"
    assert decision.reason == "2 more are there already"
    bench.run()
    assert list(secrets_of(bench)) == ["octavia_ca_private_key_passphrase"]
    before = bench.content()
    assert bench.decision().action is Action.KEEP
    bench.run()
    assert bench.content() == before


def test_an_empty_name_of_osas_file_counts_as_missing(bench: Bench) -> None:
    (bench.deploy / "user_secrets.yml").write_text("octavia_service_password:\n")
    bench.run()
    assert secrets_of(bench)["octavia_service_password"] == PLANTED


def test_a_file_with_another_content_keeps_everything_from_being_written(bench: Bench) -> None:
    (bench.deploy / "octavia").mkdir()
    (bench.deploy / "octavia/ca_server_01.pem").write_bytes(b"another")
    before = bench.content()
    decision = bench.decision()
    assert decision.action is Action.CONFLICT
    told = "\n".join(decision.diff)
    assert digest(b"another") in told
    assert digest(b"certificate") in told
    with pytest.raises(Exception, match="another content"):
        bench.run()
    assert bench.content() == before


def test_a_secret_with_another_value_is_told_by_name_and_file_only(bench: Bench) -> None:
    (bench.deploy / "user_secrets.yml").write_text("octavia_service_password: other-than-that\n")
    decision = bench.decision()
    assert decision.action is Action.CONFLICT
    (line,) = decision.diff
    assert line.startswith("~ octavia_service_password: another value in ")
    assert line.endswith("user_secrets.yml")
    assert "other-than-that" not in repr(decision)
    assert PLANTED not in repr(decision)


def test_a_file_that_is_encrypted_may_have_other_values(bench: Bench) -> None:
    (bench.deploy / "user_secrets.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    decision = bench.decision()
    assert decision.action is Action.CONFLICT
    assert "encrypted by ansible-vault" in decision.reason


@pytest.mark.parametrize("text", [b"a: {{ b }}\n", b"a: p\xe4ss\n", b"- a\n"])
def test_a_file_that_cannot_be_read_may_have_other_values(bench: Bench, text: bytes) -> None:
    (bench.deploy / "user_secrets.yml").write_bytes(text)
    before = bench.content()
    decision = bench.decision()
    assert decision.action is Action.CONFLICT
    assert "user_secrets.yml:1" in decision.reason
    assert "octavia_service_password" in decision.reason
    with pytest.raises(BlockedError):
        bench.run()
    assert bench.content() == before


def test_a_template_is_no_value_to_compare_and_can_be_kept(bench: Bench) -> None:
    text = """octavia_service_password: "{{ lookup('env', 'WORD') }}"\n"""
    (bench.deploy / "user_secrets.yml").write_text(text)
    decision = bench.decision()
    assert decision.action is Action.CONFLICT
    assert decision.diff[0].startswith("~ octavia_service_password: a template in ")
    assert "--keep NAME" in decision.reason
    bench.bundle = BUNDLE.without(("octavia_service_password",))
    assert bench.decision().action is Action.CREATE


def test_what_looks_like_a_template_is_written_so_that_nothing_runs_it(bench: Bench) -> None:
    value = Secret("{{ lookup('pipe', 'id') }}")
    bench.bundle = replace(BUNDLE, secrets={"octavia_service_password": value})
    bench.run()
    assert "octavia_service_password: !unsafe " in (bench.deploy / OUR_SECRETS).read_text()
    assert read_secret("octavia_service_password", bench.read_host()) == value
    assert bench.decision().action is Action.KEEP


class TestVault:
    """Where the operator's secrets are encrypted, so is what comes in."""

    @pytest.fixture
    def vault(self, tmp_path: Path) -> Vault:
        """A vault password in a file."""
        path = tmp_path / "vault-password"
        path.write_text("the password of the vault\n")
        return Vault(path, dict(os.environ))

    @pytest.fixture
    def encrypted(self, bench: Bench, vault: Vault) -> Bench:
        """A deploy directory with an encrypted secrets file."""
        theirs = vault.encrypt(b"octavia_health_hmac_key: theirs-which-is-long-enough\n")
        (bench.deploy / "user_secrets.yml").write_bytes(theirs)
        bench.vault = vault
        return bench

    def test_what_is_added_is_encrypted_as_well(self, encrypted: Bench, vault: Vault) -> None:
        assert "encrypted by ansible-vault" in encrypted.decision().diff[0]
        assert encrypted.run().status == "done"
        text = (encrypted.deploy / OUR_SECRETS).read_bytes()
        assert PLANTED.encode() not in text
        found = yaml.safe_load(vault.decrypt(text))
        assert found == {name: str(value) for name, value in BUNDLE.secrets.items()}
        assert encrypted.decision().action is Action.KEEP

    def test_an_encrypted_value_is_compared(self, encrypted: Bench) -> None:
        key = {"octavia_health_hmac_key": Secret("another")}
        encrypted.bundle = replace(BUNDLE, secrets=key)
        assert encrypted.decision().action is Action.CONFLICT
        key = {"octavia_health_hmac_key": Secret("theirs-which-is-long-enough")}
        encrypted.bundle = replace(BUNDLE, secrets=key, files={})
        assert encrypted.decision().action is Action.KEEP

    def test_a_value_encrypted_by_itself_waits_for_the_password(
        self, bench: Bench, tmp_path: Path
    ) -> None:
        text = f"octavia_service_password: {inline(PLANTED, tmp_path)}"
        (bench.deploy / "user_secrets.yml").write_text(text)
        decision = bench.decision()
        assert decision.action is Action.CONFLICT
        assert "--ask-vault-pass" in decision.reason

    def test_a_bundle_is_made_of_encrypted_secrets(self, encrypted: Bench) -> None:
        found = collect(encrypted.effective(), encrypted.read_host())
        assert dict(found.secrets) == {"octavia_health_hmac_key": "theirs-which-is-long-enough"}


def test_certificates_that_are_just_being_made_come_first(bench: Bench) -> None:
    place = bench.deploy / ".octavia.octavia-wizard"
    place.mkdir()
    (place / "server_ca.pem").write_bytes(b"waiting")
    decision = bench.decision()
    assert decision.action is Action.CONFLICT
    assert "interrupted" in decision.reason


def test_without_the_bundle_nothing_can_be_decided(bench: Bench) -> None:
    bench.bundle = None
    decision = bench.decision()
    assert decision.action is Action.BLOCKED
    assert "import it again" in decision.reason


def test_undo_takes_away_what_was_written_and_no_more(bench: Bench) -> None:
    (bench.deploy / OUR_SECRETS).write_text("octavia_health_hmac_key: mine\n")
    before = bench.content()
    bench.run()
    bench.bundle = None
    bench.undo()
    assert bench.content() == before
    assert not (bench.deploy / "octavia").exists()


def test_undo_leaves_what_was_changed_since(bench: Bench) -> None:
    bench.run()
    (bench.deploy / "octavia/ca_server_01.pem").write_bytes(b"renewed")
    bench.undo()
    assert bench.content() == {"octavia/ca_server_01.pem": b"renewed"}


def test_undo_leaves_the_passphrase_of_a_key_that_stays(bench: Bench) -> None:
    """A rollover put another key there, under the passphrase that came with the bundle."""
    bench.run()
    (bench.deploy / "octavia/private/cakey.pem").write_bytes(b"a later key")
    before = (bench.deploy / OUR_SECRETS).read_bytes()
    bench.undo()
    assert (bench.deploy / OUR_SECRETS).read_bytes() == before


def test_a_full_disk_is_told_and_a_second_import_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.fsync

    def full(handle: int) -> None:
        if "cakey.pem" in os.readlink(f"/proc/self/fd/{handle}"):
            raise OSError(28, "No space left on device")
        really(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert bench.run().status == "failed"
    left = bench.content()
    assert "octavia/private/cakey.pem" not in left
    assert not [name for name in left if "cakey" in name], "half a key was left behind"
    assert bench.run().status == "done"
    assert bench.content()["octavia/private/cakey.pem"] == b"a-planted-key"
    bench.undo()
    assert bench.content() == {}


def test_a_killed_import_is_gone_on_with(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(OpenIntent, "created", killed)
        with pytest.raises(KeyboardInterrupt):
            bench.run()
    assert bench.run().status == "done"
    assert bench.decision().action is Action.KEEP
    bench.undo()
    assert bench.content() == {}


def test_no_value_shows_in_journal_events_or_facts(bench: Bench) -> None:
    bench.run()
    told = repr(bench.events) + repr(bench.facts()) + repr(bench.plan())
    told += "".join(
        path.read_bytes().decode(errors="replace")
        for path in bench.place.root.rglob("*")
        if path.is_file() and OUR_SECRETS not in path.name
    )
    assert "secrets_import" in told
    for value in (*BUNDLE.secrets.values(), "a-planted-key"):
        assert str(value) not in told
