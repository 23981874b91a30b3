"""Step: the flavor of amphorae, as the os_octavia role makes it.

To 28 the role makes it private and replaces one that is public; from 29 on it does not say, so
Nova makes it public and either is left alone.  It compares sizes and replaces a flavor that
differs, and it removes every extra spec that is not its own (compute_flavor of openstack.cloud).
"""

from __future__ import annotations

from dataclasses import dataclass

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import flavor_with, flavors_called
from octavia_wizard.core.facts.model import CloudFacts, Facts, Part
from octavia_wizard.core.facts.resources import Flavor
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Pending,
    Record,
    Step,
    Undone,
    UndoResult,
    Work,
)
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.shapes import (
    ADOPTED_UNSEEN,
    BACK_ALREADY,
    CREATED,
    changed_after_all,
    cloud_of,
    found_again,
    is_back,
    is_change,
    not_possible,
    read_again,
    refuse,
    same,
    several,
    shape,
    take_back,
)

_PUBLIC_TOLERATED = (29, 0, 0)
_FLAVOR = "flavor"
_SPECS = "flavor extra specs"


@dataclass(frozen=True, slots=True)
class _Target:
    decision: Decision
    flavor: Flavor | None = None


def wanted_flavor(effective: Effective) -> Flavor:
    """Return the flavor to create, without an id."""
    return Flavor(
        id="",
        name=effective.text("capacity.flavor_name"),
        vcpus=effective.number("capacity.vcpus"),
        ram_mib=effective.number("capacity.ram_mib"),
        disk_gib=effective.number("capacity.disk_gib"),
        is_public=False,
        extra_specs=effective.mapping("capacity.extra_specs"),
    )


def _find(effective: Effective, facts: Facts) -> _Target:
    hindrance = not_possible(effective, facts) or unanswered(effective, "capacity")
    if hindrance is not None:
        return _Target(hindrance)
    cloud = cloud_of(facts)
    if effective.chosen("capacity.flavor_source", "adopt"):
        return _adopted(effective.text("capacity.flavor_existing"), cloud)
    wanted = wanted_flavor(effective)
    found = [flavor for flavor in cloud.flavors if flavor.name == wanted.name]
    if len(found) > 1:
        return _Target(several("flavors", wanted.name, (flavor.id for flavor in found)))
    if found:
        return _Target(_compared(effective, found[0], wanted), found[0])
    diff = [f"+ flavor {wanted.name}", f"+ {_sizes(wanted)}", "+ private"]
    diff += [f"+ {key}={value}" for key, value in sorted(wanted.extra_specs.items())]
    return _Target(Decision(Action.CREATE, wanted.name, tuple(diff)))


def _adopted(wanted: str, cloud: CloudFacts) -> _Target:
    found = flavors_called(cloud, wanted)
    if not found:
        reason = f"the cloud has no flavor {wanted} that these credentials can see"
        return _Target(Decision(Action.CONFLICT, wanted, reason=reason))
    if len(found) > 1:
        return _Target(several("flavors", wanted, (flavor.id for flavor in found)))
    flavor = found[0]
    return _Target(
        Decision(Action.ADOPT, f"{flavor.name} {flavor.id}", reason=_sizes(flavor)), flavor
    )


def _compared(effective: Effective, found: Flavor, wanted: Flavor) -> Decision:
    subject = f"{found.name} {found.id}"
    different = []
    if _sizes(found) != _sizes(wanted):
        different.append(f"~ {_sizes(found)}, wanted {_sizes(wanted)}")
    if found.is_public and effective.release.version < _PUBLIC_TOLERATED:
        different.append("~ public, wanted private")
    if different:
        reason = (
            "flavors cannot be changed; the role would delete it and make it anew. Choose another "
            "name, take over its sizes, or adopt it"
        )
        return Decision(Action.CONFLICT, subject, tuple(different), reason)
    diff = _spec_lines(found, wanted)
    return Decision(Action.CHANGE if diff else Action.KEEP, subject, diff)


def _sizes(flavor: Flavor) -> str:
    return f"{flavor.vcpus} vCPU, {flavor.ram_mib} MiB, {flavor.disk_gib} GiB disk"


def _spec_lines(found: Flavor, wanted: Flavor) -> tuple[str, ...]:
    now, then = found.extra_specs, wanted.extra_specs
    lines = []
    for key in sorted({*now, *then}):
        if key not in then:
            lines.append(f"- {key}={now[key]}")
        elif key not in now:
            lines.append(f"+ {key}={then[key]}")
        elif now[key] != then[key]:
            lines.append(f"~ {key}={now[key]} → {then[key]}")
    return tuple(lines)


class FlavorStep(Step):
    """Creates the flavor of the amphorae, or adopts one."""

    id = "flavor"
    title = "Flavor"
    section = "capacity"
    reads = frozenset({Part.IDENTITY, Part.FLAVORS})
    # In every release since 16.0.0, unless it is told the id of one.
    without = "the os_octavia role makes the flavor when its playbook runs"

    def consequence(self, effective: Effective) -> str:
        """Tell a flavor to make from one that is adopted."""
        if effective.chosen("capacity.flavor_source", "adopt"):
            return ADOPTED_UNSEEN
        return self.without

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Create, adopt, keep, or change extra specs; other sizes are a conflict."""
        return _find(effective, facts).decision

    def apply(self, work: Work, decision: Decision) -> None:
        """Create the flavor where it is missing, then set its extra specs."""
        target = _find(work.effective, work.facts)
        refuse(target.decision)
        if not target.decision.action.changes:
            return
        wanted = wanted_flavor(work.effective)
        flavor = target.flavor
        if flavor is None:
            with work.intent(_FLAVOR, wanted.name) as intent:
                flavor = work.cloud.create_flavor(wanted)
                intent.created(flavor.id, shape(flavor))
        if dict(flavor.extra_specs) != dict(wanted.extra_specs):
            work.checkpoint()
            _set_specs(work, flavor, wanted)

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for the flavor of that name, or for the new extra specs."""
        cloud = read_again(work, Part.FLAVORS)
        if is_change(pending):
            known = flavor_with(cloud, str(pending.lookup.get("id")))
            return changed_after_all(self.id, pending, shape(known)) if known else None
        found = [flavor for flavor in cloud.flavors if flavor.name == pending.name]
        if len(found) != 1:
            return None
        return found_again(self.id, pending, found[0].id, shape(found[0]))

    def undo(self, work: Work, record: Record) -> Undone:
        """Delete the flavor, or put its former extra specs back, if it is as it was left."""
        flavor = flavor_with(read_again(work, Part.FLAVORS), record.id)
        if flavor is None:
            return Undone(UndoResult.GONE)
        now = shape(flavor)
        if is_back(record, now):
            return BACK_ALREADY
        if not same({key: now.get(key) for key in record.after}, record.after):
            return Undone(UndoResult.CHANGED_SINCE, "the flavor was changed by somebody else")
        if record.result == CREATED:
            return take_back(lambda: work.cloud.delete_flavor(record.id), UndoResult.REMOVED)
        before = record.before.get("extra_specs")
        specs = _replacing(now.get("extra_specs"), before)
        return take_back(
            lambda: work.cloud.set_flavor_extra_specs(record.id, specs), UndoResult.RESTORED
        )


def _set_specs(work: Work, flavor: Flavor, wanted: Flavor) -> None:
    before = {"extra_specs": dict(flavor.extra_specs)}
    after = {"extra_specs": dict(wanted.extra_specs)}
    with work.intent(_SPECS, flavor.name, id=flavor.id, before=before, after=after) as intent:
        work.cloud.set_flavor_extra_specs(
            flavor.id, _replacing(before["extra_specs"], after["extra_specs"])
        )
        intent.changed(flavor.id, before, after)


def _replacing(now: object, then: object) -> dict[str, str | None]:
    """Return what turns one set of extra specs into another; None removes a key."""
    old = now if isinstance(now, dict) else {}
    new = dict(then) if isinstance(then, dict) else {}
    specs: dict[str, str | None] = {key: None for key in old if key not in new}
    specs |= {key: str(value) for key, value in new.items() if old.get(key) != value}
    return specs
