"""Asking a cloud for a token, to tell whether it can be used before it is chosen.

One login is tried and nothing else: no service but keystone is asked, and nothing is tried
twice, because keystone may lock a user out after a number of wrong passwords.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from octavia_wizard.core.cloud.config import display_name, find_cloud, list_clouds
from octavia_wizard.core.cloud.config_files import without_userinfo
from octavia_wizard.core.errors import CredentialsError, TransientError, WizardError
from octavia_wizard.core.facts.checks import ENVIRONMENT, Checks, CheckState, CloudCheck
from octavia_wizard.core.facts.model import Evidence

if TYPE_CHECKING:
    from keystoneauth1.access import AccessInfo
    from openstack.config.cloud_region import CloudRegion

SECONDS = 10.0
"""After so many seconds a cloud counts as unreachable."""
AT_ONCE = 4
"""Clouds asked side by side."""
CALL = "asking for a token"
_NEEDS_A_PERSON = ("totp", "multifactor", "deviceauthz", "websso")
"""Parts of the names of login methods that use up a code, or open a browser."""


def named_clouds(
    extra_files: Sequence[Path], environ: Mapping[str, str]
) -> tuple[tuple[Evidence, ...], Checks]:
    """Return which clouds can be chosen, with their files, and what these say; none is asked.

    Raises UsageError for a clouds.yaml that cannot be read.
    """
    entries = list_clouds(extra_files)
    checks = {
        entry.name: CloudCheck(entry.name, regions=entry.regions, keystone=host_of(entry.auth_url))
        for entry in entries
    }
    if "OS_AUTH_URL" in environ:
        regions = tuple(filter(None, [environ.get("OS_REGION_NAME", "")]))
        keystone = host_of(environ["OS_AUTH_URL"])
        checks[ENVIRONMENT] = CloudCheck(ENVIRONMENT, regions=regions, keystone=keystone)
    named = tuple(Evidence(entry.name, str(entry.source)) for entry in entries)
    return named, MappingProxyType(checks)


def check_cloud(
    known: CloudCheck,
    region: str | None = None,
    extra_files: Sequence[Path] = (),
    timeout: float = SECONDS,
) -> CloudCheck:
    """Ask one cloud for a token and return how that went; never raises for what is in the way.

    Takes no longer than ``timeout`` seconds.
    """
    start = time.monotonic()
    name = None if known.name == ENVIRONMENT else known.name
    try:
        found = find_cloud(name, region, extra_files)
    except WizardError as error:
        return _ended(_failed(known, error, CheckState.UNUSABLE), start)
    known = _as_set(known, found)
    if any(word in str(found.config.get("auth_type", "")) for word in _NEEDS_A_PERSON):
        reason = "its login needs a person or a code that can be used once"
        return _ended(replace(known, state=CheckState.UNCHECKED, message=reason), start)
    outcome: list[CloudCheck | BaseException] = []

    def ask() -> None:
        try:
            outcome.append(_ask(known, found, timeout))
        except BaseException as error:
            outcome.append(error)

    # A name that does not resolve, and a server that sends a byte now and then, know no timeout.
    thread = threading.Thread(target=ask, name="check", daemon=True)
    thread.start()
    thread.join(max(timeout - (time.monotonic() - start), 0))
    result = outcome[0] if outcome else _silent(known, timeout)
    if isinstance(result, BaseException):
        raise result
    return _ended(result, start)


def host_of(url: str) -> str:
    """Return host and port of an address, without user and password."""
    try:
        return urlsplit(without_userinfo(url)).netloc
    except ValueError:
        return ""


def _as_set(known: CloudCheck, found: CloudRegion) -> CloudCheck:
    auth = found.config.get("auth", {})
    keystone = host_of(str(auth.get("auth_url", ""))) or known.keystone
    regions = known.regions or tuple(filter(None, [str(found.region_name or "")]))
    return replace(known, keystone=keystone, regions=regions)


def _ask(known: CloudCheck, found: CloudRegion, timeout: float) -> CloudCheck:
    from octavia_wizard.core.cloud.sdk_connection import Connections
    from octavia_wizard.core.cloud.sdk_errors import Who

    who = Who.of(display_name(found), dict(found.config.get("auth", {})))
    connections = Connections(found, who)
    try:
        session = connections.here().session
        # Discovery and login are two requests, each with a connection that may hang.
        session.timeout = (timeout / 3, timeout / 2)  # type: ignore[assignment]  # requests knows two
        plugin = cast(Any, session.auth)
        access = connections.write(CALL, lambda _: plugin.get_access(session))
        return _let_in(known, access)
    except CredentialsError as error:
        return _failed(known, error, CheckState.REFUSED)
    except TransientError as error:
        return _failed(known, error, CheckState.UNREACHABLE)
    except WizardError as error:
        return _failed(known, error, CheckState.UNUSABLE)
    finally:
        connections.close()


def _let_in(known: CloudCheck, access: AccessInfo) -> CloudCheck:
    regions = {
        str(endpoint.get("region_id") or endpoint.get("region"))
        for service in access.service_catalog.catalog
        for endpoint in service.get("endpoints", ())
        if endpoint.get("region_id") or endpoint.get("region")
    }
    return replace(
        known,
        state=CheckState.OK,
        regions=tuple(sorted(regions)) or known.regions,
        user=str(access.username or ""),
        project=str(access.project_name or ""),
        admin="admin" in (access.role_names or ()),
        message="",
        hint="",
    )


def _failed(known: CloudCheck, error: WizardError, state: CheckState) -> CloudCheck:
    return replace(
        known, state=state, admin=None, message=error.message, hint=error.hint, user="", project=""
    )


def _silent(known: CloudCheck, timeout: float) -> CloudCheck:
    message = f"{known.keystone or known.name} did not answer within {timeout:.0f} s"
    hint = "check the address, the route and firewall from this host, and that keystone runs"
    return replace(known, state=CheckState.UNREACHABLE, message=message, hint=hint, admin=None)


def _ended(check: CloudCheck, start: float) -> CloudCheck:
    now = time.monotonic()
    return replace(check, seconds=now - start, at=now)
