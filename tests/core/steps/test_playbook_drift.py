"""The Octavia playbook runs for what it would mend on the controllers, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.facts.controllers import Controllers
from octavia_wizard.core.facts.model import Facts, Tools
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.core.steps.haproxy_playbook import HAProxyPlaybookStep
from octavia_wizard.core.steps.octavia_playbook import OctaviaPlaybookStep
from octavia_wizard.core.steps.playbook import PlaybookStep
from octavia_wizard.core.steps.playbook_inputs import inputs_of
from tests.core.controllers.support import RELEASES, deployment, three

NEWEST = RELEASES[-1]
ANSWERS = {
    "cloud.mode": "live",
    "cloud.name": "site",
    "deployment.run_playbooks": True,
    "deployment.playbooks": ["octavia", "haproxy"],
    "deployment.hosts": {"infra1": "172.29.236.11"},
    "deployment.ansible_options": [],
    "deployment.verify": False,
}
WRAPPER = Tools(wrapper=Path("/usr/local/bin/openstack-ansible"), clone=Path("/opt/clone"))
BEFORE, LATER = "2026-11-23T03:00:00+00:00", "2026-11-23T05:00:00+00:00"
"""Before the look of the tests, and after it."""


def decision(
    controllers: Controllers | None,
    *,
    ran: str = "",
    step: PlaybookStep | None = None,
    **answers: object,
) -> Decision:
    """Decide on the playbook, which last ran at this time, if at all."""
    given = {key.replace("__", ".", 1): value for key, value in answers.items()}
    effective, facts = deployment(NEWEST, ANSWERS | given)
    step = step or OctaviaPlaybookStep()
    facts = Facts(replace(facts.host, tools=WRAPPER), cloud=facts.cloud, controllers=controllers)
    if ran:
        run = PlaybookRun(
            id="one",
            purpose=step.purpose,
            command=(),
            options=(),
            inputs=inputs_of(step.purpose, effective, facts),
            started=ran,
            state=PlayState.DONE,
            directory=Path("/nowhere"),
            ended=ran,
        )
        facts = replace(facts, host=replace(facts.host, playbook_runs=(run,)))
    return step.decide(effective, facts)


@pytest.fixture
def agreeing(tmp_path: Path) -> Controllers:
    """Controllers as the role makes them."""
    return three(NEWEST, tmp_path)


@pytest.fixture
def drifting(tmp_path: Path) -> Controllers:
    """Controllers of which somebody edited one."""
    return three(NEWEST, tmp_path, ("amp_image_tag = octavia", "amp_image_tag = other"))


def test_a_deployment_that_was_not_made_from_here_and_agrees_is_kept(agreeing: Controllers) -> None:
    assert decision(None).action is Action.RUN
    kept = decision(agreeing)
    assert kept.action is Action.KEEP
    assert "controllers agree" in kept.reason
    assert decision(agreeing, step=HAProxyPlaybookStep()).action is Action.RUN


def test_one_that_does_not_agree_is_run_for_what_differs(drifting: Controllers) -> None:
    made = decision(drifting)
    assert made.action is Action.RUN
    assert any("amp_image_tag is other-" in line for line in made.diff)


def test_what_was_changed_on_a_host_since_the_last_run_is_run_again(
    drifting: Controllers, agreeing: Controllers
) -> None:
    assert decision(agreeing, ran=BEFORE).action is Action.KEEP
    made = decision(drifting, ran=BEFORE)
    assert made.action is Action.RUN
    assert any("amp_image_tag" in line for line in made.diff)
    haproxy = decision(drifting, ran=BEFORE, step=HAProxyPlaybookStep())
    assert haproxy.action is Action.KEEP


def test_a_look_from_before_the_last_run_says_nothing(drifting: Controllers) -> None:
    assert decision(drifting, ran=LATER).action is Action.KEEP


def test_who_asks_for_a_run_gets_one(agreeing: Controllers) -> None:
    asked = decision(agreeing, deployment__playbooks_not_before="2026-11-22")
    assert asked.action is Action.RUN
