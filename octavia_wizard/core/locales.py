"""Locales of this host: which there are, and sorting by one."""

from __future__ import annotations

import locale
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_LOCALE = threading.Lock()
"""A locale is that of the whole process."""


@contextmanager
def collating(name: str) -> Iterator[bool]:
    """Have strings compared by a locale meanwhile; yields False where it is not installed."""
    with _LOCALE:
        before = locale.setlocale(locale.LC_COLLATE)
        try:
            locale.setlocale(locale.LC_COLLATE, name)
        except (locale.Error, ValueError):
            yield False
            return
        try:
            yield True
        finally:
            locale.setlocale(locale.LC_COLLATE, before)


def installed(name: str) -> bool:
    """Say whether this host has a locale."""
    with collating(name) as found:
        return found


def usable(environ: Mapping[str, str]) -> bool:
    """Say whether programs find all locales of an environment.

    Of those that do not some refuse to start, as Ansible since 2.14; others work as in C.  SSH
    brings the names from the operator's own computer.
    """
    if environ.get("LC_ALL"):
        return installed(environ["LC_ALL"])
    names = {value for name, value in environ.items() if name == "LANG" or name.startswith("LC_")}
    return all(installed(name) for name in names if name)
