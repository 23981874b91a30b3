"""Every verb explains itself, cheaply, and every end of the program has its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from octavia_wizard.cli import VERBS, cli
from octavia_wizard.commands import check as check_module
from octavia_wizard.core.errors import (
    BlockedError,
    CloudError,
    Interrupted,
    LockedError,
    PresetError,
    Problem,
    StepError,
    UsageError,
    WizardError,
)
from tests.cli.conftest import Run, lines_of

GROUPS = {
    "presets": ("list", "show", "schema"),
    "rehearse": ("up", "down", "status"),
    "image": (
        *("build", "builds", "cancel", "clean"),
        *("upload", "status", "rotate", "rollback", "prune"),
    ),
    "secrets": ("show", "export", "import"),
}
ALL_VERBS = [(verb,) for verb in VERBS] + [(g, v) for g, verbs in GROUPS.items() for v in verbs]


@pytest.mark.parametrize("verb", ALL_VERBS, ids=" ".join)
def test_every_verb_has_help_with_an_example(verb: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, [*verb, "--help"])

    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"octavia-wizard {' '.join(verb)}".removesuffix(" guide") in result.stdout


def test_the_help_lists_every_verb_and_every_exit_code() -> None:
    text = CliRunner().invoke(cli, ["--help"]).stdout

    for verb in VERBS:
        assert f"\n  {verb}" in text
    for code in ("0", "2", "3", "4", "5", "6", "7", "8", "70", "130"):
        assert any(line.split()[:1] == [code] for line in text.splitlines()), code


@pytest.mark.parametrize(
    "verb", [(), ("guide",), ("plan",), ("replay",), ("presets", "list"), ("image", "build")]
)
def test_help_loads_no_front_end_and_no_openstack(verb: tuple[str, ...]) -> None:
    heavy = "('textual', 'openstack', 'keystoneauth1', 'questionary', 'prompt_toolkit', 'pydantic')"
    program = (
        "import sys\n"
        "from octavia_wizard.cli import cli\n"
        "try:\n"
        f"    cli.main({[*verb, '--help']!r})\n"
        "except SystemExit as end:\n"
        "    assert not end.code\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stderr.strip() == "[]"


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").stdout.startswith("octavia-wizard ")


def test_an_unknown_verb_is_a_usage_error(run: Run) -> None:
    result = run("replai")

    assert result.exit_code == 2
    assert "replai" in result.stderr


def test_a_usage_error_is_json_where_json_was_asked_for(run: Run) -> None:
    (line,) = lines_of(run("--format", "json", "replai"))

    assert line["kind"] == "error"
    assert line["exit_code"] == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("no"), 2),
        (PresetError("p.yml", [Problem("a.b", "is wrong", line=3)]), 3),
        (BlockedError("no"), 4),
        (StepError("no"), 5),
        (CloudError("no"), 6),
        (LockedError("no"), 7),
        (Interrupted("no"), 130),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_end_with_their_code_and_one_message(
    run: Run, files_preset: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(check_module, "load_session", fail)
    text = run("check", str(files_preset))
    data = run("check", str(files_preset), "--format", "json")

    assert text.exit_code == data.exit_code == code
    assert text.stderr.lstrip("\n").startswith("error: ")
    assert "Traceback" not in text.stderr
    assert text.stdout == ""
    (line,) = lines_of(data)
    assert (line["schema"], line["kind"], line["exit_code"]) == (1, "error", code)


def test_a_hint_follows_the_message(
    run: Run, files_preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise WizardError("it broke", hint="mend it")

    monkeypatch.setattr(check_module, "load_session", fail)

    assert run("check", str(files_preset)).stderr == "error: it broke\nhint: mend it\n"


class TestBug:
    """What nobody foresaw."""

    @pytest.fixture(autouse=True)
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("unforeseen")

        monkeypatch.setattr(check_module, "load_session", fail)

    def test_its_traceback_goes_to_a_private_file(
        self, run: Run, files_preset: Path, home: Path
    ) -> None:
        result = run("check", str(files_preset))

        (log,) = (home / "state" / "octavia-wizard" / "bugs").iterdir()
        assert result.exit_code == 70
        assert len(result.stderr.splitlines()) == 1
        assert str(log) in result.stderr
        assert log.stat().st_mode & 0o777 == 0o600
        assert "RuntimeError: unforeseen" in log.read_text()

    @pytest.mark.parametrize("mask", [0o000, 0o022])
    def test_its_file_is_in_no_directory_others_may_enter(
        self, run: Run, files_preset: Path, home: Path, mask: int
    ) -> None:
        before = os.umask(mask)
        try:
            run("check", str(files_preset))
        finally:
            os.umask(before)

        bugs = home / "state" / "octavia-wizard" / "bugs"
        for directory in (bugs, bugs.parent, bugs.parent.parent):
            assert directory.stat().st_mode & 0o777 == 0o700

    def test_where_it_cannot_be_kept_there_is_another_way(
        self, run: Run, files_preset: Path, home: Path
    ) -> None:
        (home / "state").write_text("not a directory")
        result = run("check", str(files_preset))

        assert result.exit_code == 70
        assert "OCTAVIA_WIZARD_DEBUG=1" in result.stderr

    def test_it_is_shown_on_demand(
        self, run: Run, files_preset: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OCTAVIA_WIZARD_DEBUG", "1")

        assert "RuntimeError: unforeseen" in run("check", str(files_preset)).stderr


class TestCommonOptions:
    """They may stand before or after the verb."""

    @pytest.mark.parametrize("after", [False, True])
    def test_the_format(self, run: Run, files_preset: Path, after: bool) -> None:
        option = ("--format", "json")
        words = ("check", str(files_preset))
        result = run(*words, *option) if after else run(*option, *words)

        assert lines_of(result)[-1]["kind"] == "result"

    def test_the_last_one_wins(self, run: Run, files_preset: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        result = run("status", "--deploy-dir", str(other), "--format", "json")

        assert lines_of(result)[0]["deploy_dir"] == str(other)

    def test_the_cloud_of_the_environment_gives_way_to_the_command_line(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OS_CLOUD", "from-environment")
        before = run("--cloud", "given", "plan", "lab-single-node")
        after = run("plan", "lab-single-node", "--os-cloud", "given")

        assert "'given'" in before.stderr
        assert "'given'" in after.stderr

    def test_the_cloud_of_the_environment_gives_way_to_the_preset(
        self, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OS_CLOUD", "from-environment")
        preset = home / "work" / "named.yml"
        preset.write_text("schema: 1\ncloud: {name: in-preset}\n")

        assert "'in-preset'" in run("plan", str(preset)).stderr
        assert "'from-environment'" in run("plan", "lab-single-node").stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m octavia_wizard presets schema 2>err | head -1; cat err"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )

    assert done.stdout == "{\n"
    assert done.stderr == ""
    assert done.returncode == 0


def test_a_full_disk_behind_the_output_is_told() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "octavia_wizard", "presets", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 5
    assert done.stderr == "error: cannot write standard output: No space left on device\n"


def test_no_colour_is_heeded_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    pexpect = pytest.importorskip("pexpect")
    program = [sys.executable, "-m", "octavia_wizard", "explain", "capacity.spare_pool"]
    seen = {}
    for no_colour in (False, True):
        env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
        env |= {"NO_COLOR": "1"} if no_colour else {}
        seen[no_colour] = pexpect.run(" ".join(program), env=env).decode()

    assert "\x1b[" in seen[False]
    assert not any(f"\x1b[{code}" in seen[True] for code in range(31, 37))


class TestCompletion:
    """Shell completion comes from click, with our own names."""

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_there_is_a_script(self, run: Run, shell: str) -> None:
        result = run("completion", shell)

        assert result.exit_code == 0
        assert "_OCTAVIA_WIZARD_COMPLETE" in result.stdout

    @pytest.mark.parametrize(
        ("words", "offered"),
        [
            ("octavia-wizard re", "replay"),
            ("octavia-wizard plan prod", "production-vlan"),
            ("octavia-wizard plan x --set network.po", "network.pool="),
            ("octavia-wizard explain pool-out", "pool-outside-cidr"),
            ("octavia-wizard image rot", "rotate"),
            ("octavia-wizard image build prod", "production-vlan"),
            ("octavia-wizard image build --set image.kern", "image.kernel_package="),
        ],
    )
    def test_words_are_completed(self, words: str, offered: str) -> None:
        count = len(words.split()) - 1
        env = {
            **os.environ,
            "_OCTAVIA_WIZARD_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(count),
        }
        done = subprocess.run(
            [sys.executable, "-c", "from octavia_wizard.cli import main; main()"],
            capture_output=True,
            text=True,
            check=True,
            env=env,
        )

        assert offered in [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_the_verbs_and_their_modules_agree() -> None:
    context = click.Context(cli)
    for verb in VERBS:
        command = cli.get_command(context, verb)
        assert command is not None
        assert command.name == verb
