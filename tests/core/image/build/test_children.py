"""Children are heard line by line, never outlive the wish to stop, and say why they failed."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import psutil
import pytest

from octavia_wizard.core.errors import Interrupted, StepError
from octavia_wizard.core.image.build.children import run
from tests.core.image.build.preparing import Heard, after, never

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def sh(text: str, heard: Heard | None = None, **options: object) -> object:
    known: dict[str, object] = {
        "log": Heard() if heard is None else heard,
        "cancel": never(),
        "environment": ENVIRONMENT,
        "seconds": 20.0,
    }
    return run(["sh", "-c", text], **{**known, **options})  # type: ignore[arg-type]


def test_lines_arrive_cleaned_whatever_ends_them() -> None:
    heard = Heard()
    sh(r"printf 'one\rtwo\r\n\n\033[31mthree\033[0m\nfour\a'; printf 'five\n' >&2", heard)
    assert sorted(heard) == ["five", "four", "one", "three", "two"]


def test_a_password_in_a_url_is_not_passed_on() -> None:
    heard = Heard()
    ran = sh("echo \"fatal: 'https://me:s3cret@h/x' is gone\" >&2; exit 128", heard)
    assert "s3cret" not in heard.text + str(ran)


def test_what_is_asked_for_is_returned_and_not_logged() -> None:
    heard = Heard()
    ran = run(
        ["sh", "-c", "printf 'a\\tb\\n'; echo aside >&2"],
        log=heard,
        cancel=never(),
        environment=ENVIRONMENT,
        seconds=20,
        keep=True,
    )
    assert ran.output == "a\tb\n"
    assert heard == ["aside"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Reading\nE: Unable to locate package x\nE: worse", "E: Unable to locate package x"),
        ("Cloning\nfatal: no such thing\nsee above", "fatal: no such thing"),
        ("ERROR: No matching distribution\nWARNING: old pip", "ERROR: No matching distribution"),
        ("something\nlast words", "last words"),
        ("", "it ended with code 7"),
    ],
)
def test_the_telling_line_is_the_reason(said: str, reason: str) -> None:
    ran = run(
        ["sh", "-c", 'printf "%s" "$1"; exit 7', "sh", said],
        log=Heard(),
        cancel=never(),
        environment=ENVIRONMENT,
        seconds=20,
    )
    assert (ran.ok, ran.code, ran.reason) == (False, 7, reason)


def test_a_wish_to_stop_ends_the_child_and_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    began = time.monotonic()
    with pytest.raises(Interrupted):
        sh(f"sleep 61 & echo $! $$ > {pids}; wait", cancel=after(0.5))
    assert time.monotonic() - began < 8
    _gone(pids)


def test_one_that_does_not_heed_it_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with pytest.raises(Interrupted):
        sh(
            f"trap '' TERM; echo $$ > {pids}; while :; do sleep 0.1; done",
            cancel=after(0.5),
            grace=0.5,
        )
    _gone(pids)


def test_one_that_takes_too_long_is_ended() -> None:
    with pytest.raises(StepError, match="took longer"):
        sh("sleep 60", seconds=0.3)


def test_a_wish_that_came_before_starts_nothing(tmp_path: Path) -> None:
    cancel = never()
    cancel.set()
    with pytest.raises(Interrupted):
        sh(f"touch {tmp_path}/begun", cancel=cancel)
    assert not (tmp_path / "begun").exists()


def test_a_grandchild_that_holds_the_output_is_not_waited_for() -> None:
    began = time.monotonic()
    sh("sleep 62 & echo done")
    assert time.monotonic() - began < 5


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(StepError, match="no-such-program") as caught:
        run(["no-such-program"], log=Heard(), cancel=never(), environment=ENVIRONMENT, seconds=1)
    assert "install" in caught.value.hint


def test_endless_lines_and_output_are_bounded() -> None:
    heard = Heard()
    code = "import sys; sys.stdout.write('x' * 5_000_000); print(); print('end')"
    run(
        [sys.executable, "-c", code], log=heard, cancel=never(), environment=ENVIRONMENT, seconds=60
    )
    assert max(map(len, heard)) <= 2000
    assert heard[-1] == "end"


def _gone(pids: Path) -> None:
    for pid in map(int, pids.read_text().split()):
        for _ in range(50):
            if not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie":
                break
            time.sleep(0.1)
        else:
            pytest.fail(f"process {pid} is left")
