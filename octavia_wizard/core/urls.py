"""Addresses of files to download: which are taken, and how they are shown without secrets."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, urlsplit, urlunsplit

SCHEMES = ("https", "http", "file")

_USERINFO = re.compile(
    r"(?<![A-Za-z0-9+.-])(?P<scheme>[A-Za-z0-9+.-]+)://"
    r"(?P<user>[^\s'\"<>/]*|[^\s'\"<>/:]*:(?!\d+/)[^\s'\"<>]*)@"
)
"""Also with a slash in the password, which makes the URL wrong and the password no less secret."""
_URL = re.compile(r"://[^\s'\"<>]+")
_SIGNED = re.compile(
    r"(?<=[?&])([\w.-]{0,40}(?:sig|token|secret|passw|credential)[\w.-]{0,40})=[^&#]+",
    re.IGNORECASE,
)
"""Parameters that let in whoever knows them."""

_LONGEST_SHOWN = 40
_SECRET = re.compile(r"sig|token|key|secret|pass|auth|cred|expir|policy|date|^x-|^s[evrp]$", re.I)
"""Names of parameters of signed URLs (S3, Swift's temporary URLs, Azure)."""
_PACKED = {
    ".gz": "gunzip",
    ".xz": "unxz",
    ".bz2": "bunzip2",
    ".zst": "unzstd",
    ".zip": "unzip",
    ".tar": "tar",
    ".tgz": "tar",
}


def url_problem(url: str) -> str:
    """Say as a clause why nothing can be downloaded from a URL, without repeating it; or ""."""
    if not url.isprintable() or " " in url:
        return "it contains a blank or a control character"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"it is no URL: {error}"
    if parts.scheme not in SCHEMES:
        return "it must begin with https://, http:// or file:///"
    if parts.scheme == "file":
        if host not in (None, "localhost"):
            return "a file URL names a file of this host; write file:///path"
    elif not host:
        return "it names no host"
    if parts.path in ("", "/"):
        return "it names no file"
    if "@" in parts.path:
        return "it has an @ after the host; in a password write / as %2F, in a path @ as %40"
    packed = PurePosixPath(parts.path).suffix.lower()
    if packed in _PACKED:
        return (
            f"it names a packed file ({packed}); unpack it ({_PACKED[packed]}) where it is "
            "offered, or download and unpack it yourself and give the file"
        )
    return ""


def shown_url(url: str) -> str:
    """Write a URL for an operator or a record: without user, password and signatures."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return "the URL"
    if any("@" in part for part in parts[2:]):
        # Of a password with a slash or "?" in it, the rest would be taken for path or query.
        return f"{parts.scheme}://…"
    address = f"[{host}]" if ":" in host else host
    query = "&".join(_parameter(*pair) for pair in parse_qsl(parts.query, keep_blank_values=True))
    return urlunsplit((parts.scheme, f"{address}{port}", parts.path, query, ""))


def shown(text: str) -> str:
    """Return a text in which no URL tells who asks, with which password or by which signature."""
    if "://" not in text:
        return text

    def hide(match: re.Match[str]) -> str:
        # The user of an ssh URL is no secret, and says which of several accounts is meant.
        keep = match["scheme"] in ("ssh", "git+ssh") and ":" not in match["user"]
        return match[0] if keep else f"{match['scheme']}://"

    # Behind the last @ nobody is named; searching there would take long in a line made for that.
    end = text.rfind("@") + 1
    text = _USERINFO.sub(hide, text[:end]) + text[end:]
    return _URL.sub(lambda match: _SIGNED.sub(r"\1=…", match[0]), text)


def _parameter(name: str, value: str) -> str:
    """Write a parameter; signed URLs have a secret in some, and others change with each signing."""
    hidden = len(value) > _LONGEST_SHOWN or _SECRET.search(name)
    return f"{name}={'…' if hidden else value}"
