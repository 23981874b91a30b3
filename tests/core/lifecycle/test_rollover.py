"""The plan of a rollover says where it stands, what is next, and when that may be begun."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from octavia_wizard.core.engine.undo import UndoReport, undo
from octavia_wizard.core.errors import BlockedError, CloudError, UsageError
from octavia_wizard.core.lifecycle import rollover
from octavia_wizard.core.lifecycle.rollover import (
    distributed_errand,
    next_errand,
    rollover_plan,
)
from octavia_wizard.core.lifecycle.rollover_phases import runs_of
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.rollover_files import Side, Stage, read_record
from octavia_wizard.core.session import Session
from tests.core.lifecycle.certificate_site import CertificateSite, amphora

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SIDES = pytest.mark.parametrize("side", list(Side))


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CertificateSite:
    """A deployment with generated certificates."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return CertificateSite(tmp_path)


@SIDES
def test_before_anything_was_done(side: Side, deployment: CertificateSite) -> None:
    """Three phases, none done, the first may be begun; each says why, how, and how to go back."""
    plan = rollover_plan(deployment.session(), side)
    assert [phase.stage for phase in plan.phases] == list(Stage)
    assert not any(phase.done for phase in plan.phases)
    assert plan.following is Stage.TRUST
    assert plan.readiness.met
    assert plan.present == f"CN=Octavia {side.capitalize()} CA"
    for phase in plan.phases:
        assert phase.why
        assert phase.back
        assert bool(phase.wait) is (phase.stage is not Stage.DROP)
        commands = [one.command for one in phase.commands]
        assert any(f"rollover {side} --next" in one for one in commands)
        assert "openstack-ansible openstack.osa.octavia --tags octavia-config" in commands
        assert any(f"rollover {side} --distributed" in one for one in commands)
    failovers = [p.stage for p in plan.phases if "failover" in str(p.commands)]
    assert failovers == ([Stage.TRUST] if side is Side.CLIENT else [])


@SIDES
def test_nothing_goes_on_before_the_playbook_ran(side: Side, deployment: CertificateSite) -> None:
    """A phase that is not known to be on all controllers keeps the next one back."""
    session = deployment.session()
    deployment.carry_out(next_errand(session, rollover_plan(session, side), now=START))
    plan = rollover_plan(deployment.session(), side, failed_over=True, now=START)
    assert plan.following is Stage.USE
    assert plan.phases[0].changed == START
    assert plan.phases[0].distributed is None
    assert "--distributed" in plan.readiness.cure
    with pytest.raises(BlockedError) as blocked:
        next_errand(deployment.session(), plan)
    assert blocked.value.exit_code == 4


def test_the_former_server_ca_is_kept_until_no_certificate_of_it_is_left(
    deployment: CertificateSite,
) -> None:
    """30 days after the new CA signs everywhere, or when all was failed over, it may go."""
    deployment.advance(Side.SERVER, START)
    deployment.advance(Side.SERVER, START + timedelta(days=1))
    signing = START + timedelta(days=1, hours=1)
    early = signing + timedelta(days=29, hours=23)
    plan = rollover_plan(deployment.session(), Side.SERVER, now=early)
    assert not plan.readiness.met
    assert plan.readiness.earliest == signing + timedelta(days=30)
    with pytest.raises(BlockedError) as blocked:
        next_errand(deployment.session(), plan)
    assert f"{plan.readiness.earliest:%Y-%m-%d}" in blocked.value.message
    assert rollover_plan(
        deployment.session(), Side.SERVER, now=early, failed_over=True
    ).readiness.met
    late = rollover_plan(deployment.session(), Side.SERVER, now=signing + timedelta(days=30))
    assert late.readiness.met
    deployment.carry_out(next_errand(deployment.session(), late, now=early))
    done = rollover_plan(deployment.session(), Side.SERVER, now=early)
    assert all(phase.done for phase in done.phases)
    assert done.present == "CN=Octavia Server CA G2"


def test_a_longer_validity_of_amphora_certificates_is_waited_for(
    deployment: CertificateSite,
) -> None:
    """Where octavia.conf is told another one, thirty days are not enough."""
    days = 90 * 86400
    text = f"octavia_octavia_conf_overrides: {{certificates: {{cert_validity_time: {days}}}}}\n"
    (deployment.deploy_dir / "user_variables.yml").write_text(text)
    deployment.advance(Side.SERVER, START)
    deployment.advance(Side.SERVER, START)
    plan = rollover_plan(deployment.session(), Side.SERVER, now=START + timedelta(days=60))
    assert not plan.readiness.met
    assert plan.readiness.earliest == START + timedelta(days=90, hours=1)
    assert "90 days" in plan.phases[1].wait


def test_the_client_ca_waits_for_failovers(deployment: CertificateSite) -> None:
    """No time makes an amphora trust another CA: the operator must say, or the cloud show."""
    deployment.advance(Side.CLIENT, START)
    ages = START + timedelta(days=400)
    plan = rollover_plan(deployment.session(), Side.CLIENT, now=ages)
    assert not plan.readiness.met
    assert plan.readiness.earliest is None
    assert rollover_plan(
        deployment.session(), Side.CLIENT, now=ages, failed_over=True
    ).readiness.met


@pytest.mark.parametrize("failed_over", [False, True])
def test_amphorae_are_looked_at_rather_than_believed(
    failed_over: bool, deployment: CertificateSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the cloud shows one that was not replaced, its failover is named."""
    deployment.advance(Side.CLIENT, START)
    since = START + timedelta(hours=1)
    found = [
        amphora("old", created=since - timedelta(minutes=1)),
        amphora("new", created=since + timedelta(minutes=1)),
        amphora("gone", created=START, status="DELETED"),
    ]
    monkeypatch.setattr(rollover, "read_amphorae", lambda session: tuple(found))
    monkeypatch.setattr(Session, "works_live", True)
    plan = rollover_plan(deployment.session(), Side.CLIENT, failed_over=failed_over, look=True)
    assert plan.readiness.failovers == ("openstack loadbalancer failover lb-old",)
    with pytest.raises(BlockedError, match="lb-old"):
        next_errand(deployment.session(), plan)
    del found[0]
    plan = rollover_plan(deployment.session(), Side.CLIENT, failed_over=failed_over, look=True)
    assert plan.readiness.met


def test_a_cloud_that_does_not_answer(
    deployment: CertificateSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time and what the operator says count then, and the plan tells why."""

    def fails(session: Session) -> tuple[()]:
        raise CloudError("no route to host")

    deployment.advance(Side.CLIENT, START)
    monkeypatch.setattr(rollover, "read_amphorae", fails)
    monkeypatch.setattr(Session, "works_live", True)
    plan = rollover_plan(deployment.session(), Side.CLIENT, failed_over=True, look=True)
    assert plan.unread == "no route to host"
    assert plan.readiness.met


@SIDES
def test_the_run_of_a_phase_is_named_to_go_back(side: Side, deployment: CertificateSite) -> None:
    """The plan names the run that undo takes; undoing it brings the phase before."""
    deployment.advance(side, START)
    session = deployment.session()
    told, changed = runs_of(session, side, Stage.TRUST)
    back = rollover_plan(session, side).phases[0].back
    assert back.index(f"undo --run {told}") < back.index(f"undo --run {changed}")
    ca = deployment.layout.files[Pem.SERVER_CA if side is Side.SERVER else Pem.CLIENT_CA]
    assert ca.read_bytes().count(b"BEGIN CERTIFICATE") == 2
    # The note that it was distributed came later, and is taken back first.
    assert not _undo(session).left
    assert ca.read_bytes().count(b"BEGIN CERTIFICATE") == 1
    assert read_record(deployment.layout.directory) == {}


@SIDES
def test_phases_are_gone_back_from_one_after_the_other(
    side: Side, deployment: CertificateSite
) -> None:
    """Of a phase that others followed only this is told: what it says of itself holds no more."""
    deployment.advance(side, START)
    deployment.advance(side, START)
    trust, use, _ = rollover_plan(deployment.session(), side).phases
    assert "newest first" in trust.back
    assert "undo --run" not in trust.back
    assert "undo --run" in use.back


def _undo(session: Session) -> UndoReport:
    import threading

    return undo(
        session.place,
        session.effective,
        session.facts,
        None,
        lambda event: None,
        threading.Event(),
        read_host=session.look_at_host,
        command="undo",
    )


def test_moments_that_cannot_be(deployment: CertificateSite) -> None:
    """Nothing can be distributed before it was begun, before it was made, or in the future."""
    with pytest.raises(BlockedError):
        distributed_errand(deployment.session(), Side.SERVER)
    session = deployment.session()
    deployment.carry_out(next_errand(session, rollover_plan(session, Side.SERVER), now=START))
    for moment in (START - timedelta(hours=1), START + timedelta(hours=3)):
        with pytest.raises(UsageError):
            distributed_errand(
                deployment.session(), Side.SERVER, moment, now=START + timedelta(hours=2)
            )


def test_a_finished_rollover_must_be_distributed_before_another(
    deployment: CertificateSite,
) -> None:
    """The last playbook has to be run, too; then a new rollover may be begun."""
    for days in range(2):
        deployment.advance(Side.CLIENT, START + timedelta(days=days))
    session = deployment.session()
    plan = rollover_plan(session, Side.CLIENT)
    deployment.carry_out(next_errand(session, plan, now=START + timedelta(days=3)))
    plan = rollover_plan(deployment.session(), Side.CLIENT)
    assert plan.following is Stage.TRUST
    assert not plan.readiness.met
    moment = START + timedelta(days=4)
    deployment.carry_out(distributed_errand(deployment.session(), Side.CLIENT, moment, now=moment))
    assert rollover_plan(deployment.session(), Side.CLIENT).readiness.met


def test_own_certificates_are_only_planned(deployment: CertificateSite) -> None:
    """Their files are the operator's: the phases are told, with replay, and none is carried out."""
    files = deployment.layout.files
    own = {
        "certificates__source": "own",
        "certificates__server_ca_certificate": str(files[Pem.SERVER_CA]),
        "certificates__server_ca_key": str(files[Pem.SERVER_CA_KEY]),
        "certificates__client_ca_certificate": str(files[Pem.CLIENT_CA]),
        "certificates__client_certificate": str(files[Pem.CLIENT]),
        "certificates__client_key": str(files[Pem.CLIENT_KEY]),
    }
    session = deployment.session(**own)
    plan = rollover_plan(session, Side.SERVER)
    assert not plan.ours
    text = str(plan.phases)
    assert "replay" in text
    assert "--next" not in text
    with pytest.raises(BlockedError):
        next_errand(session, plan)


def test_without_certificates_there_is_nothing_to_replace(deployment: CertificateSite) -> None:
    """What is missing is named."""
    deployment.layout.files[Pem.SERVER_CA].unlink()
    with pytest.raises(UsageError, match="ca_server_01"):
        rollover_plan(deployment.session(), Side.SERVER)


def test_going_back_beyond_a_phase_in_which_the_new_one_signed(
    deployment: CertificateSite,
) -> None:
    """Once use was undone, amphorae may have certificates that only the bundle of trust covers."""
    first = rollover_plan(deployment.session(), Side.SERVER).phases[0]
    assert first.stage is Stage.TRUST
    assert "fail every load balancer over before" in first.back
