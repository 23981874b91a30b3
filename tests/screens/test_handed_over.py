"""The page at the end tells what was run, how long it took, and what is left in one's hands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.handover_model import (
    Handover,
    NextCommand,
    PlaybookRan,
    Proof,
    RunDone,
    StepDone,
)
from octavia_wizard.screens.handed_over import page_of

STATE = Path("/state")
BEFORE = PlaybookRan(
    "octavia", "…", "failed", "2026-05-05T07:01:00+00:00", 9.0, STATE / "playbooks/0/output.log", 2
)
CONTAINERS = PlaybookRan(
    "containers", "…", "done", "2026-05-06T07:01:00+00:00", 94.0, STATE / "playbooks/1/output.log"
)
RUN = RunDone(
    "0001",
    "octavia-wizard guide",
    "2026-05-06T07:00:00+00:00",
    "done",
    455.0,
    STATE / "runs/0001.jsonl",
    (
        StepDone("network", "Management network", "create", "lbaas-mgmt", 3.21),
        StepDone("octavia_playbook", "Playbook: Octavia", "run", "", 380.0),
    ),
)
HANDOVER = Handover(
    preset=STATE / "preset.yml",
    journal=STATE / "runs/0001.jsonl",
    runbook=STATE / "runbook.md",
    runbook_html=STATE / "runbook.html",
    replay="octavia-wizard replay /state/preset.yml",
    undo="octavia-wizard undo",
    verify="octavia-wizard verify",
    playbook_logs=STATE / "playbooks",
    runs=(RUN,),
    ran=(
        BEFORE,
        CONTAINERS,
        replace(CONTAINERS, purpose="octavia", outcome="failed", seconds=61.0),
        replace(CONTAINERS, purpose="octavia", outcome="lost", seconds=None),
        replace(CONTAINERS, purpose="octavia", seconds=380.0),
    ),
    verified=Proof("2026-05-06T07:20:00+00:00", smoke=True),
)


def _lines(handover: Handover) -> list[str]:
    return [" ".join(line.split()) for line in page_of(handover).plain.splitlines()]


def test_both_runbooks_are_named() -> None:
    lines = _lines(HANDOVER)
    assert lines.index("/state/runbook.html") == lines.index("/state/runbook.md") + 1


def test_each_playbook_of_this_run_is_told_with_its_end_and_how_long_it_took() -> None:
    lines = _lines(HANDOVER)
    begin = lines.index("Playbooks that were run") + 1
    assert lines[begin : begin + 6] == [
        "✓ containers 2026-05-06 07:01 UTC ended well after 1 min 34 s",
        "✗ octavia 2026-05-06 07:01 UTC failed after 1 min 1 s",
        "! octavia 2026-05-06 07:01 UTC was broken off",
        "✓ octavia 2026-05-06 07:01 UTC ended well after 6 min 20 s",
        "What they said is kept in",
        "/state/playbooks",
    ]


def test_what_a_later_version_calls_an_end_is_told_as_it_is() -> None:
    other = replace(CONTAINERS, outcome="paused")
    assert any("paused 1 min 34 s" in line for line in _lines(replace(HANDOVER, ran=(other,))))


def test_each_step_is_told_with_how_long_it_took() -> None:
    lines = _lines(HANDOVER)
    assert "Management network created 3.2 s" in lines
    assert "Playbook: Octavia run 6 min 20 s" in lines


@pytest.mark.parametrize(
    ("verified", "told"),
    [
        (
            HANDOVER.verified,
            "Verified 2026-05-06 07:20 UTC, with a load balancer made and deleted in it.",
        ),
        (Proof("2026-05-06T07:20:00+00:00", smoke=False), "Verified 2026-05-06 07:20 UTC."),
        (
            Proof("2026-05-06T07:20:00+00:00", smoke=True, warnings=("Amphorae: no heartbeat",)),
            "! Amphorae: no heartbeat",
        ),
        (None, "Not verified yet."),
    ],
)
def test_it_is_told_whether_all_was_verified_and_how_to_do_it(
    verified: Proof | None, told: str
) -> None:
    lines = _lines(replace(HANDOVER, verified=verified))
    assert told in lines
    assert "octavia-wizard verify" in lines


def test_without_a_cloud_there_is_nothing_to_verify() -> None:
    text = page_of(replace(HANDOVER, verified=None, verify="")).plain
    assert "erified" not in text


def test_only_what_is_left_to_run_by_hand_is_called_so() -> None:
    assert "by hand" not in page_of(HANDOVER).plain
    command = NextCommand("horizon", "openstack-ansible openstack.osa.horizon")
    lines = _lines(replace(HANDOVER, commands=(command,)))
    begin = lines.index("Still to be run by hand, in this order")
    assert lines[begin + 1] == "1 openstack-ansible openstack.osa.horizon"
