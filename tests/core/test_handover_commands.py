"""The commands that are left are in the order of the steps, without what the wizard has run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.handover_commands import is_done, next_commands, playbook_steps
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.questions.resolve import resolve
from tests.core.playbook_values import TOOLS, ran

HOST = HostFacts(Path("/etc/openstack_deploy"))
ALL = ["containers", "octavia", "haproxy", "neutron", "horizon", "quotas"]


def effective(release: str = "33.0.1", **given: object) -> Effective:
    """Resolve answers that have the wizard run playbooks."""
    answers = Answers().with_value("cloud.release", release)
    answers = answers.with_value("deployment.run_playbooks", True)
    for name, value in given.items():
        answers = answers.with_value(f"deployment.{name}", value)
    return resolve(answers, Facts(replace(HOST, tools=TOOLS)))


def left(what: Effective, *runs: PlaybookRun) -> list[str]:
    """Return what is left after these runs, the newest first."""
    host = replace(HOST, playbook_runs=runs)
    return [command.purpose for command in next_commands(what, host)]


@pytest.mark.parametrize(
    ("release", "order"),
    [
        ("33.0.1", "containers neutron octavia haproxy quotas horizon"),
        ("25.6.0", "containers neutron octavia haproxy horizon"),
        # Neutron's LBaaS v2 driver wants Octavia, and its API behind HAProxy, to be there.
        ("18.1.9", "containers octavia haproxy neutron horizon"),
    ],
)
def test_the_order_is_that_of_the_steps(release: str, order: str) -> None:
    what = effective(release, playbooks=ALL)
    assert " ".join(command.purpose for command in next_commands(what)) == order
    known = [step.rule for step in playbook_steps()]
    assert set(order.split()) <= set(known)


def test_without_a_host_all_are_told() -> None:
    assert len(next_commands(effective())) == len(left(effective())) > 0


def test_those_the_wizard_ran_are_left_out() -> None:
    what = effective(playbooks=["containers", "octavia"])
    assert left(what) == ["containers", "octavia"]
    assert left(what, ran("octavia")) == ["containers"]
    assert left(what, ran("octavia"), ran("containers")) == []


def test_where_they_are_run_by_hand_runs_do_not_count() -> None:
    what = effective(playbooks=["octavia"], run_playbooks=False)
    assert left(what, ran("octavia")) == ["octavia"]


@pytest.mark.parametrize(
    "run",
    [
        ran(state=PlayState.FAILED),
        ran(state=PlayState.LOST),
        ran(state=PlayState.RUNNING),
        ran(options=("--limit", "infra1")),
        ran(options=("--check",)),
    ],
)
def test_only_a_whole_run_that_ended_well_counts(run: PlaybookRun) -> None:
    what = effective(playbooks=["octavia"])
    assert left(what, run) == ["octavia"]


def test_a_failed_run_takes_the_earlier_one_back_and_a_limited_one_does_not() -> None:
    what = effective(playbooks=["octavia"])
    assert left(what, ran(state=PlayState.FAILED, minutes=9), ran()) == ["octavia"]
    assert left(what, ran(options=("--limit", "infra1"), minutes=9), ran()) == []


def test_a_trial_changes_nothing_even_where_the_answers_ask_for_it() -> None:
    what = effective(playbooks=["octavia"], ansible_options=["--check"])
    assert not is_done("octavia", what, [ran(options=("--check",))])
    forks = effective(playbooks=["octavia"], ansible_options=["--forks", "20"])
    assert is_done("octavia", forks, [ran(options=("--forks", "20"))])


def test_in_the_lbaas_era_neutron_is_done_after_both_of_its_runs() -> None:
    what = effective("18.1.9", playbooks=["neutron"])
    assert left(what, ran("neutron")) == ["neutron"]
    assert left(what, ran("lbaas"), ran("neutron")) == []


def test_the_directory_is_that_of_the_checkout_that_is_there() -> None:
    what = effective("25.6.0", playbooks=["octavia"])
    (usual,) = next_commands(what)
    assert usual.directory == "/opt/openstack-ansible/playbooks"
    (found,) = next_commands(what, replace(HOST, tools=TOOLS))
    assert found.directory == "/srv/openstack-ansible/playbooks"
    (anywhere,) = next_commands(effective(playbooks=["octavia"]), replace(HOST, tools=TOOLS))
    assert anywhere.directory == ""
