"""However builds end, and whoever follows them: written down once, and nothing is left."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError, Interrupted
from octavia_wizard.core.image.build import course, taking_in
from octavia_wizard.core.image.build.cancel import cancel_build
from octavia_wizard.core.image.build.lookup import running_build
from octavia_wizard.core.image.build.preparation import prepare
from octavia_wizard.core.image.build.process import alive, exit_code
from octavia_wizard.core.image.build.record import (
    BuildRecord,
    BuildState,
    builds,
    builds_root,
    load_record,
    save_record,
)
from octavia_wizard.core.image.build.request import document_of
from octavia_wizard.core.image.inspect import inspect_image
from tests.core.image.build.conftest import Place, eventually, needs_root
from tests.core.image.build.support import WIZARD, Told, killed_at, left_beside, request_in, wizard


def test_after_a_build_that_was_killed_another_one_is_made(place: Place) -> None:
    killed_at(request_in(place, slow="install.d"), "install.d")
    (old,) = builds()
    os.killpg(old.pid, signal.SIGKILL)
    eventually(lambda: not alive(old))
    request = replace(old.request, repository=request_in(place).repository)
    assert running_build(old.request) is None
    told = Told()
    # Of another image even: what the dead build left would be in the way of this one.
    assert told.bring_about(request).state is BuildState.DONE
    now = load_record(old.directory)
    assert now is not None
    assert now.state is BuildState.FAILED
    assert "killed" in now.message
    assert any(f"build {old.id}" in line for line in told.lines)
    assert any(line.startswith("removed ") for line in told.lines)
    assert left_beside(request) == []
    assert place.traces() == []


def test_a_build_of_before_a_restart_of_the_host_is_made_anew(place: Place) -> None:
    request = request_in(place)
    record = place.run("true")
    eventually(lambda: exit_code(record) is not None)
    record.code.unlink()
    save_record(replace(record, request=request, boot_id="yesterday's", wizard_pid=0))
    assert Told().bring_about(request).state is BuildState.DONE
    now = load_record(record.directory)
    assert now is not None
    assert "restarted" in now.message


def test_a_build_whose_cancelling_was_killed_is_ended_and_made_anew(place: Place) -> None:
    killed_at(request_in(place, slow="install.d"), "install.d")
    (old,) = builds()
    (old.directory / "cancelled").touch()
    assert alive(old)
    request = replace(old.request, repository=request_in(place).repository)
    told = Told()
    assert told.bring_about(request).state is BuildState.DONE
    now = load_record(old.directory)
    assert now is not None
    assert now.state is BuildState.CANCELLED
    assert place.traces() == []


@pytest.mark.parametrize("canceller", [0, 1])
def test_cancelled_by_one_who_follows_it_it_is_cancelled_for_the_other(
    place: Place, canceller: int
) -> None:
    request, both = request_in(place, slow="install.d"), (Told(), Told())
    threads = [both[0].start(request)]
    assert both[0].reached.wait(60)
    threads.append(both[1].start(request))
    assert both[1].reached.wait(60)
    both[canceller].cancel.set()
    for thread in threads:
        thread.join(60)
    assert [type(told.error) for told in both] == [Interrupted, Interrupted]
    (record,) = builds()
    assert record.state is BuildState.CANCELLED
    assert left_beside(request) == []
    assert place.traces() == []


@needs_root
def test_cancelled_by_both_at_once_it_cleans_up_all_the_same(place: Place) -> None:
    request, both = request_in(place, slow="install.d", mounts="1"), (Told(), Told())
    threads = [both[0].start(request)]
    assert both[0].reached.wait(60)
    threads.append(both[1].start(request))
    assert both[1].reached.wait(60)
    for told in both:
        told.cancel.set()
    for thread in threads:
        thread.join(60)
    assert [type(told.error) for told in both] == [Interrupted, Interrupted]
    assert exit_code(builds()[0]) == 143
    assert place.traces() == []


def test_killed_by_who_cancels_it_it_is_no_failure_for_the_other(place: Place) -> None:
    request, told = request_in(place, slow="install.d", ignore="all"), Told()
    thread = told.start(request)
    assert told.reached.wait(60)
    cancel_build(builds()[0], patience=1)
    thread.join(60)
    assert isinstance(told.error, Interrupted)
    assert builds()[0].state is BuildState.CANCELLED


def test_who_wants_an_image_that_is_being_prepared_waits_and_follows(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, real = threading.Event(), prepare
    monkeypatch.setattr(course, "prepare", lambda *a: (go.wait(30), real(*a))[1])
    request, first, second = request_in(place), Told(), Told()
    threads = [first.start(request)]
    eventually(builds)
    threads.append(second.start(request))
    eventually(lambda: any("waiting for build" in line for line in second.lines))
    go.set()
    for thread in threads:
        thread.join(60)
    assert first.record is not None
    assert second.record is not None
    assert first.record.id == second.record.id
    assert len(builds()) == 1


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_build_that_is_being_prepared_can_be_cancelled_from_elsewhere(
    place: Place, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    def stuck(*given: object) -> None:
        wish = given[-1]
        assert isinstance(wish, threading.Event)
        assert wish.wait(30)
        raise Interrupted("stopped during apt-get")

    monkeypatch.setattr(course, "prepare", stuck)
    request, first, second = request_in(place), Told(), Told()
    threads = [first.start(request)]
    eventually(builds)
    if elsewhere:
        cancel_build(builds()[0])
    else:
        threads.append(second.start(request))
        eventually(lambda: second.lines)
        second.cancel.set()
    for thread in threads:
        thread.join(30)
    assert isinstance(first.error, Interrupted)
    assert elsewhere or isinstance(second.error, Interrupted)
    assert builds()[0].state is BuildState.CANCELLED
    assert left_beside(request) == []


def test_an_image_is_taken_in_once_though_two_follow_its_build(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[Path] = []

    def slow(path: Path, *given: object, **more: object) -> object:
        checks.append(path)
        time.sleep(1)
        return inspect_image(path, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(taking_in, "inspect_image", slow)
    request, both = request_in(place, speed="60"), (Told(), Told())
    threads = [both[0].start(request)]
    assert both[0].reached.wait(60)
    threads.append(both[1].start(request))
    for thread in threads:
        thread.join(60)
    assert both[0].record is not None
    assert both[0].record == both[1].record
    assert len(checks) == 1


@pytest.mark.parametrize("canceller", [0, 1])
def test_cancelled_while_the_image_is_hashed_both_are_told_so(
    place: Place, monkeypatch: pytest.MonkeyPatch, canceller: int
) -> None:
    hashing = threading.Event()

    def hashes(path: Path, progress: object, wish: threading.Event) -> None:
        hashing.set()
        assert wish.wait(30)
        raise Interrupted("stopped while hashing")

    monkeypatch.setattr(taking_in, "hashes", hashes)
    request, both = request_in(place, speed="60"), (Told(), Told())
    threads = [both[0].start(request)]
    assert both[0].reached.wait(60)
    threads.append(both[1].start(request))
    assert hashing.wait(60)
    both[canceller].cancel.set()
    for thread in threads:
        thread.join(30)
    assert [type(told.error) for told in both] == [Interrupted, Interrupted]
    assert builds()[0].state is BuildState.CANCELLED
    assert left_beside(request) == []


def test_a_cancel_that_comes_too_late_leaves_the_record_of_the_image(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved, real = threading.Event(), taking_in._move

    def move(made: Path, output: Path) -> None:
        real(made, output)
        moved.set()
        time.sleep(1)

    monkeypatch.setattr(taking_in, "_move", move)
    request, told = request_in(place), Told()
    thread = told.start(request)
    assert moved.wait(60)
    cancel_build(builds()[0])
    thread.join(30)
    assert told.error is None
    assert builds()[0].state is BuildState.DONE
    assert request.output.exists()


def test_an_image_that_cannot_be_moved_is_kept_and_taken_in_later(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_in(place)

    def refuse(made: Path, output: Path) -> None:
        raise FileError(f"cannot move {made}", hint="make room")

    with monkeypatch.context() as patched:
        patched.setattr(taking_in, "_move", refuse)
        with pytest.raises(FileError, match="cannot move") as caught:
            Told().bring_about(request)
    assert "make room" in caught.value.hint
    assert "keeps the image" in caught.value.hint
    (record,) = builds()
    assert record.state is BuildState.RUNNING
    assert Told().bring_about(request).id == record.id
    assert left_beside(request) == []


def test_a_failure_that_cannot_be_written_down_stands_in_nobodys_way(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_in(place)

    def full(record: BuildRecord) -> BuildRecord:
        raise FileError("cannot write build.json: No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(course, "save_record", full)
        with pytest.raises(FileError, match="No space"):
            Told().bring_about(request)
    assert builds()[0].state is BuildState.RUNNING
    assert Told().bring_about(request).state is BuildState.DONE


def test_killed_after_the_image_was_moved_it_is_taken_in_where_it_is(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_in(place)

    def full(record: BuildRecord) -> BuildRecord:
        if record.state is BuildState.DONE:
            raise FileError("cannot write build.json: No space left on device")
        return save_record(record)

    with monkeypatch.context() as patched:
        patched.setattr(course, "save_record", full)
        with pytest.raises(FileError, match="No space"):
            Told().bring_about(request)
    assert request.output.exists()
    assert builds()[0].state is BuildState.RUNNING
    done = Told().bring_about(request)
    assert done.state is BuildState.DONE
    assert len(builds()) == 1


def test_a_staging_directory_that_cannot_be_made_is_told(place: Place) -> None:
    request = request_in(place)
    where = place.root / "file"
    where.touch()
    with pytest.raises(FileError):
        Told().bring_about(replace(request, output=where / "amphora.qcow2"))
    assert builds()[0].state is BuildState.FAILED


def test_a_lost_terminal_ends_the_wizard_and_not_the_build(place: Place) -> None:
    request = request_in(place, slow="install.d")
    told = place.root / "told"
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", WIZARD, json.dumps(document_of(request)), str(told)],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    ) as process:
        os.close(slave)
        eventually(lambda: told.exists() and "install.d" in told.read_text(), 60)
        os.close(master)
        assert process.wait(20) == 0
    assert "the build goes on" in told.read_text()
    record = running_build(request)
    assert record is not None
    assert alive(record)
    cancel_build(record)
    assert place.traces() == []


def test_on_request_the_build_is_cancelled(place: Place) -> None:
    request = request_in(place, slow="install.d")
    with wizard(request) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != "install.d":
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert "cancelled and cleaned up" in process.stdout.read()
    assert builds()[0].state is BuildState.CANCELLED
    assert place.traces() == []


def test_a_wizard_killed_before_it_wrote_the_process_down_is_followed(place: Place) -> None:
    request = request_in(place, speed="100")
    killed_at(request, "root.d")
    (record,) = builds()
    save_record(replace(record, pid=0, pid_started=0.0, boot_id=""))
    found = running_build(request)
    assert found is not None
    assert Told().bring_about(request).state is BuildState.DONE
    assert len(list(builds_root().glob("*/log"))) == 1
