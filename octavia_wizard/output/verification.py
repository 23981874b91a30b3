"""What a verification found, check by check."""

from __future__ import annotations

from collections.abc import Sequence

from octavia_wizard.core.errors import StepError
from octavia_wizard.core.verification.model import Checked, Status
from octavia_wizard.core.verification.record import check_document
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.ways import Ways, write_ways

_MARKS = {
    Status.PASSED: ("✓ ", "green"),
    Status.WARNED: ("! ", "yellow"),
    Status.FAILED: ("✗ ", "bold red"),
    Status.SKIPPED: ("- ", "dim"),
}
_TITLE = 30
"""Columns of the longest title."""


def verification_result(
    checks: Sequence[Checked],
    where: str,
    seconds: float,
    *,
    smoke: bool,
    ways: Ways = (),
    ended: bool = True,
) -> Result:
    """Show every check, with cause and cure of what is not as it should be; ends with 5 for it.

    One that was stopped before it had ``ended`` proves nothing.
    """
    counts = {status: sum(one.status is status for one in checks) for status in Status}
    failed = counts[Status.FAILED]
    summary = {
        "where": where,
        "passed": ended and not failed,
        "ended": ended,
        "smoke": smoke,
        "counts": {status.value: count for status, count in counts.items()},
        "seconds": round(seconds, 1),
        "next": [command for command, _ in ways],
    }
    documents = (
        *({"of": "check", **check_document(one)} for one in checks),
        {"of": "all"} | summary,
    )

    def write(paper: Paper) -> None:
        paper.title(f"Verification of {where}")
        for one in checks:
            _write(paper, one)
        words = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
        verdict = "it works" if not failed else "it does not work as it should"
        proof = "" if smoke or failed else "; no load balancer was created"
        if not ended:
            verdict, proof = "stopped before its end, so nothing is proved", ""
        paper.line((f"{words} in {seconds:.0f} s: {verdict}{proof}", "bold"))
        write_ways(paper, ways)

    return Result("verification", documents, write, StepError.exit_code if failed else 0)


def _write(paper: Paper, one: Checked) -> None:
    verdict = one.verdict
    first, *others = verdict.detail or ("",)
    took = f"{one.seconds:6.1f} s" if one.status is not Status.SKIPPED else " " * 8
    title = f"{one.title:<{_TITLE}}"
    paper.line(_MARKS[one.status], f"{title} {one.status:<8}{took}  {first}".rstrip())
    for line in others:
        paper.prose(line, indent=2)
    if verdict.cause:
        paper.prose(verdict.cause, ("why: ", "dim"), indent=2)
    if verdict.cure:
        paper.prose(verdict.cure, ("fix: ", "dim"), indent=2)
    if verdict.section:
        paper.prose(f"section {verdict.section} of the interview", ("answers: ", "dim"), indent=2)
    for command in verdict.look:
        paper.prose(command, ("see: ", "dim"), indent=2)
