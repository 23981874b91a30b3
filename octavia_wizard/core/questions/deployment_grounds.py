"""On what grounds the questions about the deployment propose what they propose."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.facts.octavia_groups import host_group_sources, named_hosts
from octavia_wizard.core.questions.grounds import live
from octavia_wizard.core.questions.model import Choice, Context, Default
from octavia_wizard.core.releases import PlaybookWhen

_CANDIDATES = ("shared-infra_hosts", "shared_infra_hosts", "os-infra_hosts", "os_infra_hosts")


def hosts(context: Context) -> Default | None:
    """Propose the hosts of the group, or else the controllers of the inventory."""
    inventory = context.facts.host.inventory
    groups, sources = inventory.host_groups, inventory.group_sources
    named = named_hosts(inventory, context.release)
    if named:
        group, source = next(iter(host_group_sources(inventory, context.release).items()))
        detail = f"{group} in {source or 'the inventory'}"
        return Default(named, Provenance.DETECTED, detail)
    for group in _CANDIDATES:
        if groups.get(group):
            detail = f"{group} in {sources.get(group, 'the inventory')}"
            return Default(dict(groups[group]), Provenance.DETECTED, detail)
    return None


def playbook_choices(context: Context) -> tuple[Choice, ...]:
    """Offer the playbooks of the release."""
    playbooks = context.release.rules.playbooks
    return tuple(Choice(name, name, playbook.command) for name, playbook in playbooks.items())


def playbooks(context: Context) -> Default:
    """Propose what the release needs, given the network."""
    asked = {PlaybookWhen.ALWAYS, PlaybookWhen.LBAAS_ERA}
    network = context.effective
    if network.is_on("network.edit_inventory") or network.chosen("network.provider_type", "flat"):
        asked.add(PlaybookWhen.IF_NETWORK_CHANGED)
    known = context.release.rules.playbooks
    names = [name for name, playbook in known.items() if playbook.when in asked]
    return Default(names, Provenance.COMPUTED, f"what {context.release.series} needs")


def run_playbooks(context: Context) -> Default:
    """Propose to run them where there is something to run them with."""
    wrapper = context.facts.host.tools.wrapper
    if wrapper is None:
        return Default(False, Provenance.COMPUTED, "there is no openstack-ansible on this host")
    return Default(True, Provenance.DETECTED, f"{wrapper} is there")


def verify(context: Context) -> Default:
    """Propose to verify what was deployed by this very run."""
    if context.effective.is_on("deployment.run_playbooks"):
        return Default(True, Provenance.COMPUTED, "the playbooks are run from here")
    return Default(False, Provenance.COMPUTED, "the playbooks are run by hand, after this")


def can_verify(context: Context) -> bool:
    """Say whether there is a cloud to verify."""
    return live(context)
