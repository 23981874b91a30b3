"""Every answer reaches the script of its release, or is told not to be possible there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.errors import FileError, StepError, UsageError
from octavia_wizard.core.image.build import script
from octavia_wizard.core.image.build.builder import Builder
from octavia_wizard.core.image.build.source import Source
from octavia_wizard.core.releases import find_release
from tests.core.image.build.preparing import GETOPTS, order, script_text

OUTPUT = Path("/srv/images/.amphora/amphora.qcow2")
NEW = frozenset(GETOPTS["stable/2026.1"].replace(":", ""))
FLAGS: dict[str, tuple[str, dict[str, Any]]] = {
    "image.mandatory_access_control": ("-e", {"mandatory_access_control": True}),
    "image.tmpfs": ("-f", {"tmpfs": False}),
    "image.cpu_pinning": ("-m", {"cpu_pinning": True}),
    "image.sshd": ("-n", {"sshd": False}),
    "image.agent_packages": ("-p", {"agent_packages": True}),
    "image.trace": ("-x", {"trace": True}),
    "image.fips": ("-y", {"fips": True}),
    "image.kernel_package": ("-k", {"kernel_package": "linux-image-generic"}),
}
REF_OF_SERIES = {
    "pike": "pike-eol",
    "queens": "queens-eol",
    "rocky": "rocky-eol",
    "stein": "stein-eol",
    "train": "train-eol",
    "ussuri": "ussuri-eol",
    "wallaby": "wallaby-eol",
    "zed": "zed-eol",
    "2023.1": "unmaintained/2023.1",
    "2026.1": "stable/2026.1",
}


def _source(root: Path, **changes: Any) -> Source:
    known: dict[str, Any] = {
        "script": root / "tree" / "diskimage-create" / "diskimage-create.sh",
        "repository": "file:///cache/mirror.git",
        "ref": "stable/2026.1",
        "commit": "a" * 40,
        "agent_ref": "stable/2026.1",
    }
    return Source(**{**known, **changes})


def _environment(root: Path, given: dict[str, str] | None = None, **changes: Any) -> dict[str, str]:
    builder = Builder(Path("/builder/bin"), "3.43.0")
    return script.environment(order(root, **changes), _source(root), builder, given or {})


@pytest.mark.parametrize("ref", GETOPTS)
def test_the_options_of_a_script_are_read(ref: str, tmp_path: Path) -> None:
    path = tmp_path / "diskimage-create.sh"
    path.write_text(script_text(GETOPTS[ref]))
    assert script.accepted(path).options == frozenset(GETOPTS[ref].replace(":", ""))


@pytest.mark.parametrize(("series", "ref"), REF_OF_SERIES.items())
def test_what_the_interview_asks_by_is_what_the_scripts_have(series: str, ref: str) -> None:
    rules = find_release(series).rules
    assert set(rules.amphora_script_options) | {"l", "r"} == set(GETOPTS[ref].replace(":", "")) | {
        "l",
        "r",
    }


@pytest.mark.parametrize("quote", ['"', ""])
def test_what_a_script_refuses_is_read_however_it_is_quoted(quote: str, tmp_path: Path) -> None:
    path = tmp_path / "diskimage-create.sh"
    path.write_text(
        script_text("a:i:o:t:", systems=("ubuntu", "rhel"), quote=quote, packages="qemu git")
    )
    found = script.accepted(path)
    assert found.systems == {"ubuntu", "rhel"}
    assert found.architectures == {"amd64", "aarch64"}
    assert found.formats == {"qcow2", "raw"}
    assert found.packages == ("qemu", "git")
    assert not found.first_line_only


def test_an_old_script_knows_a_distribution_by_one_line(tmp_path: Path) -> None:
    path = tmp_path / "diskimage-create.sh"
    path.write_text(script_text("a:", platform="head -1 /etc/os-release"))
    assert script.accepted(path).first_line_only


def test_a_file_that_is_no_such_script_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "diskimage-create.sh"
    with pytest.raises(FileError, match="there is no"):
        script.accepted(path)
    path.write_text("#!/bin/bash\nexit 1\n")
    with pytest.raises(FileError, match="no options"):
        script.accepted(path)


def test_a_plain_order_is_put_in_full(tmp_path: Path) -> None:
    told = script.arguments(order(tmp_path), NEW, OUTPUT, ref="stable/2026.1")
    pairs = dict(zip(told[::2], told[1::2], strict=True))
    assert pairs == {
        "-a": "amd64",
        "-b": "haproxy",
        "-c": str(tmp_path / "cache"),
        "-d": "noble",
        "-i": "ubuntu-minimal",
        "-o": str(OUTPUT),
        "-s": "2",
        "-t": "qcow2",
        "-w": str(tmp_path / "work"),
        "-g": "stable/2026.1",
    }


@pytest.mark.parametrize(("key", "option"), FLAGS.items())
@pytest.mark.parametrize("ref", GETOPTS)
def test_an_option_is_passed_on_or_told_to_be_missing(
    ref: str, key: str, option: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    flag, changes = option
    options = frozenset(GETOPTS[ref].replace(":", ""))
    request = order(tmp_path, **changes)
    if flag[1] in options:
        told = script.arguments(request, options, OUTPUT, ref=ref)
        assert flag in told
        assert flag not in script.arguments(order(tmp_path), options, OUTPUT, ref=ref)
        assert script.lacks(request, options) == ()
    else:
        with pytest.raises(StepError, match=key) as caught:
            script.arguments(request, options, OUTPUT, ref=ref)
        assert ref in caught.value.message
        assert script.lacks(request, options) == (key,)


@pytest.mark.parametrize("ref", GETOPTS)
def test_no_option_is_passed_that_a_script_lacks_or_that_hides_or_tells(
    ref: str, tmp_path: Path
) -> None:
    options = frozenset(GETOPTS[ref].replace(":", ""))
    told = script.arguments(order(tmp_path), options, OUTPUT, ref=ref)
    letters = {word[1] for word in told if word.startswith("-") and len(word) == 2}
    assert letters <= options
    assert not letters & {"l", "r"}


@pytest.mark.parametrize("field", ["output", "cache_directory", "work_directory"])
def test_a_path_the_build_would_break_at_is_refused(field: str, tmp_path: Path) -> None:
    request = order(tmp_path, **{field: tmp_path / "two words" / "x"})
    output = request.output if field == "output" else OUTPUT
    with pytest.raises(UsageError, match="blank"):
        script.arguments(request, NEW, output)


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("image.architecture", {"architecture": "ppc64le"}),
        ("image.base_os", {"base_os": "fedora"}),
        ("image.disk_format", {"disk_format": "vhd"}),
    ],
)
def test_what_a_script_does_not_build_is_told_with_what_it_does(
    key: str, changes: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "diskimage-create.sh"
    path.write_text(script_text(GETOPTS["rocky-eol"]))
    taken = script.accepted(path)
    script.check(order(tmp_path), taken, "rocky-eol")
    with pytest.raises(StepError, match=key) as caught:
        script.check(order(tmp_path, **changes), taken, "rocky-eol")
    assert "it takes" in caught.value.hint


@pytest.mark.parametrize(
    ("ref", "url"),
    [
        ("stable/2026.1", "https://releases.openstack.org/constraints/upper/2026.1"),
        ("unmaintained/2023.1", "https://releases.openstack.org/constraints/upper/2023.1"),
        ("stein-eol", "https://releases.openstack.org/constraints/upper/stein"),
        ("zed-eom", "https://releases.openstack.org/constraints/upper/zed"),
        ("master", "https://releases.openstack.org/constraints/upper/master"),
        ("18.0.0", ""),
        ("a" * 40, ""),
        ("my/branch", ""),
    ],
)
def test_constraints_follow_the_series(ref: str, url: str, tmp_path: Path) -> None:
    assert script.constraints_of(order(tmp_path), ref) == url
    own = order(tmp_path, constraints="/srv/upper-constraints.txt")
    assert script.constraints_of(own, ref) == "file:///srv/upper-constraints.txt"
    # -g would set constraints of its own, of a branch that may not be there.
    assert ("-g" in script.arguments(order(tmp_path), NEW, OUTPUT, ref=ref)) is bool(url)


def test_the_environment_says_where_everything_comes_from(tmp_path: Path) -> None:
    known = _environment(
        tmp_path,
        mirror="http://mirror.example/ubuntu",
        elements_path="/srv/elements",
        elements=("host-ca", "audit"),
        environment={"DIB_APT_KEYRING": "/srv/key.gpg", "DIB_LOCAL_ELEMENTS": "mine"},
    )
    assert known["DIB_REPOLOCATION_amphora_agent"] == "file:///cache/mirror.git"
    assert known["DIB_REPOREF_amphora_agent"] == "stable/2026.1"
    assert known["DIB_REPOLOCATION_upper_constraints"].endswith("/2026.1")
    assert known["DIB_DISTRIBUTION_MIRROR"] == "http://mirror.example/ubuntu"
    assert known["DIB_LOCAL_ELEMENTS_PATH"] == "/srv/elements"
    assert known["DIB_LOCAL_ELEMENTS"] == "mine"
    assert known["DIB_APT_KEYRING"] == "/srv/key.gpg"
    assert known["OCTAVIA_REPO_PATH"] == str(tmp_path / "tree")
    assert known["TMPDIR"] == str(tmp_path / "work")
    assert known["PATH"].startswith("/builder/bin:")
    assert "DIB_REPOLOCATION_octavia_lib" not in known


def test_a_library_of_the_sites_own_is_named_with_its_branch(tmp_path: Path) -> None:
    source = _source(tmp_path, library="file:///lib.git", library_ref="stable/2026.1")
    builder = Builder(Path("/b"), "3")
    known = script.environment(order(tmp_path), source, builder, {})
    assert known["DIB_REPOLOCATION_octavia_lib"] == "file:///lib.git"
    assert known["DIB_REPOREF_octavia_lib"] == "stable/2026.1"


def test_nothing_of_the_callers_own_environment_reaches_the_image(tmp_path: Path) -> None:
    given = {
        "OS_PASSWORD": "s3cret",
        "DIB_PASSWORD": "s3cret",
        "DIB_RELEASE": "trusty",
        "AMP_ROOTPW": "s3cret",
        "PIP_FIND_LINKS": "/opt/wheels",
        "PYTHONPATH": "/src",
        "VIRTUAL_ENV": "/venv",
        "XDG_CACHE_HOME": "/home/me/cache",
        "https_proxy": "http://proxy:3128",
    }
    known = _environment(tmp_path, given)
    assert not (set(given) - {"https_proxy"}) & set(known)
    assert known["https_proxy"] == "http://proxy:3128"


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": {"DIB_PASSWORD": "x"}},
        {"environment": {"DIB_MY_TOKEN": "x"}},
        {"environment": {"DIB_PIP_MIRROR": "https://me:s3cret@pypi.example/simple"}},
        {"mirror": "http://me:s3cret@mirror.example/ubuntu"},
        {"constraints": "https://me:s3cret@mirror.example/uc.txt"},
    ],
)
def test_a_secret_is_refused_before_it_is_in_an_image(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="secret") as caught:
        _environment(tmp_path, **changes)
    assert "s3cret" not in str(caught.value)
