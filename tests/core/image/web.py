"""A web server with one file, that can be told to misbehave."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODIFIED = "Tue, 14 Nov 2023 22:13:20 GMT"
_STEP = 64 * 1024


@dataclass
class Site:
    """What the server offers, and how; every fault is used up in the order given."""

    data: bytes
    etag: str = '"one"'
    modified: str = MODIFIED
    ranges: bool = True
    length: bool = True
    pause: float = 0.0
    """Seconds before each block of 64 KiB."""
    faults: list[Callable[[Handler], bool]] = field(default_factory=list)
    """Each answers one request, and says whether the request was dealt with."""
    requests: list[dict[str, str]] = field(default_factory=list)
    """Headers of every request."""
    address: str = ""

    @property
    def url(self) -> str:
        """Where the file is."""
        return f"{self.address}/amphora.qcow2"


class Handler(BaseHTTPRequestHandler):
    """Answers with the file, or the rest of it."""

    site: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send the file."""
        self.site.requests.append({"path": self.path, **self.headers})
        if self.site.faults and self.site.faults.pop(0)(self):
            self.close_connection = True
            return
        self.send_file()

    def start(self) -> int:
        """Return the byte that is asked for, where it may be given."""
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        known = (self.site.etag, self.site.modified)
        fresh = self.headers.get("If-Range") in known
        return int(asked[1]) if asked and fresh and self.site.ranges else 0

    def send_file(self, *, cut: int | None = None, shift: int = 0) -> None:
        """Send the file, ``cut`` bytes of it only, or from another byte than was asked for."""
        site, start = self.site, self.start()
        if start and start >= len(site.data):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(site.data)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            first, last = start + shift, len(site.data) - 1
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(site.data)}")
        if site.etag:
            self.send_header("ETag", site.etag)
        if site.modified:
            self.send_header("Last-Modified", site.modified)
        if site.length:
            self.send_header("Content-Length", str(len(site.data) - start))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.send_body(site.data[start:][:cut])
        if cut is not None:
            self.close_connection = True

    def send_body(self, data: bytes) -> None:
        """Send data as slowly as is asked for."""
        view = memoryview(data)
        for at in range(0, len(view), _STEP):
            time.sleep(self.site.pause)
            self.wfile.write(view[at : at + _STEP])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up when they are stopped."""


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve a site on a port of this host."""
    handler = type("SiteHandler", (Handler,), {"site": site})
    with Server(("127.0.0.1", 0), handler) as server:
        site.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def cut(size: int) -> Callable[[Handler], bool]:
    """Break the connection after so many bytes."""

    def fault(handler: Handler) -> bool:
        handler.send_file(cut=size)
        return True

    return fault


def status(code: int, **headers: str) -> Callable[[Handler], bool]:
    """Answer with a status and some headers, underscores for dashes."""

    def fault(handler: Handler) -> bool:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.send_header("Connection", "close")
        handler.end_headers()
        return True

    return fault


def elsewhere(handler: Handler) -> bool:
    """Answer a request for a part with another part."""
    handler.send_file(shift=1)
    return True


def silence(handler: Handler) -> bool:
    """Answer nothing for some seconds, and then hang up."""
    time.sleep(3)
    return True
