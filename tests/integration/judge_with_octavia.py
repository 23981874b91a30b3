"""Uses certificates as Octavia's own code does; runs with the interpreter of the services.

Argument: a JSON file, a list of cases, each with the path of its octavia.conf and of the file the
amphora's certificate and key shall be written to. Prints what was found of each, as JSON.

The worker's task makes the amphora's certificate and key, signed with the server CA of the
configuration and encrypted for the database. An agent shows them, and asks for a certificate of
the client CA, as the amphora agent has gunicorn do. The driver's own client then talks to it.
"""

from __future__ import annotations

import http.server
import json
import logging
import ssl
import sys
import threading
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class Agent(http.server.BaseHTTPRequestHandler):
    """Answers like an amphora that has nothing to say."""

    def do_GET(self) -> None:
        """Tell whom the certificate of the other side names."""
        told: Any = self.connection
        subject = dict(pair[0] for pair in told.getpeercert()["subject"])
        body = json.dumps(subject).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Listening(http.server.ThreadingHTTPServer):
    """A server that keeps refused handshakes to itself: the client tells of them."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


def listen(pem: Path, client_ca: str) -> Listening:
    """Start an agent with the amphora's file and the authority it accepts controllers of."""
    server = Listening(("127.0.0.1", 0), Agent)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=client_ca)
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
    context.load_cert_chain(pem)
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


def judged(case: dict[str, str]) -> dict[str, object]:
    """Go the way of a new amphora: sign, encrypt, decrypt, talk; and try what must not work."""
    from octavia.amphorae.driver_exceptions import exceptions  # type: ignore[import-not-found]
    from octavia.amphorae.drivers.haproxy import rest_api_driver  # type: ignore[import-not-found]
    from octavia.common import config, utils  # type: ignore[import-not-found]
    from octavia.controller.worker.v2.tasks import cert_task  # type: ignore[import-not-found]

    conf = config.cfg.CONF
    conf.clear()
    config.init(["--config-file", case["conf"]])
    amphora = str(uuid.uuid4())
    sealed = cert_task.GenerateServerPEMTask().execute(amphora)
    opened = utils.get_server_certs_key_passphrases_fernet().decrypt(sealed.encode())
    pem = Path(case["pem"])
    pem.touch(mode=0o600)
    pem.write_bytes(opened)
    server = listen(pem, conf.controller_worker.client_ca)
    conf.set_override("bind_port", server.server_port, group="haproxy_amphora")

    def talk(name: str, certificate: str) -> dict[str, str] | None:
        conf.set_override("client_cert", certificate, group="haproxy_amphora")
        client = rest_api_driver.AmphoraAPIClientBase()
        client.session.trust_env = False
        amp = SimpleNamespace(id=name, lb_network_ip="127.0.0.1", api_version="1.0")
        try:
            answer: dict[str, str] = client.get(amp, "info").json()
        except exceptions.TimeOutException:
            return None
        return answer

    controller = conf.haproxy_amphora.client_cert
    found: dict[str, object] = {
        "amphora": amphora,
        "controller": talk(amphora, controller),
        "another amphora's name": talk(str(uuid.uuid4()), controller),
        "an amphora as controller": talk(amphora, str(pem)),
    }
    server.shutdown()
    server.server_close()
    for name in ("client_cert", "bind_port"):
        conf.clear_override(name, group="haproxy_amphora")
    return found


def main() -> None:
    """Judge all cases in one process, for the imports take longest."""
    from oslo_service import backend  # type: ignore[import-not-found]

    # The services run without eventlet, as the rehearsal installs them.
    backend.init_backend(backend.BackendType.THREADING)
    logging.disable(logging.CRITICAL)
    cases = json.loads(Path(sys.argv[1]).read_text())
    sys.stdout.write(json.dumps([judged(case) for case in cases]) + "\n")


if __name__ == "__main__":
    main()
