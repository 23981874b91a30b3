"""Writes the services' configuration from the templates that ship with this package."""

from __future__ import annotations

import json
import uuid
from importlib import resources
from pathlib import Path
from string import Template

from octavia_wizard.rehearsal import private
from octavia_wizard.rehearsal.layout import (
    COMPUTE_HOSTS,
    HOST,
    PHYSICAL_NETWORKS,
    REGION,
    Layout,
    Service,
)

FILES = {
    "keystone.conf": Service.KEYSTONE,
    "glance-api.conf": Service.GLANCE,
    "placement.conf": Service.PLACEMENT,
    "neutron.conf": Service.NEUTRON,
    "nova.conf": Service.NOVA,
    "octavia.conf": Service.OCTAVIA,
}
"""Template to the service whose directory it is written to."""
THREADS = 10
"""Threads that serve requests, per service; more are started under load."""
HEALTH_PORT_DISTANCE = 1000
"""From octavia's API port to the one of its health manager, which is configured but not run."""


def write(layout: Layout, passwords: dict[str, str]) -> None:
    """Write all files; the same answer every time for the same layout and passwords."""
    for name, service in FILES.items():
        private.make_directory(layout.etc)
        private.make_directory(layout.etc / service)
        private.write(layout.etc / service / name, render(name, layout, passwords))
    private.make_directory(octavia_overrides(layout))
    for directory in (layout.data, layout.logs, layout.run, layout.run / "locks"):
        private.make_directory(directory)
    for name in ("images", "glance-staging", "glance-tasks", "neutron", "nova"):
        private.make_directory(layout.state / name)
    # nova-compute refuses to start a second time without it
    private.write(layout.state / "nova" / "compute_id", _node_uuid(COMPUTE_HOSTS[0]))
    private.write(settings_file(layout), json.dumps(_settings(layout), indent=1) + "\n")


def octavia_overrides(layout: Layout) -> Path:
    """A directory whose ``*.conf`` files octavia reads after its own, for trials with amphorae."""
    return layout.etc / Service.OCTAVIA / "conf.d"


def settings_file(layout: Layout) -> Path:
    """The file that tells the supervisor what to start; its name marks our processes."""
    return layout.run / "settings.json"


def render(name: str, layout: Layout, passwords: dict[str, str]) -> str:
    """Fill one template; raises KeyError for a placeholder nobody fills."""
    text = resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
    return Template(text).substitute(_values(FILES[name], layout, passwords))


def _values(service: Service, layout: Layout, passwords: dict[str, str]) -> dict[str, str]:
    values = {
        "logging": _logging(service, layout),
        "host": HOST,
        "controller": COMPUTE_HOSTS[0],
        "vlan_networks": ",".join(PHYSICAL_NETWORKS),
        "state": str(layout.state),
        "data": str(layout.data),
        "etc": str(layout.etc),
        "locks": str(layout.run / "locks"),
        "venv": str(layout.venv),
        "octavia_port": str(layout.ports[Service.OCTAVIA]),
        "health_port": str(layout.ports[Service.OCTAVIA] + HEALTH_PORT_DISTANCE),
        "ca_passphrase": passwords["ca_passphrase"],
        "heartbeat_key": passwords["heartbeat_key"],
    }
    for each in Service:
        values[f"{each}_url"] = layout.url(each)
        if each is not Service.KEYSTONE:
            values[f"{each}_auth"] = _login(each, layout, passwords[each])
    return values


def _logging(service: Service, layout: Layout) -> str:
    """Log to one file of at most 20 MB, with one older one beside it."""
    return "\n".join(
        (
            "debug = false",
            "use_stderr = false",
            f"log_dir = {layout.logs}",
            f"log_file = {service}.log",
            "log_rotation_type = size",
            "max_logfile_size_mb = 20",
            "max_logfile_count = 1",
        )
    )


def _login(service: Service, layout: Layout, password: str) -> str:
    """How a service logs in to keystone."""
    return "\n".join(
        (
            f"auth_url = {layout.url(Service.KEYSTONE)}/v3",
            "auth_type = password",
            f"username = {service}",
            f"password = {password}",
            "project_name = service",
            "user_domain_name = Default",
            "project_domain_name = Default",
            f"region_name = {REGION}",
        )
    )


def _settings(layout: Layout) -> dict[str, object]:
    return {
        "services": list(Service),
        "host": HOST,
        "ports": layout.ports,
        "urls": {service: layout.url(service) for service in Service},
        "region": REGION,
        "threads": THREADS,
        "nodes": {host: _node_uuid(host) for host in COMPUTE_HOSTS},
        "etc": str(layout.etc),
        "data": str(layout.data),
        "logs": str(layout.logs),
        "run": str(layout.run),
        "passwords": str(layout.passwords),
        "paste": str(layout.venv / "etc"),
    }


def _node_uuid(host: str) -> str:
    """Return the UUID of a compute node, the same at every start."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{host}.octavia-wizard.invalid"))
