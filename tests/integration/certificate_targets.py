"""What must lie on the hosts of Octavia, where octavia.conf looks for it."""

from __future__ import annotations

from pathlib import Path

from tests.integration.certificates import Deployment


def expected_targets(deployment: Deployment) -> dict[str, bytes]:
    """Return the contents of every file the role puts into /etc/octavia/certs, by its name."""
    variables = deployment.variables

    def contents(name: str) -> bytes:
        return Path(variables[name]).read_bytes()

    expected = {
        "client_ca.pem": contents("octavia_client_ca"),
        "server_ca.pem": contents("octavia_ca_certificate"),
        "ca_key.pem": contents("octavia_ca_private_key"),
        "client.pem": contents("octavia_client_cert"),
    }
    if deployment.major < 25:
        return {**expected, "ca.pem": contents("octavia_server_ca")}
    key = contents("octavia_client_key")
    both = expected["client.pem"] + key
    return {
        **expected,
        "client.pem.crt": expected["client.pem"],
        "client.pem.key": key,
        "client.pem": both,
    }
