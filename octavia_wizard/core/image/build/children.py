"""Runs what prepares a build (apt, pip, git) as children that never outlive the wish to stop."""

from __future__ import annotations

import codecs
import os
import re
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from octavia_wizard.core.errors import Interrupted, StepError
from octavia_wizard.core.urls import shown

Log = Callable[[str], None]

GRACE = 5.0
"""Seconds a child has to end by itself before it is killed."""
_LAST = 200
"""Lines remembered of what a child said."""
_LINE = 2000
"""Characters of a line that are kept."""
_MOST = 32_000_000
"""Characters of standard output that are kept."""
_ENDS = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_TELLING = re.compile(r"\s*(?:fatal|error|E|Err|ERROR|Fehler|pip[\w.]*: error)\b ?:")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a child ended."""

    code: int
    output: str = ""
    """Its standard output, where that was asked for."""
    said: tuple[str, ...] = ()
    """The last lines of all it said."""

    @property
    def ok(self) -> bool:
        """Whether it ended well."""
        return self.code == 0

    @property
    def reason(self) -> str:
        """The line that tells why it failed, as far as one does."""
        for line in self.said:
            if _TELLING.match(line):
                return line.strip()
        last = next((line.strip() for line in reversed(self.said) if line.strip()), "")
        return last or f"it ended with code {self.code}"


@dataclass(slots=True)
class _Ears:
    """What a child says, taken in by two threads."""

    log: Log
    keep: bool
    lock: threading.Lock = field(default_factory=threading.Lock)
    said: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST))
    output: list[str] = field(default_factory=list)
    kept: int = 0

    def hear(self, stream: IO[bytes], kept: bool) -> None:
        """Read a stream to its end, line by line."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        rest = ""
        # It is closed under this thread when a grandchild holds on to it.
        with suppress(OSError, ValueError):
            while block := os.read(stream.fileno(), 65536):
                text = decoder.decode(block)
                if kept:
                    self._keep(text)
                *lines, rest = _ENDS.split(rest + text)
                if len(rest) > _LINE:
                    lines, rest = [*lines, rest], ""
                for line in lines:
                    self._say(line, aloud=not kept)
        if rest:
            self._say(rest, aloud=not kept)

    def _keep(self, text: str) -> None:
        if self.kept < _MOST:
            self.kept += len(text)
            self.output.append(text)

    def _say(self, line: str, *, aloud: bool) -> None:
        clean = shown(_CONTROL.sub("", line[:_LINE])).rstrip()
        if not clean:
            return
        with self.lock:
            self.said.append(clean)
            if aloud:
                self.log(clean)


def run(
    argv: Sequence[str],
    *,
    log: Log,
    cancel: threading.Event,
    environment: Mapping[str, str],
    seconds: float,
    directory: Path | None = None,
    keep: bool = False,
    grace: float = GRACE,
) -> Ran:
    """Run a child in a session of its own; what it says goes to ``log`` line by line.

    With ``keep`` its standard output is returned instead. It has that many ``seconds``. Raises
    StepError where it cannot be started or takes too long, Interrupted on ``cancel``.
    """
    if cancel.is_set():
        raise Interrupted(f"stopped before {argv[0]}")
    child = _start(argv, environment, directory)
    ears = _Ears(log, keep)
    streams = [(child.stdout, keep), (child.stderr, False)]
    threads = [
        threading.Thread(target=ears.hear, args=(stream, kept), daemon=True)
        for stream, kept in streams
        if stream is not None
    ]
    for thread in threads:
        thread.start()
    try:
        _await(child, argv, cancel, seconds)
    finally:
        _end(child, grace)
        for thread in threads:
            thread.join(2.0)
        for stream, _ in streams:
            if stream is not None:
                stream.close()
    return Ran(child.returncode, "".join(ears.output), tuple(ears.said))


def _start(
    argv: Sequence[str], environment: Mapping[str, str], directory: Path | None
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - no shell, and the arguments are separate
            list(argv),
            env=dict(environment),
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise StepError(
            f"cannot start {argv[0]}: {error.strerror}", hint=f"install {argv[0]}"
        ) from None


def _await(
    child: subprocess.Popen[bytes], argv: Sequence[str], cancel: threading.Event, seconds: float
) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            child.wait(0.1)
            return
        except subprocess.TimeoutExpired:
            if cancel.is_set():
                raise Interrupted(f"stopped during {argv[0]}") from None
            if time.monotonic() > until:
                raise StepError(
                    f"{argv[0]} was ended: it took longer than {seconds / 60:.0f} minutes",
                    hint="look in its output for what it waited for",
                ) from None


def _end(child: subprocess.Popen[bytes], grace: float) -> None:
    """End a child, and whoever is left of its session."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            child.wait(grace)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
