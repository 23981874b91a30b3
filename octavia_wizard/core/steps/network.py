"""Step: the management network, as the os_octavia role makes it.

Facts: tasks/octavia_mgmt_network.yml (16 to 28) and tasks/octavia_resources.yml (29 and later)
of os_octavia.  The role finds the network by its name in the service project, passes an MTU
only where it has ``octavia_provider_network_mtu``, and leaves the rest to Neutron.
"""

from __future__ import annotations

from dataclasses import dataclass

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import network_with, networks_called, subnets_of
from octavia_wizard.core.facts.model import CloudFacts, Facts, Part
from octavia_wizard.core.facts.resources import Network
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
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.playbook import are_run
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
    not_possible,
    project_of,
    read_again,
    refuse,
    same,
    several,
    shape,
    take_back,
)

_MTU_VARIABLE = "octavia_provider_network_mtu"
_ROLE_MTU = 1500
_PHYSICAL = ("flat", "vlan")
_SETUP = "octavia_service_net_setup"
_ROLE_TAKES = {
    "network.segmentation_id": "octavia_provider_segmentation_id",
    "network.mtu": _MTU_VARIABLE,
    "network.pool": "octavia_management_net_subnet_allocation_pools",
    "network.gateway": "octavia_management_net_subnet_gateway",
}
"""What the role is told of the network, where it makes it, and by which variable."""


ONLY_HERE = "only the wizard can make this network as it was answered, the role could not"


@dataclass(frozen=True, slots=True)
class NetworkTarget:
    """Which network the answers mean, as far as the cloud has it."""

    decision: Decision
    network: Network | None = None


def role_makes_it(effective: Effective) -> bool:
    """Say whether the role, when its playbook runs, makes a missing network as it was answered.

    It always passes a physical network, which Neutron refuses for VXLAN and Geneve, and older
    releases have no variable for some of the answers (tasks/octavia_mgmt_network.yml).
    """
    if effective.maybe_text("network.provider_type") not in _PHYSICAL:
        return False
    told = effective.variables().get(_SETUP)
    if told is not None and not told.value:
        return False
    return not any(
        _is_set(effective, key) and not effective.release.has(variable)
        for key, variable in _ROLE_TAKES.items()
    )


def _is_set(effective: Effective, key: str) -> bool:
    if key == "network.mtu":
        # Every network has one: what was not answered is what the role would take.
        return answered(effective, key)
    return key in effective and effective.value(key) is not None


def wanted_network(effective: Effective, cloud: CloudFacts) -> Network:
    """Return the network to create, without an id."""
    kind = effective.text("network.provider_type")
    mtu = None
    if effective.release.has(_MTU_VARIABLE):
        mtu = effective.maybe_number("network.mtu") or _ROLE_MTU
    return Network(
        id="",
        name=effective.text("network.name"),
        project_id=project_of(cloud),
        provider_type=kind,
        physical_network=(
            effective.maybe_text("network.physical_network") if kind in _PHYSICAL else None
        ),
        segmentation_id=(
            effective.maybe_number("network.segmentation_id") if kind != "flat" else None
        ),
        mtu=mtu,
    )


def find_target(effective: Effective, facts: Facts) -> NetworkTarget:
    """Find the management network, and say what is to be done about it."""
    hindrance = not_possible(effective, facts) or unanswered(effective, "network")
    if hindrance is not None:
        return NetworkTarget(hindrance)
    cloud = cloud_of(facts)
    if effective.chosen("network.mode", "adopt"):
        return _adopted(effective.text("network.existing"), cloud)
    if effective.chosen("network.created_by", "role"):
        reason = "left to the os_octavia role, which creates it when the playbook runs"
        return NetworkTarget(Decision(Action.SKIP, effective.text("network.name"), reason=reason))
    wanted = wanted_network(effective, cloud)
    found = networks_called(cloud, wanted.name)
    if not found:
        return NetworkTarget(Decision(Action.CREATE, wanted.name, _creation(wanted, cloud)))
    if len(found) > 1:
        return NetworkTarget(several("networks", wanted.name, (net.id for net in found)))
    return _compared(found[0], wanted, cloud)


def _adopted(wanted: str, cloud: CloudFacts) -> NetworkTarget:
    found = networks_called(cloud, wanted)
    if not found:
        reason = f"the cloud has no network {wanted} that these credentials can see"
        return NetworkTarget(Decision(Action.CONFLICT, wanted, reason=reason))
    if len(found) > 1:
        return NetworkTarget(several("networks", wanted, (net.id for net in found)))
    return NetworkTarget(Decision(Action.ADOPT, _subject(found[0])), found[0])


def _compared(found: Network, wanted: Network, cloud: CloudFacts) -> NetworkTarget:
    if found.provider_type is None and wanted.provider_type is not None:
        reason = "its provider type cannot be seen: that takes the admin role"
        return NetworkTarget(Decision(Action.BLOCKED, _subject(found), reason=reason))
    different = tuple(_differences(found, wanted, cloud))
    if different:
        reason = (
            "a network of this name has another shape; delete or rename it, choose another "
            "name, or adopt it"
        )
        return NetworkTarget(Decision(Action.CONFLICT, _subject(found), different, reason), found)
    if wanted.mtu is not None and found.mtu != wanted.mtu:
        diff = (f"~ MTU {found.mtu} → {wanted.mtu}",)
        return NetworkTarget(Decision(Action.CHANGE, _subject(found), diff), found)
    return NetworkTarget(Decision(Action.KEEP, _subject(found)), found)


def _differences(found: Network, wanted: Network, cloud: CloudFacts) -> list[str]:
    lines = []
    if found.project_id != wanted.project_id:
        lines.append(f"~ project {found.project_id}, wanted {cloud.service_project}")
    if found.provider_type != wanted.provider_type:
        lines.append(f"~ type {found.provider_type}, wanted {wanted.provider_type}")
    elif found.physical_network != wanted.physical_network:
        lines.append(
            f"~ physical network {found.physical_network or 'none'}, "
            f"wanted {wanted.physical_network or 'none'}"
        )
    if wanted.segmentation_id is not None and found.segmentation_id != wanted.segmentation_id:
        lines.append(f"~ segmentation id {found.segmentation_id}, wanted {wanted.segmentation_id}")
    if found.shared:
        lines.append("~ shared with all projects, wanted private")
    if found.external:
        lines.append("~ external, wanted internal")
    return lines


def _creation(wanted: Network, cloud: CloudFacts) -> tuple[str, ...]:
    kind = str(wanted.provider_type)
    if wanted.segmentation_id is not None:
        kind += f" {wanted.segmentation_id}"
    if wanted.physical_network:
        kind += f" on {wanted.physical_network}"
    lines = [f"+ network {wanted.name}", f"+ project {cloud.service_project}", f"+ type {kind}"]
    if wanted.mtu is not None:
        lines.append(f"+ MTU {wanted.mtu}")
    return tuple(lines)


def _subject(network: Network) -> str:
    return f"{network.name} {network.id}".strip()


class NetworkStep(Step):
    """Creates the management network, or adopts one."""

    id = "network"
    title = "Management network"
    section = "network"
    reads = frozenset({Part.IDENTITY, Part.NETWORKS})
    without = "the os_octavia role makes the network when its playbook runs"
    indispensable = ONLY_HERE

    def needed(self, effective: Effective) -> tuple[str, ...]:
        """Wait for Neutron to know a physical network that is new."""
        mine = effective.maybe_text("network.provider_type") in _PHYSICAL
        return ("neutron_playbook",) if mine and are_run(effective, "neutron") else ()

    def consequence(self, effective: Effective) -> str:
        """Tell a network the role would make just so from one it would not."""
        if effective.chosen("network.mode", "adopt"):
            return ADOPTED_UNSEEN
        return self.without if role_makes_it(effective) else ""

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Create, adopt, keep, or mend the MTU; any other difference is a conflict."""
        return find_target(effective, facts).decision

    def apply(self, work: Work, decision: Decision) -> None:
        """Create the network, or set its MTU."""
        target = find_target(work.effective, work.facts)
        refuse(target.decision)
        cloud = cloud_of(work.facts)
        if target.decision.action is Action.CREATE:
            wanted = wanted_network(work.effective, cloud)
            with work.intent("network", wanted.name, project_id=wanted.project_id) as intent:
                made = work.cloud.create_network(wanted)
                intent.created(made.id, shape(made))
        elif target.decision.action is Action.CHANGE and target.network is not None:
            wanted = wanted_network(work.effective, cloud)
            _set_mtu(work, target.network, wanted.mtu)

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for the one network of that name in the project, or for the new MTU."""
        cloud = read_again(work, Part.NETWORKS)
        if is_change(pending):
            known = network_with(cloud, str(pending.lookup.get("id")))
            return changed_after_all(self.id, pending, shape(known)) if known else None
        project = pending.lookup.get("project_id")
        found = [n for n in networks_called(cloud, pending.name) if n.project_id == project]
        if len(found) != 1:
            return None
        return found_again(self.id, pending, found[0].id, shape(found[0]))

    def undo(self, work: Work, record: Record) -> Undone:
        """Delete the network if it is as it was and holds nothing of others; or reset its MTU."""
        cloud = read_again(work, Part.NETWORKS, Part.SUBNETS)
        network = network_with(cloud, record.id)
        if network is None:
            return Undone(UndoResult.GONE)
        now = shape(network)
        if is_back(record, now):
            return BACK_ALREADY
        if not same({key: now.get(key) for key in record.after}, record.after):
            return Undone(UndoResult.CHANGED_SINCE, "the network was changed by somebody else")
        if record.result != CREATED:
            before = dict(record.before)
            return take_back(
                lambda: work.cloud.update_network(record.id, before), UndoResult.RESTORED
            )
        others = subnets_of(cloud, record.id)
        if others:
            names = ", ".join(subnet.name or subnet.id for subnet in others)
            return Undone(UndoResult.CHANGED_SINCE, f"it still has subnets: {names}")
        return take_back(lambda: work.cloud.delete_network(record.id), UndoResult.REMOVED)


def _set_mtu(work: Work, network: Network, mtu: int | None) -> None:
    before, after = {"mtu": network.mtu}, {"mtu": mtu}
    with work.intent(
        "network MTU", network.name, id=network.id, before=before, after=after
    ) as intent:
        work.cloud.update_network(network.id, after)
        intent.changed(network.id, before, after)
