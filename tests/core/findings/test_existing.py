"""Whoever begins from nothing is told where Octavia runs already, and how to take it over."""

from __future__ import annotations

from octavia_wizard.core.facts.model import Inventory, ManagedHost
from octavia_wizard.core.findings.existing import EXISTING
from tests.core.findings.support import (
    Example,
    Given,
    cloud,
    each,
    host,
    network,
    user_file,
)

ID = EXISTING.id
CONTAINER = "infra1_octavia_server_container-0123abcd"
RUNS = Inventory(
    managed={CONTAINER: ManagedHost(CONTAINER, frozenset({"octavia_api"}))},
    managed_groups={"octavia_all": (CONTAINER,)},
)
SET = user_file("user_variables.yml", {"octavia_loadbalancer_topology": "SINGLE"})
SECRETS = user_file("user_secrets.yml", {"octavia_service_password": None}, secret=True)
NETWORK = cloud(networks=(network(name="lbaas-mgmt"),))

EXAMPLES = (
    Example(ID, Given(host=host(SET)), Given(host=host()), "user_variables.yml"),
    Example(ID, Given(host=host(inventory=RUNS)), Given(host=host(SECRETS)), CONTAINER),
    Example(ID, Given(cloud=NETWORK), Given(cloud=cloud()), "lbaas-mgmt"),
    Example(
        ID,
        Given({"cloud.name": "prod"}, host=host(SET)),
        Given({"network.mode": "adopt"}, host=host(SET)),
    ),
    Example(
        ID,
        Given(cloud=NETWORK),
        Given(cloud=cloud(networks=(network(name="lbaas-mgmt"),), octavia_user_id=None)),
    ),
)


@each(EXAMPLES)
def test_example(example: Example) -> None:
    example.verify()


def test_it_says_how_to_take_it_over() -> None:
    (found,) = Given(host=host(SET)).found(ID)
    assert "octavia-wizard import" in found.fix
