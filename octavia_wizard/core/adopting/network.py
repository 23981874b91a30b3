"""The management network that is in use: in the cloud, in the files, in the inventory."""

from __future__ import annotations

from octavia_wizard.core.adopting.model import Found, Source
from octavia_wizard.core.adopting.reading import Answered, Reading
from octavia_wizard.core.facts.cloud import network_with, networks_called
from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.facts.managed import underscored
from octavia_wizard.core.facts.model import ProviderNetwork
from octavia_wizard.core.facts.resources import Network

ID = "octavia_neutron_management_network_uuid"
NAME = "octavia_neutron_management_network_name"
_ADDRESS = "octavia_container_network_name"
_SEPARATE = "octavia_provider_inventory_net_name"
_SHARED_NAME = "octavia_provider_network_name"
_SUFFIX = "_address"


def network_answers(reading: Reading) -> Answered:
    """Adopt the network where it can be told which it is; else leave it to the role."""
    yield from _which(reading)
    yield from _inventory(reading)


def network_name(reading: Reading) -> str:
    """Return the name by which the role looks for the network."""
    held = reading.holds(NAME)
    return held if isinstance(held, str) and held else "lbaas-mgmt"


def is_ambiguous(reading: Reading) -> bool:
    """Say whether the role cannot tell which network is meant, since several have the name."""
    if reading.cloud is None or reading.text(ID) is not None:
        return False
    return len(networks_called(reading.cloud, network_name(reading))) > 1


def _which(reading: Reading) -> Answered:
    wanted, cloud = reading.text(ID), reading.cloud
    if wanted is not None:
        seen = network_with(cloud, wanted) if cloud is not None else None
        found = reading.by_file(ID, wanted)
        yield from _adopted(found if seen is None else _seen(found, seen))
        return
    name = network_name(reading)
    found_in_cloud = networks_called(cloud, name) if cloud is not None else ()
    if not found_in_cloud:
        why = "nothing of the cloud was read" if cloud is None else f"the cloud has no {name}"
        yield "network.mode", Found("create", Source.CHOSEN, why)
        yield "network.created_by", Found("role", Source.CHOSEN, "as the files leave it")
        return
    if len(found_in_cloud) == 1:
        # By its name, as the files have it: emitting then changes nothing.
        found = reading.by_file_or_role(NAME, name)
        yield from _adopted(_seen(found, found_in_cloud[0]))
        return
    mine = cloud.service_project_id if cloud is not None else None
    one = next((n for n in found_in_cloud if n.project_id == mine), found_in_cloud[0])
    where = f"one of {len(found_in_cloud)} networks called {name}"
    yield from _adopted(Found(one.id, Source.CLOUD, where))


def _adopted(found: Found) -> Answered:
    yield "network.mode", Found("adopt", found.source, found.where)
    yield "network.existing", found


def _seen(found: Found, network: Network) -> Found:
    """Add what the cloud says of it."""
    other = network.id if found.value == network.name else network.name
    return Found(found.value, found.source, f"{found.where}; in the cloud {other}")


def _inventory(reading: Reading) -> Answered:
    entry = _entry(reading)
    if entry is None:
        yield from _name_by_files(reading)
        return
    where = f"{USER_CONFIG}, {entry.net_name} of provider_networks"
    if not entry.source.startswith(USER_CONFIG):
        where = f"{entry.source}, {entry.net_name} of provider_networks"
    agents = [bind for bind in entry.group_binds if bind.startswith("neutron_")]
    for key, value in (
        ("network.inventory_name", entry.net_name),
        ("network.bridge", entry.bridge),
        ("network.container_interface", entry.container_interface),
        ("network.agent_group", agents[0] if agents else None),
    ):
        if value:
            yield key, Found(value, Source.HOST, where)


def _entry(reading: Reading) -> ProviderNetwork | None:
    """Return the entry Octavia's services are bound to."""
    services = {underscored(group) for group in reading.release.rules.service_groups}
    for entry in reading.facts.host.inventory.provider_networks:
        if services & {underscored(bind) for bind in entry.group_binds}:
            return entry
    return None


def _name_by_files(reading: Reading) -> Answered:
    """Tell the entry by what the role is told of it, where the inventory has none."""
    address = reading.text(_ADDRESS)
    if address is not None and address.endswith(_SUFFIX):
        yield "network.inventory_name", reading.by_file(_ADDRESS, address.removesuffix(_SUFFIX))
    elif reading.text(_SEPARATE) is None and not reading.release.has(_SEPARATE):
        shared = reading.text(_SHARED_NAME)
        if shared is not None:
            yield "network.inventory_name", reading.by_file(_SHARED_NAME, shared)
