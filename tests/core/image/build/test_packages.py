"""What a build needs is known by distribution, and installed on consent alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from octavia_wizard.core.errors import Interrupted, StepError
from octavia_wizard.core.image.build import host, packages
from tests.core.image.build.preparing import Heard, after, never, order

PACKAGES = "octavia_wizard.core.image.build.packages"
Programs = Callable[..., Path]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Put programs into the search path that note how they were called."""
    monkeypatch.setattr(f"{PACKAGES}.os.geteuid", lambda: 0)
    place = tmp_path / "programs"
    place.mkdir()
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")

    def write(name: str, body: str) -> Path:
        calls = tmp_path / "calls"
        program = place / name
        head = f'#!/bin/sh\necho "{name} $*" >> {calls}\n'
        program.write_text(f'{head}echo "frontend $DEBIAN_FRONTEND" >> {calls}\n{body}\n')
        program.chmod(0o755)
        return calls

    return write


def _family(monkeypatch: pytest.MonkeyPatch, *told: str) -> None:
    system, *like = told
    monkeypatch.setattr(f"{PACKAGES}.os_release", lambda: (system, tuple(like)))


@pytest.mark.parametrize(
    ("told", "family"),
    [
        (("debian",), "debian"),
        (("ubuntu", "debian"), "debian"),
        (("linuxmint", "ubuntu"), "debian"),
        (("rocky", "rhel", "centos", "fedora"), "redhat"),
        (("centos",), "redhat"),
        (("fedora",), "redhat"),
        (("opensuse-leap", "suse"), ""),
        (("",), ""),
    ],
)
def test_a_distribution_is_known_by_what_it_is_like(told: tuple[str, ...], family: str) -> None:
    assert host.family_of(told[0], told[1:]) == family


def test_what_the_script_itself_looks_for_is_always_there(tmp_path: Path) -> None:
    for system in ("ubuntu-minimal", "rocky", "rhel"):
        names = packages.needed(order(tmp_path, base_os=system), "debian")
        assert {"qemu-utils", "git", "kpartx", "debootstrap"} <= set(names)
        assert {"qemu-img", "git"} <= set(
            packages.needed(order(tmp_path, base_os=system), "redhat")
        )


def test_each_base_system_has_its_own_tools(tmp_path: Path) -> None:
    def names(system: str, family: str, **changes: str) -> set[str]:
        return set(packages.needed(order(tmp_path, base_os=system, **changes), family))

    assert "debootstrap" in names("ubuntu-minimal", "redhat")
    assert "debootstrap" not in names("rocky", "redhat")
    assert "podman" in names("rocky", "debian")
    assert "dnf" in names("centos-minimal", "debian")
    assert {"gdisk", "dosfstools"} <= names("rocky", "redhat", architecture="aarch64")
    assert names("rocky", "") == set()


def test_debian_packs_venv_by_itself(tmp_path: Path) -> None:
    without = packages.needed(order(tmp_path), "debian", has_venv=False)
    assert [n for n in without if n.endswith("-venv")]
    assert without[:-1] == packages.needed(order(tmp_path), "debian")
    assert packages.needed(order(tmp_path), "redhat", has_venv=False) == packages.needed(
        order(tmp_path), "redhat"
    )


@pytest.mark.skipif(host.family_of(*host.os_release()) != "debian", reason="asks dpkg")
def test_dpkg_is_really_asked() -> None:
    assert host.absent_packages("debian", ("dpkg", "no-such-package")) == {"no-such-package"}
    assert packages.missing_for(("dpkg",)) == ()


@pytest.mark.parametrize(
    ("family", "command"), [("debian", "apt-get install a b"), ("redhat", "dnf install a b")]
)
def test_the_command_to_type_is_told(
    family: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{PACKAGES}.os.geteuid", lambda: 0)
    assert packages.install_command(("a", "b"), family) == command
    monkeypatch.setattr(f"{PACKAGES}.os.geteuid", lambda: 1000)
    assert packages.install_command(("a", "b"), family) == f"sudo {command}"


def test_apt_installs_without_asking_back(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    _family(monkeypatch, "debian")
    calls = programs("apt-get", "echo Setting up a")
    heard = Heard()
    packages.install(("a", "b"), heard, never())
    told = calls.read_text()
    assert "install a b" in told
    assert "-y" in told
    assert "frontend noninteractive" in told
    assert "update" not in told
    assert "Setting up a" in heard


def test_old_lists_are_refreshed_once(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    _family(monkeypatch, "ubuntu")
    fresh = programs("apt-get", "")
    mark = fresh.parent / "fresh"
    programs(
        "apt-get",
        f'case "$*" in *update*) touch {mark};; *) [ -e {mark} ] || '
        "{ echo 'E: Unable to locate package a' >&2; exit 100; };; esac",
    )
    packages.install(("a",), Heard(), never())
    assert fresh.read_text().count("update") == 1


def test_dnf_installs(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    _family(monkeypatch, "rocky", "rhel")
    calls = programs("dnf", "")
    packages.install(("a",), Heard(), never())
    assert "dnf -y install a" in calls.read_text()


def test_a_failure_names_the_line_and_the_command(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    _family(monkeypatch, "debian")
    programs("apt-get", "echo 'E: Unable to locate package a' >&2; exit 100")
    with pytest.raises(StepError, match="Unable to locate package a") as caught:
        packages.install(("a",), Heard(), never())
    assert "apt-get install a" in caught.value.hint


def test_an_unknown_distribution_is_left_to_its_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    _family(monkeypatch, "gentoo")
    with pytest.raises(StepError, match="neither apt nor dnf"):
        packages.install(("a",), Heard(), never())
    packages.install((), Heard(), never())


def test_a_wish_to_stop_is_heeded(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    _family(monkeypatch, "debian")
    programs("apt-get", "exec sleep 60")
    with pytest.raises(Interrupted):
        packages.install(("a",), Heard(), after(0.3))


@pytest.mark.parametrize(
    ("first", "only", "known"),
    [
        ('PRETTY_NAME="Ubuntu 24.04"', True, False),
        ('NAME="Ubuntu"', True, True),
        ('PRETTY_NAME="Ubuntu 24.04"', False, True),
    ],
)
def test_an_old_script_that_takes_this_host_for_another_is_refused(
    first: str, only: bool, known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _family(monkeypatch, "ubuntu")
    file = tmp_path / "os-release"
    file.write_text(f"{first}\nID=ubuntu\n")
    if known:
        packages.check_distribution(only, "train-eol", file)
    else:
        with pytest.raises(StepError, match="train-eol does not know"):
            packages.check_distribution(only, "train-eol", file)
