"""Downloads an image file: resumable, verified, and in place only once it is whole."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from octavia_wizard.core.checksums import Checksum
from octavia_wizard.core.errors import FileError, Interrupted
from octavia_wizard.core.image.formats import HEAD, no_image
from octavia_wizard.core.image.hashes import compare
from octavia_wizard.core.image.inspect import ANY, inspect_image
from octavia_wizard.core.image.partial import Origin, Partial, discard_partial, open_partial
from octavia_wizard.core.urls import shown_url, url_problem

__all__ = ["Downloaded", "discard_partial", "download"]

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try; more only once the download got ahead meanwhile."""
_HEADWAY = 1024**2
_TOLD_EVERY = 0.1
_BLOCK = 1024**2


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that was brought whole."""

    sha512: str
    md5: str
    size: int
    """Bytes."""
    etag: str
    """What the server names this version of the file by; "" where it does not."""
    final_url: str
    """Where redirects led; without credentials."""
    format: str
    """The disk format that was recognised, or raw."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """What is to be brought, and who is told."""

    url: str
    partial: Partial
    progress: Callable[[int, int], None]
    log: Callable[[str], None]
    cancel: threading.Event


def download(
    url: str,
    target: Path,
    *,
    checksum: Checksum | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    log: Callable[[str], None] = lambda line: None,
    cancel: threading.Event | None = None,
    disk_format: str = ANY,
) -> Downloaded:
    """Bring a file to ``target``, going on from where an earlier download of it broke off.

    Tells bytes done and in all, which is 0 where the server does not tell; a file that has
    changed on the server meanwhile begins at 0 again. What has come is kept for the next try,
    unless it turns out to be of no use. Raises FileError, LockedError and Interrupted.
    """
    problem = url_problem(url)
    if problem:
        raise FileError(f"cannot download {shown_url(url)}: {problem}")
    place = Path(os.path.realpath(target))
    if place.is_dir():
        raise FileError(f"{target} is a directory", hint="give the path of the file to be made")
    with open_partial(place, shown_url(url), log) as partial:
        errand = _Errand(url, partial, progress, log, cancel or threading.Event())
        final = _copy(errand) if urlsplit(url).scheme == "file" else _bring(errand)
        return _accept(errand, final, checksum, disk_format)


def _bring(errand: _Errand) -> str:
    """Ask until all has come, and return where redirects led."""
    # It takes a while to import, and a wizard that downloads nothing does not need it.
    from octavia_wizard.core.image.transfer import Broken

    partial, tries = errand.partial, 0
    furthest = partial.size
    while True:
        try:
            return _once(errand)
        except Broken as fault:
            if fault.restart:
                partial.reset()
            if partial.size >= furthest + _HEADWAY:
                tries, furthest = 0, partial.size
            if tries == len(PAUSES):
                raise FileError(
                    f"cannot download {shown_url(errand.url)}: {fault}; tried {tries + 1} times",
                    hint=f"run it again later: {_mib(partial.size)} have come and are kept",
                ) from None
            pause = fault.wait if fault.wait is not None else PAUSES[tries]
            tries += 1
            errand.log(f"{fault}; trying again in {pause:.0f} s")
            if errand.cancel.wait(pause):
                raise Interrupted("the download was stopped") from None


def _once(errand: _Errand) -> str:
    from octavia_wizard.core.image.transfer import Broken, Transfer

    partial, cancel = errand.partial, errand.cancel
    if partial.size and not partial.origin.validator:
        partial.reset()
    with Transfer(errand.url, partial.size, partial.origin) as transfer:
        answer = transfer.answer(cancel)
        if partial.size and not answer.start:
            errand.log("the file on the server is another one now, or it sends no parts of it")
            partial.reset()
        elif answer.start:
            errand.log(f"going on from {_mib(partial.size)}")
        partial.begin(answer.origin)
        with _telling(errand, answer.origin.size) as tell:
            for block in transfer.blocks(cancel):
                if not partial.size:
                    _refuse_early(errand, block)
                partial.write(block)
                tell()
    total = answer.origin.size
    if total is not None and partial.size != total:
        more = partial.size > total
        raise Broken(f"{partial.size} bytes came instead of {total}", restart=more)
    return answer.final_url


def _copy(errand: _Errand) -> str:
    """Bring a file of this host."""
    path = Path(url2pathname(urlsplit(errand.url).path))
    partial = errand.partial
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise FileError(f"cannot read {path}: {reason}") from None
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode):
        os.close(handle)
        raise FileError(f"{path} is not a regular file")
    with os.fdopen(handle, "rb") as file:
        if os.path.realpath(path) == str(partial.target):
            raise FileError(f"{path} is where the file is to be brought to")
        partial.reset()
        partial.begin(Origin(shown_url(errand.url), size=state.st_size))
        with _telling(errand, state.st_size) as tell:
            while block := file.read(_BLOCK):
                if errand.cancel.is_set():
                    raise Interrupted("the copy was stopped")
                partial.write(block)
                tell()
    return shown_url(errand.url)


@contextmanager
def _telling(errand: _Errand, total: int | None) -> Iterator[Callable[[], None]]:
    """Give a function to be called for each block; progress is told now and then, and at last."""
    told = 0.0

    def tell() -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _TOLD_EVERY:
            told = now
            errand.progress(errand.partial.size, total or 0)

    yield tell
    errand.progress(errand.partial.size, total or 0)


def _refuse_early(errand: _Errand, start: bytes) -> None:
    """Spare the rest of a file that is none to boot from."""
    problem = no_image(start[:HEAD])
    if problem:
        raise FileError(f"{shown_url(errand.url)} cannot be used: {problem}")


def _accept(errand: _Errand, final: str, checksum: Checksum | None, disk_format: str) -> Downloaded:
    """Check what has come, and move it into place."""
    partial, where = errand.partial, shown_url(errand.url)
    errand.log(f"{_mib(partial.size)} have come; checking them")
    digests, found = compare(partial.path, checksum, cancel=errand.cancel)
    if found != checksum:
        partial.discard()
        raise FileError(
            f"{where} has another checksum: expected {checksum}, got {found}",
            hint="correct image.checksum if the file was replaced on purpose; else do not use it",
        )
    file = inspect_image(partial.path, disk_format, thorough=True)
    if file.problems:
        partial.discard()
        raise FileError(f"{where} cannot be used: {'; '.join(file.problems)}")
    partial.keep()
    return Downloaded(
        sha512=digests.sha512,
        md5=digests.md5,
        size=file.size,
        etag=partial.origin.etag,
        final_url=final,
        format=file.kind,
    )


def _mib(size: int) -> str:
    return f"{size / 1024**2:.0f} MiB"
