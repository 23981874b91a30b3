"""The verb runbook: written anew, elsewhere, or printed, from what this host tells."""

from __future__ import annotations

import stat
from pathlib import Path

import html5lib
import pytest
import yaml

from octavia_wizard.core.places import DeploymentPlace
from tests.cli.conftest import Run, lines_of


def test_nothing_was_run_yet(run: Run) -> None:
    result = run("runbook")
    assert result.exit_code == 2
    assert "nothing was run in this deployment" in result.stderr


def test_a_misspelt_deploy_directory(run: Run, tmp_path: Path) -> None:
    assert run("runbook", "--deploy-dir", str(tmp_path / "x")).exit_code == 2


class TestAfterARun:
    """A run in files only mode."""

    @pytest.fixture(autouse=True)
    def replayed(self, run: Run, files_preset: Path) -> None:
        result = run("replay", str(files_preset), "--yes", "--set", "certificates.key_type=ec-p256")
        assert result.exit_code == 0, result.stderr

    @pytest.fixture
    def place(self, deploy_dir: Path) -> DeploymentPlace:
        return DeploymentPlace.of(deploy_dir)

    def test_it_says_the_same_as_the_one_the_run_wrote(
        self, run: Run, place: DeploymentPlace
    ) -> None:
        before = place.runbook.read_text().splitlines()
        place.runbook.unlink()
        place.runbook_html.unlink()
        result = run("runbook")
        assert result.exit_code == 0, result.output
        assert str(place.runbook) in result.stdout
        assert str(place.runbook_html) in result.stdout
        after = place.runbook.read_text().splitlines()
        differ = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert all(a.startswith("Written by octavia-wizard") for a, _ in differ)
        for path in (place.runbook, place.runbook_html):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_nothing_else_is_written(
        self, run: Run, place: DeploymentPlace, deploy_dir: Path
    ) -> None:
        def others() -> dict[Path, bytes]:
            found = [*place.root.rglob("*"), *deploy_dir.rglob("*")]
            ours = (place.runbook, place.runbook_html)
            return {
                path: path.read_bytes() for path in found if path.is_file() and path not in ours
            }

        before = others()
        run("runbook")
        assert others() == before

    @pytest.mark.parametrize("name", ["octavia.html", "octavia.htm", "octavia.HTML"])
    def test_a_page_elsewhere(self, run: Run, name: str) -> None:
        result = run("runbook", "--out", name)
        assert result.exit_code == 0, result.output
        path = Path.cwd() / name
        html5lib.HTMLParser(strict=True).parse(path.read_text())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert lines_of(run("runbook", "--out", name, "--format", "json"))[0]["written"] == [
            str(path)
        ], "one of ours is replaced"

    def test_markdown_elsewhere_and_the_form_can_be_told(self, run: Run) -> None:
        assert run("runbook", "--out", "a.txt").exit_code == 0
        assert Path("a.txt").read_text().startswith("# Octavia on OpenStack-Ansible: runbook\n")
        assert run("runbook", "--out", "a.txt", "--as", "html").exit_code == 0
        assert Path("a.txt").read_text().startswith("<!DOCTYPE html>")

    def test_a_file_that_is_no_runbook_is_not_replaced(self, run: Run) -> None:
        mine = Path("notes.md")
        mine.write_text("# My notes\n")
        result = run("runbook", "--out", str(mine))
        assert result.exit_code != 0
        assert "is no runbook" in result.stderr
        assert mine.read_text() == "# My notes\n"

    def test_a_directory_that_is_not_there(self, run: Run) -> None:
        result = run("runbook", "--out", "missing/a.md")
        assert result.exit_code not in (0, 70)
        assert "missing" in result.stderr

    def test_printed(self, run: Run, place: DeploymentPlace) -> None:
        result = run("runbook", "--out", "-")
        assert result.exit_code == 0
        assert result.stdout.startswith("# Octavia on OpenStack-Ansible: runbook\n")
        assert result.stdout.splitlines()[-1] == place.runbook.read_text().splitlines()[-1]
        page = run("runbook", "--out", "-", "--as", "html", "--format", "json")
        assert lines_of(page)[0]["text"].startswith("<!DOCTYPE html>")

    def test_a_form_without_a_file_is_refused(self, run: Run) -> None:
        assert run("runbook", "--as", "html").exit_code == 2

    def test_after_an_undo_nothing_is_said_to_be_there(
        self, run: Run, place: DeploymentPlace
    ) -> None:
        assert "## Written on this host" in place.runbook.read_text()
        run("undo", "--yes")
        assert run("runbook").exit_code == 0
        assert "## Written on this host" not in place.runbook.read_text()

    def test_no_secret_is_in_it(self, run: Run, deploy_dir: Path) -> None:
        secrets = yaml.safe_load((deploy_dir / "user_secrets_octavia.yml").read_text())
        page = run("runbook", "--out", "-", "--as", "html").stdout
        assert secrets
        assert not [name for name, value in secrets.items() if str(value) in page]

    def test_files_that_were_there_are_told_with_their_backups(
        self, run: Run, place: DeploymentPlace, files_preset: Path
    ) -> None:
        run("replay", str(files_preset), "--yes", "--set", "capacity.topology=SINGLE")
        text = place.runbook.read_text()
        assert "## Files that were changed, and their backups" in text
        backups = [line.split("`")[3] for line in text.splitlines() if "As it was before" in line]
        assert backups
        assert all(Path(path).is_file() for path in backups)

    def test_a_damaged_journal_is_told_with_its_line(
        self, run: Run, place: DeploymentPlace
    ) -> None:
        (journal,) = place.journals.glob("*.jsonl")
        journal.write_text("{}\n" + journal.read_text())
        result = run("runbook")
        assert result.exit_code not in (0, 70)
        assert f"{journal}:1" in result.stderr
