"""Where Octavia's services run, and that nothing is run unasked."""

from __future__ import annotations

from octavia_wizard.core.adopting.model import Found, Source
from octavia_wizard.core.adopting.reading import Answered, Reading
from octavia_wizard.core.facts.managed import octavia_containers, underscored


def deployment_answers(reading: Reading) -> Answered:
    """Name the hosts, by the configuration, else by what OSA's inventory made of it."""
    yield from _hosts(reading)
    why = "Octavia runs already; say yes to run the playbooks of a change from here"
    yield "deployment.run_playbooks", Found(False, Source.CHOSEN, why)


def _hosts(reading: Reading) -> Answered:
    inventory = reading.facts.host.inventory
    wanted = underscored(reading.release.rules.infra_hosts_group)
    for group, hosts in inventory.host_groups.items():
        if underscored(group) == wanted and hosts:
            where = f"{inventory.group_sources.get(group, 'the inventory')}, {group}"
            yield "deployment.hosts", Found(dict(hosts), Source.HOST, where)
            return
    addresses = {
        name: address for hosts in inventory.host_groups.values() for name, address in hosts.items()
    }
    running = {
        one.physical_host or one.name
        for one in octavia_containers(reading.facts.host, reading.release)
    }
    found = {name: addresses[name] for name in sorted(running) if addresses.get(name)}
    if found:
        where = "openstack_inventory.json, octavia_all"
        yield "deployment.hosts", Found(found, Source.HOST, where)
