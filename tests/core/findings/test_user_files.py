"""Which of two files wins, which names are dead, and which values are traps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from octavia_wizard.core.facts.model import HostFacts, ReadProblem
from tests.core.findings.support import DEPLOY, Example, Given, each, host, user_file

LATER = "user_zz.yml"
EARLIER = "user_variables.yml"
TOPOLOGY = {"octavia_loadbalancer_topology": "SINGLE"}
SETTINGS = {"capacity.topology": "ACTIVE_STANDBY"}
OURS = user_file("user_variables_octavia.yml", {}, ours=True)


def _beside(
    name: str, variables: Mapping[str, object], release: str = "33.0.1", **parts: Any
) -> Given:
    return Given(SETTINGS, release=release, host=host(user_file(name, variables, **parts)))


def _problem(where: str, *, parsed: bool = False) -> Given:
    files = (user_file(EARLIER, {}),) if parsed else ()
    return Given(host=host(*files, problems=(ReadProblem(where, "not valid YAML"),)))


EXAMPLES = (
    Example(
        "deploy-file-broken",
        _problem(f"{DEPLOY}/{EARLIER}:7"),
        _problem("DISTRIB_RELEASE in /etc/openstack-release"),
        says=f"{EARLIER}:7",
    ),
    Example(
        "deploy-host-oddity",
        _problem(f"{DEPLOY}/{EARLIER}:7", parsed=True),
        _problem(f"{DEPLOY}/{EARLIER}:7"),
    ),
    Example(
        "vaulted-user-file",
        _beside(EARLIER, {}, vaulted=True),
        _beside(EARLIER, {}),
        says=EARLIER,
    ),
    Example(
        "user-variable-dead",
        _beside(EARLIER, {"octavia_spare_amphora_pool_size": 1}, "24.0.0"),
        _beside(EARLIER, {"octavia_spare_amphora_pool_size": 1}, "21.0.0"),
        says=f"{EARLIER}:3",
    ),
    Example(
        "user-variable-renamed",
        _beside(EARLIER, {"octavia_db_pool_size": 5}, "25.0.0"),
        _beside(EARLIER, {"octavia_db_max_pool_size": 5}, "25.0.0"),
        says="octavia_db_pool_size",
    ),
    Example(
        "secret-dead",
        _beside("user_secrets.yml", {"octavia_rabbitmq_password": None}, secret=True),
        _beside("user_secrets.yml", {"octavia_service_password": None}, secret=True),
        says="octavia_rabbitmq_password",
    ),
    Example(
        "user-variable-unknown",
        _beside(EARLIER, {"octavia_amp_vcpus": 2}),
        _beside(EARLIER, {"octavia_amp_vcpu": 2}),
        says="octavia_amp_vcpu.",
    ),
    Example(
        "dhcp-text",
        _beside(EARLIER, {"octavia_management_net_dhcp": "False"}),
        _beside(EARLIER, {"octavia_management_net_dhcp": False}),
        says='"False"',
    ),
    Example(
        "vaulted-map-not-merged",
        _beside(EARLIER, {"octavia_octavia_conf_overrides": None}, vaulted=True, opened=True),
        _beside(EARLIER, {"octavia_octavia_conf_overrides": {}}),
        says=f"{EARLIER}:3",
    ),
    Example("user-file-wins", _beside(LATER, TOPOLOGY), _beside(EARLIER, TOPOLOGY), f"{LATER}:3"),
    Example(
        "user-file-agrees",
        _beside(LATER, {"octavia_loadbalancer_topology": "ACTIVE_STANDBY"}),
        _beside(LATER, TOPOLOGY),
        says=LATER,
    ),
    Example("user-file-loses", _beside(EARLIER, TOPOLOGY), _beside(LATER, TOPOLOGY), EARLIER),
    Example(
        "user-file-order-depends-on-locale",
        _beside(EARLIER, TOPOLOGY, "31.3.0"),
        _beside(EARLIER, TOPOLOGY, "32.2.0"),
        says=EARLIER,
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_the_value_that_will_hold_is_named() -> None:
    found = _beside(LATER, TOPOLOGY).found("user-file-wins")[0]
    assert "SINGLE will hold, not ACTIVE_STANDBY" in found.what


def test_the_order_in_which_the_wrapper_read_the_files_counts() -> None:
    flipped = HostFacts(
        DEPLOY,
        exists=True,
        user_files=(OURS, user_file(EARLIER, TOPOLOGY)),
        collation="en_US.UTF-8",
    )
    assert Given(SETTINGS, host=flipped).found("user-file-wins")


@pytest.mark.parametrize("collation", ["C", "C.UTF-8"])
def test_a_release_that_fixes_the_locale_has_one_order(collation: str) -> None:
    known = host(user_file(EARLIER, TOPOLOGY), collation=collation)
    case = Given(SETTINGS, release="32.2.0", host=known)
    assert not case.found("user-file-order-depends-on-locale")


def test_an_order_that_no_locale_changes_is_not_mentioned() -> None:
    assert not _beside(LATER, TOPOLOGY, "31.3.0").found("user-file-order-depends-on-locale")


def test_our_own_file_is_written_anew_and_not_compared() -> None:
    ours = user_file("user_variables_octavia.yml", TOPOLOGY, ours=True)
    assert not Given(SETTINGS, host=host(ours)).found("user-file-wins")


def test_a_map_in_an_earlier_file_is_merged_and_not_lost() -> None:
    theirs = {"octavia_octavia_conf_overrides": {"DEFAULT": {"debug": True}}}
    ids = {finding.id for finding in _beside(EARLIER, theirs).findings()}
    assert ids.isdisjoint({"user-file-wins", "user-file-loses", "user-file-agrees"})


def test_a_map_in_a_later_file_replaces_ours_as_a_whole() -> None:
    theirs = {"octavia_octavia_conf_overrides": {"DEFAULT": {"debug": True}}}
    # Ours is what theirs says and more: the more is lost.
    assert _beside(LATER, theirs).found("user-file-wins")


def test_a_true_is_not_the_number_one() -> None:
    settings = {"capacity.anti_affinity": True}
    known = host(user_file(LATER, {"octavia_enable_anti_affinity": 1}))
    assert Given(settings, host=known).found("user-file-wins")


def test_a_value_in_a_secrets_file_is_not_shown() -> None:
    known = host(user_file("user_secrets_z.yml", {"octavia_amp_vcpu": None}, secret=True))
    found = Given({"capacity.flavor_source": "create", "capacity.vcpus": 2}, host=known).findings()
    assert "a value not shown here" in next(f for f in found if "octavia_amp_vcpu" in f.what).what
