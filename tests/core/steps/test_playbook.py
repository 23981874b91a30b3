"""Each playbook runs where something it works on has changed, and only then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from octavia_wizard.core.durations import moment
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import Interrupted, StepError
from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.model import Facts, Tools
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.playbooks.runs import read_runs
from octavia_wizard.core.steps.base import Action, Decision, Pending, UndoResult, Unit
from octavia_wizard.core.steps.haproxy_playbook import HAProxyPlaybookStep
from octavia_wizard.core.steps.octavia_playbook import OctaviaPlaybookStep
from octavia_wizard.core.steps.playbook import PlaybookStep
from octavia_wizard.core.steps.playbook_inputs import inputs_of
from tests.core.pki.support import effective
from tests.core.playbooks.conftest import deployment as deployment
from tests.core.playbooks.support import Deployment
from tests.fake_work import FakeWork
from tests.fakes import FakeCloud

STARTED = "2026-11-23T03:00:00+00:00"
PLAYBOOK = """\
    - name: Before
      hosts: octavia_all
      gather_facts: false
      tasks: [{name: Look, debug: {msg: hi}}]
    - name: Install
      hosts: octavia_all
      gather_facts: false
      tasks:
        - {name: Prepare, debug: {msg: hi}}
        - {name: Configure, command: "{command}"}
    """


def answers(release: str = "25.6.0", /, **more: object) -> Effective:
    """Answers that have the playbooks run."""
    given: dict[str, object] = {
        "deployment__run_playbooks": True,
        "deployment__playbooks": ["octavia", "haproxy"],
        "deployment__hosts": {"infra1": "172.29.236.11"},
        "deployment__ansible_options": [],
        "deployment__playbooks_not_before": None,
        **more,
    }
    return effective(release, **given)


@dataclass
class Site:
    """A deploy host with OSA's wrapper and checkout, and the runs there were."""

    root: Path
    effective: Effective = field(default_factory=answers)
    step: PlaybookStep = field(default_factory=OctaviaPlaybookStep)
    runs: tuple[PlaybookRun, ...] = ()
    tools: Tools | None = None

    @property
    def facts(self) -> Facts:
        """What there is."""
        tools = self.tools or Tools(wrapper=self.root / "openstack-ansible", clone=self.root)
        host = replace(read_host(self.root / "deploy", environ={}), tools=tools)
        return Facts(replace(host, playbook_runs=self.runs))

    def ran(self, state: PlayState = PlayState.DONE, **more: object) -> None:
        """Add a run on what there is now, the newest."""
        purpose = self.step.purpose
        run = PlaybookRun(
            id=f"{purpose}-{len(self.runs)}",
            purpose=purpose,
            command=(),
            options=(),
            inputs=inputs_of(purpose, self.effective, self.facts),
            started=STARTED,
            state=state,
            directory=self.root / "none",
        )
        self.runs = (replace(run, **more), *self.runs)  # type: ignore[arg-type]

    def decide(self) -> Decision:
        """Return what the step would do."""
        return self.step.decide(self.effective, self.facts)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A deploy host on which nothing ran yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "deploy").mkdir()
    return Site(tmp_path)


def test_what_never_ran_is_run(site: Site) -> None:
    made = site.decide()
    assert (made.action, made.diff) == (Action.RUN, ("+ never run from here",))
    assert made.subject == "openstack-ansible os-octavia-install.yml"


def test_what_ran_on_the_same_is_kept(site: Site) -> None:
    site.ran()
    assert site.decide().action is Action.KEEP
    assert "ran 2026-11-23 03:00 UTC; nothing" in site.decide().reason


def test_with_other_options_it_is_told_that_only_those_are_new(site: Site) -> None:
    site.ran()
    site.effective = answers(deployment__ansible_options=["--check"])
    assert site.decide().diff == ("+ never run with these options",)


def test_a_run_of_another_playbook_stands_for_nothing(site: Site) -> None:
    site.ran(purpose="haproxy")
    assert site.decide().action is Action.RUN


def test_only_playbooks_that_read_what_changed_are_run_again(site: Site) -> None:
    site.effective = answers(octavia__topology="SINGLE")
    site.ran()
    haproxy = Site(site.root, site.effective, HAProxyPlaybookStep())
    haproxy.ran()
    user_file = site.root / "deploy" / "user_variables.yml"
    user_file.write_text("---\noctavia_management_net_dhcp: false\n")
    assert (site.decide().action, site.decide().diff) == (
        Action.RUN,
        ("+ octavia_management_net_dhcp",),
    )
    assert haproxy.decide().action is Action.KEEP
    site.effective = haproxy.effective = answers(deployment__hosts={"infra9": "172.29.236.19"})
    assert "~ hosts" in site.decide().diff
    assert haproxy.decide().diff == ("~ hosts",)


@pytest.mark.parametrize("state", [PlayState.FAILED, PlayState.LOST])
def test_what_failed_is_run_again(site: Site, state: PlayState) -> None:
    site.ran(state)
    made = site.decide()
    assert made.action is Action.RUN
    assert made.diff[0].startswith(f"~ the last run, {moment(STARTED)}, ")


def test_it_starts_again_where_it_failed(site: Site) -> None:
    site.ran(PlayState.FAILED, start_again="os_octavia : Gather")
    made = site.decide()
    assert made.diff[-1] == "~ begins where the last run failed, at task os_octavia : Gather"
    assert made.subject.endswith("--start-at-task 'os_octavia : Gather'")


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": {"hosts": "other"}},
        {"options": ("--check",)},
        {"state": PlayState.LOST},
        {"start_again": ""},
    ],
)
def test_it_starts_at_the_beginning_otherwise(site: Site, change: dict[str, object]) -> None:
    site.ran(PlayState.FAILED, start_again="Gather")
    site.runs = (replace(site.runs[0], **change),)  # type: ignore[arg-type]
    assert "--start-at-task" not in site.decide().subject


def test_a_trial_stands_for_no_run_without(site: Site) -> None:
    site.ran(options=("--check",))
    assert site.runs[0].is_trial
    assert site.decide().action is Action.RUN


def test_options_are_passed_on_and_a_limit_replaces_ours(site: Site) -> None:
    site.effective = answers(deployment__ansible_options=["--check", "--limit", "infra1"])
    assert (
        site.decide().subject == "openstack-ansible os-octavia-install.yml --check --limit infra1"
    )
    site.ran()
    assert site.decide().action is Action.RUN
    site.ran(options=("--check", "--limit", "infra1"))
    assert site.decide().action is Action.KEEP


def test_a_run_that_goes_on_is_followed(site: Site) -> None:
    site.ran(PlayState.RUNNING)
    assert site.decide().action is Action.RUN
    assert "goes on; it is followed" in site.decide().reason


def test_who_asks_for_a_run_gets_one(site: Site) -> None:
    site.ran()
    site.effective = answers(deployment__playbooks_not_before="2026-11-23T04:00:00Z")
    assert site.decide().diff == (f"~ asked for; last run {moment(STARTED)}",)
    site.ran(started="2026-11-23T05:00:00+00:00")
    assert site.decide().action is Action.KEEP


@pytest.mark.parametrize(
    ("more", "tools", "action", "reason"),
    [
        ({"deployment__run_playbooks": False}, None, Action.SKIP, "by hand"),
        ({"deployment__playbooks": ["haproxy"]}, None, Action.SKIP, "not among"),
        ({}, Tools(), Action.BLOCKED, "no openstack-ansible"),
        ({}, Tools(wrapper=Path("/bin/true")), Action.BLOCKED, "checkout"),
    ],
)
def test_what_stands_in_the_way_is_told(
    site: Site, more: dict[str, object], tools: Tools | None, action: Action, reason: str
) -> None:
    site.effective, site.tools = answers(**more), tools
    assert site.decide().action is action
    assert reason in site.decide().reason


class Working(FakeWork):
    """Work that notes its progress."""

    on_progress: Callable[[str], None] = staticmethod(lambda text: None)

    def progress(
        self,
        done: int,
        total: int,
        text: str = "",
        unit: Unit = Unit.COUNT,
        left: tuple[float, float] | None = None,
    ) -> None:
        """Pass the text on."""
        self.on_progress(text)


def _live(site: Site, deployment: Deployment, command: str) -> Working:
    """Make playbooks of a site real, and return what a step is given there."""
    deployment.write("playbooks/os-octavia-install.yml", PLAYBOOK.replace("{command}", command))
    place = DeploymentPlace.of(site.root / "deploy")
    site.runs = read_runs(place.playbooks)
    return Working(site.effective, site.facts, FakeCloud(), site.step.id)


def test_a_playbook_is_run_for_real_and_then_kept(site: Site, deployment: Deployment) -> None:
    work = _live(site, deployment, "true")
    site.step.apply(work, site.decide())
    (record,) = work.records
    assert (record.kind, record.result, record.after["state"]) == ("playbook", "ran", "done")
    assert record.after["command"] == "openstack-ansible os-octavia-install.yml"
    assert Path(str(record.after["log"])).is_file()
    assert any("PLAY [Install]" in line for line in work.log_lines)
    work = _live(site, deployment, "true")
    assert site.decide().action is Action.KEEP
    assert site.step.undo(work, record).result is UndoResult.GONE


def test_a_failure_is_told_and_the_next_run_starts_there(
    site: Site, deployment: Deployment
) -> None:
    work = _live(site, deployment, "false")
    with pytest.raises(
        StepError, match="failed on infra1, infra2, infra3 at task Configure"
    ) as caught:
        site.step.apply(work, site.decide())
    assert "output.log" in caught.value.hint
    assert work.records[0].after["state"] == "failed"
    work = _live(site, deployment, "true")
    made = site.decide()
    assert made.subject.endswith("--start-at-task Prepare")
    site.step.apply(work, made)
    _live(site, deployment, "true")
    assert site.decide().action is Action.KEEP


def test_no_host_of_octavia_is_no_success(site: Site, deployment: Deployment) -> None:
    work = _live(site, deployment, "true")
    text = PLAYBOOK.replace("{command}", "true").replace("octavia_all", "localhost")
    deployment.write("playbooks/os-octavia-install.yml", text)
    with pytest.raises(StepError, match="no host of octavia_all took part"):
        site.step.apply(work, site.decide())


def test_a_run_nobody_saw_the_end_of_is_found(site: Site, deployment: Deployment) -> None:
    work = _live(site, deployment, "sleep 60")
    work.on_progress = lambda text: work.cancel.set() if "Configure" in text else None
    with pytest.raises(Interrupted):
        site.step.apply(work, site.decide())
    (pending,) = work.pending
    record = site.step.find_lost(work, pending)
    assert record is not None
    assert (record.result, record.after["state"]) == ("ran", "failed")
    nothing = Pending(9, site.step.id, "playbook", "octavia", {"id": "octavia-none"})
    assert site.step.find_lost(work, nothing) is None
    now = datetime.now(UTC).isoformat()
    assert record.id.split("-")[1][:4] == now[:4]
