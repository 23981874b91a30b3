"""The directory of one call of ansible-vault, and the pipe there for a typed password."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from octavia_wizard.core.errors import FileError


@contextmanager
def private_directory() -> Iterator[Path]:
    """Yield a directory with empty settings; raises FileError where none can be made."""
    try:
        made = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    except OSError as error:
        raise _no_place(tempfile.gettempdir(), error) from None
    with made as home:
        try:
            (Path(home) / "ansible.cfg").touch(mode=0o600)
        except OSError as error:
            raise _no_place(home, error) from None
        yield Path(home)


def _no_place(path: str, error: OSError) -> FileError:
    return FileError(
        f"ansible-vault needs a temporary directory in {path}: {error.strerror}",
        hint="make room there, or name another one in TMPDIR",
    )


@contextmanager
def named_pipe(data: bytes, directory: Path) -> Iterator[Path]:
    """Yield the path of a pipe, mode 0600, from which whoever opens it first reads ``data``.

    At most 4096 bytes, so that they are written at once.  Ansible before core 2.15 resolves the
    path it is given, which rules out a descriptor below ``/dev/fd``; a name in the file system
    is read by all, and nothing of what is read lies there.
    """
    path = directory / "password"
    os.mkfifo(path, 0o600)
    feeder = threading.Thread(target=_feed, args=(path, data), daemon=True)
    feeder.start()
    try:
        yield path
    finally:
        # Where nobody came, the feeder still waits for a reader.
        reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        feeder.join()
        os.close(reading)


def _feed(path: Path, data: bytes) -> None:
    # A command that was ended reads no more; what became of it is told by its exit code.
    with suppress(OSError):
        writing = os.open(path, os.O_WRONLY)
        try:
            os.write(writing, data)
        finally:
            os.close(writing)
