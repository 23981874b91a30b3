"""Edits below conf.d and of the generated inventory are shown, backed up, and taken back whole."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.files import FilesStep
from tests.core.steps import host_bench
from tests.core.steps.host_bench import HostBench

umask = pytest.fixture(autouse=True)(host_bench.open_umask)

NETWORKS = "networks.yml"
MAIN = "openstack_user_config.yml"
GENERATED = "openstack_inventory.json"
LISTS = (
    "\ufeff# of this site\r\nused_ips:\r\n  - 10.0.0.1   # mine\r\nglobal_overrides:\r\n"
    "  provider_networks:\r\n    - network: {net_name: x, group_binds: [octavia-worker]}\r\n"
)
OLD = {
    "_meta": {"hostvars": {"infra1": {"physical_host_group": "octavia-infra_hosts"}}},
    "octavia-infra_hosts": {"hosts": ["infra1"]},
}


class Alone(FilesStep):
    """The step without those it needs."""

    needs = ()


@pytest.fixture
def bench(tmp_path: Path) -> HostBench:
    """A host whose networks are below conf.d, one of them a link, with groups of old names."""
    made = HostBench(tmp_path, (Alone(),), answers={"deployment__rename_groups": True})
    (made.deploy / "conf.d").mkdir(parents=True)
    elsewhere = tmp_path / "git" / NETWORKS
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(LISTS.encode())
    elsewhere.chmod(0o660)
    (made.deploy / "conf.d" / NETWORKS).symlink_to(elsewhere)
    (made.deploy / MAIN).write_text(
        "octavia-infra_hosts:  # named\n  infra1: {ip: 172.29.236.11}\n"
    )
    (made.deploy / MAIN).chmod(0o600)
    generated = json.dumps(OLD, indent=4, separators=(",", ": "), sort_keys=True)
    (made.deploy / GENERATED).write_text(generated)
    (made.deploy / GENERATED).chmod(0o640)
    return made


def modes(bench: HostBench) -> dict[str, int]:
    """Return the modes of the operator's files."""
    names = (MAIN, GENERATED, f"conf.d/{NETWORKS}")
    return {name: stat.S_IMODE((bench.deploy / name).stat().st_mode) for name in names}


def test_the_plan_shows_every_line_of_every_file(bench: HostBench) -> None:
    item = bench.plan().items[0]
    assert item.action is Action.CHANGE
    diff = item.decision.diff
    for line in (
        f"~ {MAIN}",
        "- octavia-infra_hosts:  # named",
        "+ octavia_infra_hosts:  # named",
        f"~ conf.d/{NETWORKS}",
        '+   - "172.29.232.50,172.29.235.200"',
        f"~ {GENERATED}",
        '-     "octavia-infra_hosts": {',
        '+     "octavia_infra_hosts": {',
    ):
        assert line in diff


def test_the_run_changes_what_was_shown_and_nothing_is_left_to_do(bench: HostBench) -> None:
    before = modes(bench)
    assert bench.run().status == "done"
    assert bench.plan().items[0].action is Action.KEEP
    assert modes(bench) == before
    link = bench.deploy / "conf.d" / NETWORKS
    assert link.is_symlink()
    data = link.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert data.startswith(LISTS.encode()[:40])
    networks = yaml.safe_load(data)["global_overrides"]["provider_networks"]
    assert [entry["network"]["net_name"] for entry in networks] == ["x", "lbaas"]
    assert networks[0]["network"]["group_binds"] == ["octavia_worker"]
    assert "octavia_infra_hosts" in json.loads((bench.deploy / GENERATED).read_text())
    assert not (bench.deploy / "conf.d" / "octavia.yml").exists()
    assert "octavia_infra_hosts" in yaml.safe_load((bench.deploy / MAIN).read_text())


def test_undo_gives_every_byte_mode_and_link_back(bench: HostBench) -> None:
    before, was = bench.content(), modes(bench)
    bench.run()
    assert bench.content() != before
    bench.undo()
    assert bench.content() == before
    assert modes(bench) == was
    assert (bench.deploy / "conf.d" / NETWORKS).is_symlink()
    assert (bench.deploy / "conf.d" / NETWORKS).read_bytes() == LISTS.encode()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_owners_are_kept_there_and_back(bench: HostBench) -> None:
    for name in (MAIN, GENERATED, f"conf.d/{NETWORKS}"):
        os.chown(bench.deploy / name, 1, 2)
    for act in (bench.run, bench.undo):
        act()
        for name in (MAIN, GENERATED, f"conf.d/{NETWORKS}"):
            state = (bench.deploy / name).stat()
            assert (state.st_uid, state.st_gid) == (1, 2)


def test_no_copy_is_left_where_osa_would_read_it(bench: HostBench) -> None:
    bench.run()
    assert sorted(path.name for path in (bench.deploy / "conf.d").iterdir()) == [NETWORKS]


def test_what_osa_wrote_anew_meanwhile_is_not_undone(bench: HostBench) -> None:
    bench.run()
    path = bench.deploy / GENERATED
    path.write_text(path.read_text().replace("infra1", "infra7"))
    after = path.read_bytes()
    bench.undo()
    assert path.read_bytes() == after
    assert (bench.deploy / "conf.d" / NETWORKS).read_bytes() == LISTS.encode()
