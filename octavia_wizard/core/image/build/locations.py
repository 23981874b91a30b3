"""Where a repository or file is: a path on this host, or a URL that may carry credentials."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.urls import shown

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SCP_LIKE = re.compile(r"(?:[^/@\s]+@)?[^/:\s]+:(?!//)\S+")
"""``git@host:path``, which git takes for ssh."""
_WEB = ("http", "https")


@dataclass(frozen=True, slots=True)
class Location:
    """A repository or file, without anything secret in its address."""

    address: str
    """A URL, or the absolute path of something on this host."""
    path: Path | None = None
    """The path, where it is on this host."""
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def origin(self) -> str:
        """Scheme and host of a URL; "" for a path."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}" if self.path is None and parts.netloc else ""


def locate(text: str) -> Location:
    """Take apart what an operator wrote: credentials of a web URL are kept beside it.

    Raises UsageError for what is no URL.
    """
    try:
        return _locate(text.strip())
    except ValueError:
        raise UsageError(f"{shown(text)} is neither a URL nor a path") from None


def _locate(text: str) -> Location:
    if text.startswith("file://"):
        path = Path(unquote(urlsplit(text).path))
        return Location(str(path), path)
    if not _SCHEME.match(text):
        if _SCP_LIKE.fullmatch(text) and not text.startswith(("/", ".", "~")):
            return Location(text)
        # Other than Path.expanduser(), it takes the home of nobody as it is written.
        path = Path(os.path.expanduser(text)).absolute()
        return Location(str(path), path)
    parts = urlsplit(text)
    if parts.scheme not in _WEB or "@" not in parts.netloc:
        return Location(text)
    userinfo, _, host = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    address = urlunsplit(parts._replace(netloc=host))
    return Location(address, None, unquote(user), unquote(password))


def has_credentials(text: str) -> bool:
    """Say whether a text has a URL that tells a user, a password or a signature."""
    return shown(text) != text


def as_url(text: str) -> str:
    """Return a URL for a URL or a path, as curl and git take both."""
    place = locate(text)
    return place.path.as_uri() if place.path is not None else text.strip()
