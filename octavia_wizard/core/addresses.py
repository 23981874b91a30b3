"""Arithmetic of the management network's addresses."""

from __future__ import annotations

from ipaddress import IPv4Network


def propose_pool(cidr: str) -> str | None:
    """Propose the range Neutron hands to amphorae; None where the network is too small.

    The first addresses, 49 at the most, stay with the control plane and the last
    ones, 55 at the most, stay free: for the role's 172.29.232.0/22 that is
    172.29.232.50-172.29.235.200, which ends where the all-in-one of OSA ends.
    """
    network = IPv4Network(cidr)
    size = network.num_addresses
    if size < 16:
        return None
    first = network.network_address + min(50, size // 4)
    last = network.broadcast_address - min(55, size // 8)
    return f"{first}-{last}"
