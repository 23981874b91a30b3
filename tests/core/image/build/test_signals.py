"""What single lines of a log announce."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.image.build.lines import read
from octavia_wizard.core.image.build.signals import Kind, Signal, percent_in, signal_of
from tests.core.image.build.samples import log

_TARGET = "/tmp/in_target.d/install.d"  # noqa: S108


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Building in /x/dib_build.a", Signal(Kind.DIRECTORY, "/x/dib_build.a")),
        ("Running hooks from /x/hooks/root.d", Signal(Kind.PHASE, "root.d")),
        (
            f"dib-run-parts Sourcing environment file {_TARGET}/../environment.d/10-a",
            Signal(Kind.PHASE, "install.d"),
        ),
        (f"dib-run-parts Running {_TARGET}/75-a", Signal(Kind.SCRIPT, "75-a", "install.d")),
        ("dib-run-parts 75-a completed", Signal(Kind.COMPLETED, "75-a")),
        ('"ii "},dib-run-parts 99-b completed', Signal(Kind.COMPLETED, "99-b")),
        ("dib-run-parts ---- END PROFILING ----", Signal(Kind.PROFILED)),
        ("Converting image using qemu-img convert", Signal(Kind.PHASE, "convert")),
        ("Image file /x/a.qcow2 created...", Signal(Kind.PHASE, "finish")),
        ("Build completed successfully", Signal(Kind.BUILT)),
        ("Amphora image size: /x y/a.qcow2 123", Signal(Kind.OUTPUT, "/x y/a.qcow2", "", 123)),
        ("    (29.03/100%)", Signal(Kind.CONVERTED, number=29.03)),
    ],
)
def test_announcements_are_understood(text: str, signal: Signal) -> None:
    assert signal_of(text) == signal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+ echo Build completed successfully",
        "Running hooks in /etc/ca-certificates/update.d...",
        "Converting /etc/resolv.conf to a symlink to /run/systemd/resolve/stub-resolv.conf...",
        "Copying hooks /x/elements/vm/finalise.d/50-remove-bogus-udev-links",
        "dib-run-parts 75-a                                  74.063",
        "dib-run-parts Running " + "/a.d" * 5000,
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert signal_of(text) is None


def test_each_script_of_a_build_begins_and_is_completed() -> None:
    signals = [signal_of(read(line).text) for line in log("ok").split(b"\n")]
    begun = [s.name for s in signals if s is not None and s.kind is Kind.SCRIPT]
    done = [s.name for s in signals if s is not None and s.kind is Kind.COMPLETED]
    assert begun == done
    assert len(begun) == 73


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    signal_of(text)
    percent = percent_in(text)
    assert percent is None or 0 <= percent <= 100
