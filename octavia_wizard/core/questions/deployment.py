"""Section 8: where Octavia's services run, and which playbooks bring them there."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions import summaries
from octavia_wizard.core.questions.model import (
    Choice,
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)
from octavia_wizard.core.releases import PlaybookWhen

_CANDIDATES = ("shared-infra_hosts", "shared_infra_hosts", "os-infra_hosts", "os_infra_hosts")


def _hosts(context: Context) -> Default | None:
    groups = context.facts.host.inventory.host_groups
    sources = context.facts.host.inventory.group_sources
    for group in (context.release.rules.infra_hosts_group, *_CANDIDATES):
        if groups.get(group):
            detail = f"{group} in {sources.get(group, 'the inventory')}"
            return Default(dict(groups[group]), Provenance.DETECTED, detail)
    return None


def _playbook_choices(context: Context) -> tuple[Choice, ...]:
    playbooks = context.release.rules.playbooks
    return tuple(Choice(name, name, playbook.command) for name, playbook in playbooks.items())


def _playbooks(context: Context) -> Default:
    asked = {PlaybookWhen.ALWAYS, PlaybookWhen.LBAAS_ERA}
    network = context.effective
    if network.is_on("network.edit_inventory") or network.chosen("network.provider_type", "flat"):
        asked.add(PlaybookWhen.IF_NETWORK_CHANGED)
    playbooks = context.release.rules.playbooks
    names = [name for name, playbook in playbooks.items() if playbook.when in asked]
    return Default(names, Provenance.COMPUTED, f"what {context.release.series} needs")


SECTION = InterviewSection(
    name="deployment",
    title="Deployment",
    help="Which hosts run Octavia's containers, and which playbooks have to be run.",
    summary=summaries.deployment,
    questions=(
        Question(
            key="deployment.hosts",
            kind=Kind.MAPPING,
            title="Octavia hosts",
            help="Hosts that run the Octavia API, workers and health managers, each with its "
            "management address, e.g. infra1=172.29.236.11. Most sites use all controllers.",
            default=_hosts,
        ),
        Question(
            key="deployment.playbooks",
            kind=Kind.CHOICES,
            title="Playbooks",
            help="What has to be run when the files are in place; the commands are shown at the "
            "end. The proposal follows from the release and from what changed.",
            choices=_playbook_choices,
            default=_playbooks,
        ),
    ),
)
