"""Takes the image of a build in: checks it, hashes it, and moves it to where it is wanted.

Whoever is killed meanwhile leaves either the image in the staging directory, or in its place the
image whose hashes the record tells; so that the next wizard can go on from there.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.files import sync_directory
from octavia_wizard.core.image.build.gauge import Gauge
from octavia_wizard.core.image.build.leftovers import clean, find_leftovers
from octavia_wizard.core.image.build.record import BuildRecord, Result, save_record
from octavia_wizard.core.image.hashes import Digests, hashes, remember, stamp
from octavia_wizard.core.image.inspect import inspect_image


def make_staging(record: BuildRecord) -> None:
    """Make the directory in which the image comes about; raises FileError."""
    try:
        # That nobody else made it, or a link in its place, is why it must not be there yet.
        Path(record.staging).mkdir(mode=0o755)
    except OSError as error:
        raise FileError(
            f"cannot create {record.staging}: {error.strerror}",
            hint="check the owner and mode of its directory, and that the disk has room",
        ) from None


def take_in(record: BuildRecord, gauge: Gauge, wish: threading.Event) -> BuildRecord:
    """Check the image, hash it, and move it into place; return the record with its result.

    Raises StepError for an image that cannot be used, Interrupted, and FileError where it cannot
    be read or moved: then it is kept.
    """
    gauge.enter("check")

    def count(done: int, total: int) -> None:
        gauge.count(done, total, "bytes")

    try:
        made = Path(record.staging) / record.request.output.name
        if not os.path.lexists(made):
            return _found_in_place(record, count, wish)
        record = _checked(record, made, count, wish)
        _move(made, record.request.output)
        return _stamped(record)
    except FileError as error:
        kept = f"{record.staging} keeps the image; once this is mended, image build takes it in"
        hint = f"{error.hint}; {kept}" if error.hint else kept
        raise FileError(error.message, hint=hint) from None


def clear(record: BuildRecord, work: Path, log: Callable[[str], None]) -> None:
    """Remove what a build needed while it went on; keep what it tells of the image's content."""
    for directory in Path(record.staging).glob("*.d"):
        with suppress(OSError):
            shutil.move(directory, record.directory / "manifest")
    left = clean(find_leftovers(record), log) if record.pid else ()
    if left:
        log(f"could not be removed: {', '.join(left)}")
        return
    for directory in (Path(record.staging), work):
        shutil.rmtree(directory, ignore_errors=True)


def _checked(
    record: BuildRecord, made: Path, count: Callable[[int, int], None], wish: threading.Event
) -> BuildRecord:
    if made.is_symlink():
        raise StepError(f"{made} is a link, and no image", hint=f"see {record.log}")
    file = inspect_image(made, record.request.disk_format, thorough=True)
    if file.problems:
        raise StepError(
            f"the image that was built cannot be used: {'; '.join(file.problems)}",
            hint=f"see {record.log}",
        )
    digests = hashes(made, count, wish)
    result = Result(
        stamp="",
        size=file.size,
        virtual_size=file.virtual_size,
        md5=digests.md5,
        sha512=digests.sha512,
    )
    return save_record(replace(record, result=result))


def _move(made: Path, output: Path) -> None:
    try:
        os.replace(made, output)
        sync_directory(output.parent)
    except OSError as error:
        raise FileError(f"cannot move {made} to {output}: {error.strerror}") from None


def _found_in_place(
    record: BuildRecord, count: Callable[[int, int], None], wish: threading.Event
) -> BuildRecord:
    """Take an image that was moved into place, but not written down; raises StepError."""
    output, result = record.request.output, record.result
    if (
        result is not None
        and output.is_file()
        and hashes(output, count, wish) == Digests(result.md5, result.sha512)
    ):
        return _stamped(record)
    raise StepError(
        f"the build said it had made {output.name} in {record.staging}, but there is no such file",
        hint=f"see {record.log}",
    )


def _stamped(record: BuildRecord) -> BuildRecord:
    assert record.result is not None  # noqa: S101  # it was checked just now
    taken = stamp(record.request.output)
    with suppress(FileError):
        remember(record.request.output, Digests(record.result.md5, record.result.sha512), taken)
    return replace(record, result=replace(record.result, stamp=taken))
