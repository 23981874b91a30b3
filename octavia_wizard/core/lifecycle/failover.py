"""How amphorae come to the new image: Octavia replaces them by failover."""

from __future__ import annotations

from octavia_wizard.core.facts.resources import Amphora
from octavia_wizard.core.lifecycle.model import Failover, ImageStatus

ONE_BY_ONE = (
    "One load balancer at a time: wait until it is ACTIVE again before the next. Of a standalone "
    "load balancer, traffic is interrupted while its amphora is replaced."
)


def failover_commands(status: ImageStatus) -> tuple[Failover, ...]:
    """Return what brings each load balancer to the current image; none comes twice.

    Empty where there is no current image to come to, or nothing to bring there.
    """
    current = status.current
    if current is None:
        return ()
    groups: dict[str, list[Amphora]] = {}
    for amphora in status.amphorae:
        if amphora.image_id not in (None, current.image.id):
            groups.setdefault(amphora.load_balancer_id or f"spare {amphora.id}", []).append(amphora)
    return tuple(_failover(group) for _, group in sorted(groups.items()))


def failover_command(amphora: Amphora) -> str:
    """Return what replaces an amphora: of a load balancer, all that it has."""
    if amphora.load_balancer_id is None:
        return f"openstack loadbalancer amphora failover {amphora.id}"
    return f"openstack loadbalancer failover {amphora.load_balancer_id}"


def _failover(group: list[Amphora]) -> Failover:
    first = group[0]
    return Failover(
        failover_command(first),
        first.load_balancer_id,
        tuple(sorted(amphora.id for amphora in group)),
        tuple(sorted({amphora.image_id or "" for amphora in group})),
    )
