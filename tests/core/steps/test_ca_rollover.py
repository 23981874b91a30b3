"""An authority is replaced in phases; each is a whole set of files, and can come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.answers.load import load_preset
from octavia_wizard.core.answers.save import preset_text
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import BlockedError
from octavia_wizard.core.pki.judging.review import examine
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.pem import CERTIFICATES, Pem
from octavia_wizard.core.pki.reading.inspection import read_certificate, read_key
from octavia_wizard.core.pki.rollover_files import (
    NEXT,
    PEMS,
    RECORD,
    Side,
    Stage,
    certificates_in,
    position_of,
    read_record,
)
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.ca_rollover import CaRolloverStep
from octavia_wizard.core.steps.certificates import CertificatesStep
from tests.core.pki.support import SECRETS, openssl
from tests.core.steps.renewal_bench import contents, deployed, later
from tests.core.steps.single_step import StepBench

SIDES = pytest.mark.parametrize("side", list(Side))
MOMENTS = {Stage.TRUST: 1, Stage.USE: 2, Stage.DROP: 3}


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))


def roller(
    root: Path, side: Side, aim: str, release: str = "33.0.1", **answers: Any
) -> tuple[StepBench, CertificateLayout]:
    """Return a bench that is to bring a side to a phase."""
    given: dict[str, Any] = {
        "certificates__rollover": f"{side}-{aim}",
        "certificates__not_before": later(),
    }
    return deployed(root, CaRolloverStep(), release, **{**given, **answers})


def go(root: Path, side: Side, stage: Stage, **answers: Any) -> CertificateLayout:
    """Carry a phase out."""
    one, layout = roller(root, side, stage, **answers)
    assert one.run().status is RunStatus.DONE, one.failure()
    assert one.decision().action is Action.KEEP
    return layout


def names(path: Path) -> list[str]:
    """Return the common names of the certificates of a file."""
    return [one.subject.rfc4514_string() for one in certificates_in(path)]


@SIDES
def test_the_phases_one_after_the_other(side: Side, tmp_path: Path) -> None:
    """The bundle grows, turns round and shrinks; key and client certificate follow."""
    pems = PEMS[side]
    _, layout = roller(tmp_path, side, "trust")
    ca, key = layout.files[pems.ca], layout.files[pems.key]
    former, former_key = names(ca), key.read_bytes()
    mode = key.stat().st_mode
    go(tmp_path, side, Stage.TRUST)
    new = [name.replace(" CA", " CA G2") for name in former]
    assert names(ca) == [*former, *new]
    assert key.read_bytes() == former_key
    assert (layout.directory / NEXT).stat().st_mode & 0o777 == 0o700
    assert examine(layout, SECRETS.get).errors == ()
    go(tmp_path, side, Stage.USE)
    assert names(ca) == [*new, *former]
    assert key.read_bytes() != former_key
    assert key.stat().st_mode == mode
    opened = read_key(key, SECRETS[layout.passphrases[pems.key]]).public_key
    assert opened is not None
    assert examine(layout, SECRETS.get).errors == ()
    client = read_certificate(layout.files[Pem.CLIENT])
    assert (client.issuer == new[0]) is (side is Side.CLIENT)
    go(tmp_path, side, Stage.DROP)
    assert names(ca) == new
    assert not (layout.directory / NEXT).exists()
    assert examine(layout, SECRETS.get).errors == ()
    assert position_of(layout, side).stage is Stage.DROP


@SIDES
def test_a_replay_in_between_keeps_everything(side: Side, tmp_path: Path) -> None:
    """The step of the certificates finds nothing to do in any phase."""
    for stage in Stage:
        go(tmp_path, side, stage)
        one, _ = deployed(tmp_path, CertificatesStep())
        decision = one.decision()
        assert decision.action is Action.KEEP, (stage, decision)


@SIDES
def test_undo_goes_back_step_by_step(side: Side, tmp_path: Path) -> None:
    """Undo of all phases leaves what was there before the first, to the byte."""
    one, _ = roller(tmp_path, side, "trust")
    before = contents(one.deploy_dir)
    for stage in Stage:
        go(tmp_path, side, stage)
    assert not one.undo().left
    assert contents(one.deploy_dir) == before


@SIDES
@pytest.mark.parametrize("stage", list(Stage))
def test_undo_of_one_phase(side: Side, stage: Stage, tmp_path: Path) -> None:
    """The last run alone can be taken back: the files are those of the phase before."""
    one, _ = roller(tmp_path, side, "trust")
    for former in Stage:
        if former is stage:
            break
        go(tmp_path, side, former)
    before = contents(one.deploy_dir)
    again, _ = roller(tmp_path, side, stage)
    result = again.run()
    assert not again.undo(only_run=result.run_id).left
    assert contents(one.deploy_dir) == before


def test_no_phase_is_left_out(tmp_path: Path) -> None:
    """What does not follow is a conflict that says what does."""
    one, _ = roller(tmp_path, Side.SERVER, "drop")
    assert one.decision().action is Action.CONFLICT
    assert "trust" in one.decision().reason
    go(tmp_path, Side.SERVER, Stage.TRUST)
    with pytest.raises(BlockedError):
        roller(tmp_path, Side.SERVER, "drop")[0].run()


def test_nobody_asked(tmp_path: Path) -> None:
    """Without a phase the step does nothing."""
    one, _ = deployed(tmp_path, CaRolloverStep())
    assert one.decision().action is Action.SKIP


def test_both_sides_beside_one_another(tmp_path: Path) -> None:
    """Each keeps its place; the record has both."""
    for side in Side:
        go(tmp_path, side, Stage.TRUST)
    layout = go(tmp_path, Side.SERVER, Stage.USE)
    noted = read_record(layout.directory)
    assert {side: noted[side].stage for side in Side} == {
        Side.SERVER: Stage.USE,
        Side.CLIENT: Stage.TRUST,
    }
    go(tmp_path, Side.SERVER, Stage.DROP)
    left = {path.name for path in (layout.directory / NEXT).iterdir()}
    assert left == {"ca_01.pem", "ca_01.key"}
    go(tmp_path, Side.CLIENT, Stage.USE)
    go(tmp_path, Side.CLIENT, Stage.DROP)
    assert not (layout.directory / NEXT).exists()
    assert examine(layout, SECRETS.get).errors == ()


def test_a_second_rollover_counts_on(tmp_path: Path) -> None:
    """Names never come twice: some software goes by the name alone."""
    _, layout = roller(tmp_path, Side.SERVER, "trust")
    for _ in range(2):
        for stage in Stage:
            go(tmp_path, Side.SERVER, stage)
    assert names(layout.files[Pem.SERVER_CA]) == ["CN=Octavia Server CA G3,O=Example"]


def test_with_a_root_above_the_whole_chain_is_replaced(tmp_path: Path) -> None:
    """Old and new chains are complete in every phase; the root's key is replaced as well."""
    more: dict[str, Any] = {"certificates__intermediates": True, "certificates__root_days": 7300}
    _, layout = roller(tmp_path, Side.SERVER, "trust", **more)
    root_key = layout.files[Pem.SERVER_ROOT_KEY]
    former = root_key.read_bytes()
    for stage in Stage:
        go(tmp_path, Side.SERVER, stage, **more)
        found = certificates_in(layout.files[Pem.SERVER_CA])
        assert len(found) == (2 if stage is Stage.DROP else 4)
        assert examine(layout, SECRETS.get).errors == ()
    assert names(layout.files[Pem.SERVER_CA])[1].startswith("CN=Octavia Server CA G2 Root")
    assert root_key.read_bytes() != former
    passphrase = SECRETS["octavia_wizard_server_root_passphrase"]
    assert read_key(root_key, passphrase).public_key is not None


def test_the_size_the_role_insists_on(tmp_path: Path) -> None:
    """The role of 20 to 24 replaces keys of another size: the new authority has the same."""
    kept: dict[str, Any] = {"certificates__key_type": "rsa-3072"}
    _, layout = roller(tmp_path, Side.CLIENT, "trust", "22.4.4", **kept)
    for stage in (Stage.TRUST, Stage.USE):
        one, _ = roller(tmp_path, Side.CLIENT, stage, "22.4.4", **kept)
        assert one.run().status is RunStatus.DONE
    for pem in (Pem.CLIENT_CA_KEY, Pem.CLIENT_KEY):
        name = layout.passphrases.get(pem)
        assert read_key(layout.files[pem], SECRETS[name] if name else None).rsa_bits == 3072


def test_a_phase_is_noted_as_distributed(tmp_path: Path) -> None:
    """The moment is in the record, the files are as they were, and undo forgets it."""
    layout = go(tmp_path, Side.SERVER, Stage.TRUST)
    bundle = layout.files[Pem.SERVER_CA].read_bytes()
    moment = later(5)
    one, _ = roller(tmp_path, Side.SERVER, "distributed", certificates__not_before=moment)
    assert one.decision().action is Action.CHANGE
    result = one.run()
    assert result.status is RunStatus.DONE
    noted = read_record(layout.directory)[Side.SERVER]
    assert noted.distributed is not None
    assert noted.distributed.isoformat() == moment
    assert noted.stage is Stage.TRUST
    assert layout.files[Pem.SERVER_CA].read_bytes() == bundle
    one.undo(only_run=result.run_id)
    assert read_record(layout.directory)[Side.SERVER].distributed is None


def test_what_was_begun_cannot_have_been_distributed_before(tmp_path: Path) -> None:
    """A moment before the change of the files is refused, and so is one of no rollover."""
    one, _ = roller(tmp_path, Side.SERVER, "distributed")
    assert "was begun" in one.decision().reason
    go(tmp_path, Side.SERVER, Stage.TRUST)
    early = later(-60)
    one, _ = roller(tmp_path, Side.SERVER, "distributed", certificates__not_before=early)
    assert one.decision().action is Action.CONFLICT


def test_files_and_record_that_contradict_each_other(tmp_path: Path) -> None:
    """A bundle somebody put back by hand is noticed before the next phase."""
    _, layout = roller(tmp_path, Side.SERVER, "trust")
    former = layout.files[Pem.SERVER_CA].read_bytes()
    go(tmp_path, Side.SERVER, Stage.TRUST)
    layout.files[Pem.SERVER_CA].write_bytes(former)
    decision = roller(tmp_path, Side.SERVER, "use")[0].decision()
    assert decision.action is Action.CONFLICT
    assert NEXT in decision.reason or RECORD in decision.reason


def test_a_passphrase_that_is_not_known(tmp_path: Path) -> None:
    """The key of the new authority gets the passphrase of the deployment, or is not made."""
    one, _ = roller(tmp_path, Side.SERVER, "trust")
    one.put_secrets(other="x")
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert "octavia_ca_private_key_passphrase" in decision.reason


def test_a_passphrase_in_a_file_nobody_opened(tmp_path: Path) -> None:
    """The password of the vault is asked for, not a second value."""
    one, _ = roller(tmp_path, Side.SERVER, "trust")
    secrets = one.deploy_dir / "user_secrets.yml"
    secrets.write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    decision = one.decision()
    assert decision.action is Action.CONFLICT
    assert f"{secrets} may have octavia_ca_private_key_passphrase" in decision.reason
    assert "--vault-password-file" in decision.reason


def test_the_approvals_go_over(tmp_path: Path) -> None:
    """A new client CA and certificate take the approval of the former ones, told in the plan."""
    layout = go(tmp_path, Side.CLIENT, Stage.TRUST)
    marks = [read_certificate(layout.files[pem]).fingerprint for pem in CERTIFICATES]
    one, _ = roller(tmp_path, Side.CLIENT, "use", certificates__approved=marks)
    place = DeploymentPlace.of(one.deploy_dir)
    place.root.mkdir(parents=True)
    place.preset.write_text(preset_text(Answers().with_value("certificates.approved", marks)))
    assert sum(str(place.preset) in line for line in one.decision().diff) == 2
    assert one.run().status is RunStatus.DONE
    new = [read_certificate(layout.files[pem]).fingerprint for pem in CERTIFICATES]
    assert load_preset(place.preset).values["certificates.approved"] == new
    assert new[0] == marks[0]
    assert not set(new[1:]) & set(marks)


def test_openssl_takes_the_new_key_for_the_new_authority(tmp_path: Path) -> None:
    """The key is encrypted with the passphrase of the deployment, so that no secret changes."""
    go(tmp_path, Side.SERVER, Stage.TRUST)
    layout = go(tmp_path, Side.SERVER, Stage.USE)
    secret = tmp_path / "secret"
    secret.write_text(SECRETS["octavia_ca_private_key_passphrase"])
    told = openssl(
        "pkey", "-in", layout.files[Pem.SERVER_CA_KEY], "-passin", f"file:{secret}", "-pubout"
    )
    first = x509.load_pem_x509_certificates(layout.files[Pem.SERVER_CA].read_bytes())[0]
    certificate = tmp_path / "first.pem"
    certificate.write_bytes(layout.files[Pem.SERVER_CA].read_bytes())
    assert first.subject.rfc4514_string() == "CN=Octavia Server CA G2,O=Example"
    assert openssl("x509", "-in", certificate, "-noout", "-pubkey") == told


def carried_out(root: Path, side: Side, stage: Stage) -> str:
    """Carry a phase out and return the id of the run."""
    one, _ = roller(root, side, stage)
    result = one.run()
    assert result.status is RunStatus.DONE, one.failure()
    return result.run_id


@SIDES
@pytest.mark.parametrize("stage", [Stage.TRUST, Stage.USE])
def test_a_phase_below_others_is_not_undone_in_part(
    side: Side, stage: Stage, tmp_path: Path
) -> None:
    """A former key with a new certificate would sign for nobody; a stranger would be refused."""
    runs = {each: carried_out(tmp_path, side, each) for each in Stage}
    one, layout = roller(tmp_path, side, Stage.DROP)
    before = contents(one.deploy_dir)
    report = one.undo(only_run=runs[stage])
    assert contents(one.deploy_dir) == before
    assert f"undo run {runs[Stage.DROP]} first" in str(report.error)
    assert examine(layout, SECRETS.get).errors == ()
    for each in reversed(Stage):
        assert not one.undo(only_run=runs[each]).left


@SIDES
def test_a_set_somebody_changed_stays_as_it_is(side: Side, tmp_path: Path) -> None:
    """Not even the files nobody touched go back: key and certificate belong together."""
    go(tmp_path, side, Stage.TRUST)
    run = carried_out(tmp_path, side, Stage.USE)
    one, layout = roller(tmp_path, side, Stage.USE)
    ca = layout.files[PEMS[side].ca]
    ca.write_bytes(ca.read_bytes() + b"# by hand\n")
    before = contents(one.deploy_dir)
    assert one.undo(only_run=run).left
    assert contents(one.deploy_dir) == before
