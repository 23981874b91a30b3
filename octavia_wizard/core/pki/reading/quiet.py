"""Keeps the cryptography library from writing warnings over a screen."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.RLock()


@contextmanager
def quietly() -> Iterator[None]:
    """Leave out warnings, e.g. of a serial number that is not positive; one thread at a time."""
    # The filters are of the whole process: two threads would put back each other's.
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
