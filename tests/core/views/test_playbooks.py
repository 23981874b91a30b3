"""Runs of playbooks and the state of the controllers, each in a line, whatever became of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.facts.controllers import Controller, Controllers
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.views.model import plain_text
from octavia_wizard.core.views.playbooks import draw_controllers, draw_runs
from tests.core.views.support import subject


def run(purpose: str, state: PlayState, at: str, **more: Any) -> PlaybookRun:
    plain = PlaybookRun(f"{purpose}-1", purpose, (), (), {}, at, state, Path("/x"))
    return replace(plain, **more)


def runs(*found: PlaybookRun) -> str:
    what = subject()
    host = replace(what.facts.host, playbook_runs=found)
    return plain_text(draw_runs(replace(what, facts=replace(what.facts, host=host)), 76))


def test_the_newest_run_of_each_playbook_is_told_with_its_end_and_time() -> None:
    shown = runs(
        run("octavia", PlayState.FAILED, "2026-11-23T03:15:00+00:00", seconds=372.4),
        run("containers", PlayState.DONE, "2026-11-22T10:00:00+00:00", seconds=41.0),
        run("octavia", PlayState.DONE, "2026-11-20T09:00:00+00:00"),
    )
    assert shown.splitlines() == [
        "✗ octavia     2026-11-23 03:15  failed  6 min 12 s",
        "✓ containers  2026-11-22 10:00  done    41 s",
    ]


def test_options_of_a_run_are_told_because_it_stands_for_no_whole_one() -> None:
    shown = runs(run("octavia", PlayState.DONE, "2026-11-23T03:15:00Z", options=("--check",)))
    assert shown.endswith("--check")


def test_without_runs_there_is_no_picture() -> None:
    assert runs() == ""


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Controllers("now", problem="there is no ansible on this host"), "! there is no ansible"),
        (Controllers("now"), "· no controller runs Octavia yet"),
        (Controllers("now", (Controller("infra1", "timed out"),)), "✗ infra1  timed out"),
        (
            Controllers("now", (Controller("infra1", services={"octavia-api": "failed"}),)),
            "! infra1  octavia-api failed",
        ),
        (
            Controllers("now", (Controller("infra1", services={"octavia-api": "active"}),)),
            "✓ infra1  all of Octavia active",
        ),
    ],
)
def test_each_controller_is_told_with_what_is_wrong_with_it(found: Controllers, said: str) -> None:
    what = subject()
    shown = plain_text(
        draw_controllers(replace(what, facts=replace(what.facts, controllers=found)), 76)
    )
    assert shown.startswith(said)


def test_while_nobody_asked_there_is_no_picture() -> None:
    assert draw_controllers(subject(), 76) == ()
