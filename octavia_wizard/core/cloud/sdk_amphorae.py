"""The amphorae, by openstacksdk's load balancer proxy."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from octavia_wizard.core.durations import instant
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import Amphora

if TYPE_CHECKING:
    from openstack.connection import Connection


def read_amphorae(connection: Connection, _: CloudFacts) -> dict[str, Any]:
    """Read all amphorae Octavia has not deleted, of all projects; that takes the admin role."""
    return {"amphorae": tuple(map(amphora_of, connection.load_balancer.amphorae()))}


def amphora_of(found: Any) -> Amphora:
    """Read an amphora."""
    return Amphora(
        id=found.id,
        status=found.status or "",
        load_balancer_id=found.loadbalancer_id or None,
        image_id=found.image_id or None,
        certificate_ends=_moment(found.cert_expiration),
        certificate_busy=found.cert_busy is True,
        created=_moment(found.created_at),
    )


def _moment(text: object) -> datetime | None:
    """Read a moment as Octavia writes it: ISO 8601 in UTC, without saying so."""
    try:
        return instant(str(text))
    except ValueError:
        return None
