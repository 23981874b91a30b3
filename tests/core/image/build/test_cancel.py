"""A cancelled build leaves nothing, in whichever phase it is, and however it resists."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.image.build import cancel as cancelling
from octavia_wizard.core.image.build import tree
from octavia_wizard.core.image.build.cancel import cancel_build
from octavia_wizard.core.image.build.process import alive, exit_code
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, load_record, save_record
from tests.core.image.build.conftest import Place, eventually, needs_root, wait_for

PHASES = {
    "root.d": "root.d/08-debootstrap",
    "extra-data.d": "extra-data.d/98-source",
    "pre-install.d": "pre-install.d/03-baseline",
    "install.d": "install.d/01-package-installs",
    "finalise.d": "finalise.d/50-bootloader",
}


def _cancelled(record: BuildRecord, patience: float = 60.0) -> tuple[BuildRecord, list[str]]:
    said: list[str] = []
    cancel_build(record, said.append, patience=patience)
    saved = load_record(record.directory)
    assert saved is not None
    assert saved.state is BuildState.CANCELLED
    assert saved.finished
    return saved, said


@needs_root
@pytest.mark.parametrize("phase", PHASES)
def test_in_any_phase_it_cleans_up_after_itself(place: Place, phase: str) -> None:
    record = place.launch(slow=phase, mounts="1")
    wait_for(record, PHASES[phase])
    saved, said = _cancelled(record)
    assert exit_code(record) == 143
    assert "Unmount " in record.log.read_text() or phase == "root.d"
    assert place.traces() == []
    assert not Path(record.staging).exists()
    assert saved.message == "cancelled"
    assert not any("killing" in line for line in said)


@needs_root
def test_while_qemu_img_converts(place: Place) -> None:
    record = place.launch(convert="400", mounts="1")
    wait_for(record, "Converting image")
    eventually(lambda: any(Path(record.staging).glob("*-new")))
    _cancelled(record)
    assert exit_code(record) == 143
    assert place.traces() == []
    assert not Path(record.staging).exists()


def test_before_disk_image_create_begins(place: Place) -> None:
    record = place.launch(before="60")
    eventually(lambda: len(sessions.members(record)) > 2)
    assert tree.driver(sessions.members(record)) is None
    _cancelled(record)
    assert exit_code(record) == 143
    assert place.traces() == []


def test_at_the_very_moment_it_is_started(place: Place) -> None:
    for pause in (0.0, 0.02, 0.05, 0.1, 0.2):
        record = place.launch(slow="root.d")
        time.sleep(pause)
        _cancelled(record)
        assert not alive(record)
        assert place.traces() == []


def test_the_drivers_and_the_writer_of_the_log_get_no_signal(place: Place) -> None:
    record = place.launch(slow="install.d")
    wait_for(record, PHASES["install.d"])
    processes = sessions.members(record)
    driver = tree.driver(processes)
    assert driver is not None
    _cancelled(record)
    # Bash would say so in the log if one of them had been ended by a signal.
    text = record.log.read_text()
    assert "disk-image-create" not in text.rpartition("01-package-installs")[2]
    assert exit_code(record) == 143


def test_a_script_that_ignores_the_signal_is_killed_when_patience_ends(place: Place) -> None:
    record = place.launch(slow="root.d", ignore="scripts")
    wait_for(record, PHASES["root.d"])
    _, said = _cancelled(record, patience=2)
    assert any("killing" in line for line in said)
    assert sessions.members(record) == []
    assert place.traces() == []


@needs_root
def test_what_a_killed_build_leaves_is_removed(place: Place) -> None:
    record = place.launch(slow="finalise.d", ignore="all", mounts="1")
    wait_for(record, PHASES["finalise.d"])
    (place.root / "cache" / "precious").write_text("of the host")
    began = time.monotonic()
    saved, said = _cancelled(record, patience=1)
    assert time.monotonic() - began < 20
    assert exit_code(record) is None
    assert saved.message == "cancelled"
    assert any("unmounted" in line for line in said)
    assert any("released /dev/loop" in line for line in said)
    assert place.traces() == []
    assert (place.root / "cache" / "precious").read_text() == "of the host"


@needs_root
def test_when_the_shell_around_it_was_killed(place: Place) -> None:
    record = place.launch(slow="install.d", mounts="1")
    wait_for(record, PHASES["install.d"])
    os.kill(record.pid, signal.SIGKILL)
    eventually(lambda: sessions.leader(record) is None)
    assert alive(record)
    _cancelled(record)
    assert place.traces() == []


@needs_root
def test_when_only_left_overs_are_there(place: Place) -> None:
    record = place.launch(slow="install.d", mounts="1")
    wait_for(record, PHASES["install.d"])
    os.killpg(record.pid, signal.SIGKILL)
    eventually(lambda: not alive(record))
    assert place.traces() != []
    _cancelled(record)
    assert place.traces() == []


def test_a_build_that_was_never_started_is_only_written_down(place: Place) -> None:
    record = place.record()
    saved, _ = _cancelled(record)
    assert saved.elapsed < 60
    assert not Path(record.staging).exists()


def test_what_was_written_into_the_record_meanwhile_is_kept(place: Place) -> None:
    record = place.run("sleep", "30")
    save_record(replace(record, commit="abc"))
    saved, _ = _cancelled(record)
    assert saved.commit == "abc"


def test_processes_of_others_are_left_alone(place: Place) -> None:
    other = place.launch(slow="root.d")
    record = place.launch(slow="root.d")
    wait_for(other, PHASES["root.d"])
    wait_for(record, PHASES["root.d"])
    before = {p.pid for p in sessions.members(other)}
    _cancelled(record)
    assert before & {p.pid for p in sessions.members(other)} == before & set(psutil.pids())
    assert alive(other)
    assert any(place.tmp.glob("dib_build.*"))
    _cancelled(other)
    assert place.traces() == []


def test_a_full_disk_does_not_keep_a_build_from_being_ended(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = place.launch(slow="root.d")
    wait_for(record, PHASES["root.d"])

    def full(*given: object) -> str:
        raise FileError("cannot write: No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(cancelling, "mark_cancelled", full)
        patched.setattr(cancelling, "save_record", full)
        with pytest.raises(FileError, match="No space"):
            cancel_build(record)
    assert not alive(record)
    assert place.traces() == []


@needs_root
def test_who_goes_on_cancelling_does_not_end_the_clean_up(place: Place) -> None:
    record = place.launch(slow="install.d", mounts="1")
    wait_for(record, PHASES["install.d"])
    (record.directory / "cancelled").touch()
    _cancelled(record)
    assert exit_code(record) == 143
    assert place.traces() == []
