"""Whether every controller has the same configuration, secrets and certificates as the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping

from octavia_wizard.core.controllers.expected import CERTS
from octavia_wizard.core.controllers.model import OCTAVIA, Disagreement, Kind
from octavia_wizard.core.facts.controllers import Controller, Controllers

_OWN = frozenset({"host", "hostname", "my_ip", "bind_host", "bind_ip", "lb_network_interface"})
"""Options, whatever their section, in which controllers may differ."""
_CURE = (
    "Run the Octavia playbook on all of them: octavia-wizard replay does where anything differs."
)
_UNSET = ""


def differing(look: Controllers, told: Collection[tuple[str, str]]) -> Iterator[Disagreement]:
    """Yield where a controller is not as most are; ``told`` are known hosts and subjects."""
    hosts = look.deployed
    for option in sorted({name for host in hosts for name in host.options}):
        if option.rpartition(".")[2] not in _OWN:
            yield from _one(hosts, option, lambda host: host.options, told, _ordinary)
    for option in sorted({name for host in hosts for name in host.secrets}):
        digested = tuple(host for host in hosts if host.secrets.get(option, "?") != "")
        yield from _one(digested, option, lambda host: host.secrets, told, _secret)
    for name in sorted({name for host in hosts for name in host.certificates}):
        yield from _one(hosts, name, _joined, told, _certificate, f"{CERTS}/{name}")


def _one(
    hosts: tuple[Controller, ...],
    name: str,
    read: Callable[[Controller], Mapping[str, str]],
    told: Collection[tuple[str, str]],
    say: Callable[[str], str],
    subject: str = "",
) -> Iterator[Disagreement]:
    if len(hosts) < 2:
        return
    values = {host.name: _normal(read(host).get(name, _UNSET)) for host in hosts}
    counted = Counter(values.values())
    if len(counted) == 1:
        return
    usual = counted.most_common(1)[0][0]
    for host in hosts:
        odd = values[host.name]
        if odd != usual and (host.name, subject or name) not in told:
            yield Disagreement(
                Kind.PEERS, host.name, subject or name, say(usual), _found(say, odd), _CURE, OCTAVIA
            )


def _normal(value: str) -> str:
    # Lists of servers come in any order; of secrets and fingerprints none holds a comma.
    return ",".join(sorted(part.strip() for part in value.split(",")))


def _ordinary(value: str) -> str:
    return value or "unset"


def _secret(value: str) -> str:
    return "the secret of the others" if value else "unset"


def _certificate(value: str) -> str:
    return f"{value[:11]}…" if value else "absent"


def _found(say: Callable[[str], str], value: str) -> str:
    return "another secret" if say is _secret and value else say(value)


def _joined(host: Controller) -> Mapping[str, str]:
    return {name: ";".join(marks) for name, marks in host.certificates.items()}
