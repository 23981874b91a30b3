"""How a playbook is called: its options, where it begins, and what it is called for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.playbooks.record import PlaybookCall, PlayState
from octavia_wizard.core.releases import Playbook
from octavia_wizard.core.steps.playbook_inputs import differences, inputs_of

OPTIONS = "deployment.ansible_options"
FROM_START = "deployment.playbooks_from_start"


def playbook_call(purpose: str, rule: str, effective: Effective, facts: Facts) -> PlaybookCall:
    """Return the call of a playbook; ``rule`` is its name in ``Rules.playbooks``.

    It begins where the newest run failed, if that was a whole one on the very same input.
    """
    rules, tools = effective.release.rules, facts.host.tools
    options = effective.texts(OPTIONS)
    inputs = inputs_of(purpose, effective, facts)
    whole = bool(options) or effective.is_on(FROM_START)
    start = "" if whole else _start(purpose, facts.host, inputs)
    argv = _arguments(rules.playbooks[rule], options)
    from_environment = rules.config_dir_from_environment
    return PlaybookCall(
        purpose=purpose,
        argv=(*argv, *(("--start-at-task", start) if start else ())),
        program=tools.wrapper or Path("openstack-ansible"),
        directory=tools.playbooks or facts.host.deploy_dir,
        options=options,
        inputs=inputs,
        start_at=start,
        config_dir=facts.host.deploy_dir if from_environment else None,
    )


def _arguments(playbook: Playbook, options: tuple[str, ...]) -> tuple[str, ...]:
    """Return the playbook with its limit and tags, or those of the operator in their place.

    Ansible takes the last of several limits, but adds tags to one another.
    """
    given = {word.partition("=")[0] for word in options}
    limited, tagged = given & {"-l", "--limit"}, given & {"-t", "--tags"}
    own = replace(
        playbook,
        limit="" if limited else playbook.limit,
        tags=() if tagged else playbook.tags,
    )
    return (*own.arguments()[1:], *options)


def _start(purpose: str, host: HostFacts, inputs: Mapping[str, str]) -> str:
    """Return the task to start at, where the newest run failed on the very same input."""
    newest = next((run for run in host.playbook_runs if run.purpose == purpose), None)
    if newest is None or newest.state is not PlayState.FAILED or newest.options:
        return ""
    return "" if differences(newest.inputs, inputs) else newest.start_again
