"""Start a program so that it lives on without the wizard, and keeps its own exit code.

It is the leader of a session of its own and writes into a file, so neither a closed terminal
nor a killed wizard reaches it. A shell around it writes its exit code into a file, so that
nobody need be its parent to learn it.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from octavia_wizard.core.detached.sessions import Started, boot_id
from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.files import read_text, write_file

_UMASK = 0o022
"""Programs rely on files having the modes they come to have: a narrow umask of the operator
would make files that those who are to read them cannot."""

# The handlers keep the shell alive when its whole session is sent a signal, so that the exit
# code is written even then; the program itself gets the default actions, as handlers are not
# inherited. What is handed over by a pipe is fed to it from within the session, so that it gets
# there even where the wizard is gone by then; what feeds it writes to the pipe that is there, and
# never makes a file.
_WRAPPER = """\
trap : HUP INT TERM
code=$1
pipe=$2
shift 2
exec 3<&0 </dev/null
feeder=
if [ -n "$pipe" ]; then
    dd of="$pipe" conv=nocreat,notrunc <&3 2>/dev/null 3<&- &
    feeder=$!
fi
exec 3<&-
"$@"
ended=$?
if [ -n "$feeder" ]; then
    kill -9 "$feeder" 2>/dev/null
    rm -f "$pipe"
fi
echo "$ended" 1<> "$code.tmp" && mv -f "$code.tmp" "$code"
"""


@dataclass(frozen=True, slots=True)
class Handover:
    """What a program reads once from a named pipe; it reaches no disk and no command line."""

    data: bytes
    """At most 4096 bytes, so that they are written at once."""
    pipe: Path
    """Where the pipe is made, in a private directory."""

    def __repr__(self) -> str:
        """Show where it is read, never what."""
        return f"Handover({self.pipe})"


@dataclass(frozen=True, slots=True)
class Order:
    """A program to be started."""

    what: str
    """Its name in messages, e.g. ``the build``."""
    argv: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    log: Path
    """All it writes; made anew, mode 0600."""
    code: Path
    """Its exit code, once it has ended; no two programs have the same."""
    handover: Handover | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """The process that was started, as ``sessions.Started`` has it."""

    pid: int
    pid_started: float
    boot_id: str


def make_room(code: Path) -> None:
    """Have a place on the disk for the exit code, should that be full when the program ends."""
    try:
        code.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(f"cannot remove {code}: {error.strerror}") from None
    write_file(code.with_name(f"{code.name}.tmp"), " " * 8 + "\n", 0o600)


def launch(order: Order) -> Process:
    """Start a program; raises StepError where that is not possible, FileError for its log."""
    pipe = str(order.handover.pipe) if order.handover else ""
    name = f"octavia-wizard-{order.code.parent.name}"
    command = ["/bin/sh", "-c", _WRAPPER, name, str(order.code), pipe, *order.argv]
    output = _open_log(order.log)
    try:
        with _input(order.handover) as given:
            process = subprocess.Popen(  # noqa: S603
                command,
                stdin=given,
                stdout=output,
                stderr=output,
                cwd=order.directory,
                env=dict(order.environment),
                start_new_session=True,
                umask=_UMASK,
            )
    except OSError as error:
        raise StepError(
            f"{order.what} cannot be started in {order.directory}: {error.strerror}"
        ) from None
    finally:
        os.close(output)
    started = psutil.Process(process.pid).create_time()
    # Who starts a process has to take its exit status, or it stays as a zombie.
    threading.Thread(target=process.wait, name=f"reap-{process.pid}", daemon=True).start()
    return Process(process.pid, started, boot_id())


def exit_code(started: Started) -> int | None:
    """Return the exit code of a program; None while it runs, and if it was killed; FileError."""
    text = read_text(started.code)
    try:
        return None if text is None else int(text)
    except ValueError:
        raise FileError(f"{started.code} holds no exit code") from None


@contextmanager
def _input(handover: Handover | None) -> Iterator[int]:
    """Yield what the shell has as its input: what is handed over, or nothing."""
    if handover is None:
        yield subprocess.DEVNULL
        return
    with suppress(FileNotFoundError):
        handover.pipe.unlink()
    os.mkfifo(handover.pipe, 0o600)
    reading, writing = os.pipe()
    try:
        try:
            os.write(writing, handover.data)
        finally:
            os.close(writing)
        yield reading
    finally:
        os.close(reading)


def _open_log(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o600)
    except OSError as error:
        raise FileError(f"cannot write {path}: {error.strerror}") from None
