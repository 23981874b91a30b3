"""Removes what a smoke test made, found by its name, within a bound; says what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Event

from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.facts.balancing import LoadBalancer, Remains
from octavia_wizard.core.facts.cloud import networks_called
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.verification.bounds import Bounds
from octavia_wizard.core.verification.causes import explained
from octavia_wizard.core.verification.model import Verdict, passed, warned
from octavia_wizard.core.verification.scene import Scene, Waiting
from octavia_wizard.core.verification.smoke_names import SmokeNames

REMOVED = "smoke-removed"
_COMMANDS = {
    "port": "openstack port show {id}",
    "server": "openstack server show {id}",
    "server group": "openstack server group show {id}",
    "security group": "openstack security group show {id}",
    "amphora": "openstack loadbalancer amphora show {id}",
}
_PARTS = frozenset({Part.NETWORKS, Part.SUBNETS})


@dataclass(slots=True)
class Cleared:
    """What a clearing came to."""

    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Things of ours that are still there, each with why."""
    remains: list[str] = field(default_factory=list)
    """Things that Octavia has left behind."""
    look: list[str] = field(default_factory=list)
    """Commands that show what is left."""


def clear(scene: Scene, names: SmokeNames, bounds: Bounds) -> Cleared:
    """Remove everything of a name; once somebody asked to stop, within a short bound.

    Raises Interrupted where that is asked only now, and CloudError where it cannot be told what
    is there.
    """
    if not scene.cancel.is_set():
        return _Clearing(scene, names, bounds).carry_out()
    # The cloud is still to be read: what was made has to go.
    scene.cloud.cancel = Event()
    try:
        return _Clearing(scene, names, bounds).carry_out()
    finally:
        scene.cloud.cancel = scene.cancel


def verdict_of(cleared: Cleared) -> Verdict:
    """Return what a clearing comes to as a check."""
    if cleared.left:
        lines = (*cleared.left, *cleared.remains)
        return replace(explained(REMOVED, lines), look=tuple(cleared.look))
    if cleared.remains:
        lines = tuple(f"left behind: {one}" for one in cleared.remains)
        return replace(
            warned(
                *lines,
                cause="Octavia deleted the load balancer and left these; they go by themselves "
                "where Nova is slow, and have to be deleted by hand where they stay.",
                section="deployment",
            ),
            look=tuple(cleared.look),
        )
    return passed(*(f"removed {one}" for one in cleared.removed))


class _Clearing:
    """One clearing."""

    def __init__(self, scene: Scene, names: SmokeNames, bounds: Bounds) -> None:
        self._scene = scene
        self._names = names
        self._bounds = bounds
        self._hurry = scene.cancel.is_set()
        self._cleared = Cleared()

    def carry_out(self) -> Cleared:
        """Remove load balancer, subnet and network of the name, in this order."""
        network = self._network()
        for balancer in self._scene.cloud.load_balancers(self._names.name):
            if not self._without(balancer, network):
                return self._cleared
        self._networks()
        return self._cleared

    def _network(self) -> str:
        found = networks_called(self._read(), self._names.name)
        return found[0].id if found else ""

    def _read(self) -> CloudFacts:
        cloud = self._scene.cloud.read(_PARTS, self._scene.facts.cloud)
        for part in _PARTS & cloud.unread.keys():
            raise CloudError(f"the {part} cannot be read: {cloud.unread[part]}")
        return cloud

    def _without(self, balancer: LoadBalancer, network: str) -> bool:
        """Delete a load balancer and say whether it is gone."""
        amphorae = self._amphorae(balancer)
        if not self._wait(self._bound(self._bounds.active), lambda: self._is_idle(balancer.id)):
            self._stuck(balancer)
            return False
        self._scene.cloud.delete_load_balancer(balancer.id)
        if not self._wait(self._bound(self._bounds.gone), lambda: self._is_gone(balancer.id)):
            self._stuck(balancer)
            return False
        self._cleared.removed.append(f"load balancer {balancer.name} {balancer.id}")
        self._remains(balancer.id, amphorae, network)
        return True

    def _amphorae(self, balancer: LoadBalancer) -> tuple[str, ...]:
        try:
            return tuple(one.id for one in self._scene.cloud.amphorae_of(balancer.id))
        except CloudError:
            # Without the admin role nothing can be looked for by their ids.
            return ()

    def _is_idle(self, id: str) -> tuple[bool, str]:
        found = self._scene.cloud.get_load_balancer(id)
        if found is None or not found.is_busy:
            return True, ""
        return False, f"load balancer {found.provisioning}, which cannot be deleted meanwhile"

    def _is_gone(self, id: str) -> tuple[bool, str]:
        found = self._scene.cloud.get_load_balancer(id)
        if found is None:
            return True, ""
        if found.provisioning == "ERROR":
            # A deletion that failed is not tried again by Octavia.
            self._scene.cloud.delete_load_balancer(id)
        return False, f"load balancer {found.provisioning}"

    def _stuck(self, balancer: LoadBalancer) -> None:
        found = self._scene.cloud.get_load_balancer(balancer.id)
        state = found.provisioning if found is not None else "gone"
        self._cleared.left.append(
            f"load balancer {balancer.name} {balancer.id} is {state}; Octavia deletes none that is "
            "being worked on"
        )
        self._cleared.look.append(f"openstack loadbalancer show {balancer.id}")
        self._cleared.look.append(f"openstack loadbalancer delete --cascade {balancer.id}")

    def _remains(self, balancer: str, amphorae: tuple[str, ...], network: str) -> None:
        last = Remains()

        def look() -> tuple[bool, str]:
            nonlocal last
            last = self._scene.cloud.remains_of(balancer, amphorae, network)
            return not last.found, f"{len(last.found)} things of it are still there"

        self._wait(self._bound(self._bounds.remains), look)
        for one in last.found:
            words = " ".join(filter(None, (one.kind, one.name, one.id, one.detail)))
            self._cleared.remains.append(words)
            self._cleared.look.append(_COMMANDS[one.kind].format(id=one.id))
        if last.unread:
            self._scene.log(f"not looked for: {'; '.join(last.unread)}")

    def _networks(self) -> None:
        cloud, name = self._read(), self._names.name
        for subnet in cloud.subnets:
            if subnet.name == name:
                self._deleted("subnet", subnet.id, self._scene.cloud.delete_subnet)
        for network in networks_called(cloud, name):
            self._deleted("network", network.id, self._scene.cloud.delete_network)

    def _deleted(self, kind: str, id: str, delete: Callable[[str], None]) -> None:
        why = ""

        def attempt() -> tuple[bool, str]:
            nonlocal why
            try:
                delete(id)
            except CloudError as error:
                why = error.message
                return False, f"the {kind} is still in use"
            return True, ""

        if self._wait(self._bound(self._bounds.remains), attempt):
            self._cleared.removed.append(f"{kind} {self._names.name} {id}")
        else:
            self._cleared.left.append(f"{kind} {self._names.name} {id}: {why}")
            self._cleared.look.append(f"openstack port list --network {self._names.name} --long")

    def _bound(self, usual: float) -> float:
        return min(usual, self._bounds.stopped) if self._hurry else usual

    def _wait(self, bound: float, look: Callable[[], tuple[bool, str]]) -> bool:
        # Whoever asked to stop before the clearing began waits for its short bound.
        waiting = Waiting(self._scene, REMOVED, bound, stoppable=not self._hurry)
        return waiting.until(look)
