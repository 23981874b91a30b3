"""A keystone and two services on loopback that fail on request; they stand in for faults only."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, Any]]
"""Status and JSON body; a status of 0 cuts the connection without an answer."""


@dataclass
class Stub:
    """What the stub answers, and what it was asked."""

    url: str = ""
    scripts: dict[str, list[Answer]] = field(default_factory=dict)
    """Answers by ``METHOD path``, given one after the other; the last one stays."""
    handlers: dict[str, Callable[[dict[str, list[str]], str], Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    bodies: list[bytes] = field(default_factory=list)
    token: Answer | None = None
    ahead: float = 0.0
    """Seconds its clock is ahead of this host's."""

    def count(self, request: str) -> int:
        """Return how often something was asked."""
        return self.asked.count(request)

    def answer(self, method: str, target: str) -> Answer:
        """Return what to say."""
        parts = urlsplit(target)
        request = f"{method} {parts.path}"
        self.asked.append(request)
        if request in self.handlers:
            return self.handlers[request](parse_qs(parts.query), target)
        script = self.scripts.get(request)
        if script:
            return script.pop(0) if len(script) > 1 else script[0]
        if request == "POST /v3/auth/tokens":
            return self.token or (201, self._access())
        if request == "GET /v3":
            return 200, {
                "version": {"id": "v3.14", "status": "stable", "links": self._links("/v3")}
            }
        if request in ("GET /image", "GET /image/"):
            version = {"id": "v2.9", "status": "CURRENT", "links": self._links("/image/v2/")}
            return 200, {"versions": [version]}
        return 404, {"error": {"message": f"the stub knows no {request}"}}

    def _links(self, path: str) -> list[dict[str, str]]:
        return [{"rel": "self", "href": self.url + path}]

    def _access(self) -> dict[str, Any]:
        def service(kind: str, path: str) -> dict[str, Any]:
            endpoint = {
                "interface": "public",
                "region_id": "RegionOne",
                "region": "RegionOne",
                "url": self.url + path,
            }
            return {"type": kind, "name": kind, "endpoints": [endpoint]}

        return {
            "token": {
                "expires_at": "2999-01-01T00:00:00.000000Z",
                "issued_at": "2026-01-01T00:00:00.000000Z",
                "methods": ["password"],
                "user": {"id": "u", "name": "boss", "domain": {"id": "default", "name": "Default"}},
                "project": {
                    "id": "p",
                    "name": "service",
                    "domain": {"id": "default", "name": "Default"},
                },
                "roles": [{"id": "r", "name": "reader"}],
                "catalog": [
                    service("identity", "/v3"),
                    service("network", "/network"),
                    service("image", "/image"),
                ],
            }
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stub: Stub


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        stub = self.server.stub
        length = int(self.headers.get("Content-Length") or 0)
        stub.agents.add(self.headers.get("User-Agent", ""))
        stub.bodies.append(self.rfile.read(length))
        status, document = stub.answer(self.command, self.path)
        if status == 0:
            self.close_connection = True
            self.connection.close()
            return
        body = json.dumps(document).encode() if status != 204 else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Openstack-Request-Id", "req-stub")
        self.send_header("X-Subject-Token", "token")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Tell the time as the stub has it."""
        return super().date_time_string(time.time() + self.server.stub.ahead)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def running_stub() -> Iterator[Stub]:
    """Serve a stub on a free port of loopback."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.stub = Stub(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.stub
        finally:
            server.shutdown()
            thread.join()


def clouds_yaml(directory: Path, auth_url: str) -> Path:
    """Write a clouds.yaml with one cloud called ``stub``; its password is swordfish."""
    path = directory / "clouds.yaml"
    path.write_text(
        "clouds:\n  stub:\n    region_name: RegionOne\n    auth:\n"
        f"      auth_url: {auth_url}\n      username: boss\n      password: swordfish\n"
        "      project_name: service\n      user_domain_name: Default\n"
        "      project_domain_name: Default\n"
    )
    return path
