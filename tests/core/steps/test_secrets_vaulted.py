"""Where the operator's secrets are encrypted by ansible-vault, so are those the wizard adds."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.pki.layout import SERVER_PASSPHRASE, Pem
from octavia_wizard.core.secrets import read_secret
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.secrets import SecretsStep
from octavia_wizard.core.vault import Vault, label_of
from tests.core.pki.support import SERVER_SECRET, generating, laid_out
from tests.core.steps import host_bench
from tests.core.steps.host_bench import HostBench
from tests.core.vault_support import PASSWORD, encrypted, password_file

umask = pytest.fixture(autouse=True)(host_bench.open_umask)
THEIRS = "octavia_service_password: planted-of-theirs\noctavia_rabbitmq_password:\n"
NOWHERE = Path("/nonexistent")


class VaultBench(HostBench):
    """A deploy directory of which a password opens what is encrypted."""

    password: Path | Secret | None = None
    typed: dict[str, Secret] | None = None

    def read_host(self) -> HostFacts:
        """Read the deploy directory with the password."""
        known: Vault | None = getattr(self, "_vault", None)
        if known is None and self.password is not None:
            known = self._vault = Vault(self.password, os.environ)
        host = read_host(
            self.deploy,
            wrapper=NOWHERE,
            roles_dir=NOWHERE,
            release_file=NOWHERE,
            environ={},
            vault=known,
        )
        return replace(host, typed=self.typed or {})

    def opened(self) -> dict[str, str]:
        """Return the secrets of our file, by ansible-vault alone."""
        data = (self.deploy / OUR_SECRETS).read_bytes()
        text = Vault(Secret(PASSWORD), os.environ).decrypt(data).decode()
        values: dict[str, str] = yaml.safe_load(text)
        return values


@pytest.fixture
def bench(tmp_path: Path) -> VaultBench:
    """A site whose user_secrets.yml is encrypted under a vault id."""
    made = VaultBench(tmp_path, (SecretsStep(),))
    made.deploy.mkdir()
    (made.deploy / "user_secrets.yml").write_text(encrypted(THEIRS, tmp_path, "prod"))
    made.password = password_file(tmp_path)
    return made


def test_ours_is_encrypted_under_their_vault_id_and_private(bench: VaultBench) -> None:
    decision = bench.plan().items[0].decision
    assert decision.action is Action.CREATE
    assert "encrypted by ansible-vault" in decision.diff[0]
    assert bench.run().status == "done"
    path = bench.deploy / OUR_SECRETS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert label_of(path.read_bytes()) == "prod"
    made = bench.opened()
    assert "octavia_health_hmac_key" in made
    assert "octavia_service_password" not in made, "theirs has a value for it"


def test_afterwards_nothing_is_left_to_do(bench: VaultBench) -> None:
    bench.run()
    before = bench.content()
    assert bench.plan().items[0].action is Action.KEEP
    bench.run()
    assert bench.content() == before


def test_a_typed_password_does_as_well(bench: VaultBench) -> None:
    bench.password = Secret(PASSWORD)
    assert bench.run().status == "done"
    assert "octavia_health_hmac_key" in bench.opened()


def test_what_is_in_ours_already_stays_and_undo_puts_it_back(bench: VaultBench) -> None:
    ours = bench.deploy / OUR_SECRETS
    ours.write_text(encrypted("# mine\noctavia_health_hmac_key: kept\n", bench.root))
    before = bench.content()
    assert bench.plan().items[0].action is Action.CHANGE
    bench.run()
    assert bench.opened()["octavia_health_hmac_key"] == "kept"
    assert label_of(ours.read_bytes()) == "", "its own vault id stays"
    bench.undo()
    assert bench.content() == before


def test_a_plain_one_of_ours_becomes_encrypted_with_what_is_added(bench: VaultBench) -> None:
    (bench.deploy / OUR_SECRETS).write_text("octavia_health_hmac_key: kept\n")
    bench.run()
    assert bench.opened()["octavia_health_hmac_key"] == "kept"


def test_the_wrong_password_is_a_conflict_that_says_so(bench: VaultBench) -> None:
    bench.password = Secret("another")
    decision = bench.plan().items[0].decision
    assert decision.action is Action.CONFLICT
    assert "does not open" in decision.reason
    assert "another" not in repr(decision)


def test_no_value_is_anywhere_in_plain(bench: VaultBench) -> None:
    bench.run()
    values = [*bench.opened().values(), "planted-of-theirs", PASSWORD]
    told = repr(bench.events) + repr(bench.facts()) + repr(bench.plan())
    kept = [p for p in bench.root.rglob("*") if p.is_file() and "password" not in p.name]
    for value in values:
        assert value not in told
        assert not [path for path in kept if value.encode() in path.read_bytes()]


def test_beside_a_closed_one_of_any_name_nothing_is_written_in_plain(bench: VaultBench) -> None:
    (bench.deploy / "user_secrets.yml").rename(bench.deploy / "user_vault.yml")
    bench.password = None
    decision = bench.plan().items[0].decision
    assert decision.action is Action.CONFLICT
    assert "user_vault.yml is encrypted" in decision.reason
    assert "--vault-password-file" in decision.reason


class TestSingleValues:
    """The operator encrypts secrets one by one, in a file that is plain."""

    @pytest.fixture
    def bench(self, tmp_path: Path) -> VaultBench:
        made = VaultBench(tmp_path, (SecretsStep(),))
        made.deploy.mkdir()
        lines = encrypted("of-theirs", tmp_path, "prod").splitlines()
        value = "".join(f"  {line}\n" for line in lines)
        theirs = f"octavia_service_password: !vault |\n{value}"
        (made.deploy / "user_secrets.yml").write_text(theirs)
        return made

    def test_they_count_and_without_a_password_what_is_added_is_private(
        self, bench: VaultBench
    ) -> None:
        bench.run()
        path = bench.deploy / OUR_SECRETS
        assert "octavia_service_password" not in yaml.safe_load(path.read_text())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        bench.password = password_file(bench.root)
        assert read_secret("octavia_service_password", bench.read_host()) == "of-theirs"

    def test_with_a_password_what_is_added_is_encrypted_under_their_vault_id(
        self, bench: VaultBench
    ) -> None:
        bench.password = Secret(PASSWORD)
        assert "encrypted by ansible-vault" in bench.plan().items[0].decision.diff[0]
        assert bench.run().status == "done"
        assert label_of((bench.deploy / OUR_SECRETS).read_bytes()) == "prod"
        assert "octavia_health_hmac_key" in bench.opened()
        assert bench.plan().items[0].action is Action.KEEP

    def test_a_password_that_opens_none_of_them_encrypts_nothing(self, bench: VaultBench) -> None:
        bench.password = Secret("another")
        decision = bench.plan().items[0].decision
        assert decision.action is Action.CONFLICT
        assert "does not open octavia_service_password" in decision.reason
        assert not (bench.deploy / OUR_SECRETS).exists()


def test_a_file_of_another_name_that_holds_secrets_counts_too(bench: VaultBench) -> None:
    (bench.deploy / "user_secrets.yml").rename(bench.deploy / "user_vault.yml")
    bench.run()
    assert "octavia_health_hmac_key" in bench.opened()


class TestReplacing:
    """A passphrase that was typed takes the place of a wrong one in our own file."""

    @pytest.fixture
    def bench(self, tmp_path: Path) -> VaultBench:
        """Made certificates, and a secrets file of ours with another passphrase."""
        layout = laid_out(generating(tmp_path / "certs"))
        made = VaultBench(
            tmp_path,
            (SecretsStep(),),
            answers={
                "certificates__source": "generate",
                "certificates__directory": str(layout.directory),
                "certificates__key_type": "ec-p256",
            },
        )
        made.deploy.mkdir()
        assert layout.files[Pem.SERVER_CA_KEY].exists()
        made.typed = {SERVER_PASSPHRASE: Secret(SERVER_SECRET)}
        text = f"# of mine\n{SERVER_PASSPHRASE}: 'wrong'  # was it?\nmore: 1\n"
        (made.deploy / OUR_SECRETS).write_text(text)
        return made

    def test_only_that_value_changes_and_undo_puts_it_back(self, bench: VaultBench) -> None:
        before = bench.content()
        decision = bench.plan().items[0].decision
        assert decision.action is Action.CHANGE
        assert f"~ {SERVER_PASSPHRASE}: (typed)" in "\n".join(decision.diff)
        bench.run()
        text = (bench.deploy / OUR_SECRETS).read_text()
        start = f"# of mine\n{SERVER_PASSPHRASE}: {SERVER_SECRET}  # was it?\nmore: 1\n"
        assert text.startswith(start)
        bench.undo()
        assert (bench.deploy / OUR_SECRETS).read_text() == text, "the keys are there, and need it"
        shutil.rmtree(bench.root / "certs")
        bench.undo()
        assert bench.content() == before

    def test_in_a_file_of_theirs_nothing_is_touched(self, bench: VaultBench) -> None:
        (bench.deploy / OUR_SECRETS).rename(bench.deploy / "user_secrets.yml")
        bench.run()
        assert "'wrong'" in (bench.deploy / "user_secrets.yml").read_text()
        made = yaml.safe_load((bench.deploy / OUR_SECRETS).read_text())
        assert SERVER_PASSPHRASE not in made

    def test_in_an_encrypted_file_of_ours_as_well(self, bench: VaultBench) -> None:
        ours = bench.deploy / OUR_SECRETS
        ours.write_text(encrypted(ours.read_text(), bench.root))
        bench.password = password_file(bench.root)
        bench.run()
        assert bench.opened()[SERVER_PASSPHRASE] == SERVER_SECRET
        assert str(bench.opened()["more"]) == "1"
