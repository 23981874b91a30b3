"""What the steps share that run one of OSA's playbooks.

A playbook is idempotent, and nothing tells from outside whether it would change something: it is
run where it was never run from here, or where something it works on differs from what it was last
run for. What it does on the hosts is not taken back by undo.
"""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import ClassVar

from octavia_wizard.core.controllers.agreement import all_agree, drift_lines
from octavia_wizard.core.controllers.model import OCTAVIA
from octavia_wizard.core.durations import instant, moment
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.playbooks.failures import told
from octavia_wizard.core.playbooks.play import PlayContext, play
from octavia_wizard.core.playbooks.record import PlaybookCall, PlaybookRun, PlayState
from octavia_wizard.core.playbooks.runs import find_run, new_id
from octavia_wizard.core.playbooks.standing import PlayStanding
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Pending,
    Record,
    Step,
    Undone,
    UndoResult,
    Unit,
    Work,
)
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.playbook_call import playbook_call
from octavia_wizard.core.steps.playbook_inputs import differences

RUN_THEM = "deployment.run_playbooks"
CHOSEN = "deployment.playbooks"
NOT_BEFORE = "deployment.playbooks_not_before"
_KIND = "playbook"
_RAN = "ran"


def are_run(effective: Effective, purpose: str) -> bool:
    """Say whether the wizard is to run the playbook of a purpose itself."""
    rules = effective.release.rules
    if not effective.is_on(RUN_THEM):
        return False
    if purpose == "lbaas":
        return rules.lbaas_v2_era and "neutron" in effective.texts(CHOSEN)
    playbook = rules.playbooks.get(purpose)
    return playbook is not None and bool(playbook.command) and purpose in effective.texts(CHOSEN)


_ENDED = {
    PlayState.FAILED: "failed",
    PlayState.LOST: "was broken off",
}


class PlaybookStep(Step):
    """Runs one playbook, or follows a run of it that goes on."""

    section = "deployment"
    reads_host = True
    purpose: ClassVar[str]
    rule: ClassVar[str]
    """Its name in ``Rules.playbooks``."""
    group: ClassVar[str] = ""
    """Group of which a host has to take part; "" for any host at all."""
    may_be_idle: ClassVar[bool] = False
    """Whether there may be no host it has anything to do on."""

    def concerns(self, effective: Effective) -> bool:
        """Leave out what is run by hand, or not at all."""
        return are_run(effective, self.purpose)

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Compare what it works on with what it was last run for; pure."""
        hindrance = self._hindrance(effective, facts.host)
        if hindrance is not None:
            return hindrance
        call = self._call(effective, facts)
        subject = shlex.join((call.program.name, *call.argv))
        going_on = _going_on(facts.host, self.purpose)
        if going_on is not None:
            reason = f"the run begun {moment(going_on.started)} goes on; it is followed"
            return Decision(Action.RUN, subject, reason=reason)
        last = _last(facts.host, call)
        if last is None and self._stands(effective, facts):
            return Decision(Action.KEEP, subject, reason="never run from here; controllers agree")
        lines = self._due(effective, facts, call, last)
        if lines:
            return Decision(Action.RUN, subject, _beginning(call, lines))
        when = moment(last.started) if last is not None else ""
        reason = f"ran {when}; nothing it works on has changed since"
        return Decision(Action.KEEP, subject, reason=reason)

    def _due(
        self, effective: Effective, facts: Facts, call: PlaybookCall, last: PlaybookRun | None
    ) -> tuple[str, ...]:
        """Say why it is to be run, as lines of a diff; nothing where it need not be."""
        since = effective.maybe_text(NOT_BEFORE)
        if last is None:
            ran = any(run.purpose == self.purpose for run in facts.host.playbook_runs)
            told = "+ never run with these options" if ran else "+ never run from here"
            return (told, *self._drift(effective, facts))
        if since is not None and instant(last.started) < instant(since):
            return (f"~ asked for; last run {moment(last.started)}",)
        changed = differences(last.inputs, call.inputs)
        if last.state is not PlayState.DONE:
            return (f"~ the last run, {moment(last.started)}, {_ENDED[last.state]}", *changed)
        return changed + self._drift(effective, facts, last)

    def apply(self, work: Work, decision: Decision) -> None:
        """Run it, or follow the run that goes on, to its end."""
        call = self._call(work.effective, work.facts)
        going_on = _going_on(work.facts.host, self.purpose)
        if going_on is not None:
            self._play(work, call, going_on.id)
            if not differences(going_on.inputs, call.inputs):
                return
            work.log("what it works on has changed since that run began: it is run again")
        self._play(work, call, new_id(self.purpose))

    def _play(self, work: Work, call: PlaybookCall, run_id: str) -> None:
        """Have a run come to its end under this id; raises StepError where that is not good."""
        command = shlex.join((call.program.name, *call.argv))
        context = PlayContext(
            root=DeploymentPlace.of(work.facts.host.deploy_dir).playbooks,
            tell=lambda standing: _tell(work, standing),
            log=lambda line: _log(work, line),
            cancel=work.cancel,
            vault=work.facts.host.vault,
        )
        with work.intent(_KIND, self.purpose, id=run_id, command=command) as intent:
            run, report = play(call, run_id, context)
            intent.ran(run.id, _after(run, command))
        if run.state is not PlayState.DONE:
            message, hint = told(run, report)
            raise StepError(message, hint=hint)

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for the run that was announced, whatever became of it."""
        root = DeploymentPlace.of(work.facts.host.deploy_dir).playbooks
        run = find_run(root, str(pending.lookup.get("id")))
        if run is None:
            return None
        after = _after(run, str(pending.lookup.get("command", "")))
        return Record(pending.seq, self.id, _KIND, pending.name, _RAN, run.id, after=after)

    def undo(self, work: Work, record: Record) -> Undone:
        """Nothing: what a playbook did on the hosts stays."""
        return Undone(UndoResult.GONE, "what a playbook did on the hosts is not taken back")

    def _hindrance(self, effective: Effective, host: HostFacts) -> Decision | None:
        gap = unanswered(effective, self.section)
        if gap is not None:
            return gap
        playbook = effective.release.rules.playbooks.get(self.rule)
        if not effective.is_on(RUN_THEM):
            return Decision(Action.SKIP, reason="playbooks are run by hand")
        if playbook is None or not are_run(effective, self.purpose):
            return Decision(Action.SKIP, reason="not among the playbooks to run")
        if host.tools.wrapper is None:
            return Decision(Action.BLOCKED, reason="there is no openstack-ansible on this host")
        if playbook.run_from_playbooks_dir and host.tools.playbooks is None:
            reason = "the checkout of OpenStack-Ansible, which has the playbook, was not found"
            return Decision(Action.BLOCKED, reason=reason)
        return None

    def _stands(self, effective: Effective, facts: Facts) -> bool:
        """Say whether hosts have already what it brings there, though it never ran from here."""
        asked_for = effective.maybe_text(NOT_BEFORE) is not None
        return self.purpose == OCTAVIA and not asked_for and all_agree(effective, facts)

    def _drift(
        self, effective: Effective, facts: Facts, last: PlaybookRun | None = None
    ) -> tuple[str, ...]:
        """Tell what it would mend on the hosts, where they were asked after its last run."""
        look = facts.controllers
        if self.purpose != OCTAVIA or look is None:
            return ()
        stale = last is not None and instant(look.at) < instant(last.ended or last.started)
        return () if stale else drift_lines(effective, facts)

    def _call(self, effective: Effective, facts: Facts) -> PlaybookCall:
        call = playbook_call(self.purpose, self.rule, effective, facts)
        return replace(call, group=self.group, may_be_idle=self.may_be_idle)


def _last(host: HostFacts, call: PlaybookCall) -> PlaybookRun | None:
    """Return the newest run of that playbook with those options, however it ended."""
    wanted = (call.purpose, call.options)
    return next((run for run in host.playbook_runs if (run.purpose, run.options) == wanted), None)


def _going_on(host: HostFacts, purpose: str) -> PlaybookRun | None:
    runs = (run for run in host.playbook_runs if run.purpose == purpose)
    return next((run for run in runs if run.state is PlayState.RUNNING), None)


def _beginning(call: PlaybookCall, lines: tuple[str, ...]) -> tuple[str, ...]:
    if call.start_at:
        return (*lines, f"~ begins where the last run failed, at task {call.start_at}")
    return lines


def _tell(work: Work, standing: PlayStanding) -> None:
    # What comes first changes least: a front end that writes lines writes one for each of it.
    play = f"play {standing.number}" if standing.number else "starting"
    text = " · ".join(filter(None, (play, standing.task or standing.play, standing.host)))
    work.progress(round(standing.share * 1000), 1000, text, Unit.SHARE, standing.left)


def _log(work: Work, line: str) -> None:
    """Log a line of Ansible's without the stars that fill it up."""
    bare = line.rstrip("* ")
    if bare:
        work.log(bare)


def _after(run: PlaybookRun, command: str) -> dict[str, object]:
    return {
        "command": command,
        "state": run.state.value,
        "seconds": round(run.seconds or 0.0, 1),
        "log": str(run.log),
    }
