"""What tells the deploy hosts of the releases apart, as OpenStack-Ansible has it at these tags."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Encryption(StrEnum):
    """How the operator of a tree keeps their secrets."""

    NONE = "none"
    WHOLE = "whole"
    """The file is encrypted as a whole."""
    VALUES = "values"
    """Single values are, with the tag ``!vault``."""


@dataclass(frozen=True, slots=True)
class Era:
    """One release. Where nothing else is said, the source is openstack-ansible at its tag."""

    tag: str
    site: str
    """Which configuration in ``standins/sites`` it has."""
    agent: str
    """Group of Neutron's agents that are bound to provider networks."""
    plugin: str
    """``neutron_plugin_type``."""
    management: str
    """Name of the management network in cidr_networks."""
    encryption: Encryption = Encryption.NONE
    crlf: bool = False
    """The operator wrote openstack_user_config.yml on Windows."""
    inventory: str = "inventory"
    """Where the clone has its inventory; below playbooks in 16."""
    underscored: bool = False
    """Groups are written with underscores."""
    separator: str = "-"
    """What container names are joined with."""
    arguments_first: bool = False
    """The wrapper puts the files of the operator after the command line (up to 19.0.3)."""
    configurable: bool = True
    """OSA_CONFIG_DIR is read (from 19)."""
    user_rc: bool = True
    """The wrapper reads user.rc (from 26)."""
    c_locale: bool = False
    """openstack-ansible.rc sets LC_ALL to C.UTF-8 unless it is set (from 32)."""
    collection: bool = False
    """The playbooks are those of openstack.osa (from 30)."""
    haproxy_inside: bool = True
    """The Octavia playbook configures HAProxy too (from 27)."""
    combined_client: bool = False
    """The client certificate comes as one file, and the server CA twice (up to 24)."""
    serial: bool = True
    """The Octavia playbook begins with one host (from 22)."""
    resources: bool = True
    """There is openstack-resources.yml (from 29)."""

    @property
    def major(self) -> int:
        """Return the first number of the release."""
        return int(self.tag.partition(".")[0])

    def group(self, name: str) -> str:
        """Spell a group of Octavia the way the release does; given with hyphens."""
        return name.replace("-", "_") if self.underscored else name


ERAS = {
    era.tag: era
    for era in (
        Era(
            "16.0.29",
            site="linuxbridge",
            agent="neutron_linuxbridge_agent",
            plugin="ml2.lxb",
            management="container",
            inventory="playbooks/inventory",
            separator="_",
            arguments_first=True,
            configurable=False,
            user_rc=False,
            haproxy_inside=False,
            combined_client=True,
            serial=False,
            resources=False,
        ),
        Era(
            "21.2.12",
            site="linuxbridge",
            agent="neutron_linuxbridge_agent",
            plugin="ml2.lxb",
            management="container",
            crlf=True,
            separator="_",
            user_rc=False,
            haproxy_inside=False,
            combined_client=True,
            serial=False,
            resources=False,
        ),
        Era(
            "25.6.0",
            site="openvswitch",
            agent="neutron_openvswitch_agent",
            plugin="ml2.ovs",
            management="container",
            encryption=Encryption.WHOLE,
            separator="_",
            user_rc=False,
            haproxy_inside=False,
            resources=False,
        ),
        Era(
            "29.2.4",
            site="ovn",
            agent="neutron_ovn_gateway",
            plugin="ml2.ovn",
            management="management",
        ),
        Era(
            "31.3.0",
            site="ovn",
            agent="neutron_ovn_gateway",
            plugin="ml2.ovn",
            management="management",
            encryption=Encryption.VALUES,
            collection=True,
        ),
        Era(
            "33.0.1",
            site="underscores",
            agent="neutron_ovn_gateway",
            plugin="ml2.ovn",
            management="management",
            underscored=True,
            c_locale=True,
            collection=True,
        ),
    )
}
RELEASES = tuple(ERAS)
