"""The smoke test: a load balancer is created, looked at, used and deleted.

All it makes has one name that nothing else has. Each thing is announced before it is made and
stays announced until it is gone, so that whatever ends the process in between, a later run finds
and removes it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

from octavia_wizard.core.errors import Interrupted
from octavia_wizard.core.facts.balancing import LoadBalancer
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.verification.announcing import (
    ACTIVE,
    AMPHORAE,
    CHECKS,
    KIND_BALANCER,
    KIND_NETWORK,
    LISTENER,
    NETWORK,
    REQUESTS,
    Announce,
    Closing,
)
from octavia_wizard.core.verification.asking import ask
from octavia_wizard.core.verification.bounds import Bounds, amphorae_each
from octavia_wizard.core.verification.causes import explained
from octavia_wizard.core.verification.clearing import REMOVED, clear, verdict_of
from octavia_wizard.core.verification.evidence import Evidence
from octavia_wizard.core.verification.model import Status, Verdict, passed, skipped, warned
from octavia_wizard.core.verification.scene import Scene, Waiting
from octavia_wizard.core.verification.service_checks import AMPHORA_PROVIDERS
from octavia_wizard.core.verification.smoke_names import (
    DESCRIPTION,
    Member,
    SmokeNames,
    free_range,
)

_PORT = 80
_PACE = 3.0

Perform = Callable[[str, str, Callable[[], Verdict]], bool]
"""Makes a check and says whether it did not fail; raises only Interrupted."""


class _StaysAnnounced(Exception):
    """Something could not be removed: leaves the block of its announcement, which stays open."""


@dataclass(frozen=True, slots=True)
class SmokeWish:
    """What the operator said about the smoke test."""

    subnet: str | None = None
    """Name or id of the subnet for its address; None for a network of its own."""
    member: Member | None = None


class SmokeTest:
    """One smoke test."""

    def __init__(self, scene: Scene, wish: SmokeWish, bounds: Bounds, announce: Announce) -> None:
        self._scene = scene
        self._wish = wish
        self._bounds = bounds
        self._announce = announce
        self._names = SmokeNames.new()
        self._evidence = Evidence()
        self._open: list[tuple[Closing, str]] = []
        self._stack = ExitStack()
        self._subnet_id = ""
        self._balancer: LoadBalancer | None = None

    def carry_out(self, perform: Perform) -> bool:
        """Make all checks; say whether all that was made is gone.  Raises Interrupted."""
        try:
            with self._stack:
                try:
                    self._make_checks(perform)
                finally:
                    self._tidy(perform)
        except _StaysAnnounced:
            # It took the place of a wish to stop, if there was one.
            self._scene.checkpoint()
            return False
        return True

    def _make_checks(self, perform: Perform) -> None:
        def check(id: str, act: Callable[[], Verdict]) -> bool:
            return perform(id, CHECKS[id], act)

        if not check(NETWORK, self._prepared) or not check(ACTIVE, self._active):
            return
        check(AMPHORAE, self._amphorae)
        if check(LISTENER, self._listener):
            check(REQUESTS, self._requests)

    def _tidy(self, perform: Perform) -> None:
        if not self._open:
            return
        if not perform(REMOVED, CHECKS[REMOVED], self._removed):
            raise _StaysAnnounced
        for intent, made in self._open:
            if made:
                intent.removed(made)
            else:
                intent.dropped("nothing came of it, or it is gone")

    def _removed(self) -> Verdict:
        try:
            return verdict_of(clear(self._scene, self._names, self._bounds))
        except Interrupted:
            # Once more, and as fast as it goes: what stays then is named.
            return verdict_of(clear(self._scene, self._names, self._bounds))

    # --- the checks

    def _prepared(self) -> Verdict:
        wanted = self._wish.subnet
        if wanted is None:
            return self._own_network()
        cloud = self._scene.facts.cloud
        subnets = cloud.subnets if cloud is not None else ()
        found = [one for one in subnets if one.id == wanted]
        found = found or [one for one in subnets if one.name == wanted]
        if len(found) != 1:
            told = "no subnet" if not found else f"{len(found)} subnets"
            return Verdict(
                Status.FAILED,
                (f"{told} {wanted} can be seen with these credentials",),
                cure="name one by its id",
                section="deployment",
            )
        self._subnet_id = found[0].id
        return passed(f"subnet {found[0].name or found[0].id} {found[0].cidr}")

    def _own_network(self) -> Verdict:
        scene, name = self._scene, self._names.name
        cidr = free_range(scene.effective, scene.facts)
        if cidr is None:
            return Verdict(
                Status.FAILED,
                ("every range for documentation overlaps something here",),
                cure="name a subnet with deployment.smoke_subnet, or --subnet",
                section="deployment",
            )
        place = self._announced(KIND_NETWORK)
        made = scene.cloud.create_network(Network("", name, "", description=DESCRIPTION))
        self._known(place, made.id)
        gateway = str(cidr[1])
        subnet = Subnet("", name, made.id, "", str(cidr), gateway=gateway, description=DESCRIPTION)
        self._subnet_id = scene.cloud.create_subnet(subnet).id
        return passed(f"{name} {cidr}")

    def _active(self) -> Verdict:
        scene = self._scene
        place = self._announced(KIND_BALANCER)
        wanted = LoadBalancer("", self._names.name, self._subnet_id, description=DESCRIPTION)
        made = scene.cloud.create_load_balancer(wanted)
        self._known(place, made.id)
        self._balancer = made
        waiting = Waiting(scene, ACTIVE, self._bounds.active, _PACE)
        in_time = waiting.until(lambda: self._settled(watch=True))
        balancer = self._balancer
        if in_time and balancer.provisioning == "ACTIVE":
            return passed(f"{balancer.name} {balancer.id} at {balancer.address}")
        self._evidence.look(scene.cloud, balancer)
        words = self._evidence.words(balancer)
        lines = [words if in_time else f"after {self._bounds.active:.0f} s: {words}"]
        symptoms = self._evidence.symptoms(balancer)
        lines += [symptom for symptom in symptoms if symptom not in words]
        return explained(ACTIVE, lines, symptoms)

    def _settled(self, *, watch: bool = False) -> tuple[bool, str]:
        """Look whether Octavia is done with the load balancer."""
        balancer = self._balancer
        assert balancer is not None  # noqa: S101 - checks that need one come after it
        found = self._scene.cloud.get_load_balancer(balancer.id)
        if found is None:
            self._balancer = replace(balancer, provisioning="GONE")
            return True, "load balancer is gone"
        self._balancer = found
        if watch:
            self._evidence.look(self._scene.cloud, found)
        return not found.is_busy, self._evidence.words(found) if watch else (
            f"load balancer {found.provisioning}"
        )

    def _amphorae(self) -> Verdict:
        balancer = self._balancer
        assert balancer is not None  # noqa: S101 - made by the check before
        if balancer.provider and balancer.provider not in AMPHORA_PROVIDERS:
            return skipped(f"provider {balancer.provider}, the default here, has no amphorae")
        wanted = amphorae_each(self._scene.effective)
        evidence = self._evidence

        def look() -> tuple[bool, str]:
            evidence.look(self._scene.cloud, balancer)
            count = sum(one.status == "ALLOCATED" for one in evidence.amphorae.values())
            return bool(evidence.unread) or count >= wanted, f"{count} of {wanted} ALLOCATED"

        Waiting(self._scene, AMPHORAE, self._bounds.allocated, _PACE).until(look)
        if evidence.unread:
            return skipped(f"amphorae cannot be read: {evidence.unread}")
        found = [one for one in evidence.amphorae.values() if one.status == "ALLOCATED"]
        lines = tuple(f"{one.role or 'amphora'} {one.id} {one.address}".rstrip() for one in found)
        if len(found) == wanted:
            return passed(*lines)
        told = f"{len(found)} amphorae ALLOCATED, wanted {wanted}"
        return explained(AMPHORAE, (told, *lines), (told,))

    def _listener(self) -> Verdict:
        balancer, name, cloud = self._balancer, self._names.name, self._scene.cloud
        assert balancer is not None  # noqa: S101 - made by a check before
        listener = cloud.create_listener(balancer.id, name, _PORT)
        failure = self._changed("listener")
        if failure is None:
            pool = cloud.create_pool(listener, name)
            failure = self._changed("pool")
            member = self._wish.member
            if failure is None and member is not None:
                cloud.create_member(pool, name, member.address, member.port)
                failure = self._changed("member")
        return failure or self._online()

    def _changed(self, what: str) -> Verdict | None:
        waiting = Waiting(self._scene, LISTENER, self._bounds.change, _PACE)
        in_time = waiting.until(self._settled)
        balancer = self._balancer
        assert balancer is not None  # noqa: S101 - made by a check before
        if in_time and balancer.provisioning == "ACTIVE":
            return None
        told = f"{what}: load balancer {balancer.provisioning}"
        if not in_time:
            told += f" after {self._bounds.change:.0f} s"
        return explained(LISTENER, (told,), self._evidence.symptoms(balancer))

    def _online(self) -> Verdict:
        """Wait for the operating status, which follows from heartbeats of the amphorae."""

        def look() -> tuple[bool, str]:
            self._settled()
            state = self._balancer.operating if self._balancer is not None else ""
            return state in ("ONLINE", "DEGRADED"), f"operating status {state or 'unknown'}"

        came = Waiting(self._scene, LISTENER, self._bounds.online, _PACE).until(look)
        _, words = look()
        told = "HTTP listener on port 80, pool ROUND_ROBIN"
        if came:
            return passed(told, words)
        known = explained(LISTENER, (told, words), (words,))
        return warned(told, words, cause=known.cause, cure=known.cure, section=known.section)

    def _requests(self) -> Verdict:
        balancer = self._balancer
        assert balancer is not None  # noqa: S101 - made by a check before
        if self._wish.member is None:
            return skipped("no server behind it was named")
        bounds, said = self._bounds, ""

        def look() -> tuple[bool, str]:
            nonlocal said
            ok, said = ask(f"http://{balancer.address}:{_PORT}/")
            return ok, f"{balancer.address}: {said}"

        bound = bounds.between * (bounds.requests - 1)
        if Waiting(self._scene, REQUESTS, bound, bounds.between).until(look):
            return passed(f"http://{balancer.address}/ answers {said}")
        told = f"no answer through the load balancer at {balancer.address}: {said}"
        return explained(REQUESTS, (told,), (told,))

    # --- what is announced

    def _announced(self, kind: str) -> int:
        intent = self._stack.enter_context(
            self._announce(kind, self._names.name, **self._names.lookup)
        )
        self._open.append((intent, ""))
        return len(self._open) - 1

    def _known(self, place: int, id: str) -> None:
        self._open[place] = (self._open[place][0], id)
