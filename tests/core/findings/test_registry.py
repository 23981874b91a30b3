"""All findings are explained, in a fixed order, and none of the checks ever fails."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.facts.controllers import Controllers
from octavia_wizard.core.facts.model import CloudFacts, Facts, HostFacts, Part
from octavia_wizard.core.facts.resources import AvailabilityZone, Quotas
from octavia_wizard.core.findings import Inspected, Severity, blocking, catalogue, check_all
from octavia_wizard.core.questions import QUESTIONS, SECTIONS
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.releases import all_series
from tests.core.findings import (
    test_addresses,
    test_adoption,
    test_answers,
    test_capacity,
    test_certificates,
    test_clock,
    test_cloud,
    test_controllers,
    test_existing,
    test_image,
    test_image_build,
    test_inventory,
    test_metal,
    test_network,
    test_playbook_options,
    test_preflight,
    test_provider_networks,
    test_release,
    test_reservations,
    test_secrets,
    test_sizes,
    test_user_files,
)
from tests.core.findings.support import (
    DEPLOY,
    Example,
    Given,
    cloud,
    each,
    flavor,
    host,
    image,
    inventory,
    network,
    provider,
    subnet,
    user_file,
)

EXAMPLES = (
    Example(
        "accept-unknown",
        Given(accept=("test-only-imge",)),
        Given(accept=("test-only-image",)),
        says="test-only-imge",
    ),
    Example(
        "accept-without-effect",
        Given(accept=("pool-outside-cidr",)),
        Given(accept=("pool-not-reserved",)),
        says="an error",
    ),
)
MODULES = (
    test_addresses,
    test_adoption,
    test_answers,
    test_capacity,
    test_certificates,
    test_clock,
    test_cloud,
    test_controllers,
    test_existing,
    test_image,
    test_image_build,
    test_inventory,
    test_metal,
    test_network,
    test_playbook_options,
    test_preflight,
    test_provider_networks,
    test_release,
    test_reservations,
    test_secrets,
    test_sizes,
    test_user_files,
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_a_misspelt_id_is_told_with_the_nearest() -> None:
    assert "test-only-image" in EXAMPLES[0].bad.found("accept-unknown")[0].fix


def test_every_kind_of_finding_is_explained_and_shown_by_an_example() -> None:
    shown = {example.id for module in MODULES for example in module.EXAMPLES}
    shown |= {example.id for example in EXAMPLES}
    shown |= test_certificates.WITH_FILES | test_certificates.REVIEWED
    shown |= test_controllers.WITH_FILES
    assert shown == set(catalogue())


@pytest.mark.parametrize("id", catalogue())
def test_an_explanation_can_be_read(id: str) -> None:
    info = catalogue()[id]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", id)
    assert info.section in {section.name for section in SECTIONS}
    key = info.place
    assert "." not in key or key.startswith("variables.") or key in {q.key for q in QUESTIONS}
    assert not info.title.endswith(".")
    assert info.explanation.endswith(".")
    assert info.cure[-1] in ".?" or "openssl" in info.cure


def test_findings_are_ordered_by_section_then_severity() -> None:
    case = Given(
        {
            "network.mode": "create",
            "network.cidr": "10.0.0.0/24",
            "network.pool": "10.0.1.1-10.0.1.9",
            "network.gateway": "10.0.2.1",
            "network.mtu": 1000,
            "capacity.active_retries": 1,
        },
        missing=("deployment.hosts", "cloud.name"),
    )
    order = [(f.section, f.severity) for f in case.findings()]
    names = [section.name for section in SECTIONS]
    severities = list(Severity)
    ranks = [(names.index(section), severities.index(severity)) for section, severity in order]
    assert ranks == sorted(ranks)
    assert len(order) >= 6
    assert case.findings() == case.findings()


def test_errors_block_and_warnings_until_they_are_accepted() -> None:
    case = Given({"network.mtu": 1000, "capacity.active_retries": 1}, missing=("cloud.name",))
    found = case.findings()
    assert [f.id for f in blocking(found, ())] == ["answer-missing", "mtu-low"]
    assert [f.id for f in blocking(found, ("mtu-low",))] == ["answer-missing"]
    assert [f.id for f in blocking(found, ("answer-missing",))] == ["answer-missing", "mtu-low"]


KNOWN_CLOUD = cloud(
    networks=(
        network(provider_type="flat", physical_network="lbaas", mtu=1500),
        network("n2", "tenant", provider_type="vlan", physical_network="vlan", segmentation_id=7),
    ),
    subnets=(subnet("172.29.232.0/22"), subnet("10.0.0.0/8", "n2"), subnet("fd00::/64", "n2")),
    images=(image(), image("i2", owner="other", status="queued")),
    flavors=(flavor(),),
    quotas=Quotas(compute={"instances": 10}, network={"ports": -1}),
    zones=(AvailabilityZone("nova", True),),
    volume_types=("ssd",),
)
KNOWN_HOST = host(
    user_file("user_variables.yml", {"octavia_amp_ram": "x", "octavia_v1": True}),
    user_file("user_secrets.yml", {"octavia_service_password": None}, secret=True),
    user_file("user_zz.yml", {"octavia_octavia_conf_overrides": {"cinder": 1}, "a": None}),
    user_file("user_haproxy.yml", {"haproxy_extra_services": [{"haproxy_port": 9876}, [1], None]}),
    inventory=inventory(
        (("172.29.232.1", "172.29.232.60"),),
        (provider("vlan", type="vlan", group_binds=("octavia-worker", "octavia_worker")),),
        cidr_networks={"lbaas": "172.29.232.0/22", "container": "not a network"},
        host_groups={"octavia-infra_hosts": {"infra1": ""}, "compute_hosts": {"c1": "10.0.0.4"}},
        no_containers={"octavia-infra_hosts": frozenset({"infra1"})},
    ).inventory,
    texts={"conf.d/a.yml": "used_ips: []\n", "conf.d/b.yml": "used_ips: [1]\na: [\n"},
)
CLOUDS = st.sampled_from(
    [None, KNOWN_CLOUD, cloud(unread=dict.fromkeys(Part, "no")), cloud(computes=())]
)
HOSTS = st.sampled_from([HostFacts(DEPLOY), KNOWN_HOST])
LOOKS = st.sampled_from(
    [
        None,
        test_controllers.FINE.controllers,
        *(e.bad.controllers for e in test_controllers.EXAMPLES),
    ]
)
RELEASES = st.sampled_from([tag for s in all_series() for tag in (s.first, s.last)])
VALUES: dict[str, st.SearchStrategy[object]] = {
    "network.cidr": st.sampled_from(["172.29.232.0/22", "10.0.0.0/30", "10.0.0.1/32", "0.0.0.0/0"]),
    "network.pool": st.sampled_from(["172.29.232.50-172.29.232.60", "10.0.0.0-10.0.0.0"]),
    "network.gateway": st.sampled_from([None, "172.29.232.55", "10.0.0.0"]),
    "network.allowed_cidr": st.sampled_from([None, "10.0.0.0/8"]),
    "network.existing": st.sampled_from(["lbaas-mgmt", "n2", "nothing"]),
    "network.segmentation_id": st.sampled_from([None, 1, 7, 5000]),
    "network.mtu": st.integers(576, 65535),
    "network.dns_servers": st.just(["10.0.0.53"]),
    "network.edit_inventory": st.booleans(),
    "image.existing": st.sampled_from(["amphora", "i2", "nothing"]),
    "image.path": st.sampled_from(["/nowhere/amphora.qcow2", "/nowhere/test-only-amphora.qcow2"]),
    "image.properties": st.just({"hw_rng_model": "virtio"}),
    "certificates.directory": st.just("/nowhere/octavia"),
    "certificates.client_days": st.integers(1, 36500),
    "certificates.approved": st.sampled_from([[], ["AA:" * 31 + "AA"]]),
    **{
        f"certificates.{name}": st.just(f"/nowhere/{name}.pem")
        for name in (*test_certificates.FILES, "client_key")
    },
    "ssh.enabled": st.booleans(),
    "ssh.public_key": st.just("/nowhere/id.pub"),
    "capacity.spare_pool": st.integers(0, 3),
    "capacity.load_balancers": st.sampled_from([1, 1_000_000]),
    "capacity.anti_affinity": st.booleans(),
    "capacity.set_quotas": st.booleans(),
    "capacity.volume_backed": st.booleans(),
    "capacity.volume_type": st.sampled_from(["ssd", "hdd"]),
    "capacity.availability_zone": st.sampled_from([None, "nova", "az9"]),
    "capacity.flavor_existing": st.sampled_from(["f1", "nothing"]),
    "deployment.run_playbooks": st.booleans(),
    "deployment.ansible_options": st.lists(
        st.sampled_from(["-e", "--forks", "-f20", "a=1", "@x.yml", "site.yml", "-", "", "--step"])
    ),
    "variables.haproxy_octavia_service_overrides": st.sampled_from([{}, {"haproxy_port": 1}, "x"]),
    "variables.octavia_service_port": st.sampled_from([9876, "9999", "x"]),
    "deployment.hosts": st.sampled_from([{}, {"infra1": "172.29.232.50"}]),
    "deployment.health_managers": st.sampled_from([{}, {"infra1": "10.0.0.1", "x": "10.0.0.1"}]),
    "deployment.rename_groups": st.booleans(),
    "variables.octavia_hm_hosts": st.sampled_from([None, "10.0.0.1,x", ["10.0.0.1"]]),
    "variables.octavia_management_net_dhcp": st.sampled_from(["False", False]),
    "variables.octavia_octavia_conf_overrides": st.sampled_from([{}, {"house_keeping": 1}, "x"]),
    "variables.octavia_artefact_url": st.sampled_from(["https://x.example/a", 1]),
    "variables.nobody_knows": st.just("{{ x }}"),
}
CHOICES: dict[str, list[object]] = {
    "cloud.mode": ["live", "files"],
    "network.mode": ["create", "adopt"],
    "network.created_by": ["wizard", "role"],
    "network.provider_type": ["flat", "vlan", "vxlan", "geneve"],
    "image.source": ["build", "file", "existing", "role"],
    "certificates.source": ["generate", "own"],
    "certificates.key_type": ["rsa-4096", "ec-p256"],
    "capacity.topology": ["SINGLE", "ACTIVE_STANDBY"],
    "capacity.flavor_source": ["create", "adopt"],
}
ANSWERS = st.fixed_dictionaries(
    {},
    optional={**VALUES, **{key: st.sampled_from(legal) for key, legal in CHOICES.items()}},
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RELEASES, ANSWERS, HOSTS, CLOUDS, LOOKS)
def test_no_answers_and_no_facts_make_a_check_fail(
    release: str,
    answers: dict[str, object],
    known_host: HostFacts,
    known_cloud: CloudFacts | None,
    look: Controllers | None,
) -> None:
    facts = Facts(known_host, cloud=known_cloud, controllers=look)
    effective = resolve(Answers({**answers, "cloud.release": release}), facts)
    found = check_all(effective, facts)
    assert found == check_all(effective, facts)
    assert {finding.id for finding in found} <= set(catalogue())
    for finding in found:
        info = catalogue()[finding.id]
        assert finding.severity is info.severity
        assert finding.what
        assert finding.why
        assert finding.fix


def test_the_proposals_alone_lead_to_nothing_but_open_questions() -> None:
    for series in all_series():
        facts = Facts(HostFacts(DEPLOY))
        effective = resolve(Answers({"cloud.release": series.last, "cloud.mode": "live"}), facts)
        found = check_all(effective, facts, Inspected())
        assert {finding.id for finding in found} == {"answer-missing"}, series.name
