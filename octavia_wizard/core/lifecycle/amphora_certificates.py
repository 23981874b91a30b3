"""The certificates of amphorae, which no playbook makes: Octavia does, and renews them itself.

Octavia (all releases here): a certificate is made for ``[certificates] cert_validity_time``
seconds, 30 days; the housekeeping manager looks every ``[house_keeping] cert_interval`` seconds,
an hour, for those with less than ``cert_expiry_buffer`` left, two weeks. It marks one as busy
before it begins, and passes over those that are: one whose renewal failed is never tried again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from octavia_wizard.core.errors import CloudError, UsageError
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Amphora
from octavia_wizard.core.lifecycle.certificate_model import AmphoraCertificates, LateAmphora
from octavia_wizard.core.lifecycle.failover import failover_command
from octavia_wizard.core.pki.told import Variables
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.image_prune import running

VALIDITY = 30 * 86400
"""Seconds; Octavia's default of cert_validity_time."""
BUFFER = 14 * 86400
"""Seconds; Octavia's default of cert_expiry_buffer."""
GRACE = timedelta(days=1)
"""How long a certificate may be due: many are renewed one after the other, once an hour."""
CRITICAL = timedelta(days=3)
"""How near its end one that is not renewed is as good as expired."""

_OVERRIDES = "octavia_octavia_conf_overrides"


def read_amphorae(session: Session) -> tuple[Amphora, ...]:
    """Read all amphorae afresh; raises UsageError, and CloudError also where they stay hidden."""
    if not session.works_live:
        raise UsageError(
            "these answers name no cloud, so there are no amphorae to tell of",
            hint="name a cloud of your clouds.yaml with --cloud",
        )
    session.read_cloud(frozenset({Part.AMPHORAE}))
    cloud = session.facts.cloud
    assert cloud is not None  # noqa: S101  # read just now
    if Part.AMPHORAE in cloud.unread:
        raise CloudError(
            f"the amphorae cannot be read: {cloud.unread[Part.AMPHORAE]}",
            hint="that takes the admin role, and Octavia itself",
        )
    return cloud.amphorae


def standing_of_amphorae(
    amphorae: Iterable[Amphora], told: Variables, now: datetime
) -> AmphoraCertificates:
    """Judge when the certificates of amphorae end."""
    validity = _seconds(told, "certificates", "cert_validity_time", VALIDITY)
    buffer = _seconds(told, "house_keeping", "cert_expiry_buffer", BUFFER)
    dated = [
        (one.certificate_ends, one) for one in running(amphorae) if one.certificate_ends is not None
    ]
    dated.sort(key=lambda pair: (pair[0], pair[1].id))
    # Of a certificate that is made for less than the buffer nothing can be told by its end.
    due = now + timedelta(seconds=min(buffer, validity)) - GRACE
    return AmphoraCertificates(
        count=len(dated),
        earliest=dated[0][0] if dated else None,
        validity=validity // 86400,
        buffer=buffer // 86400,
        late=tuple(_late(one, ends, now) for ends, one in dated if ends < due),
    )


def _late(amphora: Amphora, ends: datetime, now: datetime) -> LateAmphora:
    return LateAmphora(
        id=amphora.id,
        load_balancer=amphora.load_balancer_id,
        ends=ends,
        days_left=(ends - now).days,
        busy=amphora.certificate_busy,
        command=failover_command(amphora),
    )


def _seconds(told: Variables, section: str, option: str, default: int) -> int:
    """Return an option of octavia.conf as user files override it, else its default."""
    variable = told.of(_OVERRIDES)
    sections = variable.value if variable is not None else None
    options = sections.get(section) if isinstance(sections, Mapping) else None
    value = options.get(option) if isinstance(options, Mapping) else None
    return int(str(value)) if str(value).isdecimal() else default
