"""check and plan without a cloud: answers, findings, settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run, lines_of


def test_a_good_preset_is_fit(run: Run, files_preset: Path) -> None:
    result = run("check", str(files_preset))

    assert result.exit_code == 0
    assert "fit for OSA 33.0.1" in result.stdout


def test_a_preset_for_a_cloud_is_checked_without_naming_one(run: Run, deploy_dir: Path) -> None:
    image = deploy_dir.with_name("amphora-x64-haproxy.qcow2")
    result = run("check", "lab-single-node", "--set", f"image.path={image}")

    assert result.exit_code == 0, result.stderr


def test_all_gaps_are_listed_at_once(run: Run, home: Path) -> None:
    preset = home / "work" / "open.yml"
    preset.write_text(
        "schema: 1\ncloud: {release: 33.0.1}\n"
        "network: {provider_type: vlan}\nssh: {enabled: true, source: import}\n"
        "certificates: {source: own}\nimage: {source: file}\n"
    )
    result = run("plan", str(preset), "--format", "json")

    assert result.exit_code == 3
    problems = lines_of(result)[-1]["problems"]
    keys = [problem["key"] for problem in problems]
    assert {"cloud.name", "network.segmentation_id", "image.path", "ssh.public_key"} <= {*keys}
    assert {"certificates.server_ca_key", "certificates.client_ca_certificate"} <= {*keys}
    assert all(problem["fix"].startswith(f"--set {problem['key']}=") for problem in problems)


def test_settings_win_over_the_preset(run: Run, files_preset: Path) -> None:
    result = run("check", str(files_preset), "--set", "network.pool=172.29.240.1-172.29.240.9")

    assert result.exit_code == 4
    assert "172.29.240.1-172.29.240.9" in result.stdout


def test_a_variable_of_another_release_can_be_set_with_that_release(
    run: Run, files_preset: Path
) -> None:
    settings = ("--set", "variables.octavia_db_pool_size=3")
    release = ("--set", "cloud.release=19.1.7")

    assert run("check", str(files_preset), *settings).exit_code == 3
    assert run("check", str(files_preset), *settings, *release).exit_code == 0


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("network.mtux=1", ["network.mtux", "network.mtu"]),
        ("network.mtu", ["KEY=VALUE"]),
        ("network.mtu=much", ["network.mtu", "whole number"]),
        ("capacity.topology=TRIPLE", ["capacity.topology", "SINGLE"]),
    ],
)
def test_a_bad_setting_is_refused(
    run: Run, files_preset: Path, setting: str, words: list[str]
) -> None:
    result = run("check", str(files_preset), "--set", setting)

    assert result.exit_code == 3
    for word in words:
        assert word in result.stderr


class TestWarnings:
    """A warning stands in the way until it is accepted."""

    @pytest.fixture
    def warned(self, run: Run, files_preset: Path) -> str:
        files_preset.write_text(files_preset.read_text() + "image: {source: role}\n")
        result = run("check", str(files_preset), "--format", "json")
        assert result.exit_code == 4
        ids = [f["id"] for f in lines_of(result)[:-1] if f["severity"] == "warning"]
        assert ids
        return str(ids[0])

    def test_it_says_how_to_accept(self, run: Run, files_preset: Path, warned: str) -> None:
        result = run("check", str(files_preset))

        assert f"--accept {warned}" in result.stdout
        assert warned in result.stderr

    def test_an_option_accepts_it(self, run: Run, files_preset: Path, warned: str) -> None:
        result = run("check", str(files_preset), "--accept", warned)

        assert result.exit_code == 0
        assert "(accepted)" in result.stdout

    def test_the_preset_accepts_it(self, run: Run, files_preset: Path, warned: str) -> None:
        files_preset.write_text(f"{files_preset.read_text()}accept: [{warned}]\n")

        assert run("check", str(files_preset)).exit_code == 0


class TestPlan:
    """A dry run in files only mode."""

    def test_it_shows_what_would_be_written_and_writes_nothing(
        self, run: Run, files_preset: Path, deploy_dir: Path, home: Path
    ) -> None:
        before = sorted(deploy_dir.rglob("*"))
        result = run("plan", str(files_preset))

        assert result.exit_code == 0
        assert "octavia_management_net_subnet_cidr" in result.stdout
        assert sorted(deploy_dir.rglob("*")) == before
        assert not list((home / "state").rglob("*"))

    def test_pending_changes_can_be_told_by_the_exit_code(
        self, run: Run, files_preset: Path
    ) -> None:
        assert run("plan", str(files_preset), "--detailed-exitcode").exit_code == 8

    def test_it_is_data_in_json(self, run: Run, files_preset: Path) -> None:
        lines = lines_of(run("plan", str(files_preset), "--format", "json"))

        assert all(line["schema"] == 1 and line["kind"] for line in lines)
        assert [line["kind"] for line in lines[-2:]] == ["plan", "result"]
        steps = {step["step"]: step["action"] for step in lines[-2]["steps"]}
        assert steps["files"] == "change"
        assert steps["network"] == "skip"

    def test_it_can_be_narrowed(self, run: Run, files_preset: Path) -> None:
        result = run("plan", str(files_preset), "--only", "secrets", "--format", "json")
        steps = {step["step"]: step["action"] for step in lines_of(result)[-2]["steps"]}

        assert steps["secrets"] == "create"
        assert steps["files"] == "skip"

    def test_an_unknown_step_is_told(self, run: Run, files_preset: Path) -> None:
        result = run("plan", str(files_preset), "--only", "secret")

        assert result.exit_code == 2
        assert "secrets" in result.stderr

    def test_comments_of_our_own_files_are_told_only_when_asked_for(
        self, run: Run, files_preset: Path
    ) -> None:
        assert "# From:" not in run("plan", str(files_preset)).stdout
        assert "# From:" in run("plan", str(files_preset), "-v").stdout
