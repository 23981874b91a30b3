"""What runs on the controllers and below them: services, addresses, the management bridge."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.controllers.model import Disagreement, Kind
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.controllers import Bridge, Controller, Controllers
from octavia_wizard.core.facts.managed import members, underscored
from octavia_wizard.core.facts.model import Facts

_SERVICES = ("octavia-api", "octavia-worker", "octavia-housekeeping", "octavia-health-manager")
"""Of octavia_services in the role's defaults: each unit is called as the group it is on."""
_PORTS = (
    ("octavia-api", "tcp", "api_settings.bind_port", "9876"),
    ("octavia-health-manager", "udp", "health_manager.bind_port", "5555"),
)
"""Who listens where; the last is Octavia's own default (octavia/common/config.py)."""
_LIST = "health_manager.controller_ip_port_list"


def not_running(effective: Effective, facts: Facts, look: Controllers) -> Iterator[Disagreement]:
    """Yield services that do not run where they should, or do not listen."""
    inventory = facts.host.inventory
    for host in look.deployed:
        for unit in _SERVICES:
            state = host.services.get(unit)
            meant = host.name in members(inventory, underscored(unit))
            if state is None or state == "active" or (state == "absent" and not meant):
                continue
            cure = f"See journalctl -u {unit} there; start it again with systemctl."
            yield Disagreement(Kind.SERVICE, host.name, unit, "active", state, cure)
        yield from _deaf(host)


def _deaf(host: Controller) -> Iterator[Disagreement]:
    for unit, protocol, option, usual in _PORTS if host.listening is not None else ():
        port = f"{protocol} {host.options.get(option) or usual}"
        if host.services.get(unit) == "active" and port not in (host.listening or ()):
            cure = f"See journalctl -u {unit} there: it runs and does not listen."
            yield Disagreement(Kind.SERVICE, host.name, port, f"open by {unit}", "closed", cure)


def wrong_addresses(look: Controllers) -> Iterator[Disagreement]:
    """Yield health managers that amphorae could not reach: no address of theirs is listed."""
    for host in look.deployed:
        listed = {
            part.rpartition(":")[0].strip() for part in host.options.get(_LIST, "").split(",")
        }
        listed.discard("")
        own = {address for found in host.addresses.values() for address in found}
        runs = host.services.get("octavia-health-manager", "active") == "active"
        if listed and own and runs and not listed & own:
            yield Disagreement(
                Kind.ADDRESS,
                host.name,
                _LIST,
                "one of its own addresses",
                ",".join(sorted(listed)),
                "Bring the container's interface on the management network up, or correct "
                "octavia_hm_hosts; amphorae send their heartbeats to these addresses.",
            )


def wrong_bridges(effective: Effective, facts: Facts, look: Controllers) -> Iterator[Disagreement]:
    """Yield hosts whose management bridge is missing, down, or carries too small packets."""
    name = effective.maybe_text("network.bridge")
    mtu = effective.maybe_number("network.mtu")
    for host, bridge in sorted(look.bridges.items()) if name is not None else ():
        what = _wrong(bridge, mtu)
        if what is not None:
            yield Disagreement(
                Kind.BRIDGE,
                host,
                str(name),
                *what,
                "Configure it on the host, with a link to the management network; creating it is "
                "beyond OpenStack-Ansible in every release.",
            )


def _wrong(bridge: Bridge | None, mtu: int | None) -> tuple[str, str] | None:
    """Return what is expected and found, or None where all is well."""
    if bridge is None:
        return "there, and up", "absent"
    if not bridge.up:
        return "up", "down"
    if mtu is not None and bridge.mtu is not None and bridge.mtu < mtu:
        return f"MTU {mtu} or more", f"MTU {bridge.mtu}"
    return None
