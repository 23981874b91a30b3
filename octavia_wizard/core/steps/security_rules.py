"""The rules of the amphorae's security group, by release, exactly as os_octavia sets them.

Sources: os_octavia tasks/octavia_security_group.yml (16 to 28), which only adds rules, and
tasks/octavia_resources.yml with the security_group module of openstack.cloud 2.x (29 and later),
which also removes every other rule of the group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import groups_called, networks_called, subnets_of
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import Rule
from octavia_wizard.core.releases import Release
from octavia_wizard.core.steps.shapes import answered

AGENT_PORT = 9443
"""octavia_agent_port, the port of the amphora agent, unless set otherwise."""
HEALTH_PORT = 5555
"""octavia_health_manager_port, where amphorae send heartbeats, unless set otherwise."""
_ADDITIONAL = "octavia_security_group_additional_rules"
_DHCP = "octavia_management_net_dhcp"
_ALL_PORTS = (1, 65535)
"""Neutron keeps a TCP or UDP rule for all ports as one without ports."""
_ANYWHERE = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True, slots=True)
class _Era:
    """What the role of some releases does to the group."""

    since: tuple[int, int, int]
    dhcp: bool
    """It lets amphorae ask for an address, where DHCP is on."""
    health: bool
    """It lets heartbeats out, which matters only where nothing else does."""
    exact: bool
    """It removes every rule that is not its own."""


# Which OSA tags pin which role commit: 27.0.0 has aeebb5b, 27.3.0 has 978a643, 29.0.0 has 59606f0.
_ERAS = (
    _Era((29, 0, 0), dhcp=True, health=True, exact=True),
    _Era((27, 3, 0), dhcp=True, health=True, exact=False),
    _Era((27, 0, 0), dhcp=True, health=False, exact=False),
    _Era((0, 0, 0), dhcp=False, health=False, exact=False),
)


@dataclass(frozen=True, slots=True)
class WantedRules:
    """The rules the role wants, and whether it tolerates others."""

    rules: tuple[Rule, ...]
    exact: bool

    def missing(self, present: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """Return the wanted rules the group does not have."""
        return tuple(rule for rule in self.rules if rule not in present)

    def superfluous(self, present: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """Return the rules to remove: the role would, or Neutron takes one for a missing rule.

        Neutron refuses a rule from 0.0.0.0/0 beside the same one from anywhere, and the other
        way round, while the role tells them apart.
        """
        in_the_way = {_any(rule) for rule in self.missing(present)}
        return tuple(
            rule
            for rule in present
            if rule not in self.rules and (self.exact or _any(rule) in in_the_way)
        )


def _any(rule: Rule) -> Rule:
    return replace(rule, remote_cidr=None) if rule.remote_cidr in _ANYWHERE else rule


def wanted_rules(effective: Effective, cloud: CloudFacts) -> WantedRules:
    """Return the rules of the group for these answers and this release."""
    era = _era_of(effective.release)
    return WantedRules(tuple(dict.fromkeys(_rules(effective, cloud, era))), era.exact)


def _era_of(release: Release) -> _Era:
    return next(era for era in _ERAS if release.version >= era.since)


def _rules(effective: Effective, cloud: CloudFacts, era: _Era) -> Iterator[Rule]:
    peers = _peers(effective)
    agent = _port(effective, "octavia_agent_port", AGENT_PORT)
    yield _rule("ingress", "tcp", agent, peers)
    if era.health:
        health = _port(effective, "octavia_health_manager_port", HEALTH_PORT)
        yield _rule("egress", "udp", health, peers)
    if effective.is_on("ssh.enabled"):
        yield _rule("ingress", "tcp", 22, peers)
    if _truth(_variable(effective, "debug")):
        yield Rule("ingress", "icmp", remote_cidr=peers)
    if era.dhcp and _dhcp(effective, cloud):
        yield _rule("egress", "udp", 67, None)
    if effective.release.has(_ADDITIONAL):
        for entry in _entries(_variable(effective, _ADDITIONAL)):
            yield _additional(entry, cloud)


def _rule(direction: str, protocol: str, port: int, peers: str | None) -> Rule:
    return Rule(direction, protocol, port, port, peers)


def _peers(effective: Effective) -> str | None:
    """Return who may talk to amphorae, as the role writes it.

    Left to itself the role of 16 to 26 names no prefix; told by the emitted file to let anybody
    in, or since 27, the prefix is 0.0.0.0/0, which it takes for something else.
    """
    by_cidr = effective.release.rules.security_group_rule_cidr_is_management_cidr
    if "network.allowed_cidr" not in effective:
        return effective.maybe_text("network.cidr") if by_cidr else None
    anybody = _ANYWHERE[0] if by_cidr or answered(effective, "network.allowed_cidr") else None
    return effective.maybe_text("network.allowed_cidr") or anybody


def _dhcp(effective: Effective, cloud: CloudFacts) -> bool:
    """Say whether the role lets amphorae ask for a lease, by what it is told of DHCP."""
    told = effective.variables().get(_DHCP)
    if told is not None:
        known = effective.release.variable(_DHCP)
        value = told.value if told.value is not None else known.default if known else None
        # The template of 29 and later asks whether the value is true, and any text is.
        return bool(value) if _era_of(effective.release).exact else _truth(value)
    if "network.dhcp" in effective:
        return effective.is_on("network.dhcp")
    existing = effective.maybe_text("network.existing")
    networks = networks_called(cloud, existing) if existing is not None else ()
    if len(networks) == 1 and (subnets := subnets_of(cloud, networks[0].id)):
        # What is emitted for an adopted network is what its subnets have.
        return any(subnet.dhcp for subnet in subnets)
    return effective.release.rules.dhcp_default


def _variable(effective: Effective, name: str) -> object:
    setting = effective.variables().get(name)
    return None if setting is None else setting.value


def _port(effective: Effective, name: str, otherwise: int) -> int:
    value = _variable(effective, name)
    return _number(value) or otherwise


def _number(value: object) -> int | None:
    """Read a port; -1 means any to Neutron's Ansible module."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return int(text) if text.isdigit() else None


def _truth(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in ("true", "yes", "on", "1", "y", "t")
    return bool(value)


def _entries(value: object) -> Iterator[Mapping[str, object]]:
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, Mapping):
            yield entry


def _additional(entry: Mapping[str, object], cloud: CloudFacts) -> Rule:
    """Read one entry as openstack.cloud.security_group does: ingress and IPv4 unless it says."""
    protocol = _text(entry.get("protocol"))
    group = _text(entry.get("remote_group"))
    ports = _number(entry.get("port_range_min")), _number(entry.get("port_range_max"))
    if protocol in ("tcp", "udp") and ports == _ALL_PORTS:
        ports = None, None
    return Rule(
        direction=_text(entry.get("direction")) or "ingress",
        protocol=None if protocol in ("any", "0") else protocol,
        port_min=ports[0],
        port_max=ports[1],
        remote_cidr=_text(entry.get("remote_ip_prefix")),
        remote_group=_group_id(cloud, group) if group else None,
        ethertype=_text(entry.get("ether_type")) or "IPv4",
        description=_text(entry.get("description")) or "",
    )


def _text(value: object) -> str | None:
    return None if value in (None, "") else str(value)


def _group_id(cloud: CloudFacts, wanted: str) -> str:
    named = groups_called(cloud, wanted)
    return named[0].id if len(named) == 1 else wanted


def describe(rule: Rule) -> str:
    """Say a rule in words, e.g. ``ingress tcp 9443 from 172.29.232.0/22``."""
    ports = ""
    if rule.port_min is not None:
        ports = f" {rule.port_min}"
        if rule.port_max != rule.port_min:
            ports += f"-{rule.port_max}"
    way = "from" if rule.direction == "ingress" else "to"
    peers = rule.remote_cidr or (f"group {rule.remote_group}" if rule.remote_group else "any")
    family = "" if rule.ethertype == "IPv4" else f" {rule.ethertype}"
    return f"{rule.direction}{family} {rule.protocol or 'any protocol'}{ports} {way} {peers}"
