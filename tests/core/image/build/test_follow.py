"""A build can be followed from its log by whoever comes, and told truly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.errors import FileError, Interrupted, StepError
from octavia_wizard.core.image.build import follow as following
from octavia_wizard.core.image.build.follow import follow
from octavia_wizard.core.image.build.process import alive
from octavia_wizard.core.image.build.reader import Reader
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, load_record
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.image.build.weights import weights_for
from tests.core.image.build.conftest import Place, eventually, wait_for


class _Watch:
    """Follows a build and keeps what it was told."""

    def __init__(self, record: BuildRecord) -> None:
        self.record = record
        self.standings: list[tuple[float, Standing]] = []
        self.lines: list[str] = []
        self.cancel = threading.Event()
        self.reader = Reader(weights_for(record.request, ()))

    def run(self) -> int:
        return follow(
            self.record,
            self.reader,
            lambda standing: self.standings.append((time.monotonic(), standing)),
            self.lines.append,
            self.cancel,
            time.monotonic(),
        )

    def cancel_at(self, text: str) -> None:
        def wait() -> None:
            wait_for(self.record, text)
            self.cancel.set()

        threading.Thread(target=wait, daemon=True).start()


def test_a_build_is_followed_to_its_end(place: Place) -> None:
    watch = _Watch(place.launch())
    assert watch.run() == 0
    assert watch.reader.succeeded
    assert watch.lines[-1].startswith("Amphora image size: ")
    assert len(watch.lines) == watch.record.log.read_bytes().count(b"\n")
    shares = [standing.share for _, standing in watch.standings]
    assert shares == sorted(shares)
    assert place.traces() == []


def test_the_exit_code_of_a_failure_is_returned(place: Place) -> None:
    watch = _Watch(place.launch("image_build_nospace"))
    assert watch.run() == 128
    assert watch.reader.culprit == "98-source-repositories"
    assert any("No space left on device" in line for line in watch.lines)


def test_standings_come_once_to_four_times_a_second(place: Place) -> None:
    watch = _Watch(place.launch(slow="root.d"))
    threading.Timer(3.5, watch.cancel.set).start()
    with pytest.raises(Interrupted):
        watch.run()
    at = [moment for moment, _ in watch.standings]
    gaps = [after - before for before, after in pairwise(at)]
    assert max(gaps) < 1.3
    assert len(at) <= 5 * (at[-1] - at[0]) + 2


def test_a_silent_build_is_still_told_of(place: Place) -> None:
    watch = _Watch(place.run("sleep", "2.4"))
    assert watch.run() == 0
    assert 3 <= len(watch.standings) <= 6


def test_totals_are_those_dib_run_parts_will_run(place: Place) -> None:
    watch = _Watch(place.launch(slow="install.d"))
    watch.cancel_at("install.d/01-package-installs")
    with pytest.raises(Interrupted):
        watch.run()
    totals = {s.total for _, s in watch.standings if s.phase == "install.d" and s.total}
    # Two of them are added by extra-data.d; packages are counted while 01-package-installs runs.
    assert {s.total for _, s in watch.standings if s.counter == "scripts"} >= {16} or 16 in totals


def test_scripts_are_counted_by_the_rule_of_dib_run_parts(tmp_path: Path) -> None:
    for name in ("10-one", "20-two", "30-three.rst", "40-not-executable", "README~"):
        (tmp_path / name).touch(mode=0o755)
    (tmp_path / "40-not-executable").chmod(0o644)
    (tmp_path / "50-directory").mkdir()
    (tmp_path / "60-link").symlink_to("10-one")
    assert following._scripts(tmp_path) == 3
    assert following._scripts(tmp_path / "none") == 0


def test_qemu_img_is_asked_how_far_it_is(place: Place) -> None:
    watch = _Watch(place.launch(convert="26"))
    assert watch.run() == 0
    told = [s.done for _, s in watch.standings if s.phase == "convert" and s.counter == "percent"]
    assert any(0 < done < 100 for done in told)


def test_a_converter_that_would_die_of_the_question_is_not_asked(place: Place) -> None:
    deaf = place.root / "qemu-img"
    deaf.write_text("#!/bin/sh\nsleep 3\n")
    deaf.chmod(0o755)
    script = f"echo 'Converting image using qemu-img convert'; {deaf} convert; echo said $?"
    watch = _Watch(place.run("sh", "-c", script))
    assert watch.run() == 0
    assert "said 0" in watch.lines


def test_lines_that_come_in_pieces_are_read_whole(place: Place) -> None:
    script = "printf 'Building in /x/dib_'; sleep 0.6; printf 'build.12345678\\nlast, without end'"
    watch = _Watch(place.run("sh", "-c", script))
    assert watch.run() == 0
    assert watch.lines == ["Building in /x/dib_build.12345678", "last, without end"]
    assert watch.reader.build_directory == "/x/dib_build.12345678"


def test_another_wizard_goes_on_following_when_the_first_is_killed(place: Place) -> None:
    program = (
        "import pathlib, sys, threading\n"
        "from tests.core.image.build.conftest import Place\n"
        "from tests.core.image.build.test_follow import _Watch\n"
        "record = Place(pathlib.Path(sys.argv[1])).launch(slow='extra-data.d')\n"
        "print(record.directory, flush=True)\n"
        "_Watch(record).run()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(place.root)], stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        record = load_record(Path(first.stdout.readline().strip()))
        assert record is not None
        wait_for(record, "extra-data.d/98-source")
        first.send_signal(signal.SIGKILL)
    watch = _Watch(record)
    assert watch.run() == 0
    # As if it had been followed from the start: the log is read from its first line.
    assert watch.lines[0].startswith("diskimage-builder version")
    assert watch.reader.succeeded


def test_a_build_that_ended_long_ago_is_read_to_its_end(place: Place) -> None:
    record = place.launch()
    eventually(lambda: not alive(record), 20)
    watch = _Watch(record)
    assert watch.run() == 0
    assert watch.reader.succeeded


def test_a_killed_build_is_told_as_such(place: Place) -> None:
    record = place.launch(slow="root.d")
    wait_for(record, "root.d/08-debootstrap")
    os.killpg(record.pid, signal.SIGKILL)
    with pytest.raises(StepError, match="killed from outside"):
        _Watch(record).run()


def test_a_build_of_before_a_restart_of_the_host_is_told_as_such(place: Place) -> None:
    record = place.run("sleep", "30")
    with pytest.raises(StepError, match="restarted"):
        _Watch(replace(record, boot_id="of yesterday")).run()


def test_a_log_that_is_gone_is_told(place: Place) -> None:
    record = place.run("true")
    record.log.unlink()
    with pytest.raises(FileError, match="cannot read"):
        _Watch(record).run()


def test_cancelling_ends_the_build_and_shows_how_it_cleans_up(place: Place) -> None:
    watch = _Watch(place.launch(slow="root.d"))
    watch.cancel_at("root.d/08-debootstrap")
    with pytest.raises(Interrupted):
        watch.run()
    assert sessions.members(watch.record) == []
    assert place.traces() == []
    saved = load_record(watch.record.directory)
    assert saved is not None
    assert saved.state is BuildState.CANCELLED
    assert any("cleans up after itself" in line for line in watch.lines)


def test_a_build_that_is_done_is_not_cancelled_any_more(place: Place) -> None:
    record = place.launch()
    eventually(lambda: not alive(record), 20)
    watch = _Watch(record)
    watch.cancel.set()
    assert watch.run() == 0
