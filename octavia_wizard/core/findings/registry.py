"""All checks and all kinds of findings, and what stands in the way of applying."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType, ModuleType

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.findings import (
    addresses,
    adoption,
    answers,
    capacity,
    certificates,
    clock,
    cloud,
    controllers,
    existing,
    image,
    image_build,
    inventory,
    metal,
    network,
    playbook_options,
    preflight,
    provider_networks,
    release,
    reservations,
    secrets,
    sizes,
    user_files,
)
from octavia_wizard.core.findings.base import FindingInfo, Situation, error, note
from octavia_wizard.core.findings.certificate_files import REVIEWED
from octavia_wizard.core.findings.inspected import Inspected, inspect
from octavia_wizard.core.questions import SECTIONS

_MODULES: tuple[ModuleType, ...] = (
    answers,
    release,
    cloud,
    existing,
    network,
    adoption,
    addresses,
    reservations,
    inventory,
    provider_networks,
    metal,
    image,
    image_build,
    certificates,
    clock,
    capacity,
    sizes,
    user_files,
    secrets,
    preflight,
    playbook_options,
    controllers,
)
_SECTIONS = {section.name: place for place, section in enumerate(SECTIONS)}
_SEVERITIES = {severity: place for place, severity in enumerate(Severity)}

ACCEPT_UNKNOWN = error(
    "accept-unknown",
    "cloud",
    "An accepted finding does not exist",
    "A misspelt id accepts nothing, and the warning it was meant for goes on blocking.",
    "Correct the id in the preset's accept list.",
)
ACCEPT_ERROR = note(
    "accept-without-effect",
    "cloud",
    "What is accepted is no warning",
    "Errors cannot be accepted, and notes need not be.",
    "Remove the id from the preset's accept list.",
)


def check_all(
    effective: Effective, facts: Facts, inspected: Inspected | None = None
) -> tuple[Finding, ...]:
    """Run every check; ordered by section, severity and id.

    Reads the image and certificate files that the answers name, unless what is in
    them is given.
    """
    known = inspect(effective, facts.host) if inspected is None else inspected
    case = Situation(effective, facts, known)
    found = [finding for module in _MODULES for check in module.CHECKS for finding in check(case)]
    found += _accepted(effective.accept)
    # Two ways may lead to the same finding; it is told once.
    return tuple(sorted(dict.fromkeys(found), key=_order))


def blocking(findings: Iterable[Finding], accepted: Iterable[str]) -> tuple[Finding, ...]:
    """Return what stands in the way of applying: errors, and warnings that are not accepted."""
    fine = frozenset(accepted)
    return tuple(
        finding
        for finding in findings
        if finding.severity is Severity.ERROR
        or (finding.severity is Severity.WARNING and finding.id not in fine)
    )


@cache
def catalogue() -> Mapping[str, FindingInfo]:
    """Return every kind of finding by id, sorted."""
    kinds = [ACCEPT_UNKNOWN, ACCEPT_ERROR, *REVIEWED]
    for module in _MODULES:
        kinds += [value for value in vars(module).values() if isinstance(value, FindingInfo)]
    return MappingProxyType({kind.id: kind for kind in sorted(kinds, key=lambda kind: kind.id)})


def _accepted(ids: Iterable[str]) -> Iterator[Finding]:
    known = catalogue()
    for name in sorted(set(ids)):
        kind = known.get(name)
        if kind is None:
            near = difflib.get_close_matches(name, known, n=1)
            fix = f"Did you mean {near[0]}?" if near else ""
            yield ACCEPT_UNKNOWN.found(f"There is no finding {name}.", fix=fix)
        elif kind.severity is not Severity.WARNING:
            yield ACCEPT_ERROR.found(f"{name} is {_article(kind.severity)} {kind.severity}.")


def _article(severity: Severity) -> str:
    return "an" if severity is Severity.ERROR else "a"


def _order(finding: Finding) -> tuple[int, int, str, str, str]:
    return (
        _SECTIONS.get(finding.section, len(_SECTIONS)),
        _SEVERITIES[finding.severity],
        finding.id,
        finding.key,
        finding.what + finding.where,
    )
