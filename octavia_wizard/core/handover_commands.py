"""The playbook runs that are left to the operator, in the order they are due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from octavia_wizard.core import steps as registry
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.handover_model import NextCommand
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.releases import Playbook, PlaybookWhen, Release
from octavia_wizard.core.steps.playbook import CHOSEN, PlaybookStep, are_run
from octavia_wizard.core.steps.playbook_call import OPTIONS


def next_commands(effective: Effective, host: HostFacts | None = None) -> tuple[NextCommand, ...]:
    """Return the playbook runs that were chosen, in the order they have to be run.

    With ``host``, those that the wizard has run by itself are left out, and the directory is that
    of the checkout which is there.
    """
    chosen = effective.texts(CHOSEN)
    return tuple(
        _command(name, playbook, host)
        for name, playbook in _in_order(effective.release)
        if name in chosen and playbook.arguments()
        if host is None or not _has_run(name, effective, host.playbook_runs)
    )


def playbook_steps() -> tuple[PlaybookStep, ...]:
    """Return the steps that run a playbook, in their order."""
    return tuple(step for step in registry.ALL if isinstance(step, PlaybookStep))


def is_done(purpose: str, effective: Effective, runs: Sequence[PlaybookRun]) -> bool:
    """Say whether the newest run of a purpose, as the answers have it run, ended well."""
    options = effective.texts(OPTIONS)
    newest = next((run for run in runs if (run.purpose, run.options) == (purpose, options)), None)
    return newest is not None and newest.state is PlayState.DONE and not newest.is_trial


def _has_run(name: str, effective: Effective, runs: Sequence[PlaybookRun]) -> bool:
    """Say whether the wizard has run a playbook for everything it is needed for."""
    purposes = [
        step.purpose
        for step in playbook_steps()
        if step.rule == name and are_run(effective, step.purpose)
    ]
    return bool(purposes) and all(is_done(purpose, effective, runs) for purpose in purposes)


def _in_order(release: Release) -> Iterator[tuple[str, Playbook]]:
    """Tell the playbooks of a release by name, each once, in the order of the steps."""
    playbooks = release.rules.playbooks
    neutron = playbooks.get("neutron")
    # Neutron's LBaaS v2 driver wants Octavia to be there first (role 16.0.0 to 21.2.12).
    late = neutron is not None and neutron.when is PlaybookWhen.LBAAS_ERA
    left_out = "neutron" if late else "lbaas"
    told = [s.rule for s in playbook_steps() if s.purpose != left_out and s.rule in playbooks]
    for name in (*told, *(name for name in playbooks if name not in told)):
        yield name, playbooks[name]


def _command(name: str, playbook: Playbook, host: HostFacts | None) -> NextCommand:
    found = host.tools.playbooks if host is not None else None
    return NextCommand(
        purpose=name,
        command=" ".join(playbook.arguments()),
        directory=str(found) if found and playbook.directory else playbook.directory,
        note=playbook.note,
    )
