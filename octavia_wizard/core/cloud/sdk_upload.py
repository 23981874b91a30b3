"""Streaming a file into Glance: constant memory, hashes in the same pass, stoppable."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from octavia_wizard.core.errors import FileError, Interrupted

CHUNK = 4 * 1024 * 1024
"""Bytes read and sent at a time."""
_AHEAD = 2
"""Chunks that may wait to be hashed; bounds memory to a few chunks."""


class Hashing:
    """SHA-512 of what passes by, computed beside the sending.

    hashlib lets other threads run while it works, so hashing costs no time as long as the
    network, and not the processor, is what the transfer waits for.  MD5 would take longer still,
    and tells nothing more: Glance has told SHA-512 since Rocky.
    """

    def __init__(self) -> None:
        self._sha512 = hashlib.sha512()
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
        self._thread = threading.Thread(target=self._work, name="hashing", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while (chunk := self._waiting.get()) is not None:
            self._sha512.update(chunk)

    def update(self, chunk: bytes) -> None:
        """Take a chunk in; waits while too many are still to be hashed."""
        self._waiting.put(chunk)

    def finish(self) -> dict[str, str]:
        """Return the digest once everything taken in is hashed."""
        self._waiting.put(None)
        self._thread.join()
        return {"sha512": self._sha512.hexdigest()}


class FileBody:
    """A file as the body of one request; beginning anew starts over, hashes included."""

    def __init__(
        self,
        path: Path,
        progress: Callable[[int, int], None],
        cancel: threading.Event,
        *,
        hashing: bool = True,
    ) -> None:
        self._path = path
        self._progress = progress
        self._cancel = cancel
        self._hashing = hashing
        self.digests: dict[str, str] = {}
        try:
            # requests reads this attribute for the Content-Length of an iterable.
            self.len = path.stat().st_size
        except OSError as error:
            raise FileError(f"cannot read {path}: {error.strerror}") from None
        if not self.len:
            raise FileError(f"{path} is empty", hint="name the image file itself")

    def __iter__(self) -> Iterator[bytes]:
        hashes, sent = Hashing() if self._hashing else None, 0
        try:
            for chunk in self._chunks():
                if hashes is not None:
                    hashes.update(chunk)
                yield chunk
                sent += len(chunk)
                self._progress(sent, self.len)
        finally:
            self.digests = hashes.finish() if hashes is not None else {}
        if sent != self.len:
            raise FileError(
                f"{self._path} had {self.len} bytes at first and {sent} when it was read",
                hint="it was written to during the upload; wait until it is complete",
            )

    def _chunks(self) -> Iterator[bytes]:
        left = self.len
        try:
            with self._path.open("rb", buffering=0) as file:
                while left and (chunk := file.read(min(CHUNK, left))):
                    if self._cancel.is_set():
                        raise Interrupted("stopped during the upload of the image")
                    left -= len(chunk)
                    yield chunk
        except OSError as error:
            raise FileError(f"cannot read {self._path}: {error.strerror}") from None
