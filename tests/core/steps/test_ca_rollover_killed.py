"""A phase of a rollover that was killed is completed, and never mixes two sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.engine.lines import Kind
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.pki.judging.review import examine
from octavia_wizard.core.pki.rollover_files import Side, Stage, position_of
from octavia_wizard.core.steps.ca_rollover import place_of
from tests.core.engine.killing import Moment, finishes
from tests.core.pki.support import SECRETS
from tests.core.steps.renewal_bench import contents, later
from tests.core.steps.test_ca_rollover import go, roller


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))


def stages() -> Iterator[tuple[Side, Stage]]:
    """Return the phases that replace more than one file of a set."""
    yield Side.SERVER, Stage.TRUST
    yield Side.SERVER, Stage.USE
    yield Side.CLIENT, Stage.USE
    yield Side.CLIENT, Stage.DROP


def run_in(root: Path) -> object:
    """Carry out the phase that is named in a file; in a process of its own, to be killed."""
    side, stage, moment = (root / "aim").read_text().split()
    one, _ = roller(root, Side(side), stage, certificates__not_before=moment)
    return one.run()


@pytest.mark.parametrize(("side", "stage"), list(stages()))
@pytest.mark.parametrize(
    ("moment", "kind"), [(Moment.BEFORE, Kind.OUTCOME), (Moment.AFTER, Kind.INTENT)]
)
def test_a_killed_phase_is_completed(
    side: Side, stage: Stage, moment: Moment, kind: Kind, tmp_path: Path
) -> None:
    """Killed at any act, the next run ends with one sound set, and undo restores the one before."""
    line, finished = 0, False
    while not finished:
        line += 2 if line else 1
        root = tmp_path / str(line)
        root.mkdir()
        _, layout = roller(root, side, stage)
        before = contents(layout.directory)
        for former in Stage:
            if former is stage:
                break
            go(root, side, former)
        (root / "aim").write_text(f"{side} {stage} {later()}")
        one, layout = roller(root, side, stage)
        finished = finishes(run_in, root, line, moment, (kind,))
        assert one.run().status is RunStatus.DONE, f"line {line}: {one.failure()}"
        assert examine(layout, SECRETS.get).errors == (), f"line {line}"
        assert position_of(layout, side).stage is stage
        assert not position_of(layout, side).problem
        assert not place_of(layout, side).exists()
        assert not one.undo().left, f"line {line}"
        assert contents(layout.directory) == before, f"line {line}"
    assert line > 4
