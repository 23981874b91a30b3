"""What steps that change a cloud share: shapes for the journal, and refusals on undo.

A shape is the fields of a resource that tell whether it was changed, as plain data
that survives the journal's JSON unaltered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import CloudError, CredentialsError, StepError, TransientError
from octavia_wizard.core.facts.model import CloudFacts, Facts, Part
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Pending,
    Record,
    Undone,
    UndoResult,
    Work,
)

ADOPTED_UNSEEN = "nothing is missing then: what is adopted would only be looked at again"
"""What happens when a step is left out that changes nothing."""

CREATED = "created"
CHANGED = "changed"


def shape(resource: Any) -> dict[str, object]:
    """Return the fields of a resource dataclass as plain data."""
    return plain(asdict(resource))


def plain(fields: Mapping[str, object]) -> dict[str, object]:
    """Return a mapping as it looks after a way through JSON."""
    data: dict[str, object] = json.loads(json.dumps(fields, sort_keys=True))
    return data


def same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Say whether two shapes are equal, whether or not one came through JSON."""
    return plain(one) == plain(other)


def not_possible(effective: Effective, facts: Facts) -> Decision | None:
    """Return why nothing can be decided about a cloud, or None when all is known."""
    if facts.cloud is None or effective.chosen("cloud.mode", "files"):
        return Decision(Action.SKIP, reason="files only: no cloud is touched")
    if facts.cloud.service_project_id is None:
        return Decision(
            Action.BLOCKED,
            reason=f"the project {facts.cloud.service_project} is not there, or these credentials "
            "may not see it: it owns everything the wizard makes",
        )
    return None


def answered(effective: Effective, key: str) -> bool:
    """Say whether the operator or a preset decided this, also for none."""
    setting = effective.settings.get(key)
    return setting is not None and setting.provenance in (Provenance.OPERATOR, Provenance.PRESET)


def cloud_of(facts: Facts) -> CloudFacts:
    """Return the cloud facts of a step that has already found out that there are some."""
    if facts.cloud is None:
        raise StepError("there is no cloud to work on", hint="set cloud.mode to live")
    return facts.cloud


def project_of(cloud: CloudFacts) -> str:
    """Return the id of the service project of a step that knows it to be there."""
    if cloud.service_project_id is None:
        raise StepError(f"the project {cloud.service_project} is not in the cloud")
    return cloud.service_project_id


def several(what: str, name: str, ids: Iterable[str]) -> Decision:
    """Return the conflict of more than one thing of the same name."""
    found = sorted(ids)
    return Decision(
        Action.CONFLICT,
        subject=name,
        diff=tuple(f"~ {one}" for one in found),
        reason=f"{len(found)} {what} are called {name}: {' and '.join(found)}. Octavia and the "
        "role find it by name, so rename or delete all but one",
    )


def refuse(decision: Decision) -> None:
    """Raise StepError when what was found just now stands in the way after all."""
    if decision.action in (Action.CONFLICT, Action.BLOCKED):
        raise StepError(f"{decision.subject or 'the cloud'}: {decision.reason}")


def read_again(work: Work, *parts: Part) -> CloudFacts:
    """Read parts of the cloud afresh; raise StepError when one of them cannot be read."""
    cloud = work.cloud.read(frozenset({Part.IDENTITY, *parts}), work.facts.cloud)
    for part in parts:
        if part in cloud.unread:
            raise StepError(f"the {part} cannot be read: {cloud.unread[part]}")
    return cloud


def found_again(step: str, pending: Pending, id: str, after: Mapping[str, object]) -> Record:
    """Return the record of something a lost answer did make."""
    return Record(pending.seq, step, pending.kind, pending.name, CREATED, id, {}, after)


def changed_after_all(step: str, pending: Pending, current: Mapping[str, object]) -> Record | None:
    """Return the record of a change whose answer was lost, or None when it was not made.

    The intent's lookup holds ``id``, ``before`` and ``after``, which cover the same fields.
    """
    before, after = _mapping(pending.lookup, "before"), _mapping(pending.lookup, "after")
    now = {key: current.get(key) for key in after}
    if not same(now, after):
        return None
    what = str(pending.lookup.get("id", ""))
    return Record(pending.seq, step, pending.kind, pending.name, CHANGED, what, before, after)


def is_change(pending: Pending) -> bool:
    """Say whether a pending intent was about to change something that existed."""
    return "after" in pending.lookup


def _mapping(fields: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = fields.get(key)
    return value if isinstance(value, Mapping) else {}


def is_back(record: Record, current: Mapping[str, object]) -> bool:
    """Say whether a change is undone already, by an undo whose answer or last line was lost."""
    now = {key: current.get(key) for key in record.before}
    return record.result == CHANGED and same(now, record.before)


BACK_ALREADY = Undone(UndoResult.RESTORED, "it is as it was already")


def take_back(act: Callable[[], object], result: UndoResult) -> Undone:
    """Undo by ``act``; what the cloud refuses (it is in use, or gone) stays, and says why.

    Refused credentials and passing faults are not the thing's doing, so they are raised.
    """
    try:
        act()
    except (CredentialsError, TransientError):
        raise
    except CloudError as error:
        return Undone(UndoResult.CHANGED_SINCE, error.message)
    return Undone(result)
