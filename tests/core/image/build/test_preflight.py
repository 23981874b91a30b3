"""What stands in the way of a build is told before it is begun."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from octavia_wizard.core.image.build.hindrances import GIB, Gravity
from octavia_wizard.core.image.build.host import Host, Room, read_host, room_of
from octavia_wizard.core.image.build.preflight import Hindrance, preflight
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, new_record
from octavia_wizard.core.image.build.request import BuildRequest
from tests.core.image.build.preparing import order

ROOT = Path("/srv")
REQUEST = order(ROOT)
PLACES = (REQUEST.cache_directory, REQUEST.work_directory, REQUEST.output.parent)


def a_host(free: int = 100 * GIB, **changes: Any) -> Host:
    """Make a host on which everything is as it should be."""
    rooms = {place: Room(device=1, free=free, point=ROOT) for place in PLACES}
    known: dict[str, Any] = {"rooms": rooms, "debootstrap_suites": frozenset({"noble", "jammy"})}
    return Host(**{**known, **changes})


def look(host: Host, *records: BuildRecord, **changes: Any) -> tuple[Hindrance, ...]:
    return preflight(replace(REQUEST, **changes), records, host)


def ids(found: tuple[Hindrance, ...]) -> list[str]:
    return [hindrance.id for hindrance in found]


def test_on_a_host_as_it_should_be_nothing_stands_in_the_way() -> None:
    assert look(a_host()) == ()


CASES: tuple[tuple[str, Gravity, dict[str, Any], dict[str, Any]], ...] = (
    ("image-build-packages", Gravity.ERROR, {"absent": frozenset({"kpartx"})}, {}),
    (
        "image-build-installs",
        Gravity.NOTE,
        {"absent": frozenset({"kpartx"})},
        {"install_packages": True},
    ),
    ("image-build-packages", Gravity.ERROR, {"makes_environments": False}, {}),
    ("image-build-tools", Gravity.ERROR, {"family": "", "tools": frozenset({"git"})}, {}),
    ("image-build-tools", Gravity.ERROR, {"tools": frozenset()}, {"disk_format": "vhd"}),
    ("image-build-root", Gravity.ERROR, {"root": False, "sudo_asks": True}, {}),
    ("image-build-root", Gravity.ERROR, {"may_mount": False}, {}),
    ("image-build-container", Gravity.WARNING, {"in_container": True}, {}),
    ("image-build-loop", Gravity.ERROR, {"loop_devices": False}, {}),
    ("image-build-space", Gravity.ERROR, {"free": GIB}, {}),
    ("image-build-memory", Gravity.WARNING, {"memory": 8 * GIB, "memory_free": GIB}, {}),
    ("image-build-busy", Gravity.ERROR, {"builders": ((99, ROOT / "cache"),)}, {}),
    ("image-build-architecture", Gravity.WARNING, {}, {"architecture": "aarch64"}),
    ("image-build-release", Gravity.ERROR, {}, {"base_release": "zesty"}),
    ("image-build-keyring", Gravity.WARNING, {"ubuntu_keyring": False}, {}),
    ("image-build-size", Gravity.ERROR, {}, {"base_os": "fedora", "base_release": "28"}),
    ("image-build-base-image", Gravity.ERROR, {}, {"base_os": "rhel", "size_gib": 3}),
    ("image-build-directory", Gravity.ERROR, {}, {"cache_directory": Path("/no such place")}),
)


@pytest.mark.parametrize(("id", "gravity", "host", "changes"), CASES)
def test_each_hindrance_is_found(
    id: str, gravity: Gravity, host: dict[str, Any], changes: dict[str, Any]
) -> None:
    found = look(a_host(**host), **changes)
    assert (id, gravity) in [(hindrance.id, hindrance.severity) for hindrance in found]
    assert all(hindrance.what.endswith(".") for hindrance in found)


@pytest.mark.parametrize(
    ("host", "changes"),
    [
        ({"absent": frozenset({"podman"})}, {}),
        ({"makes_environments": False}, {"builder": "/bin/true/disk-image-create"}),
        ({"root": False}, {}),
        ({"memory": 3 * GIB, "memory_free": GIB}, {}),
        ({"memory_free": GIB}, {"tmpfs": False}),
        ({"builders": ((99, Path("/other/cache")),)}, {}),
        ({"emulates": True}, {"architecture": "aarch64"}),
        ({"machine": "arm64"}, {"architecture": "aarch64"}),
        ({"debootstrap_suites": None}, {}),
        (
            {},
            {"base_release": "new", "environment": {"DIB_DEBIAN_DEBOOTSTRAP_SCRIPT": "/gutsy"}},
        ),
        ({"ubuntu_keyring": False}, {"environment": {"DIB_APT_KEYRING": "/k.gpg"}}),
        (
            {"ubuntu_keyring": False},
            {"environment": {"DIB_DEBOOTSTRAP_EXTRA_ARGS": "--keyring=/k.gpg"}},
        ),
        ({"ubuntu_keyring": False}, {"base_os": "rocky", "base_release": "10"}),
        (
            {},
            {"base_os": "rhel", "size_gib": 3, "environment": {"DIB_LOCAL_IMAGE": "/rhel.qcow2"}},
        ),
    ],
)
def test_what_is_no_hindrance_is_not_told(
    host: dict[str, Any], changes: dict[str, Any], tmp_path: Path
) -> None:
    if "builder" in changes:
        program = tmp_path / "disk-image-create"
        program.touch(0o755)
        changes = {"builder": str(program)}
    assert look(a_host(**host), **changes) == ()


def test_the_command_that_installs_is_told() -> None:
    (found,) = look(a_host(absent=frozenset({"kpartx", "git"})))
    assert "git, kpartx" in found.what
    assert "apt-get install git kpartx" in found.fix
    (found,) = look(a_host(family="redhat", absent=frozenset({"git"})))
    assert "dnf install git" in found.fix


def test_space_is_counted_together_on_one_file_system_and_apart_on_several() -> None:
    # 1 for the cache, 0.5 for the image; the work is done in memory.
    assert look(a_host(free=int(1.6 * GIB))) == ()
    (found,) = look(a_host(free=int(1.4 * GIB)))
    assert "1.4 GiB free" in found.what
    assert "cache" in found.what
    assert "image" in found.what
    apart = {
        place: Room(device=number, free=int(1.1 * GIB), point=place)
        for number, place in enumerate(PLACES)
    }
    assert look(a_host(rooms=apart)) == ()


def test_a_build_on_disk_takes_more_and_a_raw_image_all_of_its_size() -> None:
    host = a_host(free=4 * GIB)
    assert look(host) == ()
    assert ids(look(host, tmpfs=False)) == ["image-build-space"]
    small = a_host(free=4 * GIB, memory=3 * GIB)
    assert ids(look(small)) == ["image-build-space"]
    assert ids(look(host, disk_format="raw", size_gib=5)) == ["image-build-space"]
    assert look(a_host(free=GIB, cold_cache=False)) == ()


@pytest.mark.parametrize(
    ("environment", "in_memory"),
    [({}, False), ({"DIB_MIN_TMPFS": "1"}, True), ({"DIB_NO_TMPFS": "1"}, False)],
)
def test_diskimage_builders_own_rule_decides_where_it_builds(
    environment: dict[str, str], in_memory: bool
) -> None:
    host = a_host(memory=3 * GIB, memory_free=GIB)
    told = ids(look(host, environment=environment))
    assert ("image-build-memory" in told) is in_memory


def test_directories_must_be_writable_and_of_a_kind_to_build_in() -> None:
    rooms = dict(a_host().rooms)
    rooms[PLACES[0]] = replace(rooms[PLACES[0]], writable=False)
    (found,) = look(a_host(rooms=rooms))
    assert (found.id, found.key) == ("image-build-directory", "image.cache_directory")
    rooms = dict(a_host().rooms)
    rooms[PLACES[1]] = replace(rooms[PLACES[1]], barred=("noexec", "nodev"))
    assert look(a_host(rooms=rooms)) == ()
    (found,) = look(a_host(rooms=rooms), tmpfs=False)
    assert "noexec, nodev" in found.what


def test_room_is_found_for_what_does_not_exist_yet(tmp_path: Path) -> None:
    room = room_of(tmp_path / "a" / "b")
    assert room is not None
    assert (room.point, room.writable) == (tmp_path, True)
    assert room.free > 0
    (tmp_path / "a").touch()
    room = room_of(tmp_path / "a" / "b")
    assert room is not None
    assert not room.writable


@pytest.fixture
def sleeper(tmp_path: Path) -> Any:
    """Start something that looks like a disk-image-create at work with a cache."""
    words = ["sleep", "60", "--image-cache", str(tmp_path / "cache")]
    child = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)", *words], start_new_session=True
    )
    yield child
    child.kill()
    child.wait()


def _running(child: subprocess.Popen[bytes], request: BuildRequest) -> BuildRecord:
    started = psutil.Process(child.pid).create_time()
    return replace(new_record(request), pid=child.pid, pid_started=started)


def test_a_build_with_the_same_cache_is_found_whoever_started_it(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    for _ in range(50):
        if b"--image-cache" in Path(f"/proc/{sleeper.pid}/cmdline").read_bytes():
            break
        time.sleep(0.05)
    request = order(tmp_path)
    assert "image-build-busy" in ids(preflight(request))
    assert "image-build-busy" not in ids(preflight(order(tmp_path, cache_directory=tmp_path / "x")))

    mine = _running(sleeper, request)
    assert "image-build-busy" not in ids(preflight(request, (mine,))), "it will be followed"
    other = _running(sleeper, replace(request, base_release="jammy"))
    (busy,) = (h for h in preflight(request, (other,)) if h.id == "image-build-busy")
    assert other.id in busy.what


def test_a_build_that_is_over_stands_in_nobodys_way() -> None:
    done = replace(new_record(REQUEST), state=BuildState.DONE, pid=os.getpid())
    gone = replace(new_record(REQUEST), pid=os.getpid(), pid_started=1.0, boot_id="another")
    assert look(a_host(), done, gone) == ()


def test_this_host_can_be_looked_at_and_quickly(tmp_path: Path) -> None:
    request = order(tmp_path)
    host = read_host(request, ("git", "no-such-package"))
    assert host.memory > host.memory_free > 0
    assert set(host.rooms) == {tmp_path / "cache", tmp_path / "work", tmp_path / "images"}
    if host.family:
        assert "no-such-package" in host.absent
    preflight(request)
    began = time.monotonic()
    assert isinstance(preflight(request), tuple)
    assert time.monotonic() - began < 0.2


@pytest.mark.parametrize(
    "changes",
    [
        {"cache_directory": Path("/proc/nothing/x")},
        {"work_directory": Path("/x" * 4000)},
        {"output": Path("/a\0b")},
        {"builder": "/etc/disk-image-create"},
        {"environment": {"DIB_MIN_TMPFS": "many"}},
    ],
)
def test_it_never_fails(changes: dict[str, Any]) -> None:
    assert isinstance(preflight(replace(REQUEST, **changes)), tuple)
