"""What a fault of openstacksdk or of a service means to an operator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from keystoneauth1 import exceptions as ksa
from openstack import exceptions as sdk

from octavia_wizard.core.cloud.config_files import without_userinfo
from octavia_wizard.core.errors import CloudError, CredentialsError, TransientError

PASSING = (408, 413, 429, 502, 503, 504)
"""HTTP statuses of faults that may pass."""
_CAUSES = (
    (r"refused", "connection refused"),
    (r"timed out|timeout", "it did not answer in time"),
    (r"resolve|not known|getaddrinfo|name resolution", "the name does not resolve"),
    (r"unreachable|no route", "there is no route to it"),
    (r"reset|aborted|disconnected|closed|broken pipe", "the connection was cut"),
)
_REACH = (
    "check the address (auth_url in clouds.yaml, OS_AUTH_URL), the route and firewall from this "
    "host, proxy variables, and that the service runs"
)
_PAGE = re.compile(r"<(!doctype html|html|head|body|h1)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Who:
    """Whose credentials are used, and where; never the password."""

    user: str
    project: str
    auth_url: str
    cloud: str

    @classmethod
    def of(cls, cloud: str, auth: dict[str, Any]) -> Who:
        """Read the public part of the ``auth`` settings of a cloud."""
        user = (
            auth.get("username")
            or auth.get("user_id")
            or auth.get("application_credential_name")
            or auth.get("application_credential_id")
            or "the given user"
        )
        project = auth.get("project_name") or auth.get("project_id") or "no project"
        auth_url = without_userinfo(str(auth.get("auth_url", "")))
        return cls(str(user), str(project), auth_url, cloud)


@contextmanager
def translated(call: str, who: Who) -> Iterator[None]:
    """Turn faults of the block into CloudError and its kinds; ``call`` says what was asked."""
    try:
        yield
    except (ksa.ClientException, sdk.SDKException, requests.RequestException) as error:
        raise meaning_of(error, call, who) from None


def meaning_of(error: Exception, call: str, who: Who) -> CloudError:
    """Return what to tell the operator of a fault."""
    status = status_of(error)
    if status is not None:
        return _refusal(error, status, call, who)
    if isinstance(error, ksa.SSLError | requests.exceptions.SSLError):
        return CloudError(
            f"{_address(error, who)} cannot be trusted: {_short(error)}",
            hint="set cacert (OS_CACERT) to the authority that signed the certificate",
        )
    if isinstance(error, requests.exceptions.InvalidJSONError):
        return CloudError(
            f"{call}: the answer is no JSON, so something else answers in the service's place",
            hint="check the endpoints in the catalogue, and any proxy in between",
        )
    if isinstance(error, ksa.ConnectionError | requests.RequestException):
        return TransientError(f"cannot reach {_address(error, who)}: {_cause(error)}", hint=_REACH)
    if isinstance(error, ksa.EndpointNotFound | sdk.EndpointNotFound):
        return CloudError(
            f"{call}: the catalogue has no such service here: {_short(error)}",
            hint="check region and interface in clouds.yaml, and that the service is deployed",
        )
    if isinstance(error, ksa.DiscoveryFailure):
        cause = error.__context__
        if isinstance(cause, ksa.ConnectionError):
            # Nobody answered where the versions of keystone would be listed.
            return meaning_of(cause, call, who)
        return CloudError(
            f"{call}: no OpenStack service answers as expected: {_short(error)}",
            hint=f"check that {who.auth_url} is the address of keystone",
        )
    if isinstance(error, ksa.AuthorizationFailure | ksa.MissingAuthMethods):
        return CredentialsError(f"{who.auth_url} did not let {who.user} in: {_short(error)}")
    return CloudError(f"{call}: {_short(error)}")


def status_of(error: Exception) -> int | None:
    """Return the HTTP status a service answered with, or None."""
    status = getattr(error, "http_status", None)
    if isinstance(error, sdk.HttpException):
        status = error.status_code
    return status if isinstance(status, int) and status >= 400 else None


def words_of(error: Exception) -> str:
    """Return what the service, or HAProxy in its place, said: on one line, without markup."""
    said = getattr(error, "details", None) or getattr(error, "message", None) or str(error)
    text = _TAG.sub(" ", str(said)) if _PAGE.search(str(said)) else str(said)
    return without_userinfo(" ".join(text.split()))


def _refusal(error: Exception, status: int, call: str, who: Who) -> CloudError:
    said = words_of(error)
    request = getattr(error, "request_id", None)
    trace = f"HTTP {status}" + (f", request {request}" if request else "")
    if status == 401:
        return CredentialsError(
            f"{who.auth_url} refused the credentials of {who.user} (project {who.project})",
            hint="check user name, password, project and domains of the cloud "
            f"{who.cloud}: clouds.yaml, or the OS_* variables",
        )
    if _is_login(error):
        # The answer may repeat what was sent, password and all.
        meaning = TransientError if status in PASSING else CredentialsError
        return meaning(
            f"{who.auth_url} did not let {who.user} in ({trace})",
            hint="the service is busy; try later"
            if status in PASSING
            else f"check auth_url and the login settings of the cloud {who.cloud}: clouds.yaml, "
            "or the OS_* variables",
        )
    if status == 403:
        return CredentialsError(
            f"{call}: {who.user} may not do that: {said} ({trace})",
            hint="this takes the admin role: use an administrator's credentials",
        )
    if status in PASSING:
        return TransientError(f"{call}: {said} ({trace})", hint="the service is busy; try later")
    return CloudError(f"{call}: {said} ({trace})")


def _is_login(error: BaseException) -> bool:
    response = getattr(error, "response", None)
    urls = (getattr(error, "url", None), getattr(response, "url", None))
    paths = [urlsplit(str(url)).path.rstrip("/") for url in urls if url]
    return any(path.endswith(("/auth/tokens", "/v2.0/tokens")) for path in paths)


def _address(error: BaseException | None, who: Who) -> str:
    while error is not None:
        request = getattr(error, "request", None)
        url = getattr(request, "url", None)
        if url:
            parts = urlsplit(str(url))
            return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        error = error.__context__
    return who.auth_url


def _cause(error: Exception) -> str:
    text = str(error).lower()
    for pattern, cause in _CAUSES:
        if re.search(pattern, text):
            return cause
    return _short(error)


def _short(error: Exception) -> str:
    text = without_userinfo(" ".join(str(error).split()))
    return text if len(text) <= 200 else text[:199] + "…"
