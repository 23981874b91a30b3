"""The halves of the services behind their APIs, run as threads of the API's own process.

Messages between the halves therefore never leave the process (``fake://``), and no broker is
needed. The code is upstream's; only neutron's Open vSwitch agent, which would need a virtual switch
and root, is stood in for by its report.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable

from settings import Settings

LOG = logging.getLogger("rehearsal.backends")
REPORT_SECONDS = 25
"""Time between two reports of an agent; neutron takes an agent for dead after 75."""
BRIDGES = {name: f"br-{name}" for name in ("physnet1", "physnet2", "provider", "lbaas", "vlan")}


def start(service: str, settings: Settings) -> None:
    """Start what works behind a service's API and announce it when that is ready for use."""
    backend = BACKENDS.get(service)
    if backend is None:
        settings.announce(service, "backend")
        return

    def run() -> None:
        try:
            backend(settings)
        except Exception:
            LOG.exception("the back end of %s cannot be started", service)
            settings.announce(service, "failed")

    threading.Thread(target=run, name=f"{service}-backend", daemon=True).start()


def _neutron(settings: Settings) -> None:
    """Report an Open vSwitch agent on every compute host, so that instances' ports get bound."""
    from neutron_lib import context
    from neutron_lib.plugins import directory
    from oslo_utils import timeutils

    first = True
    while True:
        for host in settings.hosts:
            state = _switch_agent(host) | ({"start_flag": True} if first else {})
            try:
                directory.get_plugin().create_or_update_agent(
                    context.get_admin_context(), state, timeutils.utcnow()
                )
            except Exception:
                LOG.exception("the agent on %s cannot report", host)
        if first:
            settings.announce("neutron", "backend")
        first = False
        time.sleep(REPORT_SECONDS)


def _switch_agent(host: str) -> dict[str, object]:
    """Describe an Open vSwitch agent as it describes itself."""
    return {
        "binary": "neutron-openvswitch-agent",
        "agent_type": "Open vSwitch agent",
        "host": host,
        "topic": "N/A",
        "configurations": {
            "bridge_mappings": BRIDGES,
            "tunnel_types": ["vxlan", "geneve"],
            "tunneling_ip": "127.0.0.1",
            "datapath_type": "system",
            "ovs_hybrid_plug": False,
            "devices": 0,
            "in_distributed_mode": False,
            "l2_population": False,
            "enable_distributed_routing": False,
            "log_agent_heartbeats": False,
            "extensions": [],
            "arp_responder_enabled": False,
        },
    }


def _nova(settings: Settings) -> None:
    """Run nova-conductor, nova-scheduler and one nova-compute per host."""
    import os_vif
    from nova import context, objects, service
    from nova.compute import rpcapi as compute
    from nova.conductor import rpcapi as conductor
    from nova.objects import host_mapping
    from nova.scheduler import rpcapi as scheduler

    _name_nodes(settings)
    os_vif.initialize()
    objects.Service.enable_min_version_cache()
    controller = settings.hosts[0]
    started = [
        service.Service.create(host=controller, binary=binary, topic=topic)
        for binary, topic in (
            ("nova-conductor", conductor.RPC_TOPIC),
            ("nova-scheduler", scheduler.RPC_TOPIC),
        )
    ]
    for each in started:
        each.start()
    _wait_for_ports(settings, "keystone", "placement")
    for host in settings.hosts:
        worker = service.Service.create(
            host=host,
            binary="nova-compute",
            topic=compute.RPC_TOPIC,
            topic_alt=compute.RPC_TOPIC_ALT,
        )
        worker.start()
        started.append(worker)
    for each in started:
        # the first report of their own comes seconds later; until then an old state has them down
        each.service_ref.report_count += 1
        each.service_ref.save()
    host_mapping.discover_hosts(context.get_admin_context())
    settings.announce("nova", "backend")


def _name_nodes(settings: Settings) -> None:
    """Give the fake driver's nodes the same UUIDs at every start, as real ones have.

    Left alone it makes them up anew, and placement would then know each host twice.
    """
    from oslo_utils import fixture

    for host in settings.hosts:
        fixture.uuidsentinel._sentinels[f"node_{host}"] = settings.nodes[host]


def _wait_for_ports(settings: Settings, *services: str) -> None:
    """Wait until other services listen; whoever started the cloud watches over the time."""
    for name in services:
        while True:
            try:
                socket.create_connection((settings.host, settings.ports[name]), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)


def _octavia(settings: Settings) -> None:
    """Run octavia-worker."""
    import oslo_messaging
    from octavia.common import constants, rpc
    from octavia.controller.queue.v2 import endpoints
    from oslo_config import cfg
    from oslo_messaging.rpc import dispatcher

    target = oslo_messaging.Target(
        topic=constants.TOPIC_AMPHORA_V2, server=cfg.CONF.host, fanout=False
    )
    rpc.get_server(
        target, [endpoints.Endpoints()], access_policy=dispatcher.DefaultRPCAccessPolicy
    ).start()
    settings.announce("octavia", "backend")


BACKENDS: dict[str, Callable[[Settings], None]] = {
    "neutron": _neutron,
    "nova": _nova,
    "octavia": _octavia,
}
