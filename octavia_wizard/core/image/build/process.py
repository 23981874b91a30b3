"""Start a build so that it lives on without the wizard, and tell whether it lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from octavia_wizard.core.detached.launching import Order, exit_code, make_room
from octavia_wizard.core.detached.launching import launch as launch_detached
from octavia_wizard.core.detached.sessions import alive
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.image.build.locations import has_credentials
from octavia_wizard.core.image.build.record import BuildRecord, save_record
from octavia_wizard.core.places import private_directory

__all__ = ["alive", "exit_code", "launch"]


def launch(
    record: BuildRecord, argv: Sequence[str], environment: Mapping[str, str], directory: Path
) -> BuildRecord:
    """Start a build in a directory; returns and saves the record with its process.

    Raises StepError where it cannot be started, or where an argument holds a password:
    every user of the host can read the arguments of every process.
    """
    if any(map(has_credentials, argv)):
        raise StepError("a password in the arguments of a build could be read by every user")
    private_directory(record.directory)
    make_room(record.code)
    save_record(record)
    order = Order("the build", argv, environment, directory, log=record.log, code=record.code)
    process = launch_detached(order)
    return save_record(
        replace(record, pid=process.pid, pid_started=process.pid_started, boot_id=process.boot_id)
    )
