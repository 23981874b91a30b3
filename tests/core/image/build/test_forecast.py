"""Between counts the share creeps, and never to the end by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.image.build.counters import PackageRun
from octavia_wizard.core.image.build.forecast import Course, Progress, Script, creep
from octavia_wizard.core.image.build.weights import weights_for
from tests.core.image.build.samples import a_request

_WEIGHTS = weights_for(a_request(), ())


def _course(
    phase: str = "convert", *, share: float = 0.5, elapsed: float = 26.0, **changed: object
) -> Course:
    values = {"counted": False, "overrun": 0.0, "durations": {}, **changed}
    return Course(_WEIGHTS, phase, share, elapsed, **values)  # type: ignore[arg-type]


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_creeping_goes_on_and_never_arrives(a: float, b: float) -> None:
    less, more = sorted((a, b))
    assert 0 <= creep(less) <= creep(more) < 1


def test_creeping_is_true_while_the_time_is_not_over() -> None:
    assert creep(0.5) == 0.5
    assert creep(1.0) < 1.0


def test_a_run_of_apt_takes_over_from_time_and_gives_back() -> None:
    script = Script("install.d", "01-package-installs", 70.0)
    assert script.share(7.0) == 0.1
    run = PackageRun(2)
    script.begin_run(run, 7.0, 1.0)
    assert script.share(60.0) == 0.1  # nothing was counted yet
    before = script.share(60.0)
    for line in ("Get:1", "Get:2", "Unpacking a", "Unpacking b", "Setting up a", "Setting up b"):
        run.count(line)
        assert before < script.share(60.0) < 1
        before = script.share(60.0)
    script.end_run(60.0)
    assert script.share(60.0) == before
    assert script.share(70.0) > before


def test_scripts_that_will_not_come_any_more_are_not_waited_for() -> None:
    progress = Progress("root.d", completed=["75-ubuntu-minimal-baseinstall"])
    assert progress.share(_WEIGHTS, 50.0, None, 0.0) > 0.95


def test_more_scripts_than_were_told_do_no_harm() -> None:
    progress = Progress("cleanup.d", completed=[f"{n:02}-a" for n in range(20)], total=3)
    assert 0 < progress.share(_WEIGHTS, 5.0, None, 0.0) < 1


def test_a_late_phase_leaves_more_not_less() -> None:
    punctual = _course(share=0.98, elapsed=60.0, overrun=7.0).left
    late = _course(share=0.99, elapsed=300.0, overrun=247.0).left
    assert late[1] > punctual[1] + 100
    assert late[0] >= punctual[0]


def test_a_count_tells_more_than_what_was_expected() -> None:
    least, most = _course(share=0.1, elapsed=100.0, counted=True).left
    assert least < 900 < most


def test_a_fast_host_is_expected_to_stay_fast() -> None:
    fast = {"root.d": 30.0, "install.d": 55.0}
    slow = {"root.d": 300.0, "install.d": 500.0}
    assert _course("unmount", durations=fast).left[1] < _course("unmount", durations=slow).left[0]


def test_phases_that_were_not_needed_count_neither_way() -> None:
    course = _course("source", share=0.0, elapsed=0.0)
    assert course.whole == 0.0
    assert _course("check", share=0.99, durations={"root.d": 1.0}).whole < 1
