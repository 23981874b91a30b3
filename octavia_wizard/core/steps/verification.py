"""Step: prove that what was deployed works, up to a load balancer that is made and removed.

Nothing of it lasts: what the smoke test makes is announced before it is made, stays announced
until it is gone, and is looked for and removed by the next run where this one was killed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import ClassVar

from octavia_wizard.core.adhoc.look import look_at_controllers
from octavia_wizard.core.durations import instant, moment
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.facts.controllers import Controllers
from octavia_wizard.core.facts.model import Facts, Part
from octavia_wizard.core.facts.verified import Verified, save_verified
from octavia_wizard.core.files import remove_file
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps import network
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
from octavia_wizard.core.steps.image_marks import carriers_of, image_owner
from octavia_wizard.core.steps.playbook import NOT_BEFORE
from octavia_wizard.core.steps.playbook_inputs import differences, inputs_of
from octavia_wizard.core.steps.shapes import cloud_of, not_possible
from octavia_wizard.core.verification.bounds import bounds_of
from octavia_wizard.core.verification.clearing import clear
from octavia_wizard.core.verification.model import Checked, Report
from octavia_wizard.core.verification.record import Kept, keep, now
from octavia_wizard.core.verification.resource_checks import DEFAULT_TAG
from octavia_wizard.core.verification.scene import Scene
from octavia_wizard.core.verification.smoke import SmokeWish
from octavia_wizard.core.verification.smoke_names import SmokeNames, member_of
from octavia_wizard.core.verification.telling import Telling
from octavia_wizard.core.verification.verify import Verification, Wish

VERIFY = "deployment.verify"
SMOKE = "deployment.smoke_test"
SUBNET = "deployment.smoke_subnet"
MEMBER = "deployment.smoke_member"
NOT_ASKED = "nobody is to ask the controllers"
READS = frozenset(
    {
        Part.IDENTITY,
        Part.NETWORKS,
        Part.SUBNETS,
        Part.SECURITY_GROUPS,
        Part.FLAVORS,
        Part.KEYPAIRS,
        Part.IMAGES,
        Part.QUOTAS,
    }
)
"""The parts of the cloud that a verification looks at."""


class VerificationStep(Step):
    """Verifies the deployment; a failed check is a failed step."""

    id: ClassVar[str] = "verification"
    title: ClassVar[str] = "Verification"
    section: ClassVar[str] = "deployment"
    needs: ClassVar[tuple[str, ...]] = (
        "network",
        "subnet",
        "security_group",
        "flavor",
        "keypair",
        "image",
        "quotas",
        "octavia_playbook",
        "haproxy_playbook",
        "lbaas_playbook",
        "quotas_playbook",
    )
    reads: ClassVar[frozenset[Part]] = READS
    reads_host: ClassVar[bool] = True
    without: ClassVar[str] = (
        "nothing proves that load balancers can be created; octavia-wizard verify does it later"
    )

    def __init__(self, *, hosts: bool = True, keep_going: bool = True) -> None:
        self._hosts = hosts
        self._keep_going = keep_going

    def concerns(self, effective: Effective) -> bool:
        """Say whether the deployment is to be verified in its own runs."""
        return effective.is_on(VERIFY)

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Compare with what was verified last; pure."""
        hindrance = not_possible(effective, facts) or unanswered(effective, self.section)
        if hindrance is not None:
            return hindrance
        if not effective.is_on(VERIFY):
            return Decision(Action.SKIP, reason="not to be verified now")
        try:
            smoke_wish(effective)
        except ValueError as error:
            return Decision(Action.BLOCKED, reason=f"{MEMBER}: {error}")
        stale = _stale(effective, facts)
        if stale is None:
            verified = facts.host.verified
            at = moment(verified.at) if verified is not None else ""
            reasons = [f"verified {at}; nothing has changed since"]
            reasons += [f"warning: {line}" for line in (verified.warnings if verified else ())]
            return Decision(Action.KEEP, reason="; ".join(reasons))
        return Decision(Action.RUN, _subject(effective), stale)

    def apply(self, work: Work, decision: Decision) -> None:
        """Make the checks; keep what each found, whatever becomes of them."""
        facts, place = work.facts, DeploymentPlace.of(work.facts.host.deploy_dir)
        verification = self._verification(work)
        ended = False
        try:
            report = verification.carry_out()
            ended = True
        finally:
            with suppress(FileError):
                keep(place.verification, Kept(now(), verification.checked, ended))
        if not report.passed:
            # What was verified before is so no more.
            if os.path.exists(place.verified):
                remove_file(place.verified)
            raise failure_of(report)
        save_verified(place.verified, verified_of(work.effective, facts, report))

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Remove what a smoke test that was killed has left; nothing of it is kept."""
        names = SmokeNames.of(pending.lookup)
        if names is None:
            return None
        cleared = clear(self._scene(work), names, bounds_of(work.effective))
        for line in cleared.removed:
            work.log(f"removed {line}, left by an interrupted verification")
        if cleared.left:
            raise StepError(
                f"left by an interrupted verification: {'; '.join(cleared.left)}",
                hint=f"see {'; '.join(cleared.look)}; then resume or undo again",
            )
        return None

    def undo(self, work: Work, record: Record) -> Undone:
        """Nothing: all that a verification makes, it removes."""
        return Undone(UndoResult.GONE, "a verification leaves nothing behind")

    def _verification(self, work: Work) -> Verification:
        wish = Wish(
            smoke=work.effective.is_on(SMOKE),
            smoke_wish=smoke_wish(work.effective),
            keep_going=self._keep_going,
        )
        return Verification(self._scene(work), wish, work.intent)

    def _scene(self, work: Work) -> Scene:
        def progress(done: int, total: int, text: str) -> None:
            work.progress(done, total, text, Unit.SHARE)

        def look() -> Controllers:
            host, environ = work.facts.host, dict(os.environ)
            return look_at_controllers(work.effective, host, environ, work.cancel)

        return Scene(
            effective=work.effective,
            facts=work.facts,
            cloud=work.cloud,
            tell=Telling(progress, work.log),
            cancel=work.cancel,
            log=work.log,
            look=look if self._hosts else None,
            why_not_asked=NOT_ASKED,
        )


def smoke_wish(effective: Effective) -> SmokeWish:
    """Return what the answers say of the smoke test; raises ValueError for a bad member."""
    return SmokeWish(effective.maybe_text(SUBNET), member_of(effective.maybe_text(MEMBER)))


def verified_for(effective: Effective, facts: Facts) -> Mapping[str, str]:
    """Return what a verification is about, name to digest or id."""
    cloud = cloud_of(facts)
    found = dict(inputs_of("octavia", effective, facts))
    target = network.find_target(effective, facts).network
    if target is not None:
        found["management network"] = target.id
    tag = effective.maybe_text("image.tag") or DEFAULT_TAG
    images = carriers_of(cloud.images, tag, image_owner(effective, cloud))
    if images:
        found["amphora image"] = images[0].id
    return found


def verified_of(effective: Effective, facts: Facts, report: Report) -> Verified:
    """Return what to keep of a verification in which nothing failed."""
    inputs = verified_for(effective, facts)
    before = facts.host.verified
    # One without a load balancer does not make worthless one with it of the same things.
    smoked = before is not None and before.smoke and dict(before.inputs) == dict(inputs)
    return Verified(_ended(effective), inputs, report.smoke or smoked, report.warnings)


def _ended(effective: Effective) -> str:
    """Return this moment; where the clock was turned back, what it was asked to be later than."""
    since, at = effective.maybe_text(NOT_BEFORE), now()
    return since if since is not None and instant(since) > instant(at) else at


def failure_of(report: Report) -> StepError:
    """Return the error that names the failed checks, their causes and cures."""
    failed = report.failed
    lines = [f"{one.title}: {'; '.join(one.verdict.detail) or 'failed'}" for one in failed]
    count = f"{len(failed)} of {len(report.checks)} checks failed"
    return StepError("\n".join((count, *lines)), hint="; ".join(_advice(one) for one in failed[:1]))


def _advice(checked: Checked) -> str:
    cause, cure = checked.verdict.cause, checked.verdict.cure
    if cause and cure:
        return f"{cause} Fix: {cure}"
    return cause or cure or "octavia-wizard verify -v"


def _stale(effective: Effective, facts: Facts) -> tuple[str, ...] | None:
    """Return why the last verification does not count, as lines of a diff; None where it does."""
    verified, since = facts.host.verified, effective.maybe_text(NOT_BEFORE)
    if verified is None:
        return ("+ never verified, or not with success",)
    if since is not None and instant(verified.at) < instant(since):
        return (f"~ asked for; last verified {moment(verified.at)}",)
    if effective.is_on(SMOKE) and not verified.smoke:
        return ("+ not yet with a load balancer",)
    return differences(verified.inputs, verified_for(effective, facts)) or None


def _subject(effective: Effective) -> str:
    if not effective.is_on(SMOKE):
        return "API, controllers, image, network, quotas"
    minutes = bounds_of(effective).active / 60
    return f"API, controllers, image, network, a load balancer (at most {minutes:.0f} min to boot)"
