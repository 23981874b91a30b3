"""A plan and its findings, as a program and as a person read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from octavia_wizard.core.engine.plan import Plan, PlanItem, plan_document
from octavia_wizard.core.facts.deploy_host import OUR_INVENTORY
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.steps.base import Action
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper

_MARKS = {
    Action.CREATE: ("+", "green"),
    Action.CHANGE: ("~", "yellow"),
    Action.RUN: (">", "green"),
    Action.ADOPT: ("=", ""),
    Action.KEEP: ("=", "dim"),
    Action.SKIP: ("-", "dim"),
    Action.CONFLICT: ("✗", "bold red"),
    Action.BLOCKED: ("✗", "red"),
}
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def plan_result(plan: Plan, where: str, *, verbose: bool = False) -> Result:
    """Show what would be done; ``where`` names cloud and release.

    For a person, comments in files of our own are left out unless ``verbose``.
    """

    def write(paper: Paper) -> None:
        paper.title(f"Plan for {where}")
        width = max((len(item.title) for item in plan.items), default=0)
        for item in plan.items:
            _write_item(paper, item, width, verbose=verbose)
        paper.line(summary(plan))

    return Result("plan", (plan_document(plan),), write)


def summary(plan: Plan) -> str:
    """Count the actions of a plan in words."""
    counts = Counter(item.action for item in plan.items)
    if not plan.has_changes and not plan.obstacles:
        return "Nothing to do: everything is as planned."
    words = {
        Action.CREATE: "to create",
        Action.CHANGE: "to change",
        Action.RUN: "to run",
        Action.CONFLICT: "in conflict",
        Action.BLOCKED: "blocked",
        Action.ADOPT: "adopted",
        Action.KEEP: "kept",
    }
    return ", ".join(f"{counts[action]} {word}" for action, word in words.items() if counts[action])


def _write_item(paper: Paper, item: PlanItem, width: int, *, verbose: bool) -> None:
    mark, style = _MARKS[item.action]
    decision = item.decision
    reason = f"  ({decision.reason})" if decision.reason else ""
    paper.line(
        (f"{mark} {item.action:<8}", style),
        f"  {item.title:<{width}}  {decision.subject}{reason}",
        indent=1,
    )
    paper.diff(decision.diff if verbose else _brief(decision.diff), indent=4)


def _brief(diff: Sequence[str]) -> Iterator[str]:
    ours = False
    for line in diff:
        if line.startswith("~ "):
            ours = line.removeprefix("~ ") in (OUR_VARIABLES, OUR_INVENTORY)
        remark = line[1:].strip()
        if not (ours and (not remark or remark.startswith("#"))):
            yield line


def findings_result(findings: Sequence[Finding], accepted: Collection[str]) -> Result:
    """Show findings, those that stand in the way last, where the eye rests."""
    order = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}
    shown = sorted(findings, key=lambda finding: order[finding.severity])
    documents = tuple(_document(finding, finding.id in accepted) for finding in findings)

    def write(paper: Paper) -> None:
        for finding in shown:
            _write_finding(paper, finding, finding.id in accepted)

    return Result("finding", documents, write)


def _document(finding: Finding, accepted: bool) -> dict[str, object]:
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "section": finding.section,
        "key": finding.key,
        "what": finding.what,
        "why": finding.why,
        "fix": finding.fix,
        "where": finding.where,
        "accepted": finding.severity is Severity.WARNING and accepted,
    }


def _write_finding(paper: Paper, finding: Finding, accepted: bool) -> None:
    warned = finding.severity is Severity.WARNING
    state = " (accepted)" if warned and accepted else ""
    where = f"  {finding.where}" if finding.where else ""
    key = f"  {finding.key}" if finding.key else ""
    paper.line(
        (f"{finding.severity}{state}", _STYLES[finding.severity]), f"  {finding.id}{key}{where}"
    )
    paper.prose(finding.what, indent=1)
    paper.prose(finding.why, ("why: ", "dim"), indent=1)
    paper.prose(finding.fix, ("fix: ", "dim"), indent=1)
    if warned and not accepted:
        paper.line(
            ("accept: ", "dim"),
            f"--accept {finding.id}, or {finding.id} under 'accept:' in the preset",
            indent=1,
        )
