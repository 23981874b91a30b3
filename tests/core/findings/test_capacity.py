"""Topology, spares, zones and volumes fit the computes and the release."""

from __future__ import annotations

from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import AvailabilityZone, Compute
from tests.core.findings.support import (
    Example,
    Given,
    cloud,
    computes,
    each,
    host,
    inventory,
    user_file,
)

PAIRS = {"capacity.topology": "ACTIVE_STANDBY", "capacity.anti_affinity": True}
SINGLE = {"capacity.topology": "SINGLE", "capacity.anti_affinity": False}
VOLUMES = {"capacity.volume_backed": True, "capacity.volume_type": "ssd"}
ZONES = (AvailabilityZone("nova", True), AvailabilityZone("az2", False))
DEAD_OVERRIDE = {
    "octavia_octavia_conf_overrides": {"house_keeping": {"spare_amphora_pool_size": 1}}
}
LIVE_OVERRIDE = {"octavia_octavia_conf_overrides": {"house_keeping": {"amphora_expiry_age": 1}}}


def _on(count: int, **settings: object) -> Given:
    more = {f"capacity.{name}": value for name, value in settings.items()}
    return Given({**PAIRS, **more}, cloud=cloud(computes=computes(count)))


def _zone(name: str) -> Given:
    return Given({"capacity.availability_zone": name}, cloud=cloud(zones=ZONES))


def _hosts(*names: str) -> Given:
    groups = {"compute_hosts": dict.fromkeys(names, "")}
    return Given(PAIRS, host=inventory(host_groups=groups))


def _spares(count: int, release: str, topology: str = "SINGLE") -> Given:
    settings = {"capacity.spare_pool": count, "capacity.topology": topology}
    return Given(settings, release=release)


EXAMPLES = (
    Example("anti-affinity-needs-computes", _on(1), _on(2), says="1 of 1"),
    Example("anti-affinity-few-compute-hosts", _hosts("c1"), _hosts("c1", "c2"), says="c1"),
    Example("no-usable-compute", _on(0), _on(1)),
    Example("anti-affinity-no-room-for-failover", _on(2), _on(3)),
    Example("active-standby-on-one-host", _on(3, anti_affinity=False), _on(3)),
    Example(
        "single-with-several-computes",
        Given(SINGLE, cloud=cloud(computes=computes(2))),
        Given(SINGLE, cloud=cloud(computes=computes(1))),
    ),
    Example("anti-affinity-with-single", _on(3, topology="SINGLE"), _on(3)),
    Example("spare-pool-gone", _spares(1, "24.0.0"), _spares(1, "23.4.4"), says="24.0.0"),
    Example("spare-pool-deprecated", _spares(1, "22.0.0"), _spares(1, "21.2.12")),
    Example(
        "spare-pool-with-active-standby",
        _spares(1, "21.2.12", "ACTIVE_STANDBY"),
        _spares(0, "21.2.12", "ACTIVE_STANDBY"),
    ),
    Example(
        "spare-pool-override-dead",
        Given(host=host(user_file("user_variables.yml", DEAD_OVERRIDE))),
        Given(host=host(user_file("user_variables.yml", LIVE_OVERRIDE))),
        says="user_variables.yml:3",
    ),
    Example("availability-zone-unknown", _zone("az9"), _zone("nova"), says="az9"),
    Example("availability-zone-down", _zone("az2"), _zone("nova"), says="az2"),
    Example(
        "volume-type-unknown",
        Given(VOLUMES, cloud=cloud(volume_types=("hdd",))),
        Given(VOLUMES, cloud=cloud(volume_types=("hdd", "ssd"))),
        says="hdd",
    ),
    Example(
        "volume-backed-without-cinder",
        Given(VOLUMES, cloud=cloud(volume_types=None)),
        Given(VOLUMES, cloud=cloud(volume_types=None, unread={Part.VOLUME_TYPES: "503"})),
    ),
    Example(
        "active-retries-low",
        Given({"capacity.active_retries": 9}),
        Given({"capacity.active_retries": 10}),
        says="90 s",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_only_computes_that_are_up_enabled_and_in_the_zone_count() -> None:
    some = (
        Compute("good", "az1", True, True),
        Compute("down", "az1", False, True),
        Compute("disabled", "az1", True, False),
        Compute("elsewhere", "az2", True, True),
    )
    settings = {**PAIRS, "capacity.availability_zone": "az1"}
    found = Given(settings, cloud=cloud(computes=some)).found("anti-affinity-needs-computes")
    assert "1 of 4" in found[0].what
    assert "good" in found[0].what


def test_computes_that_could_not_be_read_are_not_counted() -> None:
    unread = cloud(computes=(), unread={Part.COMPUTES: "403"})
    assert not Given(PAIRS, cloud=unread).found("no-usable-compute")


def test_a_spare_pool_answered_for_an_older_release_is_told_after_an_upgrade() -> None:
    case = Given(unused=("capacity.spare_pool",), release="24.0.0")
    assert [f.id for f in case.findings()] == ["spare-pool-gone"]


def test_the_override_still_works_in_22_and_23() -> None:
    files = host(user_file("user_variables.yml", DEAD_OVERRIDE))
    for release in ("22.0.0", "23.4.4"):
        assert not Given(release=release, host=files).found("spare-pool-override-dead")


def test_an_override_among_the_answers_is_seen_too() -> None:
    settings = {f"variables.{name}": value for name, value in DEAD_OVERRIDE.items()}
    assert Given(settings).found("spare-pool-override-dead")
