"""One request for a file over HTTP, in a thread of its own so that it can be left at any time."""

from __future__ import annotations

import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from octavia_wizard.core.errors import FileError, Interrupted
from octavia_wizard.core.image.partial import Origin
from octavia_wizard.core.urls import shown_url

BLOCK = 64 * 1024
CONNECT_WITHIN = 10.0
ANSWER_WITHIN = 30.0
STALLED_AFTER = 120.0
"""Seconds in which at least one block must come."""
_QUEUED = 16
_TICK = 0.2
_LATER = (408, 425, 429, 500, 502, 503, 504)
_LONGEST_WAIT = 60
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_REFUSALS = {
    401: ("asks for a user and password", "write them into the URL as user:password@"),
    403: ("refuses to give it", "check who may read it; a signed URL may have expired"),
    404: ("has no such file", "check the URL; an artefact may have been removed or renamed"),
    410: ("has no such file any more", "check the URL"),
}


class Broken(Exception):
    """The connection broke, or the server cannot serve now; worth trying again."""

    def __init__(self, message: str, *, wait: float | None = None, restart: bool = False) -> None:
        super().__init__(message)
        self.wait = wait
        """Seconds the server asks for."""
        self.restart = restart
        """Whether what has come is of no use."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server says before the data."""

    start: int
    """The byte of the file at which the data begins."""
    origin: Origin
    final_url: str
    """Where redirects led; without credentials."""


class Transfer:
    """A request for a file from some byte on."""

    def __init__(self, url: str, offset: int, origin: Origin) -> None:
        self._url, self._offset, self._origin = url, offset, origin
        self._queue: queue.Queue[Answer | bytes | Exception | None] = queue.Queue(_QUEUED)
        self._left = threading.Event()
        # A daemon: it may wait for a silent server when the program wants to end.
        threading.Thread(target=self._run, name="download", daemon=True).start()

    def __enter__(self) -> Transfer:
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()

    def answer(self, cancel: threading.Event) -> Answer:
        """Wait for the answer; raises Broken, FileError, Interrupted."""
        answer = self._next(cancel)
        if not isinstance(answer, Answer):
            raise Broken("the server answered nothing")
        return answer

    def blocks(self, cancel: threading.Event) -> Iterator[bytes]:
        """Yield the data; raises Broken, FileError, Interrupted."""
        while isinstance(block := self._next(cancel), bytes):
            yield block

    def _next(self, cancel: threading.Event) -> Answer | bytes | None:
        end = time.monotonic() + STALLED_AFTER
        while not cancel.is_set():
            try:
                item = self._queue.get(timeout=_TICK)
            except queue.Empty:
                if time.monotonic() > end:
                    raise Broken("the server sends next to nothing") from None
                continue
            if isinstance(item, Exception):
                raise item
            return item
        raise Interrupted("the download was stopped", hint="run it again: it goes on from there")

    def _put(self, item: Answer | bytes | Exception | None) -> bool:
        while not self._left.is_set():
            try:
                self._queue.put(item, timeout=_TICK)
                return True
            except queue.Full:
                continue
        return False

    def _run(self) -> None:
        try:
            self._converse()
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self._put(_explained(error, self._url))
        except Exception as error:
            # Raised again in the thread that asked.
            self._put(error)

    def _converse(self) -> None:
        # Compression on the way would make the Content-Length of no use.
        headers = {"Accept-Encoding": "identity"}
        if self._offset:
            headers["Range"] = f"bytes={self._offset}-"
            headers["If-Range"] = self._origin.validator
        times = (CONNECT_WITHIN, ANSWER_WITHIN)
        with (
            _Session() as session,
            session.get(self._url, headers=headers, stream=True, timeout=times) as response,
        ):
            answer = _answer(response, self._offset, self._origin)
            if not self._put(answer):
                return
            if response.status_code != requests.codes.requested_range_not_satisfiable:
                for block in response.raw.stream(BLOCK, decode_content=False):
                    if not self._put(block):
                        return
            self._put(None)


class _Session(requests.Session):
    """Follows redirects, but never from https to anything else."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is None:
            return None
        there = urljoin(resp.url, target)
        if resp.url.startswith("https:") and not there.startswith("https:"):
            resp.close()
            raise FileError(
                f"{shown_url(resp.url)} leads on to {shown_url(there)}, which is not encrypted",
                hint="give the https URL of the file itself",
            )
        return target


def _answer(response: requests.Response, offset: int, origin: Origin) -> Answer:
    """Judge status and headers; raises Broken and FileError."""
    status, headers = response.status_code, response.headers
    if status in _LATER:
        asked = headers.get("Retry-After", "")
        wait = float(min(int(asked), _LONGEST_WAIT)) if asked.isdecimal() else None
        raise Broken(f"the server answered {status}", wait=wait)
    start, length = 0, headers.get("Content-Length", "")
    total = int(length) if length.isdecimal() else None
    if status in (206, 416):
        given = headers.get("Content-Range", "")
        found = _RANGE.fullmatch(given.replace("bytes */", f"bytes {offset}-{offset}/"))
        if found is None or int(found[1]) != offset:
            raise Broken("the server sent another part than was asked for", restart=True)
        start, total = offset, int(found[2]) if found[2].isdecimal() else None
        if status == 416 and total != offset:
            raise Broken("the file on the server is another one now", restart=True)
    elif status != 200:
        _refuse(response)
    etag = headers.get("ETag", "")
    told = Origin(origin.url, etag, headers.get("Last-Modified", ""), total)
    if start:
        if (etag and etag != origin.etag) or total != (origin.size or total):
            raise Broken("the file on the server is another one now", restart=True)
        told = origin
    return Answer(start, told, shown_url(response.url))


def _refuse(response: requests.Response) -> None:
    status, where = response.status_code, shown_url(response.url)
    reason, hint = _REFUSALS.get(status, (f"answers {status} {response.reason}", "check the URL"))
    raise FileError(f"cannot download {where}: the server {reason} ({status})", hint=hint)


def _explained(error: Exception, url: str) -> Exception:
    """Make one message of what may be several exceptions in one another, without credentials."""
    where, host = shown_url(url), urlsplit(url).hostname
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FileError(
                f"the certificate of {host} is not trusted: {cause.verify_message}",
                hint="name the file of your authority in REQUESTS_CA_BUNDLE, and check the clock",
            )
        if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME:
            return FileError(f"there is no host called {host}", hint="check the URL, or the DNS")
    if isinstance(error, requests.exceptions.SSLError):
        return FileError(f"cannot speak TLS with {host}", hint="check the port, and the scheme")
    if isinstance(error, requests.TooManyRedirects):
        return FileError(f"{where} leads in a circle", hint="give the URL of the file itself")
    if isinstance(error, ValueError):
        return FileError(f"{where} cannot be asked for", hint="check the URL")
    if isinstance(error, requests.exceptions.ProxyError):
        return Broken("the proxy does not let the request through")
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return Broken(f"{host} does not answer")
    told = next((c.strerror for c in causes if isinstance(c, OSError) and c.strerror), None)
    return Broken(f"the connection to {host} broke" + (f": {told}" if told else ""))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that it came from; urllib3 keeps them in several places."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [cause for cause in inner if isinstance(cause, BaseException)]
