"""Which secrets there are, and what a bundle carries of them; never a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from octavia_wizard.core.bundle import Bundle
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.run import RunResult
from octavia_wizard.core.facts.deploy_host_files import broken_user_files, told
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.releases import Release
from octavia_wizard.core.secrets_overview import NeededBy, SecretState, Standing
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.things import homely
from octavia_wizard.output.ways import Ways, write_ways

_MARKS = {
    Standing.IN_FILE: ("=", "green"),
    Standing.TYPED: ("+", "green"),
    Standing.REPLACED: ("~", "yellow"),
    Standing.GENERATED: ("+", "green"),
    Standing.TO_BE_TYPED: ("?", "bold yellow"),
    Standing.ASSUMED: ("?", "yellow"),
    Standing.NOT_NEEDED: ("-", "dim"),
}


def overview_result(states: Sequence[SecretState], host: HostFacts, where: str) -> Result:
    """Show every secret with its purpose, and which file has it or what becomes of it."""
    documents = tuple(_state_document(state) for state in states)
    closed = [file for file in host.user_files if file.closed]

    def write(paper: Paper) -> None:
        paper.title(f"Secrets of {where}")
        for state in states:
            _write_state(paper, state)
        for file in closed:
            reason = file.unopened or "encrypted by ansible-vault, and no password was given"
            paper.prose(f"{file.path}: {reason}", ("! ", "yellow"))
        for problem in broken_user_files(host):
            paper.prose(f"{told((problem,))}; mend it first", ("! ", "bold red"))
        paper.line(_summary(states))

    return Result("secret", documents, write)


def _state_document(state: SecretState) -> dict[str, object]:
    return {
        "name": state.name,
        "purpose": state.purpose,
        "needed_by": state.needed_by.value,
        "standing": state.standing.value,
        "path": str(state.path) if state.path is not None else None,
        "line": state.line,
        "vaulted": state.vaulted,
        "fault": state.fault.value if state.fault is not None else None,
        "once": state.once,
    }


def _write_state(paper: Paper, state: SecretState) -> None:
    where = homely(state.where) if state.where else state.standing.value
    vaulted = ", encrypted by ansible-vault" if state.vaulted else ""
    replaced = ", will be replaced" if state.standing is Standing.REPLACED else ""
    mark, style = _MARKS[state.standing]
    paper.line((f"{mark} ", style), state.name, indent=1)
    paper.prose(f"{where}{vaulted}{replaced}", indent=3)
    reader = "" if state.needed_by is NeededBy.ROLE else "; only octavia-wizard reads it"
    paper.prose(f"{state.purpose}{reader}", ("# ", "dim"), indent=3)
    if state.fault is not None:
        paper.prose(f"its value {state.fault}", ("! ", "bold red"), indent=3)


def _summary(states: Sequence[SecretState]) -> str:
    counts = Counter(state.standing for state in states)
    return ", ".join(f"{counts[one]} {one}" for one in Standing if counts[one])


def exported_result(
    bundle: Bundle,
    missing: tuple[str, ...],
    out: Path,
    size: int,
    where: str,
    passphrase_file: Path | None,
) -> Result:
    """Show what went into a bundle, what is still missing, and how it is opened; size in bytes."""
    document = {
        **_document(bundle),
        "file": str(out),
        "bytes": size,
        "missing": list(missing),
        "passphrase_file": str(passphrase_file) if passphrase_file is not None else None,
    }

    def write(paper: Paper) -> None:
        paper.title(f"Sealed {_counts(bundle)} of {where}")
        _write_contents(paper, bundle)
        paper.line(("sealed in  ", "dim"), f"{homely(out)}, {size} bytes", indent=1)
        if missing:
            paper.prose(
                f"no value yet, or a template, so not in it: {', '.join(missing)}", ("! ", "yellow")
            )
        if passphrase_file is not None:
            paper.prose(
                f"the passphrase is in {passphrase_file}: carry it by another way than the bundle",
                ("! ", "yellow"),
            )
        name = out.name
        write_ways(
            paper,
            (
                (f"octavia-wizard secrets import {name}", "on the other host"),
                (f"age -d {name} | tar -x", "opens it anywhere, without octavia-wizard"),
            ),
        )

    return Result("secrets-exported", (document,), write)


def brought_result(bundle: Bundle, file: Path, release: Release) -> Result:
    """Show what a bundle brings, and whether it was made for another release than this."""
    other = bundle.release != release.name
    document = {**_document(bundle), "file": str(file), "release_here": release.name}

    def write(paper: Paper) -> None:
        paper.title(f"{file} of {bundle.made}, OSA {bundle.release}: {_counts(bundle)}")
        if other:
            paper.prose(
                f"this deployment is OSA {release.name}, which may call a secret by another name; "
                "'secrets show' tells what it still misses afterwards",
                ("! ", "yellow"),
            )

    return Result("bundle", (document,), write)


def imported_result(plan: Plan, run: RunResult, where: str, ways: Ways) -> Result:
    """Show what an import came to, and what may come next."""
    written = [line.removeprefix("+ ") for item in plan.changes for line in item.decision.diff]
    summary = f"Done in {run.elapsed:.0f} s on {where}."
    document = {
        "summary": summary,
        "run": run.run_id,
        "journal": str(run.journal),
        "written": written,
        "next": [command for command, _ in ways],
    }

    def write(paper: Paper) -> None:
        paper.line((summary, "bold"))
        write_ways(paper, ways)

    return Result("secrets-imported", (document,), write)


def _document(bundle: Bundle) -> dict[str, object]:
    return {
        "release": bundle.release,
        "made": bundle.made,
        "secrets": sorted(bundle.secrets),
        "files": bundle.digests,
    }


def _counts(bundle: Bundle) -> str:
    secrets, files = len(bundle.secrets), len(bundle.files)
    parts = [f"{secrets} secret{'' if secrets == 1 else 's'}"]
    if files:
        parts.append(f"{files} certificate file{'' if files == 1 else 's'}")
    return " and ".join(parts)


def _write_contents(paper: Paper, bundle: Bundle) -> None:
    rows = [("secret", name, "") for name in sorted(bundle.secrets)]
    rows += [("file", name, f"SHA-256 {mark[:16]}…") for name, mark in bundle.digests.items()]
    paper.rows(rows, ("dim", "", "dim"), indent=1)
