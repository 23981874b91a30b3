"""One request through a load balancer."""

from __future__ import annotations

import requests

_TIMEOUT = 5.0
"""Seconds to wait for a connection, and for an answer."""


def ask(url: str) -> tuple[bool, str]:
    """Send one request; say whether a server answered it, and what."""
    try:
        with requests.Session() as session:
            # A proxy would not reach the address, or answer in its place.
            session.trust_env = False
            answer = session.get(url, timeout=_TIMEOUT, allow_redirects=False, stream=True)
    except requests.RequestException as error:
        return False, type(error).__name__
    # Without a server that answers, HAProxy itself says 503.
    return answer.status_code < 500, f"HTTP {answer.status_code}"
