"""Which processes belong to a build, and which of them do what."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import replace

import psutil

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.image.build import tree
from octavia_wizard.core.image.build.record import BuildRecord
from tests.core.image.build.conftest import Place, eventually, wait_for


def _words(process: psutil.Process) -> str:
    return " ".join(process.cmdline())


def _first_child(record: BuildRecord) -> psutil.Process:
    head = sessions.leader(record)
    assert head is not None
    # Before it runs its program, it is a copy of its parent.
    eventually(lambda: any(_words(p) != _words(head) for p in sessions.descendants(head)))
    return sessions.descendants(head)[0]


def test_the_driver_is_found_below_the_script(place: Place) -> None:
    record = place.launch(slow="install.d")
    wait_for(record, "install.d/01-package-installs")
    processes = sessions.members(record)
    driver = tree.driver(processes)
    assert driver is not None
    assert "disk-image-create -a amd64" in _words(driver)
    parent = driver.parent()
    assert parent is not None
    assert "diskimage-create.sh" in _words(parent)
    assert driver.pid in {p.pid for p in tree.drivers()}
    head = sessions.leader(record)
    assert head is not None
    assert head.pid == record.pid


def test_the_writer_of_the_log_is_told_from_the_rest(place: Place) -> None:
    record = place.launch(slow="install.d")
    wait_for(record, "install.d/01-package-installs")
    processes = sessions.members(record)
    writers = [p for p in processes if p.pid in tree.writers(processes)]
    assert any("outfilter.py" in _words(p) for p in writers)
    assert not any("01-package-installs" in _words(p) for p in writers)
    driver = tree.driver(processes)
    assert driver is not None
    assert driver.pid not in {p.pid for p in writers}


def test_a_record_without_its_process_finds_it_by_its_exit_code_file(place: Place) -> None:
    record = place.run("sleep", "30")
    assert {p.pid for p in sessions.members(replace(record, pid=0, pid_started=0.0))} == {
        p.pid for p in sessions.members(record)
    }


def test_a_child_with_a_session_of_its_own_belongs_to_it(place: Place) -> None:
    record = place.run("sh", "-c", "setsid --wait sleep 30; true")
    eventually(lambda: "sleep 30" in [_words(p) for p in sessions.members(record)])


def test_a_build_that_has_ended_has_no_processes(place: Place) -> None:
    record = place.run("true")
    eventually(lambda: not sessions.members(record))
    assert sessions.leader(record) is None
    assert tree.driver(sessions.members(record)) is None


def test_the_version_is_not_a_build(place: Place) -> None:
    script = place.root / "disk-image-create"
    script.write_text("#!/bin/sh\nsleep 30\n")
    script.chmod(0o755)
    record = place.run(str(script), "--version")
    eventually(lambda: len(sessions.members(record)) > 1)
    assert tree.driver(sessions.members(record)) is None


def test_only_a_signal_that_is_caught_is_one_to_send(place: Place) -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        assert sessions.catches(os.getpid(), signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
    record = place.run("sleep", "30")
    assert not sessions.catches(record.pid, signal.SIGUSR1)
    assert not sessions.catches(2**22 + 1, signal.SIGUSR1)


def test_qemu_img_is_found_while_it_converts(place: Place) -> None:
    record = place.launch(convert="40")
    assert tree.converter(record) is None
    wait_for(record, "Converting image")
    eventually(lambda: tree.converter(record) is not None)


def test_who_works_in_a_directory_is_found(place: Place) -> None:
    inside = place.root / "inside"
    inside.mkdir()
    (place.root / "inside2").mkdir()
    record = place.run("sh", "-c", f"cd {inside} && exec sleep 30")
    other = place.run("sh", "-c", f"cd {inside}2 && exec sleep 30")
    eventually(lambda: bool(tree.users([inside])))
    found = {p.pid for p in tree.users([inside])}
    assert found <= {p.pid for p in sessions.members(record)}
    assert not found & {p.pid for p in sessions.members(other)}


def test_tidying_is_told_from_building(place: Place) -> None:
    for words, tidies in (
        (("sleep", "30"), False),
        (("timeout", "30", "sleep", "30"), True),
        (("sh", "-c", "sleep 30; : /lib/dib-block-device.py create"), False),
    ):
        record = place.run(*words)
        assert tree.tidying(_first_child(record)) is tidies


def test_a_process_that_has_just_ended_has_nothing_above_it() -> None:
    """A build may end between being looked at and being signalled."""
    ended = subprocess.Popen(["true"])
    process = psutil.Process(ended.pid)
    assert os.getpid() in {one.pid for one in sessions.ancestors(process)}
    ended.wait()
    assert sessions.ancestors(process) == []
