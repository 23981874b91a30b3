"""The state of a cloud: kept while it fits, made anew when it does not."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing

import pytest

from octavia_wizard.rehearsal import passwords, state
from octavia_wizard.rehearsal.layout import Layout


def finished(layout: Layout) -> dict[str, str]:
    """Make a state with one database, as a start that came to its end leaves it."""
    state.prepare(layout)
    with closing(sqlite3.connect(layout.data / "nova_api.db")) as database, database:
        database.execute("create table things (name text)")
        database.execute("insert into things values ('first')")
    state.finish(layout)
    return passwords.load(layout.passwords)


def test_a_finished_state_is_kept(layout: Layout) -> None:
    """With its passwords."""
    made = finished(layout)
    assert state.prepare(layout) == ""
    assert state.is_ready(layout)
    assert passwords.load(layout.passwords) == made


def test_a_half_made_state_is_dropped_with_a_note(layout: Layout) -> None:
    """A start that was killed leaves nothing that could disturb the next one."""
    state.prepare(layout)
    (layout.data / "nova_api.db.new").write_text("half a database")
    assert "did not come to its end" in state.prepare(layout)
    assert not list(layout.data.iterdir())


@pytest.mark.parametrize("record", ['{"key": "older", "ready": true}', "no JSON", "[]"])
def test_a_state_of_another_version_is_dropped_with_a_note(layout: Layout, record: str) -> None:
    """It is rebuilt without a question: nothing in a rehearsal is meant to last."""
    finished(layout)
    (layout.state / state.RECORD).write_text(record)
    assert "made anew" in state.prepare(layout)


def test_a_fresh_state_comes_from_the_copy_of_the_first(layout: Layout) -> None:
    """Databases and passwords as they were, and private."""
    made = finished(layout)
    with closing(sqlite3.connect(layout.data / "nova_api.db")) as database, database:
        database.execute("delete from things")
    state.drop(layout)
    assert state.prepare(layout) == ""
    assert state.is_ready(layout)
    assert passwords.load(layout.passwords) == made
    with closing(sqlite3.connect(layout.data / "nova_api.db")) as database:
        assert database.execute("select name from things").fetchall() == [("first",)]
    for path in layout.state.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_copy_of_another_version_is_not_used(layout: Layout) -> None:
    """It would not fit the services."""
    finished(layout)
    state.drop(layout)
    (layout.snapshot / state.RECORD).write_text(json.dumps({"key": "older"}))
    state.prepare(layout)
    assert not state.is_ready(layout)


def test_the_key_depends_on_place_and_ports(layout: Layout) -> None:
    """nova's cells hold paths, keystone's catalogue holds ports."""
    keys = {
        state.key(layout),
        state.key(Layout.default(3000, root=layout.root)),
        state.key(Layout.default(layout.port_offset, root=layout.root / "other")),
    }
    assert len(keys) == 3
