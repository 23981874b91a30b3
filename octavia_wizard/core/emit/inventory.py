"""``conf.d/octavia.yml``: which hosts run Octavia's containers."""

from __future__ import annotations

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.render import comment, yaml_text
from octavia_wizard.core.facts.deploy_host import OUR_INVENTORY
from octavia_wizard.core.facts.deploy_host_files import is_ours
from octavia_wizard.core.facts.model import Facts

MODE = 0o644


def inventory_file(effective: Effective, facts: Facts) -> EmittedFile | None:
    """Write the hosts of Octavia; None where there are none, or no file is called for.

    A file the operator wrote is never changed, and a group that another file names
    already is left there: OSA would merge the two, and nobody could tell who asked for what.
    """
    hosts = effective.mapping("deployment.hosts")
    if not hosts:
        return None
    group = effective.release.rules.infra_hosts_group
    before = facts.host.texts.get(OUR_INVENTORY)
    source = facts.host.inventory.group_sources.get(group)
    foreign = before is not None and not is_ours(before)
    if source is not None and (foreign or source != OUR_INVENTORY):
        return None
    if foreign:
        note = f"{OUR_INVENTORY} is not octavia-wizard's: add the group {group} to it yourself"
        return EmittedFile(OUR_INVENTORY, before or "", MODE, False, before, (note,))
    text = "---\n" + comment(
        f"Written by octavia-wizard for OpenStack-Ansible {effective.release.name} "
        f"({effective.release.series}): the hosts that run Octavia's services."
    )
    entries = {name: {"ip": address} for name, address in sorted(hosts.items())}
    return EmittedFile(OUR_INVENTORY, f"{text}{yaml_text({group: entries})}", MODE, True, before)


def inventory_note(effective: Effective, facts: Facts) -> str:
    """Say which of the operator's files names the hosts, where that is so; else ""."""
    group = effective.release.rules.infra_hosts_group
    source = facts.host.inventory.group_sources.get(group)
    if source is None:
        return ""
    if source == OUR_INVENTORY and is_ours(facts.host.texts.get(OUR_INVENTORY, "")):
        return ""
    return f"{group} is named in {source}; its hosts are left as they are there"
