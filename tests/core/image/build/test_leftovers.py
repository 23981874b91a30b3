"""What a killed build left is found by the kernel's tables, and removed without harm."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.image.build import cleaning, tables, tree
from octavia_wizard.core.image.build.cancel import cancel_build
from octavia_wizard.core.image.build.leftovers import (
    Leftovers,
    Stray,
    clean,
    find_leftovers,
    note_directories,
    orphans,
)
from octavia_wizard.core.image.build.process import alive
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, save_record
from tests.core.image.build.conftest import Place, eventually, needs_root, wait_for, wait_for_end


def _abandoned(place: Place, **variables: str) -> BuildRecord:
    """Return a build that was killed in finalise.d, and whose wizard has gone."""
    record = place.launch(slow="finalise.d", **variables)
    wait_for(record, "finalise.d/50-bootloader")
    os.killpg(record.pid, signal.SIGKILL)
    eventually(lambda: not alive(record))
    return save_record(replace(record, wizard_pid=2**22 + 1))


def _by_hand(place: Place) -> tuple[Path, Path]:
    """Return the directories of a build somebody else made, with all that is mounted in them."""
    build, image = place.tmp / "dib_build.abcdEFGH", place.tmp / "dib_image.12345678"
    for path in (build, image):
        path.mkdir()
        place.mount("-t", "tmpfs", "tmpfs", path)
    host = place.root / "host cache"
    host.mkdir()
    (host / "precious").write_text("of the host")
    for inside in ("mnt/var/cache", "mnt/odd name"):
        (build / inside).mkdir(parents=True)
        place.mount("--bind", host, build / inside)
    raw = image / "image0.raw"
    with raw.open("wb") as file:
        file.truncate(16 << 20)
    subprocess.run(["losetup", "-f", str(raw)], check=True)
    return build, image


@needs_root
def test_a_killed_build_is_found_whole_and_removed(place: Place) -> None:
    record = _abandoned(place, mounts="1")
    found = find_leftovers(record)
    (build,) = place.tmp.glob("dib_build.*")
    (image,) = place.tmp.glob("dib_image.*")
    assert found.mounts == (build / "mnt/proc", build / "mnt")
    assert [loop.backing for loop in found.loops] == [image / "image0.raw"]
    assert set(found.tmpfs) == {build, image}
    assert {build, image, Path(record.staging)} < set(found.directories)
    said: list[str] = []
    assert clean(found, said.append) == ()
    assert place.traces() == []
    assert not Path(record.staging).exists()
    assert not find_leftovers(record)
    order = [next(i for i, line in enumerate(said) if text in line) for text in _ORDER]
    assert order == sorted(order)


_ORDER = ("mnt/proc", "released /dev/loop", "removed ")


@needs_root
def test_it_is_found_without_naming_it(place: Place) -> None:
    _abandoned(place, mounts="1")
    found = place.only_mine(find_leftovers())
    assert len(found.tmpfs) == 2
    assert clean(found) == ()
    assert place.traces() == []


@needs_root
def test_what_somebody_else_left_is_found_too(place: Place) -> None:
    build, image = _by_hand(place)
    found = place.only_mine(find_leftovers())
    assert found.mounts == (build / "mnt/var/cache", build / "mnt/odd name")
    assert set(found.tmpfs) == {build, image}
    assert clean(found) == ()
    assert place.traces() == []


@needs_root
def test_files_on_the_other_side_of_a_mount_survive(place: Place) -> None:
    _by_hand(place)
    clean(place.only_mine(find_leftovers()))
    assert (place.root / "host cache" / "precious").read_text() == "of the host"


@needs_root
def test_a_directory_with_a_mount_that_does_not_go_is_not_touched(place: Place) -> None:
    build, _ = _by_hand(place)
    found = place.only_mine(find_leftovers())
    handle = os.open(build / "mnt/var/cache", os.O_RDONLY)
    try:
        left = clean(found)
    finally:
        os.close(handle)
    assert any(line.startswith(f"mount {build}/mnt/var/cache: ") for line in left)
    assert f"directory {build}: {build}/mnt/var/cache is still mounted" in left
    assert (build / "mnt/var/cache/precious").read_text() == "of the host"
    assert clean(place.only_mine(find_leftovers())) == ()
    assert place.traces() == []


@needs_root
def test_a_mount_that_came_after_the_search_stops_the_removal(place: Place) -> None:
    build = place.tmp / "dib_build.abcdEFGH"
    (build / "mnt").mkdir(parents=True)
    found = place.only_mine(find_leftovers())
    assert found.directories == (build,)
    host = place.root / "host"
    host.mkdir()
    (host / "precious").touch()
    # On the same file system, so that rm --one-file-system would walk into it.
    place.mount("--bind", host, build / "mnt")
    assert clean(found) == (f"directory {build}: {build}/mnt is still mounted",)
    assert (host / "precious").exists()


@needs_root
def test_a_loop_device_that_serves_something_else_by_now_is_kept(place: Place) -> None:
    raw, other = place.root / "a.raw", place.root / "b.raw"
    for path in (raw, other):
        path.write_bytes(bytes(1 << 20))
    subprocess.run(["losetup", "-f", str(other)], check=True)
    (loop,) = [x for x in tables.loops() if x.backing == other]
    assert clean(Leftovers(loops=(replace(loop, backing=raw),))) == ()
    assert loop in tables.loops()


def test_a_build_at_work_has_no_left_overs(place: Place) -> None:
    record = place.launch(slow="install.d")
    wait_for(record, "install.d/01-package-installs")
    assert not find_leftovers(record)
    assert not place.only_mine(find_leftovers())


def test_a_directory_in_which_somebody_works_is_left_out(place: Place) -> None:
    for name in ("dib_build.abcdEFGH", "dib_build.other123"):
        (place.tmp / name).mkdir()
    place.run("sh", "-c", f"cd {place.tmp}/dib_build.abcdEFGH && exec sleep 30")
    eventually(lambda: bool(tree.users([place.tmp / "dib_build.abcdEFGH"])))
    found = place.only_mine(find_leftovers())
    assert found.directories == (place.tmp / "dib_build.other123",)


def test_only_what_is_named_as_diskimage_builder_does_is_taken(place: Place) -> None:
    for name in (
        "dib_build.abc",
        "dib_build.abcdEFGHI",
        "dib_builds.abcdEFGH",
        "mydib_build.abcdEFGH",
    ):
        (place.tmp / name).mkdir()
    (place.root / "elsewhere").mkdir()
    (place.tmp / "dib_build.linkLINK").symlink_to(place.root / "elsewhere")
    (place.tmp / "dib_image.fileFILE").touch()
    assert not place.only_mine(find_leftovers())


def test_a_link_in_a_directory_leads_nobody_astray(place: Place) -> None:
    build = place.tmp / "dib_build.abcdEFGH"
    build.mkdir()
    precious = place.root / "precious"
    precious.mkdir()
    (precious / "file").touch()
    (build / "link").symlink_to(precious)
    assert clean(place.only_mine(find_leftovers())) == ()
    assert (precious / "file").exists()
    assert not build.exists()


def test_a_directory_that_is_none_of_a_build_is_refused(place: Place) -> None:
    link = place.root / "link"
    link.symlink_to(place.tmp)
    left = clean(Leftovers(directories=(Path("/"), Path("/tmp"), link)))  # noqa: S108
    assert [line.partition(": ")[2] for line in left] == ["it is no directory of a build"] * 3
    assert place.tmp.exists()


def test_an_image_that_waits_to_be_taken_in_is_no_left_over(place: Place) -> None:
    record = place.launch()
    eventually(lambda: not alive(record), 20)
    record = save_record(replace(record, wizard_pid=2**22 + 1))
    assert not find_leftovers(record)
    assert clean(place.only_mine(find_leftovers())) == ()
    assert (Path(record.staging) / "amphora.qcow2").exists()


def test_a_half_made_image_is_removed(place: Place) -> None:
    record = _abandoned(place)
    (Path(record.staging) / "amphora.qcow2-new").write_bytes(b"half")
    assert clean(find_leftovers(record)) == ()
    assert not Path(record.staging).exists()
    assert record.request.output.parent.exists()


def test_what_the_wizard_made_itself_is_removed_without_sudo(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = _abandoned(place)
    left = find_leftovers(record)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(cleaning, "as_root", lambda *argv: "sudo: a password is required")
    assert clean(left) == ()
    assert not Path(record.staging).exists()


def test_the_image_directory_is_known_though_the_log_does_not_name_it(place: Place) -> None:
    record = place.launch(slow="root.d")
    wait_for(record, "root.d/08-debootstrap")
    assert note_directories(record)
    os.killpg(record.pid, signal.SIGKILL)
    eventually(lambda: not alive(record))
    (image,) = place.tmp.glob("dib_image.*")
    assert image in find_leftovers(record).directories
    assert clean(find_leftovers(record)) == ()
    assert place.traces() == []


def test_processes_that_outlived_the_build_are_ended(place: Place) -> None:
    record = place.run("sh", "-c", "trap '' TERM; sleep 60 & sleep 60; true")
    eventually(lambda: len(sessions.members(record)) >= 4)
    os.kill(record.pid, signal.SIGKILL)
    eventually(lambda: sessions.leader(record) is None)
    found = find_leftovers(record)
    assert {stray.name for stray in found.processes} >= {"sleep"}
    assert clean(found) == ()
    assert sessions.members(record) == []


def test_a_process_that_took_a_number_over_is_spared(place: Place) -> None:
    record = place.run("sleep", "30")
    clean(Leftovers(processes=(Stray(record.pid, "sleep", record.pid_started - 600),)))
    assert alive(record)


def test_builds_without_their_wizard_are_orphans(place: Place) -> None:
    followed = place.run("sleep", "30")
    lone = place.run("sleep", "30")
    lone = save_record(replace(lone, wizard_pid=2**22 + 1))
    ended = save_record(replace(place.record(), wizard_pid=2**22 + 1))
    save_record(replace(place.record(), wizard_pid=2**22 + 1, state=BuildState.FAILED))
    assert {record.id for record in orphans()} == {lone.id, ended.id}
    assert alive(followed)


def test_everything_is_said_in_the_order_it_goes() -> None:
    found = Leftovers(
        processes=(Stray(7, "apt-get", 0.0),),
        mounts=(Path("/t/a/b"), Path("/t/a")),
        mappings=("loop0p1",),
        loops=(tables.Loop("/dev/loop0", Path("/t/i/image0.raw")),),
        tmpfs=(Path("/t/i"),),
        directories=(Path("/t/i"),),
    )
    assert found.lines() == (
        "process 7 (apt-get)",
        "mount /t/a/b",
        "mount /t/a",
        "device mapping loop0p1",
        "loop device /dev/loop0 of /t/i/image0.raw",
        "tmpfs /t/i",
        "directory /t/i",
    )
    assert not Leftovers()


@pytest.mark.parametrize("name", ["with blank", "with\\backslash", "with\ttab", "täglich"])
@needs_root
def test_the_table_of_mounts_is_read_with_its_escapes(place: Place, name: str) -> None:
    point = place.root / name
    point.mkdir()
    place.mount("-t", "tmpfs", "tmpfs", point)
    assert tables.mounts_in([place.root]) == (tables.Mount(point, "tmpfs"),)


@needs_root
def test_of_two_mounts_at_one_place_the_later_comes_first(place: Place) -> None:
    point = place.root / "twice"
    point.mkdir()
    place.mount("-t", "tmpfs", "tmpfs", point)
    place.mount("-t", "proc", "none", point)
    assert [mount.kind for mount in tables.mounts_in([point])] == ["proc", "tmpfs"]


@needs_root
def test_a_log_cannot_name_what_another_build_is_at_work_in(place: Place) -> None:
    other = place.launch(slow="install.d", mounts="1")
    wait_for(other, "install.d/01-package-installs")
    (theirs,) = place.tmp.glob("dib_build.*")
    liar = place.run("echo", f"Building in {theirs}")
    wait_for_end(liar)
    liar.code.unlink()
    found = find_leftovers(liar)
    assert theirs not in found.directories
    assert found.mounts == ()
    cancel_build(other)


def test_what_belongs_to_another_user_is_left_to_them(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lone = place.tmp / "dib_build.ABCDEFGH"
    lone.mkdir()
    assert lone in find_leftovers().directories
    monkeypatch.setattr(os, "geteuid", lambda: lone.stat().st_uid + 1)
    assert lone not in find_leftovers().directories


def test_a_log_of_any_length_is_looked_through(place: Place) -> None:
    record = place.run("true")
    wait_for_end(record)
    record.code.unlink()
    lone = place.tmp / "dib_image.ABCDEFGH"
    lone.mkdir()
    with record.log.open("wb") as log:
        log.seek(100_000_000)
        log.write(b"\nCreate image file [%s/image0.raw]\n" % os.fsencode(lone))
    assert lone in find_leftovers(record).directories
    record.log.write_bytes(b"")
    assert lone.exists()
