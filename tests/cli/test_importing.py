"""import writes a preset of what runs, changes nothing, and says where everything is from."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from octavia_wizard.cli import cli
from octavia_wizard.core.answers.load import load_preset
from tests.cli.conftest import Run, lines_of
from tests.cli.test_emit import content
from tests.core.adopting.support import Site, site

SECRET = "value-of-octavia_service_password"


@pytest.fixture
def running(home: Path) -> Site:
    """A deployment of 33.0.1 that runs."""
    return site("33.0.1", home / "site")


@pytest.fixture
def imported(running: Site) -> Run:
    """Import it, without a cloud."""

    def call(*arguments: str, input: str | None = None) -> Result:
        place = ["--deploy-dir", str(running.directory), "--no-cloud"]
        release = ["--set", "cloud.release=33.0.1"]
        return CliRunner().invoke(cli, ["import", *place, *release, *arguments], input=input)

    return call


def test_a_preset_is_written_that_loads(imported: Run, running: Site, home: Path) -> None:
    before = content(running.directory)
    result = imported("--out", "site.yml")

    assert result.exit_code == 0, result.output
    assert content(running.directory) == before
    path = home / "work" / "site.yml"
    answers = load_preset(path).values
    assert answers["capacity.topology"] == "SINGLE"
    assert answers["capacity.active_retries"] == 30
    assert path.stat().st_mode & 0o777 == 0o600
    assert "topology: SINGLE  # user_variables.yml:2; role default: ACTIVE_STANDBY" in (
        path.read_text()
    )


def test_it_says_what_to_do_next(imported: Run) -> None:
    result = imported("--out", "site.yml")

    assert " plan site.yml" in result.stdout
    assert " certs show site.yml" in result.stdout


def test_what_stays_in_the_files_is_told(imported: Run) -> None:
    result = imported("--out", "site.yml")

    assert "octavia_legacy_policy" in result.stdout
    assert "user_variables.yml:9" in result.stdout


def test_without_a_file_the_preset_is_shown(imported: Run, home: Path) -> None:
    result = imported()

    assert result.exit_code == 0, result.output
    assert "schema: 1" in result.stdout
    assert not list((home / "work").iterdir())


def test_a_file_that_exists_is_kept(imported: Run, home: Path) -> None:
    path = home / "work" / "site.yml"
    path.write_text("mine\n")
    refused = imported("--out", "site.yml")

    assert refused.exit_code == 2
    assert path.read_text() == "mine\n"
    assert imported("--out", "site.yml", "--force").exit_code == 0
    assert load_preset(path).values


def test_no_secret_is_in_anything_it_says(imported: Run, home: Path) -> None:
    result = imported("--out", "site.yml", "-v")

    assert SECRET not in result.output
    assert SECRET not in (home / "work" / "site.yml").read_text()


def test_json_has_every_answer_with_its_source(imported: Run) -> None:
    (found,) = [x for x in lines_of(imported("--format", "json")) if x["kind"] == "import"]

    by_key = {one["key"]: one for one in found["answers"]}
    topology = by_key["capacity.topology"]
    assert topology["where"] == "user_variables.yml:2"
    assert topology["differs"] is True
    assert topology["role_default"] == "ACTIVE_STANDBY"
    assert {one["kind"] for one in found["left"]} >= {"dead", "unknown"}
    assert all(one["where"] or one["source"] == "given" for one in found["answers"])


def test_where_there_is_no_octavia_nothing_is_imported(home: Path) -> None:
    empty = home / "empty"
    empty.mkdir()
    (empty / "user_variables.yml").write_text("debug: true\n")
    options = ["--deploy-dir", str(empty), "--no-cloud", "--set", "cloud.release=33.0.1"]
    result = CliRunner().invoke(cli, ["import", *options])

    assert result.exit_code == 2
    assert "no sign of Octavia" in result.stderr


def test_a_release_nobody_knows_is_asked_for(running: Site) -> None:
    place = ["--deploy-dir", str(running.directory), "--no-cloud"]
    result = CliRunner().invoke(cli, ["import", *place])

    assert result.exit_code == 2
    assert "cloud.release" in result.stderr


def test_what_is_said_on_the_command_line_holds(imported: Run) -> None:
    result = imported("--set", "capacity.topology=ACTIVE_STANDBY")

    preset = yaml.safe_load(result.stdout[: result.stdout.index("\n\n")])
    assert preset["capacity"]["topology"] == "ACTIVE_STANDBY"


def test_cloud_and_no_cloud_exclude_each_other(imported: Run) -> None:
    result = imported("--cloud", "prod")

    assert result.exit_code == 2
    assert "exclude" in result.stderr
