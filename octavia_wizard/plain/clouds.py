"""Asking every cloud that can be chosen whether it lets the operator in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from octavia_wizard.core.cloud.daemon_pool import DaemonPool
from octavia_wizard.core.facts.checks import CheckState, CloudCheck
from octavia_wizard.plain.asking import Asker

_HEADERS = ("Cloud", "Region", "Keystone", "State", "As")
_MARKS = {
    CheckState.OK: "✓",
    CheckState.UNCHECKED: "○",
    CheckState.CHECKING: "◐",
}


def check_clouds(asker: Asker) -> None:
    """Ask all clouds for a token, some at a time, and write a table of how that went."""
    from octavia_wizard.core.cloud.check import AT_ONCE, SECONDS, check_cloud

    session, paper = asker.session, asker.paper
    known = list(session.facts.checks.values())
    if not known:
        paper.line("no clouds.yaml names a cloud, and no OS_* variables do")
        return
    paper.line(f"asking for a token; a silent cloud takes {SECONDS:.0f} s…")
    ask = partial(check_cloud, extra_files=session.options.clouds_files)
    pool = DaemonPool(AT_ONCE, "check")
    asked = [pool.submit(ask, check) for check in known]
    found = [answer.result() for answer in asked]
    pool.close()
    checks = {check.name: check for check in found}
    session.facts = replace(session.facts, checks={**session.facts.checks, **checks})
    write_checks(asker, found)


def write_checks(asker: Asker, checks: list[CloudCheck]) -> None:
    """Write how the clouds stand, and what is wrong with those that do not answer."""
    rows = [
        (
            check.name,
            ", ".join(check.regions),
            check.keystone,
            f"{_MARKS.get(check.state, '✗')} {check.state}",
            check.whom,
        )
        for check in checks
    ]
    asker.paper.rows([_HEADERS, *rows], ("bold",), indent=1)
    for check in checks:
        if check.message:
            hint = f"; {check.hint}" if check.hint else ""
            asker.paper.prose(f"{check.message}{hint}", (f"{check.name}: ", "bold"), indent=1)
        if check.state is CheckState.OK and check.admin is False:
            asker.paper.prose("is no administrator", (f"{check.name}: ", "bold"), indent=1)
