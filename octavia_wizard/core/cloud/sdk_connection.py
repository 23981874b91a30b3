"""One openstacksdk connection for each thread, all logged in by one token."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from octavia_wizard import __version__
from octavia_wizard.core.cloud.clock import CloudClock
from octavia_wizard.core.cloud.sdk_errors import Who, translated
from octavia_wizard.core.errors import Interrupted, TransientError
from octavia_wizard.core.places import APP

if TYPE_CHECKING:
    from openstack.config.cloud_region import CloudRegion
    from openstack.connection import Connection

T = TypeVar("T")

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection."""
READ_TIMEOUT = 60.0
"""Seconds to wait for an answer, unless clouds.yaml says otherwise (api_timeout)."""
READ_DEADLINE = 45.0
"""Seconds after which a read is not tried again."""
_FIRST_DELAY = 0.5
_LONGEST_DELAY = 8.0
_TRIES_BEFORE_FIRST_ANSWER = 2


def is_loopback(url: str) -> bool:
    """Say whether a URL leads to this host itself."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False


class Connections:
    """Hands out the connection of the calling thread; safe to use from several threads."""

    def __init__(self, region: CloudRegion, who: Who) -> None:
        self._region = region
        self._auth = region.get_auth()
        self._discovered: dict[str, Any] = {}
        self._local = threading.local()
        self._all: list[Connection] = []
        self._lock = threading.Lock()
        self._answered = False
        self.who = who
        self.clock = CloudClock()
        self.cancel = threading.Event()
        """Set it to end reads that wait to be tried again."""

    def here(self) -> Connection:
        """Return the connection of this thread."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
            with self._lock:
                self._all.append(connection)
        return connection

    def _connect(self) -> Connection:
        from openstack.config.cloud_region import CloudRegion
        from openstack.connection import Connection

        region = CloudRegion(
            name=self._region.name,
            region_name=self._region.region_name,
            config=copy.deepcopy(self._region.config),
            force_ipv4=self._region.force_ipv4,
            auth_plugin=self._auth,
            app_name=APP,
            app_version=__version__,
            discovery_cache=self._discovered,
        )
        connection = Connection(config=region)
        limit = float(region.config.get("api_timeout") or READ_TIMEOUT)
        # keystoneauth hands this to requests as it is, which knows two timeouts.
        connection.session.timeout = (min(CONNECT_TIMEOUT, limit), limit)  # type: ignore[assignment]
        connection.session.session.hooks["response"].append(self.clock.heed)
        if is_loopback(str(region.config.get("auth", {}).get("auth_url", ""))):
            # A proxy would look for the cloud on its own host.
            connection.session.session.trust_env = False
        return connection

    def write(self, call: str, act: Callable[[Connection], T]) -> T:
        """Do something once; its faults are raised as errors of the wizard."""
        with translated(call, self.who):
            result = act(self.here())
        self._answered = True
        return result

    def read(self, call: str, ask: Callable[[Connection], T]) -> T:
        """Ask until answered or the deadline passes; raises Interrupted when told to stop.

        A cloud that has never answered is most likely not there: it gets less patience.
        """
        start, delay, tries = time.monotonic(), _FIRST_DELAY, 1
        while True:
            try:
                return self.write(call, ask)
            except TransientError:
                late = time.monotonic() + delay - start > READ_DEADLINE
                if late or (not self._answered and tries >= _TRIES_BEFORE_FIRST_ANSWER):
                    raise
            if self.cancel.wait(delay):
                raise Interrupted(f"stopped: {call}")
            delay, tries = min(delay * 2, _LONGEST_DELAY), tries + 1

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            connections, self._all = self._all, []
        for connection in connections:
            connection.close()
            # That leaves the sockets open that wait for another request.
            connection.session.session.close()
        self._local = threading.local()
