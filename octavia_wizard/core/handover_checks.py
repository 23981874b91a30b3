"""What an operator can look at with the ``openstack`` client, to see for themselves."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.handover_model import Check, Made

_AFTERWARDS = (
    Check("After the playbooks, Octavia itself", "openstack loadbalancer provider list"),
    Check(
        "With the first load balancer, its amphorae and their addresses on the management network",
        "openstack loadbalancer amphora list",
    ),
)


def checks(effective: Effective, known: tuple[Made, ...]) -> tuple[Check, ...]:
    """Return the commands that show what a run made or adopted; none where no cloud is touched.

    A thing in ``known`` is asked for by its id, for another project may have one of its name.
    """
    if not effective.chosen("cloud.mode", "live"):
        return ()
    ids = {(thing.step, thing.name): thing.id for thing in known if thing.id}
    return (*_resources(effective, ids), *_project(effective), *_AFTERWARDS)


def _resources(effective: Effective, ids: Mapping[tuple[str, str], str]) -> Iterator[Check]:
    adopted = effective.chosen("network.mode", "adopt")
    network = effective.maybe_text("network.existing" if adopted else "network.name")
    if network:
        target = ids.get(("network", network), network)
        yield _check(f"The management network {network}", "network", "show", target)
        yield _check("Its subnet and pool", "subnet", "list", "--long", "--network", target)
    group = effective.maybe_text("network.security_group")
    if group:
        target = ids.get(("security_group", group), group)
        rules = ("security", "group", "rule", "list", target)
        yield _check(f"The rules of the security group {group}", *rules)
    new = effective.chosen("capacity.flavor_source", "create")
    flavor = effective.maybe_text("capacity.flavor_name" if new else "capacity.flavor_existing")
    if flavor:
        yield _check("The flavor", "flavor", "show", ids.get(("flavor", flavor), flavor))
    tag = effective.maybe_text("image.tag")
    if tag:
        yield _check(
            "The image Octavia boots, which should be one", "image", "list", "--long", "--tag", tag
        )


def _project(effective: Effective) -> Iterator[Check]:
    if effective.is_on("ssh.enabled"):
        yield _check("The SSH key", "keypair", "list", "--user", "octavia")
    project = effective.maybe_text("cloud.service_project")
    if project:
        yield _check("The quotas", "quota", "show", project)


def _check(purpose: str, *words: str) -> Check:
    return Check(purpose, shlex.join(("openstack", *words)))
