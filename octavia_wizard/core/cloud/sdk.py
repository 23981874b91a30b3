"""The real cloud, by openstacksdk."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from octavia_wizard.core.cloud.config import display_name, find_cloud
from octavia_wizard.core.cloud.daemon_pool import DaemonPool
from octavia_wizard.core.cloud.sdk_balancing import SdkBalancing
from octavia_wizard.core.cloud.sdk_connection import Connections
from octavia_wizard.core.cloud.sdk_errors import Who
from octavia_wizard.core.cloud.sdk_image import SdkImages
from octavia_wizard.core.cloud.sdk_map import flavor_of, keypair_of
from octavia_wizard.core.cloud.sdk_network import SdkNetworks
from octavia_wizard.core.cloud.sdk_read import NEED_IDENTITY, Unread, read_part
from octavia_wizard.core.errors import Interrupted
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import Flavor, Keypair

if TYPE_CHECKING:
    from openstack.connection import Connection

SERVICE_PROJECT = "service"
"""The project OSA gives to services, unless the known facts name another."""
_THREADS = 6
_LOOK_UP = 0.2
"""Seconds between two looks at whether to stop, while parts are being read."""


def connect(
    cloud: str | None, region: str | None = None, *, extra_files: Sequence[Path] = ()
) -> SdkCloud:
    """Prepare to use a cloud by name, or with None the one the environment describes.

    Nothing is contacted yet.  Raises UsageError when the name is unknown, a clouds.yaml is bad,
    or the settings are not enough to log in.
    """
    found = find_cloud(cloud, region, extra_files)
    name = display_name(found)
    who = Who.of(name, dict(found.config.get("auth", {})))
    return SdkCloud(name, str(found.region_name or ""), Connections(found, who))


def _released(pool: DaemonPool, connections: Connections) -> None:
    pool.close()
    connections.close()


class SdkCloud(SdkNetworks, SdkImages, SdkBalancing):
    """A cloud behind openstacksdk's typed proxies; follows ``core.cloud.api.Cloud``."""

    def __init__(self, name: str, region: str, connections: Connections) -> None:
        super().__init__(connections)
        self.name = name
        self.region = region
        self._pool = DaemonPool(_THREADS, "cloud")
        # Sessions come and go with each look at the cloud; its threads and sockets go along.
        self._release = weakref.finalize(self, _released, self._pool, connections)
        # The end of the process does not wait for a cloud that does not answer.
        self._release.atexit = False

    @property
    def cancel(self) -> threading.Event:
        """Ends reads soon when it is set: they raise Interrupted.  May be replaced by another."""
        return self._connections.cancel

    @cancel.setter
    def cancel(self, event: threading.Event) -> None:
        self._connections.cancel = event

    def close(self) -> None:
        """Release threads and connections; the cloud cannot be used afterwards."""
        self._release()

    def __enter__(self) -> SdkCloud:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, parts: frozenset[Part], known: CloudFacts | None = None) -> CloudFacts:
        """Read parts side by side and lay them over ``known``.

        Without ``known`` the service project is called ``service``.  What belongs to the service
        project or the octavia user is read after these have been looked up.
        """
        facts = known or CloudFacts(self.name, self.region, SERVICE_PROJECT)
        self._connections.clock.forget()
        later = parts & NEED_IDENTITY
        first = parts - later
        if later and (Part.IDENTITY in parts or facts.service_project_id is None):
            first |= {Part.IDENTITY}
        facts = self._read_together(first, facts)
        if later and Part.IDENTITY in facts.unread:
            reason = f"the service project is not known: {facts.unread[Part.IDENTITY]}"
            unread = {**facts.unread, **dict.fromkeys(later, reason)}
            return replace(facts, unread=MappingProxyType(unread))
        return self._read_together(later, facts)

    def _read_together(self, parts: frozenset[Part], facts: CloudFacts) -> CloudFacts:
        waiting: dict[Future[dict[str, Any] | Unread], Part] = {
            self._pool.submit(self._read_one, part, facts): part for part in parts
        }
        unread = {part: why for part, why in facts.unread.items() if part not in parts}
        fields: dict[str, Any] = {}
        try:
            while waiting:
                done, _ = wait(waiting, timeout=_LOOK_UP, return_when=FIRST_COMPLETED)
                if not done and self.cancel.is_set():
                    raise Interrupted("stopped while the cloud was being read")
                for future in done:
                    part, result = waiting.pop(future), future.result()
                    if isinstance(result, Unread):
                        unread[part] = result.reason
                    fields |= result.found if isinstance(result, Unread) else result
        finally:
            for future in waiting:
                future.cancel()
        offset = self._connections.clock.offset
        return replace(
            facts,
            **fields,
            unread=MappingProxyType(unread),
            clock_offset=facts.clock_offset if offset is None else offset,
        )

    def _read_one(self, part: Part, facts: CloudFacts) -> dict[str, Any] | Unread:
        return self._connections.read(
            f"reading the {part}", lambda connection: read_part(part, connection, facts)
        )

    def create_flavor(self, flavor: Flavor) -> Flavor:
        """Create a flavor without its extra specs."""
        attributes: dict[str, Any] = {
            "name": flavor.name,
            "vcpus": flavor.vcpus,
            "ram": flavor.ram_mib,
            "disk": flavor.disk_gib,
            "is_public": flavor.is_public,
        }
        return self._connections.write(
            f"creating the flavor {flavor.name}",
            lambda c: flavor_of(c.compute.create_flavor(**attributes)),
        )

    def set_flavor_extra_specs(self, id: str, specs: Mapping[str, str | None]) -> None:
        """Set extra specs of a flavor; None removes one."""
        call = f"setting the extra specs of the flavor {id}"
        for key in [key for key, value in specs.items() if value is None]:
            remove = partial(_remove_extra_spec, id, key)
            self._connections.write(call, remove)
        added = {key: value for key, value in specs.items() if value is not None}
        if added:
            self._connections.write(call, lambda c: c.compute.create_flavor_extra_specs(id, added))

    def delete_flavor(self, id: str) -> None:
        """Delete a flavor; one that is gone already is no fault."""
        self._connections.write(f"deleting the flavor {id}", lambda c: c.compute.delete_flavor(id))

    def import_keypair(self, name: str, public_key: str, user_id: str) -> Keypair:
        """Upload a public key for a user (needs admin, compute API 2.10)."""
        attributes: dict[str, Any] = {
            "name": name,
            "public_key": public_key,
            "user_id": user_id,
            "type": "ssh",
        }
        return self._connections.write(
            f"uploading the key pair {name}",
            lambda c: keypair_of(c.compute.create_keypair(**attributes), user_id),
        )

    def delete_keypair(self, name: str, user_id: str) -> None:
        """Delete a user's key pair; one that is gone already is no fault."""
        self._connections.write(
            f"deleting the key pair {name}",
            lambda c: c.compute.delete_keypair(name, user_id=user_id),
        )

    def set_quotas(self, service: str, project_id: str, limits: Mapping[str, int]) -> None:
        """Set limits of a project; ``service`` is compute, network or volume."""
        call = f"setting the {service} quotas of the project {project_id}"
        attributes: dict[str, Any] = dict(limits)
        setters: dict[str, Callable[[Any], object]] = {
            "compute": lambda c: c.compute.update_quota_set(project_id, **attributes),
            "network": lambda c: c.network.update_quota(project_id, **attributes),
            "volume": lambda c: c.block_storage.update_quota_set(project_id, **attributes),
        }
        self._connections.write(call, setters[service])


def _remove_extra_spec(flavor: str, key: str, connection: Connection) -> None:
    connection.compute.delete_flavor_extra_specs_property(flavor, key)
