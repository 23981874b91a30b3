"""Section 8: where Octavia's services run, what brings them there, what proves that they work."""

from __future__ import annotations

from octavia_wizard.core.questions import deployment_grounds as grounds
from octavia_wizard.core.questions import metal_grounds as metal
from octavia_wizard.core.questions import summaries
from octavia_wizard.core.questions.grounds import always, both, live, on
from octavia_wizard.core.questions.model import Context, InterviewSection, Kind, Question


def _asked_again(context: Context) -> bool:
    return context.answers.values.get("deployment.playbooks_not_before") is not None


SECTION = InterviewSection(
    name="deployment",
    title="Deployment",
    help="Which hosts run Octavia's services, which playbooks bring them there, and how it is "
    "proved that they work.",
    summary=summaries.deployment,
    questions=(
        Question(
            key="deployment.hosts",
            kind=Kind.MAPPING,
            title="Octavia hosts",
            help="Hosts that run the Octavia API, workers and health managers, each with its "
            "management address, e.g. infra1=172.29.236.11. Most sites use all controllers.",
            default=grounds.hosts,
        ),
        Question(
            key="deployment.health_managers",
            kind=Kind.MAPPING,
            title="Heartbeats to",
            help="Octavia runs on these hosts without containers, so OSA's inventory has no "
            "address of theirs on the management network: give each host's own, on its bridge, "
            "e.g. infra1=172.29.232.11. Amphorae send their heartbeats there.",
            default=metal.health_managers,
            when=metal.on_hosts,
            variables=("octavia_hm_hosts",),
        ),
        Question(
            key="deployment.rename_groups",
            kind=Kind.FLAG,
            title="Rename groups",
            help="Octavia's groups have underscores since 2026.1, and your files still have some "
            "with hyphens. Yes renames just those words, in openstack_user_config.yml, conf.d and "
            "openstack_inventory.json. OSA reads both spellings, so most people rename when they "
            "have no other change in hand.",
            default=metal.rename,
            when=metal.old_names,
        ),
        Question(
            key="deployment.playbooks",
            kind=Kind.CHOICES,
            title="Playbooks",
            help="What has to be run when the files are in place. The proposal follows from the "
            "release and from what changed.",
            choices=grounds.playbook_choices,
            default=grounds.playbooks,
        ),
        Question(
            key="deployment.run_playbooks",
            kind=Kind.FLAG,
            title="Run them",
            help="Whether the playbooks are run from here, as steps of the run, with live "
            "progress. A lost terminal does not end them. No shows the commands at the end.",
            default=grounds.run_playbooks,
        ),
        Question(
            key="deployment.ansible_options",
            kind=Kind.LIST,
            title="Options",
            help="Options that every playbook gets besides its own, e.g. --forks, 20. Most "
            "people need none.",
            default=always([], "most people need none"),
            when=on("deployment.run_playbooks"),
        ),
        Question(
            key="deployment.verify",
            kind=Kind.FLAG,
            title="Verify",
            help="Whether the run ends by asking API, controllers and image whether they agree "
            "with these answers. octavia-wizard verify does the same at any time.",
            default=grounds.verify,
            when=live,
        ),
        Question(
            key="deployment.smoke_test",
            kind=Kind.FLAG,
            title="Smoke test",
            help="Whether that creates a load balancer, waits until it is active, and deletes it. "
            "It boots amphorae, for some minutes.",
            default=always(True, "nothing else proves as much"),
            when=both(live, on("deployment.verify")),
        ),
        Question(
            key="deployment.smoke_subnet",
            kind=Kind.TEXT,
            title="Subnet for it",
            help="Name or id of the subnet its address is taken from. None makes a network for "
            "it, and removes that afterwards.",
            default=always(None, "a network of its own"),
            nullable=True,
            none_label="a network of its own",
            when=both(live, on("deployment.verify"), on("deployment.smoke_test")),
        ),
        Question(
            key="deployment.smoke_member",
            kind=Kind.TEXT,
            title="Server behind it",
            help="Address and port of an HTTP server to be asked through the load balancer, e.g. "
            "192.0.2.10:80; this host must reach the subnet above. Most people have none at hand.",
            default=always(None, "no request is sent through it"),
            nullable=True,
            none_label="no request is sent through it",
            when=both(live, on("deployment.verify"), on("deployment.smoke_test")),
        ),
        Question(
            key="deployment.playbooks_not_before",
            kind=Kind.TEXT,
            title="Run after",
            help="Day or time (ISO 8601): a playbook that ran earlier is run again. The verb "
            "playbooks run sets it; leave it out of a preset.",
            default=always(None, "only where something changed"),
            nullable=True,
            none_label="only where something changed",
            when=_asked_again,
        ),
        Question(
            key="deployment.playbooks_from_start",
            kind=Kind.FLAG,
            title="From the start",
            help="Whether a playbook that failed is run from its start, and not from the play that "
            "failed. The verb playbooks run sets it; leave it out of a preset.",
            default=always(False, "what went well need not be done twice"),
            when=_asked_again,
        ),
    ),
)
