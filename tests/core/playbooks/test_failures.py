"""Why a playbook failed is told with what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from octavia_wizard.core.playbooks.failures import cases, told
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.playbooks.standing import PlayFailure, PlayReport


def _told(place: Path, *failures: PlayFailure, output: str = "", code: int = 2) -> tuple[str, str]:
    run = PlaybookRun(
        id="octavia-20261123T030000Z-0000",
        purpose="octavia",
        command=("openstack-ansible", "site.yml"),
        options=(),
        inputs={},
        started="2026-11-23T03:00:00+00:00",
        state=PlayState.FAILED,
        directory=place,
        code=code,
    )
    run.log.write_text(output)
    return told(run, PlayReport(failures=failures, log=run.log))


def _failure(host: str, message: str, task: str = "Configure") -> PlayFailure:
    return PlayFailure(host, "Install", task, message, file="/r/main.yml:3")


@pytest.mark.parametrize(
    ("output", "said", "remedy"),
    [
        ("ERROR! the playbook: x.yml could not be found", "no playbook x.yml", "bootstrap"),
        ("ERROR! the role 'os_octavia' was not found in /etc", "role os_octavia", "bootstrap"),
        ("Decryption failed (no vault secrets were found that could decrypt)", "open", "--vault"),
        ("ERROR! Attempting to decrypt but no vault secrets found", "no password", "--vault"),
        ("Ansible requires the locale encoding to be UTF-8; Detected None", "locale", "LC_ALL"),
        ("ERROR! Specified hosts and/or --limit does not match any hosts", "limit", "--graph"),
        ("ansible-playbook: error: unrecognized arguments: --chekc", "--chekc", "ansible_options"),
    ],
)  # fmt: skip
def test_what_ends_it_before_any_task_is_told(
    tmp_path: Path, output: str, said: str, remedy: str
) -> None:
    message, hint = _told(tmp_path, output=f"Variable files: x\n{output}\nEXIT NOTICE\n", code=1)
    assert said in message
    assert remedy in hint
    assert str(tmp_path / "output.log") in hint


def test_an_unknown_end_is_told_with_what_was_said(tmp_path: Path) -> None:
    message, hint = _told(tmp_path, output="ERROR! something odd, password: x1\nEXIT NOTICE\n")
    assert message == "site.yml failed with exit code 2: ERROR! something odd, password: ***"
    assert hint == f"the log is {tmp_path / 'output.log'}"


def test_one_that_was_killed_is_told_as_such(tmp_path: Path) -> None:
    message, hint = _told(tmp_path, output="line 28:  5620 Killed   ansible-playbook x", code=137)
    assert message == "site.yml failed: Ansible was killed from outside"
    assert "dmesg" in hint


def test_a_host_whose_handlers_failed_too_is_told_once(tmp_path: Path) -> None:
    failures = [_failure("a", "x"), _failure("a", "y", "Restart"), _failure("b", "z", "Restart")]
    message, _ = _told(tmp_path, *failures)
    assert message.splitlines()[-1] == "failed elsewhere, too: b"
    message, _ = _told(tmp_path, *failures[:2])
    assert "elsewhere" not in message


def test_hosts_that_said_the_same_are_told_together(tmp_path: Path) -> None:
    message, _ = _told(tmp_path, _failure("c", "x"), _failure("a", "x"), _failure("b", "y"))
    assert message.splitlines() == [
        "site.yml failed on a, b, c at task Configure (play Install)",
        "a, c: x",
        "b: y",
        "see /r/main.yml:3",
    ]
    many = [_failure(f"h{number}", f"m{number}") for number in range(9)]
    assert len(_told(tmp_path, *many)[0].splitlines()) == 6


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("'octavia_service_password' is undefined", "octavia_service_password a value"),
        ("No first item, sequence was empty.", "net_name"),
        ("[Errno 28] No space left on device", "make room"),
    ],
)
def test_what_a_module_said_leads_to_a_remedy(tmp_path: Path, said: str, remedy: str) -> None:
    assert remedy in _told(tmp_path, _failure("a", said))[1]


def test_the_table_is_sound() -> None:
    ids = [case.id for case in cases()]
    assert len(ids) == len(set(ids))
    for case in cases():
        for pattern in case.patterns:
            re.compile(pattern)
        assert (case.summary + case.remedy).format_map({"what": "x"})
