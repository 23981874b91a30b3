"""Load-balancer calls against a service that fails on request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from octavia_wizard.core.cloud.sdk import SdkCloud, connect
from octavia_wizard.core.cloud.sdk_balancing import balancer_of, root_of
from octavia_wizard.core.errors import CloudError, CredentialsError, TransientError
from octavia_wizard.core.facts.balancing import LoadBalancer, Server
from tests.core.cloud.stub import Stub, running_stub

BALANCER = {
    "id": "lb-1",
    "name": "one",
    "vip_subnet_id": "s",
    "vip_address": "192.0.2.7",
    "vip_port_id": "p",
    "provisioning_status": "ACTIVE",
    "operating_status": "ONLINE",
    "provider": "amphora",
    "description": "d",
    "project_id": "x",
}


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A cloud with Octavia and Nova on loopback."""
    with running_stub() as stub:
        access: Callable[[], dict[str, Any]] = stub._access
        token = access()
        for kind in ("load-balancer", "compute"):
            endpoint = {
                "interface": "public",
                "region_id": "RegionOne",
                "region": "RegionOne",
                "url": f"{stub.url}/{kind}",
            }
            token["token"]["catalog"].append({"type": kind, "name": kind, "endpoints": [endpoint]})
        stub.token = (201, token)
        links = [{"rel": "self", "href": f"{stub.url}/load-balancer/v2"}]
        version = {"id": "v2.27", "status": "CURRENT", "links": links}
        versions = {"versions": [{**version, "id": "v2.0", "status": "SUPPORTED"}, version]}
        stub.scripts["GET /load-balancer/"] = [(200, versions)]
        stub.scripts["GET /load-balancer"] = [(200, versions)]
        yield stub


@pytest.fixture
def cloud(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SdkCloud]:
    """A connection to it."""
    file = tmp_path / "clouds.yaml"
    auth = {
        "auth_url": f"{stub.url}/v3",
        "username": "boss",
        "password": "secret",
        "project_name": "service",
        "user_domain_name": "Default",
        "project_domain_name": "Default",
    }
    told = {"clouds": {"stub": {"auth": auth, "region_name": "RegionOne"}}}
    file.write_text(yaml.safe_dump(told))
    monkeypatch.setattr("octavia_wizard.core.cloud.sdk_connection.READ_DEADLINE", 0.1)
    with connect("stub", extra_files=[file]) as cloud:
        yield cloud


PATH = "/load-balancer/v2.0/lbaas"


def test_the_versions_are_asked_of_the_endpoint_itself(cloud: SdkCloud) -> None:
    assert cloud.load_balancer_versions() == ("v2.0", "v2.27")


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://vip:9876", "https://vip:9876/"),
        ("https://vip:9876/v2.0", "https://vip:9876/"),
        ("https://vip/load-balancer", "https://vip/load-balancer/"),
        ("https://vip/load-balancer/v2/", "https://vip/load-balancer/"),
    ],
)
def test_where_that_is(url: str, root: str) -> None:
    assert root_of(url) == root


def test_a_gateway_without_anybody_behind_it_is_told_with_its_status(
    cloud: SdkCloud, stub: Stub
) -> None:
    stub.scripts["GET /load-balancer/"] = [(503, {})]
    with pytest.raises(TransientError, match="HTTP 503"):
        cloud.load_balancer_versions()


def test_a_catalogue_without_it_is_told(cloud: SdkCloud, stub: Stub) -> None:
    assert stub.token is not None
    catalog = stub.token[1]["token"]["catalog"]
    catalog[:] = [one for one in catalog if one["type"] != "load-balancer"]
    with pytest.raises(CloudError, match="catalogue has no such service"):
        cloud.load_balancer_versions()


def test_a_load_balancer_is_read_and_gone_when_it_is_not_found(cloud: SdkCloud, stub: Stub) -> None:
    stub.scripts[f"GET {PATH}/loadbalancers/lb-1"] = [
        (200, {"loadbalancer": BALANCER}),
        (200, {"loadbalancer": {**BALANCER, "provisioning_status": "DELETED"}}),
        (404, {"faultstring": "not found"}),
    ]
    found = cloud.get_load_balancer("lb-1")
    assert found == LoadBalancer(
        "lb-1", "one", "s", "192.0.2.7", "p", "ACTIVE", "ONLINE", "amphora", "d", "x"
    )
    # Octavia shows a deleted one for a while.
    assert cloud.get_load_balancer("lb-1") is None
    assert cloud.get_load_balancer("lb-1") is None


def test_it_is_created_without_a_project_and_provider_of_its_own(
    cloud: SdkCloud, stub: Stub
) -> None:
    stub.scripts[f"POST {PATH}/loadbalancers"] = [
        (201, {"loadbalancer": {**BALANCER, "provisioning_status": "PENDING_CREATE"}})
    ]
    made = cloud.create_load_balancer(LoadBalancer("", "one", "s", description="d"))
    assert made.is_busy
    assert b"project" not in stub.bodies[-1]
    assert b"provider" not in stub.bodies[-1]


def test_a_write_is_not_sent_twice(cloud: SdkCloud, stub: Stub) -> None:
    stub.scripts[f"POST {PATH}/loadbalancers"] = [(0, {})]
    with pytest.raises(TransientError):
        cloud.create_load_balancer(LoadBalancer("", "one", "s"))
    assert stub.count(f"POST {PATH}/loadbalancers") == 1


def test_deleting_takes_all_along_and_what_is_gone_is_no_fault(cloud: SdkCloud, stub: Stub) -> None:
    asked: list[dict[str, list[str]]] = []

    def delete(query: dict[str, list[str]], target: str) -> tuple[int, dict[str, Any]]:
        asked.append(query)
        return (204, {}) if len(asked) == 1 else (404, {"faultstring": "gone"})

    stub.handlers[f"DELETE {PATH}/loadbalancers/lb-1"] = delete
    cloud.delete_load_balancer("lb-1")
    cloud.delete_load_balancer("lb-1")
    assert asked[0]["cascade"] == ["True"]


def test_what_the_policy_refuses_is_told_in_octavias_words(cloud: SdkCloud, stub: Stub) -> None:
    refusal = {"faultcode": "Client", "faultstring": "Policy does not allow this request."}
    stub.scripts[f"POST {PATH}/loadbalancers"] = [(403, refusal)]
    with pytest.raises(CredentialsError, match="Policy does not allow this request"):
        cloud.create_load_balancer(LoadBalancer("", "one", "s"))


def test_listener_pool_and_member(cloud: SdkCloud, stub: Stub) -> None:
    stub.scripts[f"POST {PATH}/listeners"] = [(201, {"listener": {"id": "l"}})]
    stub.scripts[f"POST {PATH}/pools"] = [(201, {"pool": {"id": "p"}})]
    stub.scripts[f"POST {PATH}/pools/p/members"] = [(201, {"member": {"id": "m"}})]
    listener = cloud.create_listener("lb-1", "x", 80)
    pool = cloud.create_pool(listener, "x")
    assert (listener, pool) == ("l", "p")
    assert cloud.create_member(pool, "x", "192.0.2.10", 8080) == "m"
    assert b'"protocol_port": 8080' in stub.bodies[-1]


def test_a_server_tells_its_fault(cloud: SdkCloud, stub: Stub) -> None:
    version = {"id": "v2.1", "status": "CURRENT", "version": "2.96", "min_version": "2.1"}
    version["links"] = [{"rel": "self", "href": f"{stub.url}/compute/"}]  # type: ignore[assignment]
    stub.scripts["GET /compute"] = stub.scripts["GET /compute/"] = [(200, {"version": version})]
    server = {"id": "s", "name": "amphora-a", "status": "ERROR", "fault": {"message": "no host"}}
    stub.scripts["GET /compute/servers/s"] = [(200, {"server": server}), (404, {})]
    assert cloud.get_server("s") == Server("s", "amphora-a", "ERROR", "no host")
    assert cloud.get_server("s") is None


def test_what_cannot_be_looked_for_is_told_and_the_rest_is_found(
    cloud: SdkCloud, stub: Stub
) -> None:
    amphora = {"id": "a", "status": "ERROR", "loadbalancer_id": "lb-1"}
    path = "/load-balancer/v2.0/octavia/amphorae"
    stub.scripts[f"GET {path}"] = [(200, {"amphorae": [amphora]})]
    remains = cloud.remains_of("lb-1", ("a",))
    assert [(one.kind, one.id, one.detail) for one in remains.found] == [("amphora", "a", "ERROR")]
    assert {line.partition(":")[0] for line in remains.unread} == {
        "ports",
        "security groups",
        "servers",
        "server groups",
    }


def test_what_octavia_leaves_out_is_empty() -> None:
    told = dict.fromkeys(
        (
            "name",
            "vip_subnet_id",
            "vip_address",
            "vip_port_id",
            "provisioning_status",
            "operating_status",
            "provider",
            "description",
            "project_id",
        )
    )
    assert balancer_of(SimpleNamespace(id="x", **told)) == LoadBalancer("x", "", "")
