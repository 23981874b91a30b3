"""Of a log its last lines are read, however long it is, and nothing in them tells a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.lifecycle.playbook_log import playbook_log
from octavia_wizard.core.playbooks.record import PlaybookRun
from tests.core.playbook_values import ran


@pytest.fixture
def run(tmp_path: Path) -> PlaybookRun:
    """A run with a directory of its own."""
    found = ran(root=tmp_path)
    found.directory.mkdir()
    return found


def test_the_last_lines(run: PlaybookRun) -> None:
    run.log.write_text("".join(f"line {n}\n" for n in range(100)))
    log = playbook_log(run, 3)
    assert log.tail == ("line 97", "line 98", "line 99")
    assert log.cut


def test_all_of_a_short_one(run: PlaybookRun) -> None:
    run.log.write_text("one\ntwo")
    log = playbook_log(run, 40)
    assert log.tail == ("one", "two")
    assert not log.cut


@pytest.mark.parametrize("lines", [0, 5])
def test_an_empty_one(run: PlaybookRun, lines: int) -> None:
    run.log.write_text("")
    assert playbook_log(run, lines).tail == ()


def test_one_that_is_not_there(run: PlaybookRun) -> None:
    log = playbook_log(run, 5)
    assert (log.tail, log.cut) == ((), False)


def test_one_that_is_no_file(run: PlaybookRun) -> None:
    run.log.mkdir()
    with pytest.raises(FileError, match="cannot read"):
        playbook_log(run, 5)


def test_of_a_huge_one_no_part_of_a_line_is_shown(run: PlaybookRun) -> None:
    run.log.write_text("".join(f"{n:06} {'x' * 93}\n" for n in range(20_000)))
    log = playbook_log(run, 10_000)
    assert log.cut
    assert all(len(line) == 100 for line in log.tail)
    assert log.tail[-1].startswith("019999")


def test_an_endless_line_is_shortened(run: PlaybookRun) -> None:
    run.log.write_text("a\n" + "y" * 100_000 + "\n")
    assert [len(line) for line in playbook_log(run, 5).tail] == [1, 2000]


def test_colours_go_and_what_else_commands_a_terminal_stays_to_be_seen(run: PlaybookRun) -> None:
    run.log.write_bytes(b"\x1b[0;31mfatal\x1b[0m: \x1b]0;title\x07 \xff\r\n")
    assert playbook_log(run, 5).tail == ("fatal: \x1b]0;title\x07 \ufffd",)


def test_no_password_of_an_address_is_shown(run: PlaybookRun) -> None:
    run.log.write_text("git clone https://me:s3cret@git.example.org/x\n")
    assert "s3cret" not in playbook_log(run, 5).tail[0]


def test_what_looks_like_a_secret_is_not_shown(run: PlaybookRun) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEhunter2\n-----END PRIVATE KEY-----\n"
    run.log.write_text(f"octavia_password: hunter2\n{key}ok: [infra1]\n")
    tail = playbook_log(run, 9).tail
    assert tail == ("octavia_password: ***", "(a private key)", "", "ok: [infra1]")


def test_nor_is_a_key_that_begins_before_what_is_read(run: PlaybookRun) -> None:
    lines = "MIIEhunter2\n" * 30_000
    run.log.write_text(f"-----BEGIN PRIVATE KEY-----\n{lines}ok: [infra1]\n")
    assert playbook_log(run, 9).tail == ("ok: [infra1]",)
