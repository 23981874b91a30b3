"""What the rows look up in the facts: adopted resources and inventory entries."""

from __future__ import annotations

import re

from octavia_wizard.core.emit.entries import View
from octavia_wizard.core.facts.managed import on_metal
from octavia_wizard.core.facts.model import ProviderNetwork
from octavia_wizard.core.facts.resources import Image, Network

_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def looks_like_id(text: str) -> bool:
    """Say whether a text is a UUID, as OpenStack's ids mostly are."""
    return bool(_UUID.fullmatch(text))


def adopted_network(view: View) -> Network | None:
    """Return the network to adopt, where the cloud shows exactly one by that id or name."""
    wanted, cloud = view.effective.maybe_text("network.existing"), view.facts.cloud
    if cloud is None or wanted is None:
        return None
    found = [network for network in cloud.networks if wanted in (network.id, network.name)]
    return found[0] if len(found) == 1 else None


def adopted_image(view: View) -> Image | None:
    """Return the image to adopt, where the cloud shows exactly one by that id or name."""
    wanted, cloud = view.effective.maybe_text("image.existing"), view.facts.cloud
    if cloud is None or wanted is None:
        return None
    found = [image for image in cloud.images if wanted in (image.id, image.name)]
    return found[0] if len(found) == 1 else None


def adopted_flavor_id(view: View) -> str:
    """Return the id of the flavor to adopt; as it was answered where the cloud shows none."""
    wanted, cloud = view.effective.text("capacity.flavor_existing"), view.facts.cloud
    found = [f.id for f in (cloud.flavors if cloud else ()) if wanted in (f.id, f.name)]
    return found[0] if len(found) == 1 else wanted


def inventory_entry(view: View) -> ProviderNetwork | None:
    """Return the provider network of the inventory that has the chosen name."""
    wanted = view.effective.maybe_text("network.inventory_name")
    known = view.facts.host.inventory.provider_networks
    return next((entry for entry in known if entry.net_name == wanted), None)


def address_pool_name(view: View) -> str:
    """Return the key of cidr_networks the Octavia containers get their addresses from."""
    entry = inventory_entry(view)
    if entry is not None and entry.ip_from_q:
        return entry.ip_from_q
    return view.effective.text("network.inventory_name")


def physical_name(view: View) -> str | None:
    """Return the physical network; None where an overlay or an adopted network has none."""
    name = view.effective.maybe_text("network.physical_network")
    if name is None:
        network = adopted_network(view)
        name = network.physical_network if network else None
    return name


def metal_hosts(view: View) -> tuple[str, ...]:
    """Return those of the answered hosts, by name, that run Octavia without containers."""
    hosts = view.effective.mapping("deployment.hosts")
    return tuple(name for name in on_metal(view.facts.host, view.release, hosts) if name in hosts)
