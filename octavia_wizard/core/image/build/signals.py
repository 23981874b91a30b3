"""What a line of a build's log says about how far the build is.

Read off logs of diskimage-builder 3.43.0; hooks that run inside the image are announced only by
the environment files that are read before them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_RUN_PARTS = "dib-run-parts "
_LONGEST = 1000
"""Characters of the longest announcement that is believed."""
_RUNNING = re.compile(r"Running \S*/([\w.-]+\.d)/([^\s/]+)$")
_SOURCING = re.compile(r"Sourcing environment file \S*/([\w.-]+\.d)/\.\./environment\.d/")
_HOOKS = re.compile(r"Running hooks from \S+/([\w.-]+\.d)$")
_PERCENT = re.compile(r"\((\d{1,3}(?:\.\d+)?)/100%\)")
_SIZE = re.compile(r"Amphora image size: (\S.*) (\d+)$")
_STARTS = {
    "Unmount /": "unmount",
    "Converting image using qemu-img convert": "convert",
}
_ENDS = {
    ".block_device.blockdevice [-] create() called": "block-device",
    ".block_device.blockdevice [-] Getting value for [image-path]": "trim",
}


class Kind(StrEnum):
    """What a line announces."""

    PHASE = "phase"
    """A phase begins; ``name`` is its id."""
    SCRIPT = "script"
    """A script begins; ``name`` is its name and ``phase`` where it belongs."""
    COMPLETED = "completed"
    """The script ``name`` is done."""
    PROFILED = "profiled"
    """All scripts of the phase are done."""
    DIRECTORY = "directory"
    """The build goes on in the directory ``name``."""
    BUILT = "built"
    """The image is built."""
    OUTPUT = "output"
    """The image is at ``name`` and has ``number`` bytes."""
    CONVERTED = "converted"
    """``number`` percent of the image are converted."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What one line announces."""

    kind: Kind
    name: str = ""
    phase: str = ""
    number: float = 0.0


def signal_of(text: str) -> Signal | None:
    """Return what a line says; None where it says nothing, as nearly all do."""
    if text.startswith("+"):  # a trace of commands quotes what it will say
        return None
    # What was written without a newline is glued to the front of the next announcement.
    at = text.rfind(_RUN_PARTS)
    if at >= 0:
        text = text[at + len(_RUN_PARTS) :]
        return _of_run_parts(text) if len(text) <= _LONGEST else None
    if len(text) > _LONGEST:
        return None
    for start, phase in _STARTS.items():
        if text.startswith(start):
            return Signal(Kind.PHASE, phase)
    for end, phase in _ENDS.items():
        if text.endswith(end):
            return Signal(Kind.PHASE, phase)
    return _of_driver(text)


def percent_in(text: str) -> float | None:
    """Return the last percentage of qemu-img in a text, 0 to 100; None where there is none."""
    found = _PERCENT.findall(text)
    return min(100.0, float(found[-1])) if found else None


def _of_run_parts(text: str) -> Signal | None:
    if found := _RUNNING.match(text):
        return Signal(Kind.SCRIPT, found[2], found[1])
    if found := _SOURCING.match(text):
        return Signal(Kind.PHASE, found[1])
    if text.endswith(" completed"):
        return Signal(Kind.COMPLETED, text.removesuffix(" completed"))
    return Signal(Kind.PROFILED) if " END PROFILING " in text else None


def _of_driver(text: str) -> Signal | None:
    if text.startswith("Building in "):
        return Signal(Kind.DIRECTORY, text.removeprefix("Building in "))
    if found := _HOOKS.match(text):
        return Signal(Kind.PHASE, found[1])
    if text.startswith("Image file ") and text.endswith(" created..."):
        return Signal(Kind.PHASE, "finish")
    # The script of the oldest branches ends without a word, so diskimage-builder's own counts too.
    if text == "Build completed successfully" or text.startswith("Successfully built the amphora"):
        return Signal(Kind.BUILT)
    if found := _SIZE.match(text):
        return Signal(Kind.OUTPUT, found[1], number=float(found[2]))
    if "/100%)" in text and (percent := percent_in(text)) is not None:
        return Signal(Kind.CONVERTED, number=percent)
    return None
