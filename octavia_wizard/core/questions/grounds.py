"""Where defaults come from: small makers of default, choice and condition functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.questions.model import Choice, Context, Default
from octavia_wizard.core.releases import Release, find_release

DefaultFunction = Callable[[Context], Default | None]
ChoicesFunction = Callable[[Context], tuple[Choice, ...]]
Condition = Callable[[Context], bool]


def always(value: object, why: str) -> DefaultFunction:
    """Propose the same value whatever is known."""
    return lambda _: Default(value, Provenance.COMPUTED, why)


def undecided(_: Context) -> None:
    """Propose nothing: the operator must decide."""
    return


def from_role(variable: str, otherwise: object = None) -> DefaultFunction:
    """Propose the default of a role variable in this release, else ``otherwise``."""

    def propose(context: Context) -> Default | None:
        known = context.release.variable(variable)
        if known is not None and not known.computed and known.default not in (None, ""):
            detail = f"{variable} in {context.release.series}"
            return Default(known.default, Provenance.ROLE_DEFAULT, detail)
        if otherwise is None:
            return None
        return Default(otherwise, Provenance.COMPUTED, "the default of Octavia itself")

    return propose


def fixed(*choices: Choice) -> ChoicesFunction:
    """Offer the same choices whatever is known."""
    return lambda _: choices


def both(*conditions: Condition) -> Condition:
    """Ask only where every condition holds."""
    return lambda context: all(condition(context) for condition in conditions)


def either(*conditions: Condition) -> Condition:
    """Ask where any condition holds."""
    return lambda context: any(condition(context) for condition in conditions)


def chosen(key: str, *values: str) -> Condition:
    """Ask only where an earlier choice has one of these values."""
    return lambda context: context.effective.maybe_text(key) in values


def on(key: str) -> Condition:
    """Ask only where an earlier flag is set."""
    return lambda context: context.effective.is_on(key)


def release_has(variable: str) -> Condition:
    """Ask only where the role of this release reads a variable."""
    return lambda context: context.release.has(variable)


def live(context: Context) -> bool:
    """Ask only where the wizard works on a cloud."""
    return context.effective.chosen("cloud.mode", "live")


@dataclass(frozen=True, slots=True)
class Trace:
    """A piece of evidence about the release of this host."""

    value: str
    """As it was read."""
    source: str
    release: Release


def traces_of(host: HostFacts) -> tuple[Trace, ...]:
    """Return what tells the release of a host, the best evidence first."""
    found = []
    for evidence in host.releases or tuple(filter(None, [host.release])):
        try:
            found.append(Trace(evidence.value, evidence.source, find_release(evidence.value)))
        except UsageError:
            # Whoever read it has told about it among the problems of the host.
            continue
    return tuple(found)


def openstack_name(release: Release) -> str:
    """Name the OpenStack release: ``2026.1 Gazpacho``, or ``Pike`` where both are one word."""
    codename = release.codename.capitalize()
    series = release.series
    return codename if series == release.codename else f"{series} {codename}"
