"""One service of the rehearsal cloud: its database, its application, its back end, its port."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any

import sqlite_tuning
from settings import Settings

MODULES = {
    "keystone": "keystone.wsgi.api",
    "glance": "glance.wsgi.api",
    "neutron": "neutron.wsgi.api",
    "nova": "nova.wsgi.osapi_compute",
    "placement": "placement.wsgi.api",
    "octavia": "octavia.wsgi.api",
}
"""Service to upstream's module that makes its WSGI application when it is imported."""

KEEP_ALIVE_CONNECTIONS = 200
"""Idle client connections kept open beside the ones being served."""


def serve(name: str, settings: Settings) -> None:
    """Serve until told to end."""
    _point_to_configuration(name, settings)
    _choose_threads(name)
    fresh = _database(name, settings)
    # octavia's sessions do not tell readers from writers
    sqlite_tuning.install(every_transaction_writes=name == "octavia")
    application = importlib.import_module(MODULES[name]).application
    if fresh and name == "keystone":
        import identity

        identity.fill(settings)
    settings.announce(name, "loaded")
    _listen(name, application, settings)


def _choose_threads(name: str) -> None:
    """Decide for native threads, against eventlet, before anything is imported that asks."""
    if name == "nova":
        from nova import monkey_patch

        monkey_patch.patch(backend="threading")
        return
    if name != "neutron":
        # neutron alone imports it without being able to do without
        sys.modules["eventlet"] = None  # type: ignore[assignment]
    from oslo_service import backend

    backend.init_backend(backend.BackendType.THREADING)


def _database(name: str, settings: Settings) -> bool:
    """Create the databases unless the state came with them; tell which."""
    import schema

    fresh = schema.create(name, settings.data)
    settings.announce(name, "database")
    return fresh


def _point_to_configuration(name: str, settings: Settings) -> None:
    """Tell upstream's module where the configuration is, each in its own way."""
    etc, paste = settings.etc, settings.paste
    nova = (paste / "nova" / "api-paste.ini", etc / "nova" / "nova.conf")
    os.environ.update(
        OS_KEYSTONE_CONFIG_DIR=str(etc / "keystone"),
        OS_GLANCE_CONFIG_DIR=str(etc / "glance"),
        OS_NOVA_CONFIG_FILES=";".join(map(str, nova)),
        OS_PLACEMENT_CONFIG_DIR=str(etc / "placement"),
        OS_NEUTRON_CONFIG_FILES=str(etc / "neutron" / "neutron.conf"),
    )
    sys.argv = [name]
    if name == "octavia":
        sys.argv += ["--config-file", str(etc / "octavia" / "octavia.conf")]
        sys.argv += ["--config-dir", str(etc / "octavia" / "conf.d")]


def _listen(name: str, application: Any, settings: Settings) -> None:
    """Serve the application on its port, with the back end beside it."""
    import backends
    from cheroot import wsgi

    server = wsgi.Server(
        (settings.host, settings.ports[name]),
        application,
        numthreads=settings.threads,
        max=settings.threads * 4,
        request_queue_size=128,
        server_name=settings.host,
        timeout=300,
    )
    server.keep_alive_conn_limit = KEEP_ALIVE_CONNECTIONS
    # nothing is lost by ending at once: what was answered is in the database
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server.prepare()
    settings.announce(name, "listening")
    backends.start(name, settings)
    server.serve()
