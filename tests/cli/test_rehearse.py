"""The verbs of the rehearsal cloud, and --rehearse before any other verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import control
from octavia_wizard.rehearsal.control import Running
from octavia_wizard.rehearsal.layout import Layout
from octavia_wizard.rehearsal.progress import Progress, Report
from tests.cli.conftest import Run, lines_of


def test_the_status_of_one_that_never_ran(run: Run) -> None:
    result = run("rehearse", "status")

    assert result.exit_code == 0
    assert "stopped" in result.stdout
    assert "not installed" in result.stdout


def test_stopping_what_does_not_run_is_fine(run: Run) -> None:
    result = run("rehearse", "down")

    assert result.exit_code == 0
    assert "was not running" in result.stdout


def test_other_ports_can_be_chosen(run: Run) -> None:
    (line, _) = lines_of(run("rehearse", "status", "--port-offset", "16000", "--format", "json"))

    assert line["services"][0]["url"] == "http://127.0.0.1:21000"


@pytest.mark.parametrize("offset", ["-1", "60000"])
def test_impossible_ports_are_refused(run: Run, offset: str) -> None:
    assert run("rehearse", "status", "--port-offset", offset).exit_code == 2


def _planned(result: Result) -> Mapping[str, Any]:
    """Return what an image would be built as."""
    return next(line for line in lines_of(result) if line["kind"] == "image-build-plan")


@dataclass
class Calls:
    """What was asked of the rehearsal cloud, which is not started here."""

    fresh: bool | None = None


@pytest.fixture
def calls(home: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Stand in for the start, which takes its time and is tested on its own."""
    calls = Calls()

    def up(layout: Layout, *, fresh: bool, report: Report, cancel: object) -> Running:
        calls.fresh = fresh
        layout.state.mkdir(parents=True, exist_ok=True)
        layout.clouds_file.write_text(
            "clouds: {rehearsal: {auth: {auth_url: http://127.0.0.2:1, username: admin, "
            "password: none, project_name: admin}}}\n"
        )
        for done in range(7):
            report(Progress("services", f"number {done}", done, 6, 0.1))
        return Running(layout, layout.clouds_file, False, "", 0.1)

    monkeypatch.setattr(control, "up", up)
    return calls


def test_up_says_how_to_use_it(run: Run, calls: Calls) -> None:
    result = run("rehearse", "up", "--fresh")

    assert calls.fresh is True
    assert "octavia-wizard --rehearse" in result.stdout
    assert "OS_CLIENT_CONFIG_FILE=" in result.stdout
    assert "services 6/6" in result.stderr


def test_its_progress_is_data_in_json(run: Run, calls: Calls) -> None:
    lines = lines_of(run("rehearse", "up", "--format", "json"))

    assert [line["kind"] for line in lines] == ["event"] * 7 + ["rehearsal", "result"]


def test_what_is_in_the_way_is_told(
    run: Run, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def up(*_: object, **__: object) -> Running:
        raise RehearsalError("port 25000 is taken", hint="end that program")

    monkeypatch.setattr(control, "up", up)
    result = run("--rehearse", "status")

    assert result.exit_code == 5
    assert result.stderr == "error: port 25000 is taken\nhint: end that program\n"


class TestRehearse:
    """--rehearse puts a verb on the rehearsal cloud, with a deploy directory of its own."""

    def test_another_deploy_directory_is_used(self, calls: Calls, home: Path) -> None:
        from click.testing import CliRunner

        from octavia_wizard.cli import cli

        result = CliRunner().invoke(cli, ["--rehearse", "status", "--format", "json"])

        line = next(line for line in lines_of(result) if line["kind"] == "status")
        assert line["deploy_dir"].startswith(str(home / "cache"))
        assert (Path(line["deploy_dir"]) / "openstack_user_config.yml").exists()

    def test_its_cloud_is_used_and_its_image_stands_in(self, run: Run, calls: Calls) -> None:
        result = run("plan", "lab-single-node", "--rehearse")

        assert result.exit_code == 6
        assert "the rehearsal's empty image stands in" in result.stderr
        assert "rehearsal" in result.stderr

    def test_its_image_stands_in_for_none_that_is_still_to_be_made(
        self, run: Run, calls: Calls, tmp_path: Path
    ) -> None:
        output = tmp_path / "amphora.qcow2"
        preset = tmp_path / "site.yml"
        preset.write_text(f"schema: 1\nimage: {{source: build, path: {output}}}\n")
        result = run("image", "build", str(preset), "--dry-run", "--rehearse", "--format", "json")

        assert "stands in" not in result.stderr
        assert _planned(result)["output"] == str(output)

    def test_nor_lies_it_where_one_is_to_be_made(
        self, run: Run, calls: Calls, tmp_path: Path
    ) -> None:
        preset = tmp_path / "site.yml"
        preset.write_text("schema: 1\nimage: {source: build}\n")
        result = run("image", "build", str(preset), "--dry-run", "--rehearse", "--format", "json")

        assert "/images/" in str(_planned(result)["output"])

    def test_the_interview_begins_with_what_is_known_there(self, run: Run, calls: Calls) -> None:
        result = run("--rehearse", "--plain", input="1\n\n\n\n<\n<\n<\nLeave\n")

        assert "33.0.1  (you)" in result.stdout
        assert "rehearse down" in result.stdout
