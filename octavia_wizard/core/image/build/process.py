"""Start a build so that it lives on without the wizard, and tell whether it lives.

The build is the leader of a session of its own and writes into a file, so neither a closed
terminal nor a killed wizard reaches it. A shell around it writes its exit code into a file,
so that nobody need be its parent to learn it.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import psutil

from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.image.build import tree
from octavia_wizard.core.image.build.locations import has_credentials
from octavia_wizard.core.image.build.record import BuildRecord, save_record
from octavia_wizard.core.places import private_directory

_UMASK = 0o022
"""diskimage-builder copies files with the modes they come to have: a narrow umask of the
operator would make files in the image that its services cannot read."""

# The handlers keep the shell alive when its whole session is sent a signal, so that the exit
# code is written even then; the build itself gets the default actions, as handlers are not
# inherited.
_WRAPPER = """\
trap : HUP INT TERM
code=$1
shift
"$@"
ended=$?
echo "$ended" 1<> "$code.tmp" && mv -f "$code.tmp" "$code"
"""


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
    _make_room_for_code(record)
    save_record(record)
    command = ["/bin/sh", "-c", _WRAPPER, "octavia-wizard-build", str(record.code), *argv]
    output = _open_log(record.log)
    try:
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=directory,
            env=dict(environment),
            start_new_session=True,
            umask=_UMASK,
        )
    except OSError as error:
        raise StepError(f"the build cannot be started in {directory}: {error.strerror}") from None
    finally:
        os.close(output)
    started = psutil.Process(process.pid).create_time()
    # Who starts a process has to take its exit status, or it stays as a zombie.
    threading.Thread(target=process.wait, name=f"reap-{record.id}", daemon=True).start()
    return save_record(
        replace(record, pid=process.pid, pid_started=started, boot_id=tree.boot_id())
    )


def alive(record: BuildRecord) -> bool:
    """Say whether any process of a build is at work on this host."""
    return tree.leader(record) is not None or bool(tree.members(record))


def exit_code(record: BuildRecord) -> int | None:
    """Return the exit code of a build; None while it runs, and if it was killed; FileError."""
    text = read_text(record.code)
    try:
        return None if text is None else int(text)
    except ValueError:
        raise FileError(f"{record.code} holds no exit code") from None


def _make_room_for_code(record: BuildRecord) -> None:
    """Have a place on the disk for the exit code, should that be full when the build ends."""
    try:
        record.code.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(f"cannot remove {record.code}: {error.strerror}") from None
    write_file(record.code.with_name(f"{record.code.name}.tmp"), " " * 8 + "\n", 0o600)


def _open_log(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o600)
    except OSError as error:
        raise FileError(f"cannot write {path}: {error.strerror}") from None
