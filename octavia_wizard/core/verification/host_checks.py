"""Checks of the controllers, by what Ansible found on them, and of the path to amphorae."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

import psutil

from octavia_wizard.core import ranges
from octavia_wizard.core.controllers.agreement import Disagreement, agreement
from octavia_wizard.core.facts.controllers import Controller
from octavia_wizard.core.occupied import own_subnets
from octavia_wizard.core.verification.model import Status, Verdict, passed, skipped, warned
from octavia_wizard.core.verification.scene import Scene

_SHOWN = 12
"""Disagreements that are told one by one."""


def controllers(scene: Scene) -> Verdict:
    """Compare every controller with the answers, and with the others."""
    asked = scene.facts.controllers
    reason = unasked(scene)
    if asked is None or reason:
        return skipped(reason)
    found = agreement(scene.effective, scene.facts)
    if not found:
        names = ", ".join(host.name for host in asked.hosts)
        return passed(f"all agree: {names}")
    lines = [_line(one) for one in found[:_SHOWN]]
    lines += [f"… and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    cures = dict.fromkeys(one.cure for one in found if one.cure)
    return Verdict(
        Status.FAILED,
        tuple(lines),
        "What is on the controllers is not what was answered.",
        "; ".join(cures),
        "deployment",
        ("octavia-wizard plan PRESET --hosts",),
    )


def unasked(scene: Scene) -> str:
    """Say why nothing can be told of the controllers; "" where it can be."""
    asked = scene.facts.controllers
    if asked is None:
        return scene.why_not_asked
    if asked.problem:
        return asked.problem
    if not asked.hosts:
        return "the inventory names no host that runs Octavia"
    return ""


def _line(one: Disagreement) -> str:
    where = f"{one.host}: " if one.host else ""
    if not one.expected:
        return f"{where}{one.subject}: {one.found}"
    return f"{where}{one.subject} is {one.found or 'not set'}, expected {one.expected}"


def reach(scene: Scene) -> Verdict:
    """Look whether the controllers, and this host, have addresses on the management network.

    Nothing answers on it but amphorae, so no more can be told before there is one.
    """
    networks = _networks(scene)
    if not networks:
        return skipped("the CIDR of the management network is not known")
    here = own_addresses(networks)
    mine = (f"this host has {', '.join(here)} on it",) if here else ()
    asked = scene.facts.controllers
    if asked is None or unasked(scene):
        return passed(*mine) if mine else skipped("this host has no address on it")
    answered = [host for host in asked.hosts if host.answered]
    without = _without_address(answered, networks)
    if not without:
        return passed(f"controllers with an address on it: {len(answered)}", *mine)
    if len(without) < len(answered):
        # With services spread over several containers, not each of them needs one.
        return warned(
            f"no address on it: {', '.join(without)}",
            *mine,
            cause="Workers, health managers and housekeeping need one; a container with the API "
            "alone does not.",
            section="network",
        )
    return Verdict(
        Status.FAILED,
        (f"no controller has an address in {', '.join(map(str, networks))}", *mine),
        "The containers were not made, or not restarted, since the management network is in the "
        "inventory; so no worker reaches an amphora.",
        "run the containers playbook, then the Octavia playbook",
        "network",
        ("on {host}: ip -4 address",),
    )


def _without_address(hosts: Iterable[Controller], networks: tuple[IPv4Network, ...]) -> list[str]:
    def is_on(host: Controller) -> bool:
        found = (address for several in host.addresses.values() for address in several)
        return any(_is_in(address, networks) for address in found)

    return [host.name for host in hosts if not is_on(host)]


def _networks(scene: Scene) -> tuple[IPv4Network, ...]:
    texts = [subnet.cidr for subnet in own_subnets(scene.effective, scene.facts.cloud)]
    texts = texts or [scene.effective.maybe_text("network.cidr") or ""]
    return tuple(found for found in map(ranges.network, texts) if found is not None)


def own_addresses(networks: tuple[IPv4Network, ...]) -> tuple[str, ...]:
    """Return the IPv4 addresses of this host that lie in one of the networks."""
    return tuple(
        one.address
        for found in psutil.net_if_addrs().values()
        for one in found
        if one.family == socket.AF_INET and _is_in(one.address, networks)
    )


def _is_in(text: str, networks: tuple[IPv4Network, ...]) -> bool:
    address = ranges.address(text.partition("/")[0])
    return address is not None and any(IPv4Address(address) in network for network in networks)
