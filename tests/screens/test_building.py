"""What a build tells is folded into what the screens show, however much it tells."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.errors import Interrupted, StepError
from octavia_wizard.core.image.build.record import new_record
from octavia_wizard.screens.build_words import share_words
from octavia_wizard.screens.building import BuildModel, Inbox, left_words, quiet_words
from octavia_wizard.screens.log_pane import broken
from octavia_wizard.screens.run_model import LOG_LINES, StepState
from tests.screens.fake_builds import WHOLE, finished, model_of, request_for, standing_at


@pytest.fixture
def model(tmp_path: Path) -> BuildModel:
    """A build that has told nothing yet."""
    return BuildModel(request_for(tmp_path))


def test_a_phase_runs_is_counted_and_takes_its_time(model: BuildModel) -> None:
    model.inbox.tell(standing_at("setup", 0.1, elapsed=0.5))
    model.inbox.tell(standing_at("root.d", 0.2, 3, 10, elapsed=100.0))
    model.take()
    model.inbox.tell(standing_at("root.d", 0.3, 9, 10, elapsed=160.0))
    model.take()
    phase = model.phases["root.d"]
    assert (phase.state, phase.count_text) == (StepState.RUNNING, "9 of 10 scripts")

    model.inbox.tell(standing_at("install.d", 0.4, elapsed=170.0))
    model.take()

    assert phase.state is StepState.DONE
    assert phase.took == pytest.approx(70.0)
    assert phase.count_text == "10 of 10 scripts"
    assert model.phases["extra-data.d"].state is StepState.DONE
    assert model.phases["post-install.d"].state is StepState.WAITING


def test_packages_of_a_script_are_not_taken_for_scripts_of_the_phase(model: BuildModel) -> None:
    model.inbox.tell(standing_at("install.d", 0.4, 3, 16))
    model.take()
    model.inbox.tell(standing_at("install.d", 0.5, 35, 68, counter="packages"))
    model.take()
    assert model.standing is not None
    assert model.standing.brief.endswith("35/68")
    assert model.phases["install.d"].count_text == "3 of 16 scripts"


def test_of_a_build_that_is_taken_up_no_times_are_made_up(model: BuildModel) -> None:
    for number, phase in enumerate(("setup", "root.d", "install.d")):
        model.inbox.tell(standing_at(phase, 0.1 * number, elapsed=300.0 + number / 10))
    model.take()
    assert [phase.took for phase in model.phases.values()] == [0.0] * len(model.phases)
    model.inbox.tell(standing_at("convert", 0.8, elapsed=400.0))
    model.inbox.tell(standing_at("finish", 0.9, elapsed=460.0))
    model.take()
    assert model.phases["convert"].took == 60.0
    record = replace(finished(new_record(model.request)), durations={"root.d": 101.0})
    model.end(record, None)
    assert model.phases["root.d"].took == 101.0


def test_no_phase_is_lost_between_two_looks(model: BuildModel) -> None:
    for number, phase in enumerate(("setup", "root.d", "extra-data.d", "install.d")):
        for share in (0.1, 0.2):
            model.inbox.tell(standing_at(phase, share, elapsed=10.0 * number + 10 * share))
    model.take()
    assert [round(model.phases[name].took) for name in ("setup", "root.d")] == [10, 10]


def test_a_flood_of_lines_costs_a_look_no_more_than_a_screen_shows(model: BuildModel) -> None:
    for number in range(100_000):
        model.inbox.log(f"line {number}")
    began = time.perf_counter()
    model.take()
    assert time.perf_counter() - began < 0.05
    assert model.logged == 100_000
    assert len(model.log) == LOG_LINES
    assert model.log[-1] == "line 99999"


def test_threads_may_tell_while_the_screen_looks() -> None:
    inbox, seen = Inbox(), 0

    def tell() -> None:
        for number in range(5000):
            inbox.log(str(number))

    threads = [threading.Thread(target=tell) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen += inbox.take()[2]
    assert seen + inbox.take()[2] == 15_000


def test_it_is_at_a_hundred_only_when_it_is_done(model: BuildModel) -> None:
    model.inbox.tell(standing_at("check", 1.0))
    model.take()
    assert model.thousandths == 999
    assert share_words(model).startswith("99 %")
    model.end(finished(new_record(model.request)), None)
    assert share_words(model) == "100 %"


@pytest.mark.parametrize(
    ("error", "status", "state"),
    [
        (None, "done", StepState.DONE),
        (StepError("no"), "failed", StepState.FAILED),
        (Interrupted("cancelled"), "cancelled", StepState.STOPPED),
    ],
)
def test_how_it_ended_is_seen_in_the_phase_it_was_in(
    model: BuildModel, error: StepError | None, status: str, state: StepState
) -> None:
    model.inbox.tell(standing_at("convert", 0.9))
    model.end(finished(new_record(model.request)) if error is None else None, error)
    assert model.status == status
    assert model.phases["convert"].state is state


def test_longer_than_last_time_is_said(model: BuildModel) -> None:
    model.expected, model.learned = WHOLE, True
    model.inbox.tell(standing_at("convert", 0.9, elapsed=WHOLE * 1.5, left=(60.0, 130.0)))
    model.take()
    assert left_words(model) == "1 to 2 min left, taking longer than last time"
    model.learned = False
    assert left_words(model).endswith("taking longer than usual")
    model.expected = WHOLE * 2
    assert left_words(model) == "1 to 2 min left"


@pytest.mark.parametrize(
    ("phase", "quiet", "words"),
    [
        ("install.d", 9.0, ""),
        ("install.d", 25.4, "no output for 25 s, that is usual here"),
        ("convert", 75.0, "no output for 1 min 15 s, that is usual here"),
        ("cleanup.d", 75.0, "no output for 1 min 15 s, that is longer than usual"),
    ],
)
def test_silence_is_told_with_whether_it_is_usual(
    model: BuildModel, phase: str, quiet: float, words: str
) -> None:
    model.inbox.tell(standing_at(phase, 0.5, quiet=quiet))
    model.take()
    assert quiet_words(model) == words


def test_a_model_for_pictures_is_in_the_middle() -> None:
    found = model_of()
    assert found.status == "building"
    assert found.log[0].startswith("17:45:00 dib-run-parts")


def test_long_lines_are_broken_at_words_and_lose_nothing() -> None:
    line = "Installing collected packages: " + ", ".join(f"package-{n}" for n in range(400))
    parts = broken(line, 76)
    assert all(len(part) <= 76 for part in parts)
    assert " ".join(part.strip() for part in parts) == line
    assert "".join(part.strip() for part in broken("x" * 500, 60)) == "x" * 500


def test_breaking_a_whole_log_takes_a_moment() -> None:
    began = time.perf_counter()
    for number in range(LOG_LINES):
        broken(f"17:45:00 {number} Get:1 http://archive.ubuntu.com noble/main amd64 " * 3, 76)
    assert time.perf_counter() - began < 0.3
