"""Faults of a cloud: what is tried again, what is not, and what the operator is told."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.cloud import sdk_connection
from octavia_wizard.core.cloud.sdk import SdkCloud, connect
from octavia_wizard.core.errors import (
    CloudError,
    CredentialsError,
    Interrupted,
    TransientError,
)
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Network
from tests.core.cloud.stub import Answer, Stub, clouds_yaml, running_stub

NETWORKS = frozenset({Part.NETWORKS})
LIST = "GET /network/v2.0/networks"
CREATE = "POST /network/v2.0/networks"
NETWORK = Network("", "lbaas-mgmt", "p", "flat", "lbaas")
BUSY: Answer = (503, {"error": {"message": "too busy"}})


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """A stub cloud, and no long waits."""
    monkeypatch.setattr(sdk_connection, "_FIRST_DELAY", 0.01)
    with running_stub() as stub:
        stub.scripts[LIST] = [(200, {"networks": []})]
        yield stub


@pytest.fixture
def cloud(stub: Stub, tmp_path: Path) -> Iterator[SdkCloud]:
    """The stub as a cloud."""
    files = [clouds_yaml(tmp_path, f"{stub.url}/v3")]
    with connect("stub", extra_files=files) as cloud:
        yield cloud


@pytest.mark.parametrize("status", [413, 429, 502, 503, 504, 0])
def test_a_read_is_tried_again_until_it_is_answered(
    cloud: SdkCloud, stub: Stub, status: int
) -> None:
    """Busy services and broken connections pass."""
    cloud.read(NETWORKS)
    fault: Answer = (status, {"error": {"message": "too busy"}})
    stub.scripts[LIST] = [fault, fault, fault, (200, {"networks": [{"id": "n", "name": "x"}]})]
    (network,) = cloud.read(NETWORKS).networks
    assert network.name == "x"
    assert stub.count(LIST) == 5


@pytest.mark.parametrize("status", [429, 503, 0])
def test_a_write_is_never_tried_again(cloud: SdkCloud, stub: Stub, status: int) -> None:
    """It may have been carried out: the engine looks first."""
    stub.scripts[CREATE] = [(status, {"NeutronError": {"message": "too busy"}})]
    with pytest.raises(TransientError):
        cloud.create_network(NETWORK)
    assert stub.count(CREATE) == 1


def test_a_read_gives_up_at_its_deadline(
    cloud: SdkCloud, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the service's own words."""
    cloud.read(NETWORKS)
    monkeypatch.setattr(sdk_connection, "READ_DEADLINE", 0.2)
    stub.scripts[LIST] = [BUSY]
    with pytest.raises(TransientError, match="too busy"):
        cloud.read(NETWORKS)
    assert stub.count(LIST) > 2


def test_a_waiting_read_stops_when_told_to(
    cloud: SdkCloud, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within moments, not at the deadline."""
    cloud.read(NETWORKS)
    monkeypatch.setattr(sdk_connection, "_FIRST_DELAY", 30.0)
    stub.scripts[LIST] = [BUSY]
    cloud.cancel = threading.Event()
    threading.Timer(0.3, cloud.cancel.set).start()
    start = time.monotonic()
    with pytest.raises(Interrupted):
        cloud.read(NETWORKS)
    assert time.monotonic() - start < 5


def test_an_unreachable_cloud_is_named_with_what_to_check(tmp_path: Path) -> None:
    """Soon, since a cloud that never answered is most likely not there."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v3"
        with connect("stub", extra_files=[clouds_yaml(tmp_path, url)]) as cloud:
            start = time.monotonic()
            with pytest.raises(TransientError) as caught:
                cloud.read(NETWORKS)
    assert time.monotonic() - start < 10
    assert caught.value.message.startswith(f"cannot reach {url}")
    assert "connection refused" in caught.value.message
    assert "auth_url" in caught.value.hint


def test_a_name_that_does_not_resolve_is_said(tmp_path: Path) -> None:
    """A typing error is the most likely cause."""
    files = [clouds_yaml(tmp_path, "http://keystone.invalid:5000/v3")]
    with (
        connect("stub", extra_files=files) as cloud,
        pytest.raises(TransientError, match=r"keystone\.invalid:5000.*does not resolve"),
    ):
        cloud.read(NETWORKS)


def test_refused_credentials_name_user_project_and_address_but_no_password(
    cloud: SdkCloud, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in the message nor in any log."""
    caplog.set_level(logging.DEBUG)
    stub.token = (401, {"error": {"message": "The request you have made requires authentication."}})
    with pytest.raises(CredentialsError) as caught:
        cloud.read(NETWORKS)
    said = caught.value.message + caught.value.hint
    assert f"{stub.url}/v3 refused the credentials of boss (project service)" in said
    assert "swordfish" not in said + caplog.text


@pytest.mark.parametrize("status", [400, 403, 413, 500, 503])
def test_what_keystone_says_to_a_login_is_not_repeated(
    cloud: SdkCloud, stub: Stub, status: int
) -> None:
    """Its answer quotes what it does not like of a request, be it the password."""
    stub.token = (status, {"error": {"message": "Invalid input: 'swordfish' is not valid"}})
    with pytest.raises(CloudError) as caught:
        cloud.read(NETWORKS)
    assert f"did not let boss in (HTTP {status}, request req-stub)" in caught.value.message
    assert "swordfish" not in caught.value.message + caught.value.hint


def test_a_cloud_on_this_host_is_not_looked_for_through_a_proxy(
    cloud: SdkCloud, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy would look for it on its own host."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{unused.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        stub.scripts[LIST] = [(200, {"networks": []})]
        assert cloud.read(NETWORKS).networks == ()


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:5000/v3", True),
        ("https://[::1]:5000", True),
        ("http://localhost/identity", True),
        ("http://keystone.localhost", True),
        ("http://172.29.236.101:5000/v3", False),
        ("http://localhost.example.org", False),
        ("http://[127.0.0.1", False),
        ("", False),
    ],
)
def test_only_loopback_is_this_host(url: str, here: bool) -> None:
    """Clouds elsewhere are reached as the environment says."""
    assert sdk_connection.is_loopback(url) is here


def test_a_forbidden_write_names_the_call_and_the_role_it_takes(
    cloud: SdkCloud, stub: Stub
) -> None:
    """An operator with a member's credentials understands."""
    stub.scripts[CREATE] = [(403, {"NeutronError": {"message": "rule:create_network is off"}})]
    with pytest.raises(CredentialsError) as caught:
        cloud.create_network(NETWORK)
    assert "creating the network lbaas-mgmt" in caught.value.message
    assert "admin" in caught.value.hint


@pytest.mark.parametrize("status", [400, 404, 409, 500])
def test_a_refused_write_has_the_service_s_words_and_the_request_id(
    cloud: SdkCloud, stub: Stub, status: int
) -> None:
    """Enough to search the service's log."""
    stub.scripts[CREATE] = [(status, {"NeutronError": {"message": "The segment is taken."}})]
    with pytest.raises(CloudError) as caught:
        cloud.create_network(NETWORK)
    assert type(caught.value) is CloudError
    assert "The segment is taken." in caught.value.message
    assert f"HTTP {status}, request req-stub" in caught.value.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((403, {"NeutronError": {"message": "no"}}), "admin role"),
        ((500, {"NeutronError": {"message": "broken table"}}), "broken table"),
    ],
)
def test_a_part_that_cannot_be_read_is_noted_and_the_others_are_read(
    cloud: SdkCloud, stub: Stub, answer: Answer, said: str
) -> None:
    """The steps that need it are then blocked, and say why."""
    stub.scripts["GET /network/v2.0/subnets"] = [answer]
    stub.scripts[LIST] = [(200, {"networks": [{"id": "n", "name": "x"}]})]
    facts = cloud.read(frozenset({Part.NETWORKS, Part.SUBNETS, Part.COMPUTES}))
    assert len(facts.networks) == 1
    assert said in facts.unread[Part.SUBNETS]
    assert "no such service" in facts.unread[Part.COMPUTES]
    stub.scripts["GET /network/v2.0/subnets"] = [(200, {"subnets": []})]
    again = cloud.read(frozenset({Part.SUBNETS}), facts)
    assert (again.networks, set(again.unread)) == (facts.networks, {Part.COMPUTES})


def test_an_answer_of_another_kind_is_never_taken_for_an_empty_list(
    cloud: SdkCloud, stub: Stub
) -> None:
    """Everything would then be made a second time."""
    stub.scripts[LIST] = [(200, {"hello": "I am a proxy"})]
    with pytest.raises(CloudError, match="has no networks"):
        cloud.read(NETWORKS)
    stub.scripts[LIST] = [(204, {})]
    with pytest.raises(CloudError, match="no JSON"):
        cloud.read(NETWORKS)


def test_a_neutron_that_counts_no_addresses_leaves_everything_else_readable(
    cloud: SdkCloud, stub: Stub
) -> None:
    """Its extension may be switched off; the list of networks then has question marks."""
    stub.scripts[LIST] = [(200, {"networks": [{"id": "n", "name": "x"}]})]
    stub.scripts["GET /v3/projects"] = [(403, {"error": {"message": "no"}})]
    facts = cloud.read(frozenset({Part.NETWORKS, Part.PROJECTS, Part.USAGE}))
    assert len(facts.networks) == 1
    assert set(facts.unread) == {Part.PROJECTS, Part.USAGE}
    assert (facts.projects, facts.usage) == ({}, {})


def test_the_own_project_will_do_where_projects_may_not_be_listed(
    cloud: SdkCloud, stub: Stub
) -> None:
    """When its name is the wanted one; the octavia user stays unknown."""
    for path in ("/v3/projects", "/v3/users"):
        stub.scripts[f"GET {path}"] = [(403, {"error": {"message": "no"}})]
    facts = cloud.read(frozenset({Part.IDENTITY}))
    assert (facts.service_project_id, facts.octavia_user_id) == ("p", None)
    assert (facts.admin, facts.regions, dict(facts.unread)) == (False, ("RegionOne",), {})


def test_ten_thousand_networks_are_read_page_by_page(cloud: SdkCloud, stub: Stub) -> None:
    """No answer holds more than a thousand."""
    everything = [{"id": f"{number:05}", "name": f"net-{number}"} for number in range(10_000)]

    def page(query: dict[str, list[str]], _: str) -> Answer:
        limit = int(query["limit"][0])
        start = int(query["marker"][0]) + 1 if "marker" in query else 0
        found = everything[start : start + limit]
        links = [{"rel": "next", "href": stub.url}] if start + limit < len(everything) else []
        return 200, {"networks": found, "networks_links": links}

    stub.handlers[LIST] = page
    facts = cloud.read(NETWORKS)
    assert [network.id for network in facts.networks] == [one["id"] for one in everything]
    assert stub.count(LIST) == 10


def test_one_token_serves_all_threads_and_requests_say_who_asks(
    cloud: SdkCloud, stub: Stub
) -> None:
    """A replay costs a handful of requests."""
    stub.scripts["GET /network/v2.0/subnets"] = [(200, {"subnets": []})]
    for _ in range(3):
        cloud.read(frozenset({Part.NETWORKS, Part.SUBNETS}))
    assert stub.count("POST /v3/auth/tokens") == 1
    assert any(agent.startswith("octavia-wizard/") for agent in stub.agents)


def test_every_request_is_bounded_in_time(cloud: SdkCloud) -> None:
    """A service that never answers does not hold the wizard for ever."""
    timeouts: object = cloud._connections.here().session.timeout
    assert timeouts == (sdk_connection.CONNECT_TIMEOUT, sdk_connection.READ_TIMEOUT)
