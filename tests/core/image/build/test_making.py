"""A build from beginning to end, by what an operator finds afterwards."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import replace

import pytest

from octavia_wizard.core.errors import Interrupted, LockedError, StepError
from octavia_wizard.core.image.build.lookup import (
    finished_build,
    is_unchanged,
    owner_of,
    running_build,
    standing_of,
)
from octavia_wizard.core.image.build.making import begin
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, builds, save_record
from octavia_wizard.core.image.build.request import BuildRequest
from tests.core.image.build.conftest import Place
from tests.core.image.build.support import Told, killed_at, left_beside, request_in


@pytest.fixture
def request_ok(place: Place) -> BuildRequest:
    return request_in(place)


def test_the_image_appears_whole_and_is_written_down(
    place: Place, request_ok: BuildRequest
) -> None:
    told = Told()
    record = told.bring_about(request_ok)
    assert record.state is BuildState.DONE
    assert record.result is not None
    data = request_ok.output.read_bytes()
    assert record.result.sha512 == hashlib.sha512(data).hexdigest()
    assert record.result.size == len(data)
    assert len(record.commit) == 40
    assert record.durations["install.d"] >= 0
    assert left_beside(request_ok) == []
    assert place.traces() == []
    assert finished_build(request_ok) == owner_of(request_ok.output) == record
    assert record.log.stat().st_mode & 0o777 == 0o600


def test_how_far_it_is_never_goes_back_and_ends_at_the_whole(request_ok: BuildRequest) -> None:
    told = Told()
    told.bring_about(request_ok)
    shares = [standing.share for standing in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert max(shares[:-1]) < 1


def test_an_image_of_another_content_is_not_taken_for_the_wanted_one(
    request_ok: BuildRequest,
) -> None:
    Told().bring_about(request_ok)
    assert finished_build(replace(request_ok, fips=True)) is None
    assert finished_build(replace(request_ok, tmpfs=False)) is not None


def test_a_changed_file_is_not_ours_any_more(request_ok: BuildRequest) -> None:
    record = Told().bring_about(request_ok)
    with request_ok.output.open("ab") as file:
        file.write(b"\0" * 65536)
    assert not is_unchanged(record)
    assert owner_of(request_ok.output) is None
    assert finished_build(request_ok) is None


def test_the_former_image_stays_until_the_new_one_is_whole(place: Place) -> None:
    good = request_in(place)
    Told().bring_about(good)
    before = good.output.read_bytes()
    failing = request_in(place, "image_build_nospace")
    with pytest.raises(StepError):
        Told().bring_about(failing)
    assert good.output.read_bytes() == before
    assert finished_build(good) is not None


def test_a_failure_names_the_script_the_line_and_the_cure_and_leaves_nothing(
    place: Place,
) -> None:
    request = request_in(place, "image_build_nospace")
    with pytest.raises(StepError) as caught:
        Told().bring_about(request)
    text = f"{caught.value.message}\n{caught.value.hint}"
    for expected in ("98-source-repositories", "No space left", "image.tmpfs", "/log"):
        assert expected in text
    (record,) = builds()
    assert record.state is BuildState.FAILED
    assert "image.tmpfs" in record.message
    assert record.log.stat().st_size > 1000
    assert not request.output.exists()
    assert left_beside(request) == []
    assert place.traces() == []


def test_a_file_of_somebody_else_at_the_output_is_never_replaced(
    request_ok: BuildRequest,
) -> None:
    request_ok.output.write_bytes(b"precious")
    with pytest.raises(StepError, match="did not build"):
        Told().bring_about(request_ok)
    assert request_ok.output.read_bytes() == b"precious"
    assert builds() == ()


def test_cancelled_it_leaves_nothing_behind(place: Place) -> None:
    request, told = request_in(place, slow="install.d"), Told()
    threading.Thread(target=_cancel_when_reached, args=(told,)).start()
    with pytest.raises(Interrupted):
        told.bring_about(request)
    assert builds()[0].state is BuildState.CANCELLED
    assert not request.output.exists()
    assert left_beside(request) == []
    assert place.traces() == []


def test_a_source_that_is_not_there_is_told_and_written_down(place: Place) -> None:
    request = replace(request_in(place), repository=str(place.root / "nowhere"))
    with pytest.raises(StepError):
        Told().bring_about(request)
    assert builds()[0].state is BuildState.FAILED
    assert left_beside(request) == []


def test_a_second_build_with_the_same_cache_is_refused_while_one_goes_on(place: Place) -> None:
    request, told = request_in(place, slow="install.d"), Told()
    thread = threading.Thread(target=lambda: _quietly(told, request))
    thread.start()
    assert told.reached.wait(60)
    other = replace(request, output=request.output.with_name("other.qcow2"))
    with pytest.raises(LockedError, match="cache"):
        Told().bring_about(other)
    assert standing_of(builds()[0]) is not None
    told.cancel.set()
    thread.join(60)


def _cancel_when_reached(told: Told) -> None:
    told.reached.wait(60)
    told.cancel.set()


def _quietly(told: Told, request: BuildRequest) -> None:
    with pytest.raises(Interrupted):
        told.bring_about(request)


def test_two_that_want_the_same_image_share_one_build(place: Place) -> None:
    request, first, second = request_in(place, speed="60"), Told(), Told()
    found: list[BuildRecord] = []
    threads = [threading.Thread(target=lambda: found.append(first.bring_about(request)))]
    threads[0].start()
    assert first.reached.wait(60)
    threads.append(threading.Thread(target=lambda: found.append(second.bring_about(request))))
    threads[1].start()
    for thread in threads:
        thread.join(120)
    assert len(builds()) == 1
    assert len(found) == 2
    assert found[0].result == found[1].result
    assert any("following build" in line for line in second.lines)
    assert left_beside(request) == []


def test_a_killed_wizard_leaves_a_build_that_the_next_one_takes_in(place: Place) -> None:
    request = request_in(place, speed="60")
    killed_at(request, "install.d")
    running = running_build(request)
    assert running is not None
    before, told = float(running.told.read_text()), Told()
    record = told.bring_about(request)
    assert told[0].share >= before > 0
    assert record.id == running.id
    assert record.state is BuildState.DONE
    assert request.output.exists()
    assert left_beside(request) == []


def test_a_build_that_ended_while_nobody_looked_is_taken_in(place: Place) -> None:
    request = request_in(place, speed="200")
    killed_at(request, "install.d")
    end = time.monotonic() + 60
    while not builds()[0].code.exists():
        assert time.monotonic() < end
        time.sleep(0.1)
    assert Told().bring_about(request).state is BuildState.DONE


def test_a_build_cancelled_from_elsewhere_is_not_told_as_a_failure(place: Place) -> None:
    from octavia_wizard.core.image.build.cancel import cancel_build

    request, told = request_in(place, slow="install.d"), Told()
    caught: list[BaseException] = []

    def follow() -> None:
        try:
            told.bring_about(request)
        except BaseException as error:
            caught.append(error)

    thread = threading.Thread(target=follow)
    thread.start()
    assert told.reached.wait(60)
    cancel_build(builds()[0])
    thread.join(60)
    assert isinstance(caught[0], Interrupted)
    assert builds()[0].state is BuildState.CANCELLED
    assert place.traces() == []


def test_a_record_of_a_wizard_that_died_before_the_build_began_stands_in_nobodys_way(
    place: Place, request_ok: BuildRequest
) -> None:
    dead = begin(request_ok)
    save_record(replace(dead, wizard_pid=2**22, wizard_started=1.0))
    assert Told().bring_about(request_ok).state is BuildState.DONE
