"""With the cloud at hand, what is in it is adopted as it is: nothing is made, nothing conflicts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.adopting.model import Adoption, Source
from octavia_wizard.core.engine.plan import Plan, build_plan
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import (
    Compute,
    Flavor,
    Image,
    Keypair,
    Network,
    Quotas,
    SecurityGroup,
    Subnet,
)
from octavia_wizard.core.findings import check_all
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.releases import find_release
from octavia_wizard.core.steps.base import Action
from octavia_wizard.core.steps.security_group import DESCRIPTION
from octavia_wizard.core.steps.security_rules import wanted_rules
from tests.core.adopting.support import RELEASES, Site, site

SERVICE = "service-id"
OF_THE_CLOUD = {"network", "subnet", "security_group", "flavor", "keypair", "image", "quotas"}
PLENTY = Quotas(
    compute=dict.fromkeys(("instances", "cores", "ram"), -1)
    | {"server_groups": 10000, "server_group_members": 10},
    network=dict.fromkeys(("ports", "security_groups", "security_group_rules"), -1),
)

CLOUD = CloudFacts(
    name="prod",
    region="RegionOne",
    service_project="service",
    service_project_id=SERVICE,
    octavia_user_id="octavia-id",
    networks=(Network("net-1", "lbaas-mgmt", SERVICE, "flat", "lbaas", None, 1500),),
    subnets=(
        Subnet(
            "sub-1",
            "lbaas-mgmt-subnet",
            "net-1",
            SERVICE,
            "172.29.232.0/22",
            pools=(("172.29.232.200", "172.29.235.250"),),
        ),
    ),
    images=(Image("img-1", "amphora", "active", SERVICE, ("octavia-amphora-image",)),),
    quotas=PLENTY,
    computes=tuple(Compute(f"c{n}", "nova", True, True) for n in (1, 2, 3)),
)


def flavored(release: str, cloud: CloudFacts = CLOUD, **sizes: int) -> CloudFacts:
    """Add the flavor as the role of a release makes it, and its security group."""
    known = find_release(release)
    disk = known.variable("octavia_amp_disk")
    default = disk.default if disk is not None and isinstance(disk.default, int) else 20
    made = Flavor("f-1", "m1.amphora", 1, sizes.get("ram_mib", 1024), default, is_public=False)
    return replace(cloud, flavors=(made,))


def planned(running: Site, adoption: Adoption, cloud: CloudFacts) -> Plan:
    """Plan what was imported, on the same deployment, the group being as the role left it."""
    facts = running.facts(cloud)
    effective = resolve(adoption.answers, facts)
    rules = wanted_rules(effective, cloud).rules
    group = SecurityGroup("sg-1", "octavia_sec_grp", SERVICE, DESCRIPTION, rules)
    facts = running.facts(replace(cloud, security_groups=(group,)))
    return build_plan(resolve(adoption.answers, facts), facts)


@pytest.mark.parametrize("release", RELEASES)
def test_nothing_is_made_in_the_cloud_and_nothing_conflicts(release: str, tmp_path: Path) -> None:
    running = site(release, tmp_path, "octavia_ssh_enabled: no\n")
    cloud = flavored(release)
    adoption = running.adopt(cloud)
    plan = planned(running, adoption, cloud)

    actions = {item.step: item.action for item in plan.items if item.step in OF_THE_CLOUD}
    assert set(actions.values()) <= {Action.ADOPT, Action.KEEP, Action.SKIP}, actions
    assert not plan.conflicts
    assert adoption.answers.values["network.mode"] == "adopt"
    assert adoption.answers.values["image.existing"] == "img-1"
    assert not [one for one in adoption.deviations if "cert" not in one.name]


@pytest.mark.parametrize("release", RELEASES)
def test_no_answer_contradicts_a_variable_set_by_name(release: str, tmp_path: Path) -> None:
    running = site(release, tmp_path)
    cloud = flavored(release)
    if release == "21.2.12":
        network = Network("net-1", "lbaas-mgmt", SERVICE, "vlan", "vlan", 412, 1500)
        cloud = replace(cloud, networks=(network,))
    if release == "29.2.4":
        net = "5f0c6a0e-6a5e-4b5c-9a3a-0c7b2a1d9e10"
        cloud = replace(
            cloud,
            networks=(replace(CLOUD.networks[0], id=net),),
            subnets=(replace(CLOUD.subnets[0], network_id=net, cidr="10.20.0.0/24", pools=()),),
            flavors=(Flavor("42", "lb", 1, 1024, 20),),
        )
    adoption = running.adopt(cloud)
    facts = running.facts(cloud)
    found = check_all(resolve(adoption.answers, facts), facts)

    assert not {one.id for one in found} & {"answer-not-used", "choice-not-available"}
    twice = {one.key for one in found if one.id == "variable-answered-twice"}
    # Up to 24 one variable names physical network and inventory entry, which differ for a VLAN.
    assert twice == ({"variables.octavia_provider_network_name"} if release == "21.2.12" else set())


def test_the_network_is_adopted_by_what_the_files_call_it(tmp_path: Path) -> None:
    by_name = site("33.0.1", tmp_path / "a", "octavia_amp_ram: 1024\n")
    by_id = site("33.0.1", tmp_path / "b", "octavia_neutron_management_network_uuid: net-1\n")

    assert by_name.adopt(flavored("33.0.1")).answers.values["network.existing"] == "lbaas-mgmt"
    assert by_id.adopt(flavored("33.0.1")).answers.values["network.existing"] == "net-1"


def test_a_network_of_a_name_two_have_is_adopted_by_its_id_and_that_is_told(
    tmp_path: Path,
) -> None:
    other = replace(CLOUD.networks[0], id="net-2", project_id="other")
    cloud = flavored("33.0.1", replace(CLOUD, networks=(other, *CLOUD.networks)))
    adoption = site("33.0.1", tmp_path).adopt(cloud)

    assert adoption.answers.values["network.existing"] == "net-1"
    assert any("networks are called lbaas-mgmt" in text for text in adoption.todo)


def test_without_the_network_in_the_cloud_it_is_left_to_the_role(tmp_path: Path) -> None:
    cloud = flavored("33.0.1", replace(CLOUD, networks=(), subnets=()))
    answers = site("33.0.1", tmp_path).adopt(cloud).answers.values

    assert answers["network.mode"] == "create"
    assert answers["network.created_by"] == "role"


def test_a_flavor_of_other_sizes_is_adopted_by_its_id(tmp_path: Path) -> None:
    running = site("33.0.1", tmp_path)
    cloud = flavored("33.0.1", ram_mib=4096)
    adoption = running.adopt(cloud)
    plan = planned(running, adoption, cloud)

    assert adoption.answers.values["capacity.flavor_existing"] == "f-1"
    (told,) = [one for one in adoption.deviations if one.name == "octavia_nova_flavor_uuid"]
    assert "other sizes" in told.why
    assert next(item.action for item in plan.items if item.step == "flavor") is Action.ADOPT


def test_of_two_images_octavias_own_choice_is_taken_and_the_other_told(tmp_path: Path) -> None:
    newer = replace(CLOUD.images[0], id="img-2", created_at="2026-02-01T00:00:00Z")
    cloud = flavored("33.0.1", replace(CLOUD, images=(*CLOUD.images, newer)))
    adoption = site("33.0.1", tmp_path).adopt(cloud)

    assert adoption.answers.values["image.existing"] == "img-2"
    assert any("octavia-amphora-image" in text for text in adoption.todo)


def test_an_image_of_another_project_is_not_the_one_octavia_takes(tmp_path: Path) -> None:
    foreign = replace(CLOUD.images[0], owner="other")
    cloud = flavored("33.0.1", replace(CLOUD, images=(foreign,)))
    running = site("33.0.1", tmp_path / "a")
    told = site("33.0.1", tmp_path / "b", "octavia_amp_image_owner_id: other\n")

    assert running.adopt(cloud).answers.values["image.source"] == "role"
    assert told.adopt(cloud).answers.values["image.existing"] == "img-1"


def test_quotas_are_not_raised(tmp_path: Path) -> None:
    small = Quotas(
        compute={"instances": 40, "cores": 40, "ram": 51200},
        network={"ports": 500, "security_groups": 100, "security_group_rules": 10000},
    )
    cloud = flavored("16.0.29", replace(CLOUD, quotas=small))
    running = site("16.0.29", tmp_path, "octavia_amp_ram: 1024\n")
    adoption = running.adopt(cloud)
    line = next(one for one in adoption.lines if one.key == "capacity.load_balancers")

    assert isinstance(line.value, int)
    assert 1 <= line.value < 40
    assert line.found.source is Source.CLOUD
    plan = planned(running, adoption, cloud)
    assert next(item.action for item in plan.items if item.step == "quotas") is Action.KEEP


def test_a_key_that_is_not_on_this_host_is_not_made_anew(tmp_path: Path) -> None:
    cloud = replace(flavored("33.0.1"), keypairs=(Keypair("lost", "octavia-id", "aa:bb"),))
    running = site("33.0.1", tmp_path, "octavia_ssh_enabled: true\noctavia_ssh_key_name: lost\n")
    adoption = running.adopt(cloud)
    plan = planned(running, adoption, cloud)

    assert adoption.answers.values["ssh.source"] == "import"
    assert any("openstack keypair show --public-key lost" in text for text in adoption.todo)
    assert {"ssh_key", "keypair"} & {item.step for item in plan.changes} == set()
