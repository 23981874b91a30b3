"""Fresh facts for a step: only the parts it looks at are read again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.engine.plan import unreadable
from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.facts.model import CloudFacts, Facts, HostFacts, Part
from octavia_wizard.core.steps.base import Step

FIELDS: Mapping[Part, tuple[str, ...]] = {
    Part.IDENTITY: ("regions", "service_project_id", "octavia_user_id", "admin"),
    Part.NETWORKS: ("networks",),
    Part.SUBNETS: ("subnets",),
    Part.SECURITY_GROUPS: ("security_groups",),
    Part.FLAVORS: ("flavors",),
    Part.KEYPAIRS: ("keypairs",),
    Part.IMAGES: ("images",),
    Part.QUOTAS: ("quotas",),
    Part.COMPUTES: ("computes",),
    Part.ZONES: ("zones",),
    Part.VOLUME_TYPES: ("volume_types",),
    Part.PROJECTS: ("projects",),
    Part.USAGE: ("usage",),
    Part.AMPHORAE: ("amphorae",),
}
"""The fields of ``CloudFacts`` each part fills."""


class Observer:
    """The facts of a run as they come to be known; safe to use from several threads."""

    def __init__(
        self, facts: Facts, cloud: Cloud | None, read_host: Callable[[], HostFacts]
    ) -> None:
        self._facts = facts
        self._cloud = cloud
        self._read_host = read_host
        self._lock = threading.Lock()

    def fresh(self, step: Step) -> Facts:
        """Read what the step looks at again, and return it with all else that is known.

        Raises CloudError when a part could not be read, and what the readers raise.
        """
        host = self._read_host() if step.reads_host else None
        cloud = None
        if self._cloud is not None and step.reads:
            cloud = self._cloud.read(step.reads, self._facts.cloud)
        with self._lock:
            # Steps side by side read different parts: each lays only its own over the others'.
            if host is not None:
                self._facts = replace(self._facts, host=host)
            if cloud is not None:
                merged = _merged(self._facts.cloud, cloud, step.reads)
                self._facts = replace(self._facts, cloud=merged)
            facts = self._facts
        gap = unreadable(step, facts)
        if gap is not None:
            raise CloudError(gap.reason, hint="see to that service, then resume the run")
        return facts


def _merged(known: CloudFacts | None, fresh: CloudFacts, parts: frozenset[Part]) -> CloudFacts:
    if known is None:
        return fresh
    fields: dict[str, Any] = {name: getattr(fresh, name) for part in parts for name in FIELDS[part]}
    unread = {part: why for part, why in known.unread.items() if part not in parts}
    unread.update((part, why) for part, why in fresh.unread.items() if part in parts)
    return replace(known, **fields, unread=unread)
