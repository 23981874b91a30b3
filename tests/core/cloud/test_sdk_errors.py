"""What faults mean to an operator, where no stub can provoke them."""

from __future__ import annotations

import pytest
import requests
from keystoneauth1 import exceptions as ksa
from openstack import exceptions as sdk

from octavia_wizard.core.cloud.sdk_errors import Who, meaning_of
from octavia_wizard.core.errors import CloudError, CredentialsError, TransientError

WHO = Who("boss", "admin", "https://keystone:5000/v3", "prod")


@pytest.mark.parametrize(
    ("error", "kind", "said", "hint"),
    [
        (ksa.SSLError("certificate verify failed"), CloudError, "verify failed", "cacert"),
        (
            ksa.ConnectTimeout("Request timed out"),
            TransientError,
            "did not answer in time",
            "route",
        ),
        (ksa.ConnectFailure("No route to host"), TransientError, "no route", "firewall"),
        (ksa.EndpointNotFound("no compute"), CloudError, "no such service", "region"),
        (sdk.EndpointNotFound("no compute"), CloudError, "no such service", "region"),
        (ksa.DiscoveryFailure("not JSON"), CloudError, "no OpenStack service", "keystone"),
        (ksa.AuthorizationFailure("bad plugin"), CredentialsError, "did not let boss in", ""),
        (sdk.SDKException("odd " * 100), CloudError, "creating it: odd", ""),
    ],
)
def test_each_fault_has_its_kind_its_words_and_a_hint(
    error: Exception, kind: type[CloudError], said: str, hint: str
) -> None:
    """Kinds decide what is tried again; words stay short."""
    meaning = meaning_of(error, "creating it", WHO)
    assert type(meaning) is kind
    assert said in meaning.message
    assert hint in meaning.hint
    assert len(meaning.message) < 300


@pytest.mark.parametrize(
    ("auth", "user"),
    [
        ({"username": "boss", "password": "swordfish"}, "boss"),
        ({"user_id": "17"}, "17"),
        ({"application_credential_id": "ac", "application_credential_secret": "swordfish"}, "ac"),
        ({}, "the given user"),
    ],
)
def test_who_is_never_the_password(auth: dict[str, str], user: str) -> None:
    """Whatever way of logging in is configured."""
    who = Who.of("prod", auth)
    assert who.user == user
    assert "swordfish" not in repr(who)


def test_user_and_password_of_the_address_are_never_told() -> None:
    """Neither from the settings nor from what a library says."""
    who = Who.of("prod", {"auth_url": "https://boss:swordfish@keystone:5000/v3"})
    assert who.auth_url == "https://keystone:5000/v3"
    for error in (
        ksa.DiscoveryFailure(f"no version at https://boss:swordfish@keystone:5000/v3 {who.user}"),
        ksa.AuthorizationFailure("https://boss:swordfish@keystone:5000/v3 said no"),
        sdk.SDKException("https://boss:swordfish@keystone:5000/v3 is odd"),
        sdk.HttpException("at https://boss:swordfish@keystone:5000/v3"),
    ):
        meaning = meaning_of(error, "reading", who)
        assert "swordfish" not in meaning.message + meaning.hint
        assert "keystone:5000" in meaning.message


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this "
            "request.\n</body></html>\n",
            "listing: 503 Service Unavailable No server is available to handle this request. (",
        ),
        ("the value <none> is no network", "listing: the value <none> is no network ("),
    ],
)
def test_a_page_is_told_without_its_markup(body: str, said: str) -> None:
    """HAProxy answers for a service that is down with a page; not every library unpacks it."""
    response = requests.Response()
    response.status_code, response._content = 503, body.encode()
    error = sdk.HttpException("Error", response=response, details=body)
    meaning = meaning_of(error, "listing", WHO)
    assert isinstance(meaning, TransientError)
    assert meaning.message.startswith(said)
