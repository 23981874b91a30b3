"""Checks of the controllers themselves, where Ansible was asked about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from octavia_wizard.core.controllers.agreement import agreement, together, told
from octavia_wizard.core.controllers.model import Kind
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, FindingInfo, Situation, listed, note, warning

_HOSTS = 6
"""Hosts that are named before the rest is counted."""

UNASKED = note(
    "controllers-not-asked",
    "deployment",
    "No controller could be asked",
    "Whether the controllers agree with the answers is not known, nor whether the hosts have the "
    "management bridge; everything else in the plan holds.",
    "Mend what is named, and ask again with octavia-wizard plan --hosts.",
)
UNREACHABLE = warning(
    "controller-unreachable",
    "deployment.hosts",
    "A host did not answer Ansible",
    "The playbooks would fail on it, and Octavia would be configured on some controllers only.",
    "See what ansible -m ping says about it, from the playbooks directory of the checkout.",
)
ABSENT = note(
    "controller-without-octavia",
    "deployment.hosts",
    "A controller has no octavia.conf, unlike others",
    "It is new, or the playbook did not get through it; health managers of the others do not know "
    "of it.",
    "Run the Octavia playbook; without a limit, since all must learn of it.",
)
OPTION = note(
    "controller-option-differs",
    "deployment",
    "octavia.conf on a controller is not what the answers lead to",
    "The playbook did not run since they were given, or somebody edited the file, which the next "
    "run of the playbook writes anew.",
    "Run the Octavia playbook; to keep what is there, answer that instead.",
)
CERTIFICATE = note(
    "controller-certificate-differs",
    "certificates",
    "A controller has another certificate than the deploy host",
    "Amphorae and controllers refuse one another once one side has certificates of another "
    "authority: heartbeats stop, and load balancers can no longer be changed.",
    "Find out which is right. The Octavia playbook brings those of the deploy host to the "
    "controllers; amphorae of another authority must fail over after that.",
)
EXPOSED = note(
    "controller-file-exposed",
    "certificates",
    "Every user of a controller may read a key",
    "The key of the server CA signs amphorae, that of the client certificate commands them, and "
    "octavia.conf has the passwords of both database and message bus.",
    "Take the rights of others away (chmod o= FILE); some releases of the role give them again.",
)
PEERS = note(
    "controllers-disagree",
    "deployment",
    "Controllers are configured differently",
    "Whichever controller takes a request decides what comes of it: with two heartbeat keys or two "
    "passphrases, load balancers fail now and then.",
    "Run the Octavia playbook without a limit.",
)
INSECURE = note(
    "controller-secret-published",
    "certificates",
    "A controller uses a secret that anybody can read up",
    "What it protects is as good as open: keys of amphorae on their way and in the database, the "
    "key of the authority, or heartbeats, by which load balancers are declared dead.",
    "Give it a secret of its own in a user_secrets file, and run the Octavia playbook.",
)
SERVICE = note(
    "controller-service-down",
    "deployment",
    "A service of Octavia does not run",
    "Without a worker nothing is created, without a health manager nothing fails over, without "
    "housekeeping certificates of amphorae are not renewed.",
    "See journalctl -u UNIT on that host.",
)
ADDRESS = note(
    "health-manager-not-reached",
    "variables.octavia_hm_hosts",
    "Amphorae are told no address of a health manager",
    "They send heartbeats to the addresses in octavia.conf; a health manager that has none of them "
    "sees amphorae as dead once it is the only one left.",
    "Bring the interface on the management network up, or correct octavia_hm_hosts.",
)
BRIDGE = warning(
    "bridge-not-ready",
    "network.bridge",
    "A host has no working management bridge",
    "Containers are attached to it when they are made: the playbook fails, or the containers come "
    "up without an address on the management network and never reach an amphora.",
    "Configure the bridge on the host, with a link to the management network, before the "
    "playbooks run; OpenStack-Ansible does not make it.",
)

_KINDS: Mapping[Kind, FindingInfo] = {
    Kind.ABSENT: ABSENT,
    Kind.OPTION: OPTION,
    Kind.CERTIFICATE: CERTIFICATE,
    Kind.EXPOSED: EXPOSED,
    Kind.PEERS: PEERS,
    Kind.INSECURE: INSECURE,
    Kind.SERVICE: SERVICE,
    Kind.ADDRESS: ADDRESS,
    Kind.BRIDGE: BRIDGE,
}


def check_controllers(case: Situation) -> Iterator[Finding]:
    """Tell each difference once, with all hosts that have it."""
    for one, hosts in together(agreement(case.effective, case.facts)):
        where = listed(hosts, most=_HOSTS)
        if one.kind is Kind.UNASKED:
            kind = UNREACHABLE if one.host else UNASKED
            yield kind.found(_sentence(one.found), where=where, fix=one.cure)
        else:
            yield _KINDS[one.kind].found(_sentence(told(one)), where=where, fix=one.cure)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "…", "?")) else f"{text}."


CHECKS: tuple[Check, ...] = (check_controllers,)
