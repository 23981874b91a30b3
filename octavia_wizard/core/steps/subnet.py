"""Step: the IPv4 subnet of the management network, as the os_octavia role makes it.

The role calls it ``<network>-subnet`` and compares CIDR, DHCP, pool and gateway only where it
passes them.  It passes no gateway unless one is set, and Neutron then takes the first address;
the wizard makes the subnet without one, and leaves a gateway alone that the role's way gave it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.cloud import overlapping, subnet_with, subnets_of
from octavia_wizard.core.facts.model import CloudFacts, Facts, Part
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Pending,
    Record,
    Step,
    Undone,
    UndoResult,
    Work,
)
from octavia_wizard.core.steps.network import ONLY_HERE, find_target, role_makes_it
from octavia_wizard.core.steps.shapes import (
    ADOPTED_UNSEEN,
    BACK_ALREADY,
    CREATED,
    answered,
    changed_after_all,
    cloud_of,
    found_again,
    is_back,
    is_change,
    plain,
    project_of,
    read_again,
    refuse,
    same,
    several,
    shape,
    take_back,
)

_LABELS = {"pools": "pool", "gateway": "gateway", "dhcp": "DHCP", "dns_servers": "DNS servers"}


@dataclass(frozen=True, slots=True)
class _Target:
    decision: Decision
    subnet: Subnet | None = None
    network: Network | None = None


def wanted_subnet(effective: Effective, cloud: CloudFacts, network_id: str) -> Subnet:
    """Return the subnet to create, without an id."""
    pool = effective.maybe_text("network.pool")
    return Subnet(
        id="",
        name=f"{effective.text('network.name')}-subnet",
        network_id=network_id,
        project_id=project_of(cloud),
        cidr=effective.text("network.cidr"),
        pools=(_range(pool),) if pool else (),
        gateway=effective.maybe_text("network.gateway"),
        dhcp=_dhcp(effective),
        dns_servers=effective.texts("network.dns_servers"),
    )


def _range(pool: str) -> tuple[str, str]:
    first, _, last = (part.strip() for part in pool.partition("-"))
    return first, last


def _dhcp(effective: Effective) -> bool:
    if "network.dhcp" in effective:
        return effective.is_on("network.dhcp")
    return effective.release.rules.dhcp_default


def _find(effective: Effective, facts: Facts) -> _Target:
    target = find_target(effective, facts)
    match target.decision.action:
        case Action.ADOPT if target.network is not None:
            return _adopted(cloud_of(facts), target.network)
        case Action.SKIP:
            return _Target(Decision(Action.SKIP, reason=target.decision.reason))
        case Action.CONFLICT | Action.BLOCKED:
            reason = f"needs the management network: {target.decision.reason}"
            return _Target(Decision(Action.BLOCKED, reason=reason))
        case _:
            return _wanted(effective, cloud_of(facts), target.network)


def _adopted(cloud: CloudFacts, network: Network) -> _Target:
    found = [subnet for subnet in subnets_of(cloud, network.id) if subnet.ip_version == 4]
    if not found:
        reason = f"the network {network.name} has no IPv4 subnet: amphorae would get no address"
        return _Target(Decision(Action.CONFLICT, network.name, reason=reason))
    subject = ", ".join(f"{subnet.name or subnet.id} {subnet.cidr}" for subnet in found)
    return _Target(Decision(Action.ADOPT, subject))


def _wanted(effective: Effective, cloud: CloudFacts, network: Network | None) -> _Target:
    wanted = wanted_subnet(effective, cloud, network.id if network else "")
    created = _Target(Decision(Action.CREATE, wanted.name, _creation(wanted)), network=network)
    if network is None:
        return created
    found = [subnet for subnet in subnets_of(cloud, network.id) if subnet.name == wanted.name]
    if len(found) > 1:
        return _Target(several("subnets", wanted.name, (subnet.id for subnet in found)))
    if not found:
        return _unless_overlapping(created, cloud, wanted)
    return _compared(effective, found[0], wanted, network)


def _unless_overlapping(created: _Target, cloud: CloudFacts, wanted: Subnet) -> _Target:
    in_the_way = overlapping(cloud, wanted.network_id, wanted.cidr)
    if not in_the_way:
        return created
    names = ", ".join(f"{subnet.name or subnet.id} {subnet.cidr}" for subnet in in_the_way)
    reason = (
        f"the network already has {names}, which overlaps {wanted.cidr}; rename that subnet "
        f"to {wanted.name} or delete it"
    )
    return _Target(Decision(Action.CONFLICT, wanted.name, reason=reason))


def _compared(effective: Effective, found: Subnet, wanted: Subnet, network: Network) -> _Target:
    subject = f"{found.name} {found.id}"
    if found.project_id != wanted.project_id:
        diff: tuple[str, ...] = (f"~ project {found.project_id}, wanted {wanted.project_id}",)
        reason = "the role looks for the subnet in the service project and would not find this one"
        return _Target(Decision(Action.CONFLICT, subject, diff, reason), found)
    if found.cidr != wanted.cidr or found.ip_version != wanted.ip_version:
        diff = (f"~ CIDR {found.cidr}, wanted {wanted.cidr}",)
        reason = "the CIDR of a subnet cannot be changed; delete the subnet or keep its CIDR"
        return _Target(Decision(Action.CONFLICT, subject, diff, reason), found)
    changes = _changes(effective, found, wanted)
    if not changes:
        return _Target(Decision(Action.KEEP, subject), found, network)
    now = plain({key: getattr(found, key) for key in changes})
    diff = tuple(
        f"~ {_LABELS[key]} {_text(now[key])} → {_text(value)}"
        for key, value in plain(changes).items()
    )
    return _Target(Decision(Action.CHANGE, subject, diff), found, network)


def _changes(effective: Effective, found: Subnet, wanted: Subnet) -> dict[str, object]:
    changes: dict[str, object] = {}
    if wanted.pools and found.pools != wanted.pools:
        changes["pools"] = wanted.pools
    if found.gateway != wanted.gateway and not _neutrons_own_gateway(effective, found, wanted):
        changes["gateway"] = wanted.gateway
    if found.dhcp != wanted.dhcp:
        changes["dhcp"] = wanted.dhcp
    if answered(effective, "network.dns_servers") and sorted(found.dns_servers) != sorted(
        wanted.dns_servers
    ):
        changes["dns_servers"] = wanted.dns_servers
    return changes


def _neutrons_own_gateway(effective: Effective, found: Subnet, wanted: Subnet) -> bool:
    """Say whether the gateway is just what Neutron chose when the role named none."""
    if wanted.gateway is not None or answered(effective, "network.gateway"):
        return False
    return found.gateway == str(IPv4Network(found.cidr)[1])


def _creation(wanted: Subnet) -> tuple[str, ...]:
    lines = [f"+ subnet {wanted.name}", f"+ CIDR {wanted.cidr}"]
    if wanted.pools:
        lines.append(f"+ pool {_text(plain({'pools': wanted.pools})['pools'])}")
    lines.append(f"+ gateway {_text(wanted.gateway)}")
    lines.append(f"+ DHCP {_text(wanted.dhcp)}")
    if wanted.dns_servers:
        lines.append(f"+ DNS servers {', '.join(wanted.dns_servers)}")
    return tuple(lines)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join("-".join(v) if isinstance(v, list) else str(v) for v in value) or "none"
    return "none" if value is None else str(value)


class SubnetStep(Step):
    """Creates the subnet of the management network, and mends what can be changed in it."""

    id = "subnet"
    title = "Management subnet"
    section = "network"
    needs = ("network",)
    reads = frozenset({Part.IDENTITY, Part.NETWORKS, Part.SUBNETS})
    without = "the os_octavia role makes the subnet when its playbook runs"
    indispensable = ONLY_HERE

    def consequence(self, effective: Effective) -> str:
        """Say what the role makes, and what it does not know of."""
        if effective.chosen("network.mode", "adopt"):
            return ADOPTED_UNSEEN
        if not role_makes_it(effective):
            return ""
        parts = [self.without]
        if effective.maybe_text("network.gateway") is None:
            parts.append("with the gateway Neutron gives it")
        if effective.texts("network.dns_servers"):
            parts.append("without DNS servers")
        return ", ".join(parts)

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Create, adopt, keep or change; another CIDR is a conflict."""
        return _find(effective, facts).decision

    def apply(self, work: Work, decision: Decision) -> None:
        """Create the subnet, or change pool, gateway, DHCP or DNS servers."""
        target = _find(work.effective, work.facts)
        refuse(target.decision)
        cloud = cloud_of(work.facts)
        if target.decision.action is Action.CREATE:
            if target.network is None:
                raise StepError("the management network is not there yet")
            wanted = wanted_subnet(work.effective, cloud, target.network.id)
            with work.intent("subnet", wanted.name, network_id=wanted.network_id) as intent:
                made = work.cloud.create_subnet(wanted)
                intent.created(made.id, shape(made))
        elif target.decision.action is Action.CHANGE and target.subnet is not None:
            wanted = wanted_subnet(work.effective, cloud, target.subnet.network_id)
            _change(work, target.subnet, _changes(work.effective, target.subnet, wanted))

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for the subnet of that name on that network, or for the changed fields."""
        cloud = read_again(work, Part.SUBNETS)
        if is_change(pending):
            known = subnet_with(cloud, str(pending.lookup.get("id")))
            return changed_after_all(self.id, pending, shape(known)) if known else None
        on_network = subnets_of(cloud, str(pending.lookup.get("network_id")))
        found = [subnet for subnet in on_network if subnet.name == pending.name]
        if len(found) != 1:
            return None
        return found_again(self.id, pending, found[0].id, shape(found[0]))

    def undo(self, work: Work, record: Record) -> Undone:
        """Delete the subnet, or put the former fields back, if it is as it was left."""
        subnet = subnet_with(read_again(work, Part.SUBNETS), record.id)
        if subnet is None:
            return Undone(UndoResult.GONE)
        now = shape(subnet)
        if is_back(record, now):
            return BACK_ALREADY
        if not same({key: now.get(key) for key in record.after}, record.after):
            return Undone(UndoResult.CHANGED_SINCE, "the subnet was changed by somebody else")
        if record.result == CREATED:
            return take_back(lambda: work.cloud.delete_subnet(record.id), UndoResult.REMOVED)
        before = _as_fields(record.before)
        return take_back(lambda: work.cloud.update_subnet(record.id, before), UndoResult.RESTORED)


def _change(work: Work, subnet: Subnet, changes: dict[str, object]) -> None:
    before = plain({key: getattr(subnet, key) for key in changes})
    after = plain(changes)
    with work.intent(
        "subnet settings", subnet.name, id=subnet.id, before=before, after=after
    ) as intent:
        work.cloud.update_subnet(subnet.id, changes)
        intent.changed(subnet.id, before, after)


def _as_fields(recorded: Mapping[str, object]) -> dict[str, object]:
    """Turn the plain lists of the journal back into the tuples of ``Subnet``."""
    return {key: _frozen(value) for key, value in recorded.items()}


def _frozen(value: object) -> object:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value
