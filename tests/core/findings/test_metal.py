"""Where Octavia runs without containers, every host is where amphorae can reach it."""

from __future__ import annotations

from tests.core.findings.support import Example, Given, each

HOSTS = {"infra1": "172.29.236.11", "infra2": "172.29.236.12"}
FINE = {"infra1": "172.29.232.11", "infra2": "172.29.232.12"}
KEY = "deployment.health_managers"
NETWORK = {"network.cidr": "172.29.232.0/22", "network.pool": "172.29.232.50-172.29.235.200"}
BASE = {"deployment.hosts": HOSTS, **NETWORK}


def _given(**managers: str) -> Given:
    return Given({**BASE, KEY: managers})


EXAMPLES = (
    Example(
        "health-manager-address-missing",
        _given(infra1="172.29.232.11"),
        _given(**FINE),
        says="infra2",
    ),
    Example(
        "health-manager-outside-cidr",
        _given(**{**FINE, "infra1": "172.29.236.11"}),
        _given(**FINE),
        says="172.29.236.11",
    ),
    Example(
        "health-manager-address-shared",
        _given(**{**FINE, "infra2": "172.29.232.11"}),
        _given(**FINE),
        says="infra1 and infra2",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_an_address_of_no_host_is_found_too() -> None:
    found = _given(**FINE, infra9="172.29.232.19").found("health-manager-address-missing")
    assert "infra9" in found[0].what


def test_a_gateway_leads_to_other_networks() -> None:
    case = Given({**BASE, KEY: {**FINE, "infra1": "10.0.0.1"}, "network.gateway": "172.29.232.1"})
    assert not case.found("health-manager-outside-cidr")


def test_an_address_inside_the_pool_is_found() -> None:
    found = _given(**{**FINE, "infra2": "172.29.232.60"}).found("controller-inside-pool")
    assert "172.29.232.60 (heartbeats to infra2)" in found[0].what


def test_a_list_set_by_name_is_the_operators_own() -> None:
    settings = {**BASE, KEY: {}, "variables.octavia_hm_hosts": "172.29.232.11,172.29.232.12"}
    assert not Given(settings).found("health-manager-address-missing")


def test_with_containers_nothing_is_expected() -> None:
    assert not Given(BASE).findings()
