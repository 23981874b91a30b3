"""The commands against real OpenStack services: plan, replay, drift, undo, interruption."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openstack
import pytest
from keystoneauth1.session import Session as KeystoneSession

from octavia_wizard.core.places import DeploymentPlace
from tests.cli.conftest import Run, lines_of
from tests.cli.test_emit import content
from tests.conftest import RehearsalCloud

Change = Callable[[str, str], None]
Connection = Any
"""openstacksdk's proxies give other types for each version of a service."""

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning:openstack"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:openstack"),
]

PRESET = """\
schema: 1
description: the command line's own test
cloud: {name: rehearsal, release: 33.0.1}
network: {name: cli-mgmt, provider_type: vlan, physical_network: physnet1, segmentation_id: 377,
          cidr: 10.77.0.0/24, pool: 10.77.0.50-10.77.0.200, security_group: cli-group}
image: {source: file, path: ../amphora.qcow2, name: cli-amphora, tag: cli-tag}
certificates: {key_type: ec-p256}
ssh: {enabled: true, key_name: cli-key, private_key: ../keys/cli-key}
capacity: {load_balancers: 5, flavor_name: cli-flavor, topology: SINGLE}
"""


@pytest.fixture(scope="module")
def cloud(rehearsal_cloud: RehearsalCloud) -> Iterator[Connection]:
    """An administrator's own connection, to look and to meddle."""
    config = openstack.config.OpenStackConfig(config_files=[str(rehearsal_cloud.clouds_file)])
    connection = openstack.connection.Connection(config=config.get_one("rehearsal"))
    yield connection
    connection.close()


@pytest.fixture
def preset(
    home: Path, deploy_dir: Path, rehearsal_cloud: RehearsalCloud, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A preset whose names are its own, and the environment to use it."""
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(rehearsal_cloud.clouds_file))
    (home / "keys").mkdir(mode=0o700)
    deploy_dir.with_name("amphora-x64-haproxy.qcow2").rename(home / "amphora.qcow2")
    path = home / "work" / "site.yml"
    path.write_text(PRESET)
    return str(path)


@pytest.fixture
def clean(run: Run, preset: str, cloud: Connection) -> Iterator[None]:
    """Leave the cloud as it was found, whatever a test does."""
    before = inventory(cloud)
    yield
    result = run("undo", "--yes")
    assert result.exit_code == 0, result.output
    assert inventory(cloud) == before


def inventory(cloud: Connection) -> dict[str, object]:
    """Return everything of the cloud that a run could touch."""
    project = cloud.identity.find_project("service")
    # Neutron makes a default group for a project as soon as anybody asks for its groups.
    groups = {g.id: g.name for g in cloud.network.security_groups() if g.name != "default"}
    rules = cloud.network.security_group_rules()
    user = cloud.identity.find_user("octavia")
    return {
        "networks": {n.id: (n.name, n.mtu) for n in cloud.network.networks()},
        "subnets": {s.id: s.name for s in cloud.network.subnets()},
        "groups": groups,
        "rules": {rule.id for rule in rules if rule.security_group_id in groups},
        "flavors": {f.id: f.name for f in cloud.compute.flavors(is_public=None)},
        "images": {i.id: (i.name, tuple(i.tags)) for i in cloud.image.images()},
        "keys": {k.name for k in cloud.compute.keypairs(user_id=user.id)},
        "compute quotas": cloud.compute.get_quota_set(project.id).to_dict(),
        "network quotas": cloud.network.get_quota(project.id).to_dict(),
    }


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Record every request to the cloud, as method and address."""
    seen: list[tuple[str, str]] = []
    real = KeystoneSession.request

    def record(self: KeystoneSession, url: str, method: str, **more: Any) -> Any:
        seen.append((method, url))
        return real(self, url, method, **more)

    monkeypatch.setattr(KeystoneSession, "request", record)
    return seen


@pytest.mark.usefixtures("clean")
class TestReplay:
    """From a plan to a converged cloud, and back."""

    def test_plan_replay_and_nothing_to_do(
        self, run: Run, preset: str, requests: list[tuple[str, str]], home: Path
    ) -> None:
        planned = run("plan", preset, "--detailed-exitcode")
        assert planned.exit_code == 8, planned.output
        assert not [method for method, _ in requests if method not in ("GET", "HEAD", "POST")]
        assert {url.rpartition("/")[2] for method, url in requests if method == "POST"} <= {
            "tokens"
        }

        done = run("replay", preset, "--yes")
        assert done.exit_code == 0, done.output
        state = content(home / "state")
        requests.clear()
        again = run("replay", preset, "--yes")

        assert again.exit_code == 0, again.output
        assert "Nothing to do" in again.stdout
        assert [m for m, url in requests if m != "GET" and not url.endswith("/tokens")] == []
        assert content(home / "state") == state
        assert run("plan", preset, "--detailed-exitcode").exit_code == 0

    def test_the_exported_preset_does_nothing_again(
        self, run: Run, preset: str, deploy_dir: Path
    ) -> None:
        assert run("replay", preset, "--yes").exit_code == 0
        exported = str(DeploymentPlace.of(deploy_dir).preset)
        result = run("replay", exported)

        assert result.exit_code == 0, result.output
        assert "Nothing to do" in result.stdout
        text = Path(exported).read_text()
        assert run("replay", exported, "--yes").exit_code == 0
        assert Path(exported).read_text() == text

    def test_drift_is_shown_and_repaired(self, run: Run, preset: str, cloud: Connection) -> None:
        assert run("replay", preset, "--yes").exit_code == 0
        cloud.network.delete_subnet(cloud.network.find_subnet("cli-mgmt-subnet"))
        group = cloud.network.find_security_group("cli-group")
        rules = cloud.network.security_group_rules(security_group_id=group.id)
        cloud.network.delete_security_group_rule(next(iter(rules)))

        lines = lines_of(run("plan", preset, "--format", "json"))
        (plan,) = [line for line in lines if line["kind"] == "plan"]
        actions = {step["step"]: step["action"] for step in plan["steps"]}
        assert actions["subnet"] == "create"
        assert actions["security_group"] == "change"
        assert plan["changes"] == 2
        result = run("replay", preset, "--yes")

        assert result.exit_code == 0, result.output
        assert cloud.network.find_subnet("cli-mgmt-subnet").cidr == "10.77.0.0/24"
        assert run("plan", preset, "--detailed-exitcode").exit_code == 0

    def test_undo_removes_exactly_what_was_made(
        self,
        run: Run,
        preset: str,
        cloud: Connection,
        deploy_dir: Path,
        home: Path,
    ) -> None:
        before, files = inventory(cloud), content(deploy_dir)
        assert run("replay", preset, "--yes").exit_code == 0
        assert inventory(cloud) != before
        result = run("undo", "--yes")

        assert result.exit_code == 0, result.output
        assert inventory(cloud) == before
        assert content(deploy_dir) == files
        assert content(home / "keys") == {}

    def test_something_else_of_that_name_is_a_conflict(
        self, run: Run, preset: str, cloud: Connection
    ) -> None:
        project = cloud.identity.find_project("service").id
        other = cloud.network.create_network(name="cli-mgmt", project_id=project)
        try:
            plan = run("plan", preset)
            replay = run("replay", preset, "--yes")
        finally:
            cloud.network.delete_network(other)

        assert plan.exit_code == replay.exit_code == 4
        assert "cli-mgmt" in replay.output

    def test_only_what_is_asked_for_is_done(self, run: Run, preset: str, cloud: Connection) -> None:
        assert run("replay", preset, "--yes", "--only", "subnet").exit_code == 0

        assert cloud.network.find_subnet("cli-mgmt-subnet") is not None
        assert cloud.compute.find_flavor("cli-flavor") is None


@pytest.mark.usefixtures("clean")
def test_the_plain_interview_converges(run: Run, preset: str, deploy_dir: Path) -> None:
    first = run("guide", preset, "--plain", input="Review\ny\n")
    assert first.exit_code == 0, first.output
    exported = str(DeploymentPlace.of(deploy_dir).preset)

    assert "Nothing to do" in run("replay", exported).stdout
    assert "Nothing to do" in run("guide", "--plain", input="Review\n").stdout
    assert "Nothing to do" in run("replay", exported).stdout


@pytest.mark.usefixtures("clean")
class TestInterrupted:
    """However a run ends, the next one goes on, and nothing is made twice."""

    @pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_ends_it_in_good_order(
        self, run: Run, preset: str, deploy_dir: Path, how: signal.Signals
    ) -> None:
        code = interrupt(preset, deploy_dir, "step-finished", how, 1)

        assert code == 130
        assert "resume" in run("status").stdout
        self.converges(run, preset)

    @pytest.mark.parametrize("after", [1, 4, 8, 14, 20])
    def test_a_killed_run_is_taken_up(
        self, run: Run, preset: str, deploy_dir: Path, after: int
    ) -> None:
        assert interrupt(preset, deploy_dir, "", signal.SIGKILL, after) == -signal.SIGKILL
        self.converges(run, preset)

    def converges(self, run: Run, preset: str) -> None:
        """Resume, and see that nothing is left to do and nothing is there twice."""
        resumed = run("resume", "--yes")
        assert resumed.exit_code == 0, resumed.output
        again = run("replay", preset)
        assert again.exit_code == 0, again.output
        assert "Nothing to do" in again.stdout
        assert "Nothing to resume" in run("resume").stdout


def interrupt(preset: str, deploy_dir: Path, event: str, how: signal.Signals, after: int) -> int:
    """Start a replay, send it a signal at its n-th event of a kind, and return its exit code."""
    command = [sys.executable, "-m", "octavia_wizard", "--deploy-dir", str(deploy_dir)]
    command += ["replay", preset, "--yes", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as run:
        assert run.stdout is not None
        count = 0
        for line in run.stdout:
            count += '"kind": "event"' in line and event in line
            if count == after:
                run.send_signal(how)
                break
        run.stdout.read()
        return run.wait(60)


class TestUnreachable:
    """A cloud that does not answer, or does not let us in."""

    @pytest.fixture
    def change(self, preset: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Change:
        """Use another clouds.yaml, in which a text is replaced."""

        def replace(old: str, new: str) -> None:
            text = Path(os.environ["OS_CLIENT_CONFIG_FILE"]).read_text()
            assert old in text
            (home / "clouds.yaml").write_text(text.replace(old, new))
            monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(home / "clouds.yaml"))

        return replace

    def test_nobody_listens(self, run: Run, preset: str, change: Change) -> None:
        change("http://127.0.0.1:", "http://127.0.0.2:")
        result = run("plan", preset)

        assert result.exit_code == 6
        assert "Traceback" not in result.stderr

    def test_a_wrong_password(self, run: Run, preset: str, change: Change) -> None:
        change("password: ", "password: x")
        result = run("plan", preset)

        assert result.exit_code == 6
        assert "credentials" in result.stderr or "refuse" in result.stderr
