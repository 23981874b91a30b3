"""Step: the security group of amphorae on the management network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import group_with, groups_called
from octavia_wizard.core.facts.model import CloudFacts, Facts, Part
from octavia_wizard.core.facts.resources import Rule, SecurityGroup
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
from octavia_wizard.core.steps.security_rules import WantedRules, describe, wanted_rules
from octavia_wizard.core.steps.shapes import (
    BACK_ALREADY,
    CREATED,
    changed_after_all,
    cloud_of,
    found_again,
    is_back,
    is_change,
    not_possible,
    plain,
    project_of,
    read_again,
    refuse,
    same,
    several,
    shape,
    take_back,
)

DESCRIPTION = "security group for octavia amphora"
"""The description the role gives the group, in every release."""

_GROUP = "security group"
_DESCRIBED = "security group description"
_RULE = "rule"
_REMOVAL = "rule removal"


@dataclass(frozen=True, slots=True)
class _Target:
    decision: Decision
    group: SecurityGroup | None = None


def _find(effective: Effective, facts: Facts) -> _Target:
    hindrance = not_possible(effective, facts)
    if hindrance is not None:
        return _Target(hindrance)
    cloud = cloud_of(facts)
    name = effective.text("network.security_group")
    wanted = wanted_rules(effective, cloud)
    found = groups_called(cloud, name)
    if len(found) > 1:
        return _Target(several("security groups", name, (group.id for group in found)))
    if found:
        return _Target(_compared(found[0], wanted), found[0])
    diff = [f"+ security group {name}", f"+ project {cloud.service_project}"]
    diff += [f"+ {describe(rule)}" for rule in wanted.rules]
    if wanted.exact:
        diff.append("- the egress rules Neutron gives every new group")
    return _Target(Decision(Action.CREATE, name, tuple(diff)))


def _compared(group: SecurityGroup, wanted: WantedRules) -> Decision:
    subject = f"{group.name} {group.id}"
    diff = []
    if group.description != DESCRIPTION:
        diff.append(f"~ description {group.description or 'none'!r} → {DESCRIPTION!r}")
    diff += [f"- {describe(rule)}" for rule in wanted.superfluous(group.rules)]
    diff += [f"+ {describe(rule)}" for rule in wanted.missing(group.rules)]
    if not diff:
        return Decision(Action.KEEP, subject)
    return Decision(Action.CHANGE, subject, tuple(diff))


class SecurityGroupStep(Step):
    """Creates the security group of the amphorae, and keeps its rules as the role wants them."""

    id = "security_group"
    title = "Security group"
    section = "network"
    reads = frozenset({Part.IDENTITY, Part.SECURITY_GROUPS})
    # In every release since 16.0.0, whatever else is set up (tasks/octavia_security_group.yml,
    # from 29 on tasks/octavia_resources.yml).
    without = "the os_octavia role makes the group and its rules when its playbook runs"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Create, keep, or add and remove rules; two groups of the name are a conflict."""
        return _find(effective, facts).decision

    def apply(self, work: Work, decision: Decision) -> None:
        """Create the group where it is missing, then remove and add rules one by one."""
        target = _find(work.effective, work.facts)
        refuse(target.decision)
        if not target.decision.action.changes:
            return
        group = target.group or self._create(work)
        # A rule may refer to the group itself, whose id is only known now.
        cloud = cloud_of(work.facts)
        known = replace(cloud, security_groups=(*cloud.security_groups, group))
        wanted = wanted_rules(work.effective, cloud if target.group else known)
        if group.description != DESCRIPTION:
            _describe(work, group)
        # Removal first: Neutron refuses a rule beside an equal one that is written differently.
        for rule in wanted.superfluous(group.rules):
            work.checkpoint()
            _remove(work, group, rule)
        for rule in wanted.missing(group.rules):
            work.checkpoint()
            _add(work, group, rule)

    def _create(self, work: Work) -> SecurityGroup:
        project = project_of(cloud_of(work.facts))
        name = work.effective.text("network.security_group")
        with work.intent(_GROUP, name, project_id=project) as intent:
            made = work.cloud.create_security_group(SecurityGroup("", name, project, DESCRIPTION))
            intent.created(made.id, group_shape(made))
        return made

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for the group by name, for a rule by its fields, for a removed rule by its id."""
        cloud = read_again(work, Part.SECURITY_GROUPS)
        if pending.kind == _GROUP:
            found = groups_called(cloud, pending.name)
            if len(found) != 1:
                return None
            return found_again(self.id, pending, found[0].id, group_shape(found[0]))
        group = group_with(cloud, str(pending.lookup.get("group_id")))
        if group is None:
            return None
        if is_change(pending):
            return changed_after_all(self.id, pending, group_shape(group))
        return self._lost_rule(pending, group)

    def _lost_rule(self, pending: Pending, group: SecurityGroup) -> Record | None:
        recorded = pending.lookup.get("rule")
        rule = _rule_of(recorded) if isinstance(recorded, Mapping) else None
        if rule is None:
            return None
        twin = next((present for present in group.rules if present == rule), None)
        fields_ = {"group_id": group.id, **_rule_shape(rule)}
        if pending.kind == _RULE:
            return found_again(self.id, pending, twin.id, fields_) if twin else None
        if any(present.id == rule.id for present in group.rules):
            return None
        return Record(
            pending.seq, self.id, pending.kind, pending.name, "changed", rule.id, fields_, {}
        )

    def undo(self, work: Work, record: Record) -> Undone:
        """Remove our rules, put removed ones back, and delete the group if it is as it was."""
        cloud = read_again(work, Part.SECURITY_GROUPS)
        if record.kind == _RULE:
            return _undo_addition(work, cloud, record)
        if record.kind == _REMOVAL:
            return _undo_removal(work, cloud, record)
        group = group_with(cloud, record.id)
        if group is None:
            return Undone(UndoResult.GONE)
        now = group_shape(group)
        if is_back(record, now):
            return BACK_ALREADY
        if not same({key: now.get(key) for key in record.after}, record.after):
            return Undone(UndoResult.CHANGED_SINCE, "the group was changed by somebody else")
        if record.result == CREATED:
            return take_back(
                lambda: work.cloud.delete_security_group(record.id), UndoResult.REMOVED
            )
        before = dict(record.before)
        return take_back(
            lambda: work.cloud.update_security_group(record.id, before), UndoResult.RESTORED
        )


def _describe(work: Work, group: SecurityGroup) -> None:
    before, after = {"description": group.description}, {"description": DESCRIPTION}
    with work.intent(
        _DESCRIBED, group.name, id=group.id, group_id=group.id, before=before, after=after
    ) as intent:
        work.cloud.update_security_group(group.id, after)
        intent.changed(group.id, before, after)


def _add(work: Work, group: SecurityGroup, rule: Rule) -> None:
    recorded = {"group_id": group.id, **_rule_shape(rule)}
    with work.intent(_RULE, describe(rule), group_id=group.id, rule=shape(rule)) as intent:
        made = work.cloud.create_rule(group.id, rule)
        intent.created(made.id, recorded)


def _remove(work: Work, group: SecurityGroup, rule: Rule) -> None:
    recorded = {"group_id": group.id, **_rule_shape(rule)}
    with work.intent(_REMOVAL, describe(rule), group_id=group.id, rule=shape(rule)) as intent:
        work.cloud.delete_rule(rule.id)
        intent.changed(rule.id, recorded, {})


def _undo_addition(work: Work, cloud: CloudFacts, record: Record) -> Undone:
    group = group_with(cloud, str(record.after.get("group_id")))
    if group is None or all(rule.id != record.id for rule in group.rules):
        return Undone(UndoResult.GONE)
    return take_back(lambda: work.cloud.delete_rule(record.id), UndoResult.REMOVED)


def _undo_removal(work: Work, cloud: CloudFacts, record: Record) -> Undone:
    group = group_with(cloud, str(record.before.get("group_id")))
    if group is None:
        return Undone(UndoResult.GONE, "the group itself is gone")
    rule = _rule_of(record.before)
    if rule in group.rules:
        return Undone(UndoResult.RESTORED, "the rule is back already")
    return take_back(lambda: work.cloud.create_rule(group.id, rule), UndoResult.RESTORED)


def group_shape(group: SecurityGroup) -> dict[str, object]:
    """Return what tells whether a group was changed: rules count, their ids do not."""
    rules = sorted((_rule_shape(rule) for rule in group.rules), key=str)
    return plain(
        {
            "name": group.name,
            "project_id": group.project_id,
            "description": group.description,
            "rules": rules,
        }
    )


def _rule_shape(rule: Rule) -> dict[str, object]:
    return {key: value for key, value in shape(rule).items() if key != "id"}


def _rule_of(recorded: Mapping[str, object]) -> Rule:
    known = {field.name for field in fields(Rule)}
    return Rule(**{key: value for key, value in recorded.items() if key in known})  # type: ignore[arg-type]
