"""Each known way to fail is told with its cause, and with the answer or command that mends it."""

from __future__ import annotations

import re

import pytest

from octavia_wizard.core.answers.model import ImageSection
from octavia_wizard.core.image.build.failures import HARMLESS, cases, explain
from octavia_wizard.core.image.build.phases import phase_of
from tests.core.image.build.samples import BUILT, a_reader, a_request, log

_SCRIPT = b"dib-run-parts Running /tmp/in_target.d/install.d/75-amphora-agent-install\n"
_ROOT = b"dib-run-parts Running /tmp/dib_build.x/hooks/root.d/08-debootstrap\n"
_TIDYING = (
    b"Unmount /tmp/dib_build.x/mnt/dev\n"
    b"INFO diskimage_builder.block_device.blockdevice [-] State already cleaned\n"
)


@pytest.mark.parametrize(
    ("name", "code", "case", "remedy"),
    [
        ("missing_qemuimg", 1, "no_qemu_img", "image.install_packages"),
        ("bad_release_script", 1, "no_such_release", "image.base_release"),
        ("nospace", 128, "tmpfs_full", "image.tmpfs"),
        ("image_too_small", 1, "image_too_small", "image.size_gib to 3"),
        ("blockdevice_failed", 1, "no_discard", "image.work_directory"),
        ("missing_element", 1, "unknown_element", "image.elements_path"),
    ],
)
def test_recorded_failures_are_explained(name: str, code: int, case: str, remedy: str) -> None:
    failure = explain(a_reader(log(name)), code, a_request())
    assert failure.case == case
    assert remedy in failure.remedy
    assert failure.line
    assert failure.cause


_LINES = [
    (1, b"Required package debootstrap is not installed.  Exiting.", "package_missing"),
    (1, b"Required package  kpartx  is not installed.  Exiting.", "package_missing"),
    (3, b"Error: Unsupported base OS debian-minimal specified", "bad_argument"),
    (3, b"Error: Invalid image size two specified", "bad_size"),
    (3, b"Error: Directory /nowhere does not exist", "no_output_directory"),
    (1, b"Usage: diskimage-create.sh", "usage"),
    (1, b"diskimage-create.sh: illegal option -- z", "usage"),
    (1, b"Amphora disk image creation script version: 1", "version_only"),
    (1, b"RHEL based amphora requires an image size of at least 3GB", "system_too_large"),
    (1, b"ERROR: Octavia elements directory not found at: /x Exiting.", "no_elements"),
    (127, b"diskimage-create.sh: line 519: disk-image-create: command not found", "no_builder"),
    (100, b"E: Could not get lock /var/cache/apt/archives/lock. It is held", "cache_shared"),
    (1, b"x.BlockDeviceSetupException: exec_sudo failed: kpartx", "block_device"),
    (1, b"E: No such script: /usr/share/debootstrap/scripts/nosuch", "no_script_for_release"),
    (100, b"W: GPG error: https://x InRelease: NO_PUBKEY 871920D1991BC93C", "signature"),
    (1, b"E: Release signed by unknown key (key id 871920D1991BC93C)", "signature"),
    (100, b"W: Failed to fetch x  Temporary failure resolving 'mirror.example'", "name_resolution"),
    (128, b"fatal: unable to access 'https://x/': Could not resolve host: x", "name_resolution"),
    (60, b"curl: (60) SSL certificate problem: unable to get local issuer", "certificate"),
    (1, b"  SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
    (100, b"E: Failed to fetch https://x/y.deb  Could not connect", "mirror"),
    (100, b"> E: Unable to locate package linux-image-nosuch", "no_such_package"),
    (1, b"ERROR: No matching distribution found for octavia-lib===99", "pip_index"),
    (1, b"WARNING: Retrying (Retry(total=4)) after connection broken", "pip_index"),
    (1, b"ERROR: ResolutionImpossible: for help visit", "constraints"),
    (1, b"ERROR: Failed building wheel for cryptography", "pip_build"),
    (1, b"Failed to find reference to stable/2099.1", "reference_not_found"),
    (128, b"fatal: couldn't find remote ref stable/2099.1", "reference_not_found"),
    (128, b"fatal: repository 'https://x/y/' not found", "clone"),
    (1, b"The git clone command failed after 5 attempts.", "clone"),
    (1, b"losetup: /tmp/x.raw: failed to set up loop device: No such file", "no_loop_device"),
    (1, b"losetup: cannot find an unused loop device", "no_loop_device"),
    (1, b"/dev/mapper/control: open failed: Operation not permitted", "no_device_mapper"),
    (1, b"sudo: a password is required", "no_privileges"),
    (32, b"mount: /tmp/dib_build.x/mnt: permission denied.", "no_privileges"),
    (1, b"E: Cannot install into target '/w/x' mounted with noexec or nodev", "noexec_work"),
    (1, b"OSError: [Errno 12] Cannot allocate memory", "out_of_memory"),
    (1, b"E: Release file for x is not valid yet (invalid for another 2h)", "clock"),
    (100, b"E: Failed to fetch https://x/y.deb  Hash Sum mismatch", "mirror_damaged"),
    (1, b"The following packages have unmet dependencies:", "broken_dependencies"),
    (127, b"/tmp/in_target.d/install.d/75-x: line 3: jq: command not found", "command_not_found"),
    (1, b"touch: cannot touch '/x': Read-only file system", "read_only"),
    (1, b"dpkg: error processing package haproxy (--configure):", "dpkg"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "line", "case"), _LINES, ids=[line[2] for line in _LINES])
def test_the_telling_line_is_found_among_others(code: int, line: bytes, case: str) -> None:
    failure = explain(a_reader(_SCRIPT + b"Get:1 x\n" + line + b"\n" + _TIDYING), code, a_request())
    assert failure.case == case
    assert failure.line == line.decode().strip()
    assert failure.place == "75-amphora-agent-install (install.d)"
    assert failure.remedy


def test_a_build_in_memory_is_told_from_one_on_disk() -> None:
    line = _SCRIPT + b"tar: x: No space left on device\n"
    assert explain(a_reader(line), 2, a_request(tmpfs=True)).case == "tmpfs_full"
    failure = explain(a_reader(line), 2, a_request(tmpfs=False))
    assert failure.case == "work_full"
    assert "/build/work" in failure.remedy


def test_a_full_cache_is_told_by_its_path() -> None:
    line = _SCRIPT + b"cp: error writing '/build/cache/x.tar.gz': No space left on device\n"
    assert explain(a_reader(line), 1, a_request()).case == "cache_full"


def test_a_full_directory_of_the_image_is_told_by_the_phase() -> None:
    data = (
        b"Converting image using qemu-img convert\n"
        b"qemu-img: error while writing sector 4096: No space left on device\n"
    )
    failure = explain(a_reader(data), 1, a_request())
    assert failure.case == "output_full"
    assert "/images" in failure.cause


def test_a_build_without_a_word_points_to_the_directory_of_the_image() -> None:
    failure = explain(a_reader(), 1, a_request())
    assert failure.case == "no_output"
    assert "mkdir -p /images" in failure.remedy
    assert (failure.line, failure.culprit, failure.phase) == ("", "", "")


def test_a_build_that_was_killed_points_to_memory() -> None:
    assert "image.tmpfs" in explain(a_reader(_SCRIPT), 137, a_request()).remedy


def test_what_an_earlier_script_complained_of_is_not_the_cause() -> None:
    data = (
        b"dib-run-parts Running /x/install.d/01-a\nE: Unable to locate package b\n"
        b"dib-run-parts 01-a completed\n" + _SCRIPT + b"something odd failed here\n"
    )
    failure = explain(a_reader(data), 1, a_request())
    assert failure.case == ""
    assert failure.line == "something odd failed here"
    assert "75-amphora-agent-install in install.d" in failure.summary


@pytest.mark.parametrize(
    "harmless",
    [
        b"E: Can not write log (Is /dev/pts mounted?) - posix_openpt (19: No such device)\n",
        b"sudo: unable to resolve host vm: Name or service not known\n",
    ],
)
def test_a_complaint_of_each_good_build_is_not_the_cause(harmless: bytes) -> None:
    failure = explain(a_reader(_ROOT + harmless + b"it went wrong\n" + _TIDYING), 1, a_request())
    assert (failure.case, failure.line) == ("", "it went wrong")


@pytest.mark.parametrize("name", BUILT)
def test_no_case_is_seen_in_the_scripts_of_a_good_build(name: str) -> None:
    # Each line is looked at as if the build had failed there, with an unknown code and no phase.
    patterns = [
        (case.id, re.compile(pattern))
        for case in cases()
        for pattern in case.patterns
        if "{cache}" not in pattern
    ]
    seen = {
        (case, line[:80])
        for line in log(name).decode("utf-8", "replace").split("\n")
        if not HARMLESS.search(line)
        for case, pattern in patterns
        if pattern.search(line)
    }
    assert not seen


def test_cases_name_phases_and_answers_that_are_there() -> None:
    answers = ImageSection.model_fields
    for case in cases():
        assert all(phase_of(phase) is not None for phase in case.phases), case.id
        for name in re.findall(r"\bimage\.(\w+)", f"{case.cause} {case.remedy}"):
            assert name in answers, f"{case.id} names image.{name}"
    assert len({case.id for case in cases()}) == len(cases())


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_the_words_of_each_case_can_be_filled_in(case: object) -> None:
    words = {"line": "L", "what": "W", "release": "r", "base_os": "o", "size": "2", "larger": "3"}
    words |= {"work": "w", "cache": "c", "output": "d", "build": "b"}
    for text in (getattr(case, name) for name in ("summary", "cause", "remedy")):
        filled = text.format_map(words)
        assert filled
        assert "{" not in filled
        assert "\n" not in filled
