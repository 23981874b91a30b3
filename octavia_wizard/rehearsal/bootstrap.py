"""The last proof of a start: a login whose catalogue names every service."""

from __future__ import annotations

import http.client
import json

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import passwords
from octavia_wizard.rehearsal.layout import HOST, Layout, Service

LOGIN_SECONDS = 60.0


def check_login(layout: Layout) -> None:
    """Log in as admin through the API; raises RehearsalError when the cloud is not whole."""
    catalogue = _log_in(layout, passwords.load(layout.passwords)["admin"])
    missing = sorted({str(service) for service in Service} - catalogue)
    if missing:
        raise RehearsalError(
            f"the catalogue of the rehearsal cloud lacks {', '.join(missing)}",
            hint="start it anew with --fresh",
        )


def _log_in(layout: Layout, password: str) -> set[str]:
    """Return the names of the services in the catalogue of a new token."""
    domain = {"name": "Default"}
    user = {"name": "admin", "domain": domain, "password": password}
    body = {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": "admin", "domain": domain}},
        }
    }
    connection = http.client.HTTPConnection(
        HOST, layout.ports[Service.KEYSTONE], timeout=LOGIN_SECONDS
    )
    try:
        connection.request(
            "POST", "/v3/auth/tokens", json.dumps(body), {"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise RehearsalError(
            f"keystone of the rehearsal cloud does not answer: {error}",
            hint=f"the logs are in {layout.logs}",
        ) from error
    finally:
        connection.close()
    if answer.status != http.client.CREATED:
        raise RehearsalError(
            f"keystone of the rehearsal cloud refuses the login of admin ({answer.status})",
            hint="start it anew with --fresh",
        )
    return {str(entry["name"]) for entry in json.loads(content)["token"]["catalog"]}
