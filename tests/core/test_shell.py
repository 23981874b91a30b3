"""A shell finds the operator in the deploy directory, with the client set to the same cloud."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.session import Options, Session
from octavia_wizard.core.shell import (
    Shell,
    assignments,
    cloud_variables,
    plan_shell,
    run_shell,
    shell_of,
)

SECRET = "correct-horse"
CLOUDS = """\
clouds:
  site:
    region_name: here
    auth: {auth_url: "http://127.0.0.1:5000/v3", username: admin, password: correct-horse}
"""


@pytest.fixture(autouse=True)
def _empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deploy").mkdir()


def session(root: Path, *clouds_files: Path, **environ: str) -> Session:
    """Return a session that works on the cloud ``site``."""
    found = Session(Options(root / "deploy", clouds_files=clouds_files, environ=environ))
    found.give_text("cloud.name", "site")
    found.give_text("cloud.region", "here")
    return found


def test_the_operators_own_shell_or_the_one_every_host_has() -> None:
    here = Path("/srv")
    assert plan_shell({"SHELL": "/bin/zsh"}, here).argv == ("/bin/zsh",)
    assert plan_shell({"SHELL": ""}, here).argv == ("/bin/sh",)
    assert plan_shell({}, here).argv == ("/bin/sh",)


def test_the_first_line_says_where_it_is_and_how_to_come_back() -> None:
    variables = {"OS_CLOUD": "site", "OS_REGION_NAME": "here"}
    greeting = plan_shell({}, Path("/srv/deploy"), variables=variables).greeting
    assert "/srv/deploy" in greeting
    assert "openstack works on site, region here" in greeting
    assert "'exit' comes back" in greeting


def test_a_missing_client_is_said_at_once() -> None:
    greeting = plan_shell({}, Path("/srv"), variables={"OS_CLOUD": "site"}, has_client=False)
    assert "not installed" in greeting.greeting


def test_other_credentials_of_the_environment_do_not_mix_with_the_named_cloud() -> None:
    environ = {
        "PATH": "/bin",
        "OS_USERNAME": "demo",
        "OS_PASSWORD": SECRET,
        "OS_CLIENT_SECURE_FILE": "/etc/secure.yaml",
    }
    named = plan_shell(environ, Path("/srv"), variables={"OS_CLOUD": "site"}).environ
    assert named == {
        "PATH": "/bin",
        "OS_CLIENT_SECURE_FILE": "/etc/secure.yaml",
        "OS_CLOUD": "site",
    }
    # Without a name they are the cloud.
    assert plan_shell(environ, Path("/srv")).environ == environ


def test_the_file_that_describes_the_cloud_is_named_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clouds.yaml").write_text(CLOUDS)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", "clouds.yaml")

    assert cloud_variables(session(tmp_path)) == {
        "OS_CLIENT_CONFIG_FILE": str(tmp_path / "clouds.yaml"),
        "OS_CLOUD": "site",
        "OS_REGION_NAME": "here",
    }


def test_a_file_of_its_own_as_the_rehearsal_cloud_has_it(tmp_path: Path) -> None:
    own = tmp_path / "rehearsal" / "clouds.yaml"
    own.parent.mkdir()
    own.write_text(CLOUDS)
    shell = shell_of(session(tmp_path, own))

    assert shell.environ["OS_CLIENT_CONFIG_FILE"] == str(own)
    assert shell.directory == tmp_path / "deploy"


def test_no_secret_is_in_the_command_or_the_greeting_or_the_variables(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(CLOUDS)
    shell = shell_of(session(tmp_path, own))

    assert SECRET not in f"{shell.argv} {shell.greeting} {shell.environ}"


def test_without_a_cloud_nothing_is_said_of_one(tmp_path: Path) -> None:
    found = Session(Options(tmp_path / "deploy", environ={"PATH": "/bin"}))
    found.give_text("cloud.mode", "files")

    assert cloud_variables(found) == {}
    assert dict(shell_of(found).environ) == {"PATH": "/bin"}


def test_values_are_quoted_for_a_shell_and_in_a_fixed_order() -> None:
    found = assignments({"OS_REGION_NAME": "a b", "OS_CLOUD": "site"})
    assert found == (("OS_CLOUD", "site"), ("OS_REGION_NAME", "'a b'"))


def script(path: Path, text: str) -> tuple[str, ...]:
    """Write an executable script that stands for a shell."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return (str(path),)


def test_it_runs_there_with_these_variables_and_comes_back(tmp_path: Path) -> None:
    argv = script(tmp_path / "shell", 'echo "$PWD $OS_CLOUD" > out; exit 3')
    shell = Shell(argv, {"OS_CLOUD": "site"}, tmp_path / "deploy", "")

    assert run_shell(shell) == 3
    assert (tmp_path / "deploy" / "out").read_text() == f"{tmp_path / 'deploy'} site\n"


def test_one_that_cannot_be_started_is_told() -> None:
    with pytest.raises(UsageError, match="cannot start /nowhere/shell: No such file"):
        run_shell(Shell(("/nowhere/shell",), {}, Path("/"), ""))


def test_ctrl_c_is_the_shells_while_it_runs(tmp_path: Path) -> None:
    former = signal.getsignal(signal.SIGINT)
    argv = script(tmp_path / "shell", f"kill -INT {os.getpid()}; exit 0")

    assert run_shell(Shell(argv, dict(os.environ), tmp_path, "")) == 0
    assert signal.getsignal(signal.SIGINT) is former


def test_ctrl_c_still_ends_what_runs_in_the_shell(tmp_path: Path) -> None:
    """A signal that is ignored would be ignored by every command the shell starts."""
    argv = script(tmp_path / "shell", 'sh -c "kill -INT \\$\\$; sleep 5"; echo $? > status')
    run_shell(Shell(argv, dict(os.environ), tmp_path, ""))

    assert (tmp_path / "status").read_text() == "130\n"


def test_it_may_be_started_from_another_thread(tmp_path: Path) -> None:
    codes: list[int] = []
    shell = Shell(script(tmp_path / "shell", "exit 4"), {}, tmp_path, "")
    thread = threading.Thread(target=lambda: codes.append(run_shell(shell)))
    thread.start()
    thread.join()

    assert codes == [4]
