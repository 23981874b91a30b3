"""Playbooks are told with what they are due for, and are run alone, whatever their last run was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.asked import Options
from octavia_wizard.core.errors import BlockedError, LockedError, UsageError
from octavia_wizard.core.facts.model import Tools
from octavia_wizard.core.lifecycle.playbook_standing import (
    Due,
    KnownPlaybook,
    due_playbooks,
    known_playbooks,
    names_of,
    newest_run,
)
from octavia_wizard.core.lifecycle.playbooks import (
    RunOptions,
    needed,
    playbooks_errand,
    reduced_plan,
    require_the_needed,
)
from octavia_wizard.core.playbooks.record import PlayState
from octavia_wizard.core.releases import find_release
from octavia_wizard.core.session import Session
from tests.core.playbook_values import BEGAN, inputs, ran, with_runs

NOW = datetime(2026, 5, 7, 8, 9, 10, tzinfo=UTC)
NONE = RunOptions()


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A deployment on files only, whose host has openstack-ansible."""
    return opened(tmp_path, monkeypatch)


def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **more: object) -> Session:
    """Open a session with more answers; ``deployment__playbooks=[]`` is one."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    deploy = tmp_path / "openstack_deploy"
    deploy.mkdir(exist_ok=True)
    values: dict[str, object] = {
        "cloud.mode": "files",
        "cloud.release": "33.0.1",
        "network.cidr": "172.29.232.0/22",
        "deployment.hosts": {"infra1": "172.29.236.11"},
        **{key.replace("__", ".", 1): value for key, value in more.items()},
    }
    origins = dict.fromkeys(values, Provenance.PRESET)
    answers = Answers(MappingProxyType(values), MappingProxyType(origins))
    found = Session(Options(deploy, environ={"HOME": str(tmp_path), "PATH": ""}), answers)
    found.read_host()
    return with_runs(found)


def known(session: Session, name: str) -> KnownPlaybook:
    """Return how one playbook stands."""
    return next(one for one in known_playbooks(session) if one.name == name)


class TestStanding:
    """How each playbook stands."""

    def test_each_playbook_of_the_release_is_told_in_the_order_it_is_due(
        self, session: Session
    ) -> None:
        names = [one.name for one in known_playbooks(session)]
        assert names == ["containers", "neutron", "octavia", "haproxy", "quotas", "horizon"]
        assert tuple(names) == names_of(session.effective.release)

    @pytest.mark.parametrize(
        ("release", "names"),
        [
            ("16.0.29", "containers neutron octavia haproxy lbaas horizon"),
            ("25.6.0", "containers neutron octavia haproxy horizon"),
            ("31.2.0", "containers neutron octavia haproxy quotas horizon"),
        ],
    )
    def test_a_release_without_one_does_not_list_it(self, release: str, names: str) -> None:
        assert " ".join(names_of(find_release(release))) == names

    def test_one_that_never_ran_is_due(self, session: Session) -> None:
        octavia = known(session, "octavia")
        assert octavia.due is Due.DUE
        assert octavia.why == ("+ never run from here",)
        assert octavia.command == "openstack-ansible openstack.osa.octavia"
        assert octavia.last is None

    def test_one_that_ran_is_up_to_date_until_something_it_works_on_changes(
        self, session: Session
    ) -> None:
        with_runs(session, ran(inputs=inputs(session, "octavia")))
        octavia = known(session, "octavia")
        assert octavia.due is Due.UP_TO_DATE
        assert "nothing it works on has changed" in octavia.why[0]

        session.give("capacity.topology", "SINGLE")
        assert known(session, "octavia").due is Due.DUE
        assert "+ octavia_loadbalancer_topology" in known(session, "octavia").why

    def test_one_that_runs_is_told_as_such(self, session: Session) -> None:
        with_runs(session, ran(state=PlayState.RUNNING))
        assert known(session, "octavia").due is Due.RUNNING

    def test_one_that_is_not_wanted_is_told_with_its_command_by_hand(
        self, session: Session
    ) -> None:
        haproxy = known(session, "haproxy")
        assert haproxy.due is Due.UNWANTED
        assert haproxy.command.startswith("openstack-ansible openstack.osa.haproxy --tags")

    def test_without_openstack_ansible_they_are_blocked(self, session: Session) -> None:
        session.give("deployment.run_playbooks", True)
        with_runs(session, tools=Tools())
        octavia = known(session, "octavia")
        assert octavia.due is Due.BLOCKED
        assert "no openstack-ansible" in octavia.why[0]

    def test_the_directory_is_that_of_the_checkout_that_is_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = opened(tmp_path, monkeypatch, cloud__release="25.6.0")
        assert known(session, "octavia").directory == "/srv/openstack-ansible/playbooks"

    def test_the_newest_run_is_told_whatever_its_options(self, session: Session) -> None:
        trial = ran(minutes=5, options=("--check",))
        with_runs(session, trial, ran(inputs=inputs(session, "octavia")))
        octavia = known(session, "octavia")
        assert octavia.last == trial
        assert octavia.due is Due.UP_TO_DATE, "a trial says nothing of the hosts"

    def test_due_are_told_also_where_they_are_run_by_hand(self, session: Session) -> None:
        with_runs(session, ran(inputs=inputs(session, "octavia")))
        session.give("deployment.run_playbooks", False)
        session.give("deployment.playbooks", ["containers", "octavia"])
        assert known(session, "octavia").due is Due.UNWANTED
        assert due_playbooks(session) == ("containers",)
        assert session.answers.values["deployment.run_playbooks"] is False

    def test_newest_of_any(self) -> None:
        runs = (ran("haproxy", minutes=1), ran("octavia"))
        assert newest_run(runs) is runs[0]
        assert newest_run(runs, "octavia") is runs[1]
        assert newest_run(runs, "neutron") is None


class TestErrand:
    """Running some of them."""

    def test_it_runs_what_is_named_and_nothing_else(self, session: Session) -> None:
        errand = playbooks_errand(session, ["octavia"], NONE, now=NOW)
        assert [item.step for item in errand.plan.changes] == ["octavia_playbook"]
        assert errand.plan.only == ("octavia_playbook",)
        assert len(errand.plan.items) == 1
        assert errand.command == "playbooks run octavia"

    def test_the_answers_of_the_deployment_stay_as_they_are(self, session: Session) -> None:
        before = dict(session.answers.values)
        playbooks_errand(session, ["octavia"], RunOptions(check=True), now=NOW)
        assert dict(session.answers.values) == before

    def test_one_that_is_up_to_date_is_run_again(self, session: Session) -> None:
        with_runs(session, ran(inputs=inputs(session, "octavia")))
        errand = playbooks_errand(session, ["octavia"], NONE, now=NOW)
        (change,) = errand.plan.changes
        assert change.decision.diff == ("~ asked for; last run 2026-05-06 07:08 UTC",)

    def test_what_ran_since_it_was_asked_for_is_not_run_again_by_a_resume(
        self, session: Session
    ) -> None:
        errand = playbooks_errand(session, ["octavia"], NONE, now=BEGAN - timedelta(seconds=1))
        with_runs(errand.session, ran(inputs=inputs(errand.session, "octavia")))
        again = reduced_plan(errand.session, errand.plan.only)
        assert not again.changes

    def test_several_are_run_one_after_the_other_in_their_order(self, session: Session) -> None:
        errand = playbooks_errand(session, ["horizon", "octavia", "octavia"], NONE, now=NOW)
        changes = [item.step for item in errand.plan.changes]
        assert changes == ["octavia_playbook", "horizon_playbook"]
        assert [item.needs for item in errand.plan.items] == [(), ("octavia_playbook",)]

    def test_options_go_into_the_command_line_after_those_of_the_answers(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = opened(tmp_path, monkeypatch, deployment__ansible_options=["--forks", "20"])
        options = RunOptions(True, True, "infra1:&octavia_all", "octavia-config", "pki", 2)
        errand = playbooks_errand(session, ["octavia"], options, whole=True, now=NOW)
        (change,) = errand.plan.changes
        assert change.decision.subject == (
            "openstack-ansible openstack.osa.octavia --forks 20 --check --diff --limit "
            "'infra1:&octavia_all' --tags octavia-config --skip-tags pki -vv"
        )
        assert errand.command == (
            "playbooks run octavia --check --diff --limit 'infra1:&octavia_all' --tags "
            "octavia-config --skip-tags pki -vv --whole"
        )

    def test_a_limited_run_is_none_of_the_whole(self, session: Session) -> None:
        errand = playbooks_errand(session, ["octavia"], RunOptions(limit="infra1"), now=NOW)
        limited = ran(
            minutes=1,
            options=("--limit", "infra1"),
            inputs=inputs(errand.session, "octavia"),
        )
        with_runs(session, limited)
        assert known(session, "octavia").due is Due.DUE

    def test_what_the_playbook_works_on_is_the_same_as_in_a_plan_of_all(
        self, session: Session
    ) -> None:
        errand = playbooks_errand(session, ["octavia"], NONE, now=NOW)
        assert inputs(errand.session, "octavia") == inputs(session, "octavia")

    def test_in_the_lbaas_era_running_one_takes_no_variable_away(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = opened(tmp_path, monkeypatch, cloud__release="18.1.9")
        assert "neutron_lbaas_octavia" in inputs(session, "lbaas")
        errand = playbooks_errand(session, ["haproxy"], NONE, now=NOW)
        assert inputs(errand.session, "lbaas") == inputs(session, "lbaas")
        assert [item.step for item in errand.plan.changes] == ["haproxy_playbook"]

    def test_one_that_failed_is_taken_up_where_it_failed_unless_the_whole_is_wanted(
        self, session: Session
    ) -> None:
        failed = ran(
            state=PlayState.FAILED, inputs=inputs(session, "octavia"), start_again="Drop config"
        )
        with_runs(session, failed)
        (change,) = playbooks_errand(session, ["octavia"], NONE, now=NOW).plan.changes
        assert "--start-at-task 'Drop config'" in change.decision.subject
        (change,) = playbooks_errand(session, ["octavia"], NONE, whole=True, now=NOW).plan.changes
        assert "--start-at-task" not in change.decision.subject

    def test_one_that_runs_is_followed(self, session: Session) -> None:
        with_runs(session, ran(state=PlayState.RUNNING))
        errand = playbooks_errand(session, ["octavia"], NONE, now=NOW)
        (change,) = errand.plan.changes
        assert "it is followed" in change.decision.reason
        with_runs(errand.session, ran(inputs=inputs(errand.session, "octavia")))
        assert not reduced_plan(errand.session, errand.plan.only).changes

    def test_one_that_runs_with_other_options_is_in_the_way(self, session: Session) -> None:
        with_runs(session, ran(state=PlayState.RUNNING))
        with pytest.raises(UsageError, match="goes on since"):
            playbooks_errand(session, ["octavia"], RunOptions(check=True), now=NOW)

    def test_an_earlier_run_is_not_taken_for_it_though_the_clock_was_put_back(
        self, session: Session
    ) -> None:
        with_runs(session, ran(inputs=inputs(session, "octavia")))
        errand = playbooks_errand(session, ["octavia"], NONE, now=BEGAN - timedelta(days=400))
        assert errand.plan.changes

    def test_beside_another_that_runs_none_is_begun(self, session: Session) -> None:
        with_runs(session, ran("horizon", PlayState.RUNNING))
        for names in (["octavia"], ["octavia", "horizon"], ["horizon", "octavia"]):
            with pytest.raises(LockedError, match=r"horizon.* still goes on") as caught:
                playbooks_errand(session, names, NONE, now=NOW)
            assert "playbooks run horizon" in caught.value.hint
        with_runs(session, ran("octavia", PlayState.RUNNING))
        assert playbooks_errand(session, ["horizon", "octavia"], NONE, now=NOW).plan.changes

    @pytest.mark.parametrize("name", ["octavai", "lbaas", ""])
    def test_a_name_the_release_does_not_have_is_told(self, session: Session, name: str) -> None:
        with pytest.raises(UsageError, match="has no playbook") as caught:
            playbooks_errand(session, [name], NONE)
        assert "containers, neutron, octavia" in caught.value.hint

    def test_the_name_of_the_step_is_taken_too(self, session: Session) -> None:
        errand = playbooks_errand(session, ["octavia_playbook"], NONE)
        assert errand.command == "playbooks run octavia"


class TestNeeded:
    """What must be there before a playbook is run alone."""

    def test_all_need_the_files_and_octavia_what_it_uses_in_the_cloud(
        self, session: Session
    ) -> None:
        assert needed(session.effective, ["haproxy_playbook"]) == {
            "files",
            "secrets",
            "certificates",
        }
        octavia = needed(session.effective, ["octavia_playbook"])
        assert {"network", "security_group", "flavor", "files"} <= octavia
        assert not [one for one in octavia if one.endswith("_playbook")]

    def test_files_that_are_not_written_yet_are_in_the_way(self, session: Session) -> None:
        with pytest.raises(BlockedError) as caught:
            require_the_needed(session, ["haproxy_playbook"])
        assert "not as planned yet" in caught.value.message
        assert "files" in caught.value.hint
        assert "--only" in caught.value.hint

    def test_one_that_runs_already_has_read_it_all(self, session: Session) -> None:
        with_runs(session, ran("haproxy", PlayState.RUNNING))
        require_the_needed(session, ["haproxy_playbook"])
        with pytest.raises(BlockedError):
            require_the_needed(session, ["haproxy_playbook", "horizon_playbook"])
