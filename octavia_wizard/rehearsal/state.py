"""The state of one rehearsal cloud: made, kept, restored, dropped."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from octavia_wizard.rehearsal import clouds, configuration, keys, passwords, private
from octavia_wizard.rehearsal.layout import Layout, Service

RECORD = "state.json"
SHAPED_BY = ("inside", "templates", "requirements.txt", "configuration.py", "keys.py", "layout.py")
"""The parts of this package that decide what a new state looks like."""


def prepare(layout: Layout) -> str:
    """Have a state to start from: the one there is, a copy of the fresh one, or the makings of one.

    Returns what the operator should know about it, or "".
    """
    note = _drop_unusable(layout)
    if not (layout.state / RECORD).exists():
        private.make_directory(layout.state)
        _record(layout, ready=_restore(layout))
    secrets = passwords.load_or_create(layout.passwords)
    configuration.write(layout, secrets)
    keys.write(layout, secrets)
    clouds.write(layout, secrets)
    return note


def is_ready(layout: Layout) -> bool:
    """Tell whether the state was started to the end once, by this version."""
    record = _read_record(layout.state)
    return record.get("ready") is True and record.get("key") == key(layout)


def finish(layout: Layout) -> None:
    """Note that the new state works and keep a copy of it to start from next time."""
    _take_snapshot(layout)
    _record(layout, ready=True)


def drop(layout: Layout) -> None:
    """Delete the state; the cloud must not be running."""
    if layout.state.exists():
        shutil.rmtree(layout.state)


def key(layout: Layout) -> str:
    """Return what a state depends on, as a hash: paths, ports, versions and this package's code."""
    digest = hashlib.sha256()
    digest.update(repr((str(layout.root), layout.port_offset, sys.version_info[:2])).encode())
    package = resources.files(__package__)
    for name in SHAPED_BY:
        _digest(package.joinpath(name), digest)
    return digest.hexdigest()


def _digest(part: Traversable, digest: hashlib._Hash) -> None:
    if part.is_dir():
        for child in sorted(part.iterdir(), key=lambda each: each.name):
            if child.name != "__pycache__":
                _digest(child, digest)
    else:
        digest.update(part.name.encode() + b"\0" + part.read_bytes())


def _drop_unusable(layout: Layout) -> str:
    """Drop a state that was left half-made or was made by another version; say so."""
    if not layout.state.exists() or is_ready(layout):
        return ""
    record = _read_record(layout.state)
    drop(layout)
    if not record:
        return "what was left of an earlier state could not be read and was made anew"
    if record.get("key") != key(layout):
        return "the earlier state belonged to another version or place and was made anew"
    return "an earlier start did not come to its end; the state was made anew"


def _read_record(folder: Path) -> dict[str, object]:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _record(layout: Layout, *, ready: bool) -> None:
    text = json.dumps({"key": key(layout), "ready": ready})
    private.write(layout.state / RECORD, text + "\n")


def _kept(layout: Layout) -> tuple[Path, ...]:
    """Return what a snapshot holds besides the databases, relative to the state."""
    octavia = Path("etc") / Service.OCTAVIA
    return (
        Path("fernet-keys"),
        Path("credential-keys"),
        octavia / "ca.pem",
        octavia / "ca.key",
        Path(layout.passwords.name),
    )


def _take_snapshot(layout: Layout) -> None:
    """Copy the state while the cloud runs; a snapshot that has its own name is whole."""
    unfinished = layout.snapshot.with_name(layout.snapshot.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for folder in (unfinished, unfinished / layout.data.name):
        private.make_directory(folder)
    for database in layout.data.glob("*.db"):
        with (
            closing(sqlite3.connect(database)) as source,
            closing(sqlite3.connect(unfinished / layout.data.name / database.name)) as target,
        ):
            source.backup(target)
    for part in _kept(layout):
        target_path = unfinished / part
        if (layout.state / part).is_dir():
            shutil.copytree(layout.state / part, target_path)
        else:
            target_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(layout.state / part, target_path)
    private.write(unfinished / RECORD, json.dumps({"key": key(layout)}) + "\n")
    shutil.rmtree(layout.snapshot, ignore_errors=True)
    unfinished.rename(layout.snapshot)


def _restore(layout: Layout) -> bool:
    """Start from the snapshot when there is one of this version; tell whether there was."""
    if _read_record(layout.snapshot).get("key") != key(layout):
        return False
    shutil.copytree(
        layout.snapshot, layout.state, ignore=shutil.ignore_patterns(RECORD), dirs_exist_ok=True
    )
    for folder in (layout.data, layout.etc):
        folder.chmod(0o700)
    for database in layout.data.glob("*.db"):
        database.chmod(0o600)
    return True
