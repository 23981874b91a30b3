"""Signs of an Octavia that runs already, before an interview begins to plan another."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.facts.cloud import networks_called
from octavia_wizard.core.facts.deploy_host_files import is_secret_name
from octavia_wizard.core.facts.managed import octavia_containers
from octavia_wizard.core.facts.model import Facts, HostFacts, Part
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, listed, note
from octavia_wizard.core.releases import Release

EXISTING = note(
    "existing-octavia",
    "cloud",
    "Octavia runs here already, by all signs",
    "Answers that begin from nothing would plan another one beside it, or changes of the one that "
    "carries traffic.",
    "Take over what is there: octavia-wizard import --out FILE writes a preset that changes "
    "nothing, to begin from. Go on where you know better.",
)

_NETWORK_NAME = "octavia_neutron_management_network_name"
_NETWORK_ID = "octavia_neutron_management_network_uuid"
_PREFIX = "octavia_"
_TELLING = ("network", "certificates", "image", "capacity", "variables")
"""Sections an answer of which shows that the interview does not begin from nothing."""


def signs(release: Release, facts: Facts) -> tuple[str, ...]:
    """Say in words what shows that Octavia is deployed; nothing where nothing does."""
    return (*_containers(facts.host, release), *_files(facts.host, release), *_cloud(facts))


def check_existing(case: Situation) -> Iterator[Finding]:
    """Look for an Octavia that no answer speaks of yet."""
    if any(case.effective.answered(one.key) for one in case.effective if _tells(one.key)):
        return
    found = signs(case.release, case.facts)
    if found:
        yield EXISTING.found(f"What shows it: {'; '.join(found)}.")


def _tells(key: str) -> bool:
    return key.partition(".")[0] in _TELLING


def _containers(host: HostFacts, release: Release) -> Iterator[str]:
    names = [one.name for one in octavia_containers(host, release)]
    if names:
        yield f"OSA's inventory has {listed(names)} for Octavia"


def _files(host: HostFacts, release: Release) -> Iterator[str]:
    """Tell which user files speak of Octavia: OSA's own secrets file does so in any case."""
    for file in host.user_files:
        names = [
            name
            for name in sorted(file.variables)
            if name.startswith(_PREFIX) and not is_secret_name(name) and release.has(name)
        ]
        if names and not file.secret:
            yield f"{file.path.name} sets {listed(names)}"


def _cloud(facts: Facts) -> Iterator[str]:
    """Look for the network and for the user, which the role's first run makes."""
    cloud = facts.cloud
    if cloud is None or cloud.octavia_user_id is None or Part.NETWORKS in cloud.unread:
        return
    wanted = "lbaas-mgmt"
    for file in facts.host.user_files:
        for name in (_NETWORK_NAME, _NETWORK_ID):
            if name in file.variables and isinstance(file.variables[name].value, str):
                wanted = str(file.variables[name].value)
    if networks_called(cloud, wanted):
        yield f"the cloud has the network {wanted} and the user octavia"


CHECKS: tuple[Check, ...] = (check_existing,)
