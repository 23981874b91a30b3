"""Step: raise the quotas of the service project to what the planned load balancers need."""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.core.capacity import adopted_flavor, raised_quotas
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import limits_of
from octavia_wizard.core.facts.model import Facts, Part
from octavia_wizard.core.releases import QuotasBy
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
from octavia_wizard.core.steps.shapes import (
    BACK_ALREADY,
    CHANGED,
    cloud_of,
    is_back,
    not_possible,
    plain,
    project_of,
    read_again,
    refuse,
    take_back,
)

_QUOTA = "quota"
_UNITS = {"ram": " MiB", "gigabytes": " GiB"}


class QuotasStep(Step):
    """Raises the limits of the service project; lowers none."""

    id = "quotas"
    title = "Quotas"
    section = "capacity"
    reads = frozenset({Part.IDENTITY, Part.QUOTAS, Part.FLAVORS})
    without = (
        "the quotas stay as they are, and once they are used up no further load balancer can be "
        "created"
    )

    def consequence(self, effective: Effective) -> str:
        """Tell the releases apart in which the role sets quotas: 17.1.0 to 31 (rules.yml)."""
        if effective.release.rules.quotas_by is QuotasBy.ROLE:
            return "the os_octavia role sets the quotas when its playbook runs"
        return self.without

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Raise what is short; pure."""
        hindrance = not_possible(effective, facts)
        if hindrance is not None:
            return hindrance
        if not effective.is_on("capacity.set_quotas"):
            return Decision(Action.SKIP, reason="quotas are not to be changed")
        cloud = cloud_of(facts)
        subject = f"project {cloud.service_project}"
        if effective.chosen("capacity.flavor_source", "adopt") and not adopted_flavor(
            effective, cloud
        ):
            reason = "the flavor to adopt is not in the cloud, so its sizes are not known"
            return Decision(Action.BLOCKED, subject, reason=reason)
        diff = tuple(
            f"~ {key} {limits_of(cloud, service)[key]} → {value}{_UNITS.get(key, '')}"
            for service, limits in raised_quotas(effective, cloud).items()
            for key, value in limits.items()
        )
        return Decision(Action.CHANGE if diff else Action.KEEP, subject, diff)

    def apply(self, work: Work, decision: Decision) -> None:
        """Raise the limits, one service after the other."""
        afresh = self.decide(work.effective, work.facts)
        refuse(afresh)
        if not afresh.action.changes:
            return
        cloud = cloud_of(work.facts)
        project = project_of(cloud)
        for service, limits in raised_quotas(work.effective, cloud).items():
            work.checkpoint()
            now = limits_of(cloud, service)
            before = {key: now[key] for key in limits}
            with work.intent(
                _QUOTA, service, project_id=project, before=before, after=limits
            ) as intent:
                work.cloud.set_quotas(service, project, limits)
                intent.changed(project, before, limits)

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Compare the limits with those announced; what has the announced value is ours."""
        cloud = read_again(work, Part.QUOTAS)
        after = _limits(pending.lookup.get("after"))
        before = _limits(pending.lookup.get("before"))
        now = limits_of(cloud, pending.name)
        ours = {key: value for key, value in after.items() if now.get(key) == value}
        if not ours:
            return None
        project = str(pending.lookup.get("project_id"))
        former = {key: before[key] for key in ours if key in before}
        return Record(
            pending.seq, self.id, _QUOTA, pending.name, CHANGED, project, plain(former), plain(ours)
        )

    def undo(self, work: Work, record: Record) -> Undone:
        """Put former limits back where the present one is still the one that was set."""
        cloud = read_again(work, Part.QUOTAS)
        now, before = limits_of(cloud, record.name), _limits(record.before)
        if is_back(record, now):
            return BACK_ALREADY
        ours = {
            key: before[key]
            for key, value in _limits(record.after).items()
            if now.get(key) == value and key in before
        }
        others = sorted(set(record.after) - set(ours))
        detail = f"changed by somebody else since: {', '.join(others)}" if others else ""
        if not ours:
            return Undone(UndoResult.CHANGED_SINCE, detail)
        undone = take_back(
            lambda: work.cloud.set_quotas(record.name, record.id, ours), UndoResult.RESTORED
        )
        return Undone(undone.result, undone.detail or detail)


def _limits(value: object) -> dict[str, int]:
    if not isinstance(value, Mapping):
        return {}
    return {str(key): limit for key, limit in value.items() if isinstance(limit, int)}
