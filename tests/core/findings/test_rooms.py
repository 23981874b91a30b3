"""Room is measured on the disks playbooks really write to, each once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Effective, Setting
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.findings.rooms import MIB, NEEDS, measure
from octavia_wizard.core.releases import latest


def effective(**values: object) -> Effective:
    """Make effective values out of section__key."""
    keys = {key.replace("__", "."): value for key, value in values.items()}
    return Effective(latest(), {k: Setting(k, v, Provenance.OPERATOR) for k, v in keys.items()})


def test_who_runs_no_playbooks_needs_no_room(tmp_path: Path) -> None:
    assert measure(effective(deployment__run_playbooks=False), HostFacts(tmp_path)) == ()
    assert measure(effective(), HostFacts(tmp_path)) == ()


def test_all_needs_are_measured_once_a_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = SimpleNamespace(free=7 * MIB + 5)
    monkeypatch.setattr(psutil, "disk_usage", lambda _: free)
    host = HostFacts(tmp_path / "not" / "there", home=tmp_path)
    rooms = measure(effective(deployment__run_playbooks=True), host)
    assert all(room.free_mib == 7 for room in rooms)
    assert all(Path(room.point).is_dir() for room in rooms)
    told = [what for room in rooms for what, _ in room.needs]
    assert sorted(told) == sorted(need.what for need in NEEDS if not need.by_role)


def test_the_image_takes_room_where_the_role_brings_it(tmp_path: Path) -> None:
    answers = effective(deployment__run_playbooks=True, image__source="role")
    rooms = measure(answers, HostFacts(tmp_path, home=tmp_path))
    assert sum(room.needed_mib for room in rooms) == sum(need.mib for need in NEEDS)


def test_a_disk_that_cannot_be_measured_refuses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> None:
        raise OSError(5, "Input/output error", path)

    monkeypatch.setattr(psutil, "disk_usage", refuse)
    assert measure(effective(deployment__run_playbooks=True), HostFacts(tmp_path)) == ()
