"""A build lives on without whoever started it, and its end is known to all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from octavia_wizard.core.errors import StepError
from octavia_wizard.core.image.build.process import alive, exit_code, launch
from octavia_wizard.core.image.build.record import load_record
from tests.core.image.build.conftest import Place, eventually, needs_root, wait_for, wait_for_end


def test_a_build_writes_its_log_and_leaves_its_exit_code(place: Place) -> None:
    record = place.launch()
    assert alive(record)
    assert exit_code(record) is None
    assert wait_for_end(record) == 0
    assert record.log.read_text().endswith("amphora.qcow2 458752\n")
    assert (Path(record.staging) / "amphora.qcow2").read_bytes().startswith(b"QFI\xfb")
    assert place.traces() == []


def test_its_process_is_written_down_at_once(place: Place) -> None:
    record = place.run("sleep", "30")
    assert load_record(record.directory) == record
    assert psutil.Process(record.pid).create_time() == pytest.approx(record.pid_started, abs=0.1)
    assert os.getsid(record.pid) == record.pid != os.getsid(0)


def test_a_failed_build_has_the_exit_code_of_the_tool_that_failed(place: Place) -> None:
    assert wait_for_end(place.launch("image_build_nospace")) == 128
    assert wait_for_end(place.launch("image_build_missing_qemuimg")) == 1


def test_a_script_that_is_not_there_is_a_failure_with_a_log(place: Place) -> None:
    record = place.run(str(place.root / "none.sh"))
    assert wait_for_end(record) == 127
    assert "none.sh" in record.log.read_text()


def test_nobody_else_can_read_the_log(place: Place) -> None:
    record = place.run("true")
    assert wait_for_end(record) == 0
    for path in (record.log, record.code):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_narrow_umask_of_the_operator_does_not_reach_the_image(place: Place) -> None:
    before = os.umask(0o077)
    try:
        record = place.run("sh", "-c", "umask")
    finally:
        os.umask(before)
    wait_for_end(record)
    assert record.log.read_text() == "0022\n"


def test_it_has_no_terminal_and_no_input(place: Place) -> None:
    record = place.run("sh", "-c", "cat; tty; test ! -e /dev/fd/9 && echo none")
    wait_for_end(record)
    assert record.log.read_text() == "not a tty\nnone\n"


def test_no_zombie_is_left_in_the_process_that_started_it(place: Place) -> None:
    record = place.run("true")
    wait_for_end(record)
    eventually(lambda: not psutil.pid_exists(record.pid))


def test_an_ended_session_still_has_an_exit_code(place: Place) -> None:
    record = place.launch(slow="root.d")
    wait_for(record, "root.d/08-debootstrap")
    os.killpg(record.pid, signal.SIGTERM)
    assert wait_for_end(record) == 143


def test_a_killed_session_has_none(place: Place) -> None:
    record = place.launch(slow="root.d")
    wait_for(record, "root.d/08-debootstrap")
    os.killpg(record.pid, signal.SIGKILL)
    assert wait_for_end(record) is None


def test_it_goes_on_when_whoever_started_it_is_killed(place: Place) -> None:
    program = (
        "import pathlib, sys, time\n"
        "from tests.core.image.build.conftest import Place\n"
        "print(Place(pathlib.Path(sys.argv[1])).launch(slow='root.d').directory, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(place.root)], stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        record = load_record(Path(starter.stdout.readline().strip()))
        assert record is not None
        starter.kill()
    wait_for(record, "root.d/08-debootstrap")
    size = record.log.stat().st_size
    eventually(lambda: record.log.stat().st_size > size)
    assert alive(record)


def test_another_process_with_its_number_is_not_the_build(place: Place) -> None:
    record = place.run("sleep", "30")
    assert alive(record)
    own = psutil.Process()
    taken = replace(record, pid=own.pid, pid_started=own.create_time() - 3600)
    assert not alive(taken)
    assert not alive(replace(record, boot_id="another"))


def test_what_its_shell_leaves_behind_keeps_it_alive(place: Place) -> None:
    record = place.run("sh", "-c", "sleep 30 & true")
    eventually(lambda: exit_code(record) == 0)
    time.sleep(0.1)
    assert alive(record)


def test_a_password_is_not_shown_to_all_users(place: Place) -> None:
    with pytest.raises(StepError, match="password"):
        place.run("git", "clone", "https://me:hidden@example.org/octavia")


def test_a_directory_that_is_not_there_is_told(place: Place) -> None:
    with pytest.raises(StepError, match="cannot be started in"):
        launch(place.record(), ["true"], place.environment, place.root / "none")


@needs_root
def test_the_exit_code_is_known_though_the_disk_is_full(place: Place) -> None:
    state = place.root / "state"
    state.mkdir()
    place.mount("-t", "tmpfs", "-o", "size=256k", "tmpfs", state)
    record = place.run("sh", "-c", "sleep 1; exit 7")
    fill = ["dd", "if=/dev/zero", "bs=512", f"of={state / 'filler'}"]
    assert b"No space" in subprocess.run(fill, check=False, capture_output=True).stderr
    assert wait_for_end(record) == 7
