"""The secrets step makes what is missing, once, for its owner's eyes alone."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.files import digest
from octavia_wizard.core.pki.layout import certificate_layout
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.steps.base import Action, Pending, Record
from octavia_wizard.core.steps.secrets import SecretsStep, keys_in_need
from tests.core.emit.support import facts_of
from tests.core.pki.support import generating
from tests.core.steps import host_bench
from tests.core.steps.host_bench import HostBench
from tests.core.steps.single_step import bench as single_bench
from tests.fake_work import FakeWork
from tests.fakes import FakeCloud

umask = pytest.fixture(autouse=True)(host_bench.open_umask)


@pytest.fixture
def bench(tmp_path: Path) -> HostBench:
    """A deploy directory with nothing in it."""
    made = HostBench(tmp_path, (SecretsStep(),))
    made.deploy.mkdir()
    return made


def test_a_plan_names_secrets_and_shows_none(bench: HostBench) -> None:
    item = bench.plan().items[0]
    assert item.action is Action.CREATE
    assert "+ octavia_service_password: (generated)" in item.decision.diff[2]
    assert list(bench.deploy.iterdir()) == []


def test_the_file_is_private_and_the_next_plan_is_empty(bench: HostBench) -> None:
    assert bench.run().status == "done"
    path = bench.deploy / OUR_SECRETS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "octavia_server_certs_key_passphrase" in yaml.safe_load(path.read_text())
    before = bench.content()
    assert bench.plan().items[0].action is Action.KEEP
    bench.run()
    assert bench.content() == before


def test_no_value_shows_anywhere_else(bench: HostBench) -> None:
    bench.run()
    values = yaml.safe_load((bench.deploy / OUR_SECRETS).read_text()).values()
    told = repr(bench.events) + repr(bench.facts()) + repr(bench.plan())
    told += "".join(
        path.read_text()
        for path in bench.place.root.rglob("*")
        if path.is_file() and OUR_SECRETS not in path.name
    )
    assert not [value for value in values if value in told]


def test_what_is_there_stays_and_the_rest_is_added(bench: HostBench) -> None:
    text = "# mine\noctavia_service_password: 'keep'  # me\n"
    (bench.deploy / OUR_SECRETS).write_text(text)
    (bench.deploy / OUR_SECRETS).chmod(0o644)
    assert bench.plan().items[0].action is Action.CHANGE
    bench.run()
    path = bench.deploy / OUR_SECRETS
    assert path.read_text().startswith(text)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_undo_puts_back_what_was_there(bench: HostBench) -> None:
    (bench.deploy / OUR_SECRETS).write_text("octavia_service_password: keep\n")
    before = bench.content()
    bench.run()
    assert bench.content() != before
    bench.undo()
    assert bench.content() == before


def test_undo_removes_what_was_not(bench: HostBench) -> None:
    bench.run()
    bench.undo()
    assert bench.content() == {}


def test_undo_leaves_what_was_changed_since(bench: HostBench) -> None:
    bench.run()
    with (bench.deploy / OUR_SECRETS).open("a") as stream:
        stream.write("mine: 1\n")
    before = bench.content()
    bench.undo()
    assert bench.content() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [("$ANSIBLE_VAULT;1.1;AES256\n6162\n", "encrypted"), ("a: [1\n", "not valid YAML")],
)
def test_a_file_that_cannot_be_added_to_is_a_conflict(
    bench: HostBench, text: str, said: str
) -> None:
    (bench.deploy / OUR_SECRETS).write_text(text)
    item = bench.plan().items[0]
    assert item.action is Action.CONFLICT
    assert said in item.decision.reason


def test_without_the_password_nothing_is_written_beside_an_encrypted_file(
    bench: HostBench,
) -> None:
    (bench.deploy / "user_secrets.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    decision = bench.plan().items[0].decision
    assert decision.action is Action.CONFLICT
    assert "--vault-password-file" in decision.reason


def test_a_write_whose_outcome_was_lost_is_found_by_its_content(bench: HostBench) -> None:
    bench.run()
    path = bench.deploy / OUR_SECRETS
    left = path.with_name(f".{path.name}.0a1b2c3d.tmp")
    left.write_text("half")
    step = SecretsStep()
    known = {"sha256": digest(path.read_bytes()), "before": {}}
    found = step.find_lost(None, Pending(7, "secrets", "file", str(path), known))  # type: ignore[arg-type]
    assert found is not None
    assert (found.result, found.id, found.seq) == ("created", str(path), 7)
    assert not left.exists(), "what a killed write leaves may hold secrets"
    other = {"sha256": "0" * 64, "before": {}}
    lost = Pending(7, "secrets", "file", str(path), other)
    assert step.find_lost(None, lost) is None  # type: ignore[arg-type]


def test_an_intent_is_found_by_the_run_after_a_crash(
    bench: HostBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from octavia_wizard.core.engine.work import OpenIntent

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(OpenIntent, "created", killed)
        with pytest.raises(KeyboardInterrupt):
            bench.run()
    before = bench.content()
    assert before
    bench.run()
    assert bench.content() == before
    bench.undo()
    assert bench.content() == {}


def test_facts_never_hold_a_value(bench: HostBench) -> None:
    bench.run()
    text = (bench.deploy / OUR_SECRETS).read_text()
    assert not [v for v in yaml.safe_load(text).values() if v in repr(facts_of(bench.deploy))]


def test_undo_leaves_the_passphrase_of_a_key_that_is_there(tmp_path: Path) -> None:
    """The keys were made by another run; without it nobody could open them again."""
    deploy = tmp_path / "openstack_deploy"
    one = single_bench(tmp_path, SecretsStep(), generating(deploy / "octavia"))
    (deploy / "user_secrets.yml").unlink()
    one.run()
    path = deploy / OUR_SECRETS
    key = certificate_layout(one.effective).files[Pem.SERVER_CA_KEY]
    key.parent.mkdir(parents=True)
    key.write_bytes(b"a key")
    before = path.read_bytes()
    report = one.undo()
    assert path.read_bytes() == before
    assert str(key) in str(report.error)
    key.unlink()
    assert not one.undo().left
    assert not path.exists()


def test_what_may_be_in_an_encrypted_file_stays_as_well(tmp_path: Path) -> None:
    """Nobody told its password, so that nobody can say that the passphrase is not in there."""
    deploy = tmp_path / "openstack_deploy"
    one = single_bench(tmp_path, SecretsStep(), generating(deploy / "octavia"))
    (deploy / "user_secrets.yml").unlink()
    path = deploy / OUR_SECRETS
    path.write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    key = certificate_layout(one.effective).files[Pem.SERVER_CA_KEY]
    key.parent.mkdir(parents=True)
    key.write_bytes(b"a key")
    record = Record(1, "secrets", "file", str(path), "created", str(path))
    work: Any = FakeWork(one.effective, one.facts(), FakeCloud())
    assert str(key) in keys_in_need(work, [record])
