"""Start a playbook in a private directory of its own, so that it lives on without the wizard."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.core.detached.launching import Handover, Order, launch, make_room
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import make_directory, write_file
from octavia_wizard.core.places import private_directory
from octavia_wizard.core.playbooks.environment import environment_for
from octavia_wizard.core.playbooks.kept import Kept, load, save
from octavia_wizard.core.playbooks.record import PlaybookCall, PlaybookRun
from octavia_wizard.core.playbooks.tasks import Listed, list_tasks, load_list, save_list

if TYPE_CHECKING:
    from octavia_wizard.core.vault import Vault

_PLUGIN = "octavia_wizard_events.py"


def prepare(call: PlaybookCall, directory: Path, runs: Sequence[PlaybookRun] = ()) -> Kept:
    """Make the directory of a run, with our plugin in it, and write down what is to be run.

    ``runs`` are those there are; it is taken to begin after them though the clock was put back, as
    the newest counts.
    """
    private_directory(directory)
    began = [datetime.now(UTC)]
    began += [datetime.fromisoformat(run.started) + timedelta(seconds=1) for run in runs]
    kept = Kept(
        directory=directory,
        purpose=call.purpose,
        command=(str(call.program), *call.argv),
        options=call.options,
        inputs=call.inputs,
        started=max(began).isoformat(timespec="seconds"),
        start_at=call.start_at,
        group=call.group,
        may_be_idle=call.may_be_idle,
    )
    make_directory(kept.plugins, 0o700)
    source = files("octavia_wizard.core.playbooks").joinpath("callback", _PLUGIN)
    write_file(kept.plugins / _PLUGIN, source.read_bytes(), 0o600)
    write_file(kept.events, "", 0o600)
    return kept


def start(call: PlaybookCall, kept: Kept, vault: Vault | None) -> Kept:
    """Start what was prepared, and write down its process.

    A typed vault password goes through a pipe that is fed from within the playbook's own session:
    it is read there even where the wizard is gone by then.
    """
    typed = None if vault is None else vault.typed()
    pipe = kept.directory / "password"
    password = pipe if typed is not None else None if vault is None else vault.file
    order = Order(
        what="the playbook",
        argv=kept.command,
        environment=environment_for(
            os.environ,
            plugins=kept.plugins,
            events=kept.events,
            config_dir=call.config_dir,
            password=password,
        ),
        directory=call.directory,
        log=kept.log,
        code=kept.code,
        handover=None if typed is None else Handover(typed, pipe),
    )
    make_room(kept.code)
    now = max(datetime.now(UTC), datetime.fromisoformat(kept.started))
    kept = save(replace(kept, started=now.isoformat(timespec="seconds")))
    process = launch(order)
    return save(
        replace(kept, pid=process.pid, pid_started=process.pid_started, boot_id=process.boot_id)
    )


def tasks_of(
    call: PlaybookCall,
    kept: Kept,
    vault: Vault | None,
    earlier: Iterable[PlaybookRun],
    cancel: threading.Event,
) -> Listed:
    """Return which tasks the playbook has: of an earlier run of the same command, or asked.

    What cannot be told is (); raises Interrupted where it is told to stop, as nothing runs then.
    """
    for run in earlier:
        before = load(run.directory)
        if before is not None and _without_start(before) == _without_start(kept):
            listed = load_list(before.tasks)
            if listed:
                break
    else:
        with _readable(vault, kept.directory) as environ:
            if call.config_dir is not None:
                environ = {**environ, "OSA_CONFIG_DIR": str(call.config_dir)}
            listed = list_tasks(kept.command, environ, call.directory, cancel)
    if listed:
        save_list(kept.tasks, listed)
    return listed


@contextmanager
def _readable(vault: Vault | None, directory: Path) -> Iterator[Mapping[str, str]]:
    if vault is None:
        yield environment_for(os.environ)
        return
    place = directory / "list"
    make_directory(place, 0o700)
    try:
        with vault.offered(place) as password:
            yield environment_for(os.environ, password=password)
    finally:
        _empty(place)


def _empty(place: Path) -> None:
    try:
        for path in place.iterdir():
            path.unlink()
        place.rmdir()
    except OSError as error:
        raise FileError(f"cannot remove {place}: {error.strerror}") from None


def _without_start(kept: Kept) -> tuple[object, ...]:
    """Return what decides which tasks there are: the command but where it starts, the release."""
    words = list(kept.command)
    if kept.start_at and "--start-at-task" in words:
        at = words.index("--start-at-task")
        del words[at : at + 2]
    return (*words, kept.inputs.get("release"))
