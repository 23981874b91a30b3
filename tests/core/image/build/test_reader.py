"""Progress of a build is true: it follows the log, never goes back, and never claims too much."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core.image.build.phases import PHASES
from octavia_wizard.core.image.build.reader import Reader
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.image.build.weights import Weights, weights_for
from tests.core.image.build.samples import (
    BUILT,
    NAMES,
    a_reader,
    a_record,
    a_request,
    log,
    recorded,
)

_STAMP = b"2026-11-22 09:00:%02d.000 | "
_MEASURED = {
    "root.d": 108.0,
    "extra-data.d": 6.7,
    "pre-install.d": 19.8,
    "install.d": 161.5,
    "post-install.d": 5.8,
    "unmount": 1.6,
    "block-device": 24.4,
    "finalise.d": 10.5,
    "convert": 53.1,
}


@cache
def _learned(name: str) -> Weights:
    return weights_for(a_request(), (a_record(dict(a_reader(log(name)).durations)),))


def _follow(
    reader: Reader, name: str, look: Callable[[float, Standing], None], *, step: float = 1.0
) -> float:
    """Feed a recorded build as it went, and look every second; return when it ended."""
    now = 0.0
    for at, line in recorded(name):
        while now <= at:
            look(now, reader.standing(now))
            now += step
        reader.feed(line, at)
    end = recorded(name)[-1][0]
    reader.finish(end)
    return end


def _fed(data: bytes, cuts: list[int], at: float = 500.0) -> tuple[Reader, list[str]]:
    reader = a_reader()
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    lines: list[str] = []
    for a, b in pairwise(edges):
        lines += reader.feed(data[a:b], at)
    return reader, [*lines, *reader.finish(at)]


@pytest.mark.parametrize(
    ("name", "phase", "culprit"),
    [
        ("ok", "finish", ""),
        ("2026_1", "finish", ""),
        ("bad_release_script", "root.d", "08-debootstrap"),
        ("nospace", "extra-data.d", "98-source-repositories"),
        ("image_too_small", "block-device", ""),
        ("blockdevice_failed", "trim", ""),
        ("missing_element", "setup", ""),
        ("missing_qemuimg", "setup", ""),
    ],
)
def test_a_recorded_build_ends_where_it_ended(name: str, phase: str, culprit: str) -> None:
    reader = a_reader(log(name))
    assert (reader.phase, reader.culprit) == (phase, culprit)
    assert reader.succeeded == (name in BUILT)


def test_all_recorded_builds_are_looked_at() -> None:
    assert len(NAMES) == 8


def test_a_build_tells_where_it_works_and_what_it_made() -> None:
    reader = a_reader(log("ok"))
    assert reader.build_directory.endswith("/dib_build.4XxW1l4q")
    assert reader.output == ("/build/out/amphora-x64-haproxy.qcow2", 345011200)
    assert reader.tail[-1].startswith("Amphora image size: ")
    assert len(reader.tail) == 200
    assert a_reader(log("missing_element")).output is None


def test_phases_and_scripts_took_what_was_measured() -> None:
    durations = a_reader(log("ok")).durations
    for phase, seconds in _MEASURED.items():
        assert durations[phase] == pytest.approx(seconds, abs=0.4), phase
    assert durations["install.d/75-amphora-agent-install"] == pytest.approx(74.1, abs=0.1)
    assert durations["finalise.d/99-write-dpkg-manifest"] < 1  # glued to a line of 34 KB


@pytest.mark.parametrize("name", NAMES)
def test_reading_a_log_again_gives_what_following_it_gave(name: str) -> None:
    live = a_reader()
    lines = [text for at, line in recorded(name) for text in live.feed(line, at)]
    live.finish(recorded(name)[-1][0])
    again, all_lines = _fed(log(name), [])
    assert lines == all_lines
    assert again.durations == live.durations
    assert (again.phase, again.culprit, again.tail) == (live.phase, live.culprit, live.tail)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["bad_release_script", "nospace", "missing_element"]),
    st.lists(st.integers(0, 1 << 20), max_size=30),
)
def test_progress_does_not_depend_on_where_the_bytes_are_cut(name: str, cuts: list[int]) -> None:
    whole, lines = _fed(log(name), [])
    cut, cut_lines = _fed(log(name), cuts)
    assert cut_lines == lines
    assert cut.durations == whole.durations
    assert cut.standing(501) == whole.standing(501)


def test_a_whole_build_in_odd_pieces_is_the_same_build() -> None:
    whole, lines = _fed(log("2026_1"), [])
    cut, cut_lines = _fed(log("2026_1"), list(range(0, 520_000, 137)))
    assert cut_lines == lines
    assert cut.durations == whole.durations
    assert cut.standing(501) == whole.standing(501)


@pytest.mark.parametrize("name", NAMES)
def test_newlines_of_another_system_change_nothing(name: str) -> None:
    plain, lines = _fed(log(name), [])
    other, other_lines = _fed(log(name).replace(b"\n", b"\r\n"), [])
    assert other_lines == lines
    assert other.durations == plain.durations
    assert other.standing(501) == plain.standing(501)


@given(st.lists(st.binary(max_size=400), max_size=10))
def test_garbage_harms_nothing(pieces: list[bytes]) -> None:
    reader = a_reader()
    for at, piece in enumerate(pieces):
        assert all(line.isprintable() for line in reader.feed(piece, float(at)))
    reader.finish(20.0)
    assert 0 <= reader.standing(20.0).share < 1


def test_a_build_without_times_is_timed_by_when_its_lines_came() -> None:
    reader = a_reader()
    for at, line in recorded("ok"):
        _, _, text = line.partition(b" | ")
        reader.feed(text or line, at)
    assert reader.succeeded
    assert reader.durations["install.d"] == pytest.approx(161.5, abs=0.5)


_CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("enter"), st.sampled_from([*(p.id for p in PHASES), "no.d", ""])),
        st.tuples(
            st.just("count"),
            st.tuples(
                st.integers(-3, 500), st.integers(-3, 400), st.sampled_from(["packages", "bytes"])
            ),
        ),
        st.tuples(st.just("feed"), st.integers(0, 1660)),
        st.tuples(st.just("total"), st.tuples(st.sampled_from(PHASES), st.integers(-1, 40))),
        st.tuples(st.just("converted"), st.floats(allow_nan=True)),
        st.tuples(st.just("wait"), st.floats(0, 5000)),
        st.tuples(st.just("finish"), st.none()),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(_CALLS, st.booleans())
def test_the_share_never_goes_back_whatever_happens(
    calls: list[tuple[str, object]], learned: bool
) -> None:
    reader = Reader(_learned("ok") if learned else weights_for(a_request(), ()))
    lines, at, share = recorded("nospace"), 0.0, 0.0
    for call, argument in calls:
        match call, argument:
            case "enter", str(phase):
                reader.enter(phase, at)
            case "count", (int(done), int(total), str(counter)):
                reader.count(done, total, counter)
            case "feed", int(start):
                reader.feed(b"".join(line for _, line in lines[start : start + 80]), at)
            case "total", (phase, int(scripts)):
                reader.set_total(getattr(phase, "id", ""), scripts)
            case "converted", float(converted):
                reader.set_converted(converted)
            case "wait", float(seconds):
                at += seconds
            case _:
                reader.finish(at)
        standing = reader.standing(at)
        assert share <= standing.share < 1
        assert standing.left is None or 0 < standing.left[0] < standing.left[1]
        assert 0 <= standing.quiet <= at
        share = standing.share
    reader.complete(at)
    assert reader.standing(at).share == 1
    assert reader.standing(at).left is None


def test_with_shipped_weights_the_share_is_near_the_time_that_is_over() -> None:
    seen: list[tuple[float, float]] = []
    end = _follow(a_reader(), "ok", lambda at, standing: seen.append((at, standing.share)))
    assert all(abs(share - at / end) < 0.1 for at, share in seen)
    assert len({share for _, share in seen}) > 0.9 * len(seen)  # it hardly ever stands still


def test_a_learned_build_knows_how_long_it_takes() -> None:
    seen: list[tuple[float, Standing]] = []
    reader = Reader(_learned("ok"))
    end = _follow(reader, "ok", lambda at, standing: seen.append((at, standing)))
    for at, standing in seen[5:]:
        assert standing.left is not None
        # The check afterwards takes a few seconds more.
        assert standing.left[0] <= end - at + 6
        assert end - at <= standing.left[1] + 6


def test_what_is_left_is_told_more_narrowly_when_it_was_learned() -> None:
    def width(reader: Reader) -> float:
        reader.enter("setup", 0.0)
        left = reader.standing(1.0).left
        assert left is not None
        return left[1] / left[0]

    assert width(Reader(_learned("ok"))) < 0.5 * width(a_reader())


def _converting(reader: Reader) -> Reader:
    for at, line in recorded("ok"):
        reader.feed(line, at)
        if b"Converting image using" in line:
            break
    return reader


def test_a_conversion_that_takes_longer_than_usual_moves_the_end() -> None:
    reader = _converting(a_reader())
    soon, late, later = (reader.standing(t).left for t in (380.0, 460.0, 600.0))
    assert soon is not None
    assert late is not None
    assert later is not None
    assert late[1] < later[1]
    assert later[0] >= 1
    assert reader.standing(600.0).share < 1


def test_a_slow_conversion_is_told_by_its_own_percentage() -> None:
    reader = _converting(a_reader())
    reader.set_converted(0.1)
    standing = reader.standing(460.5)  # a tenth in 100 s
    assert (standing.done, standing.total, standing.counter) == (10, 100, "percent")
    assert standing.left is not None
    assert standing.left[0] < 900 < standing.left[1]


def test_the_percentage_is_read_off_output_without_newlines() -> None:
    reader = _converting(a_reader())
    reader.feed(b"    (29.03/100%)\r    (31.", 400.0)
    assert reader.standing(400.0).done == 29
    reader.feed(b"50/100%)\r", 401.0)
    assert reader.standing(401.0).done == 32


def test_apt_is_followed_package_by_package() -> None:
    reader, seen = a_reader(), []
    _follow(reader, "ok", lambda _, standing: seen.append(standing), step=0.5)
    packages = [s for s in seen if s.script == "01-package-installs" and s.counter == "packages"]
    assert {s.total for s in packages} == {210}
    assert {s.title for s in packages} == {
        "downloading packages",
        "unpacking packages",
        "setting up packages",
    }
    assert max(s.done for s in packages) > 200
    assert any(s.brief == f"unpacking packages {s.done}/210" for s in packages)


def test_scripts_are_counted_up_to_the_number_that_was_told() -> None:
    reader = a_reader()
    reader.set_total("install.d", 16)
    for at, line in recorded("ok"):
        reader.feed(line, at)
        if line.endswith(b"dib-run-parts 10-cloud-init completed\n"):
            break
    standing = reader.standing(221.0)
    assert (standing.done, standing.total, standing.counter) == (5, 16, "scripts")
    assert standing.brief == "installing packages and the amphora agent 5/16"


def test_without_a_number_none_is_claimed() -> None:
    reader = a_reader()
    reader.feed(_STAMP % 1 + b"dib-run-parts Running /tmp/in_target.d/install.d/05-x\n", 1.0)
    assert reader.standing(1.0).total == 0


def test_preparation_and_check_are_told_from_outside() -> None:
    reader = a_reader()
    reader.enter("packages", 0.0)
    reader.count(3, 12, "packages", "Setting up kpartx")
    standing = reader.standing(4.0)
    assert (standing.phase, standing.brief) == (
        "packages",
        "installing what the build needs 3/12",
    )
    assert standing.last == "Setting up kpartx"
    assert standing.quiet == 0
    reader.enter("source", 10.0)
    for at, line in recorded("ok"):
        reader.feed(line, at + 20)
    reader.finish(436.2)
    reader.enter("check", 440.0)
    reader.count(100, 345, "bytes")
    assert 0.95 < reader.standing(440.5).share < 1
    assert reader.durations["packages"] == 10.0
    assert reader.durations["setup"] == pytest.approx(9.8, abs=0.1)
    reader.complete(444.0)
    assert reader.durations["check"] == 4.0
    assert reader.standing(444.0).share == 1


def test_a_build_found_at_work_is_as_far_as_it_is() -> None:
    began = 1795340928.911 - 1.955  # of the line "Building in", which came after 1.955 s
    again = Reader(weights_for(a_request(), ()), began)
    data = log("ok")
    again.feed(data[: data.rindex(b"\n", 0, data.index(b"Image file /build")) + 1], 400.0)
    standing = again.standing(400.0)
    live = _converting(a_reader()).standing(400.0)
    assert standing.phase == "convert"
    assert standing.quiet == pytest.approx(39.5, abs=0.2)
    assert standing.share == pytest.approx(live.share, abs=0.01)


def test_a_failed_build_has_no_time_left_and_keeps_its_share() -> None:
    reader = a_reader(log("nospace"))
    assert reader.standing(600.0).left is None
    assert reader.standing(600.0).share < 0.5


def test_hooks_that_are_only_copied_or_traced_are_not_run() -> None:
    reader = a_reader()
    reader.feed(_STAMP % 1 + b"Copying hooks /x/elements/vm/finalise.d/50-x\n", 1.0)
    reader.feed(_STAMP % 2 + b"+ echo Converting image using qemu-img convert\n", 2.0)
    reader.feed(_STAMP % 3 + b"Converting /etc/resolv.conf to a symlink\n", 3.0)
    reader.feed(_STAMP % 4 + b"Running hooks in /etc/ca-certificates/update.d...\n", 4.0)
    assert (reader.phase, reader.culprit) == ("setup", "")


def test_a_script_that_runs_scripts_of_its_own_stays_the_culprit() -> None:
    reader = a_reader()
    reader.feed(b"dib-run-parts Running /tmp/in_target.d/install.d/75-agent\n", 1.0)
    reader.feed(b"dib-run-parts Running /opt/own.d/10-inner\n", 2.0)
    assert reader.culprit == "75-agent"
    reader.feed(b"no newline heredib-run-parts 75-agent completed\n", 3.0)
    assert reader.culprit == ""
