"""Makes the checks of a verification in their order, and tells of each while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from octavia_wizard.core.errors import CloudError, Interrupted, WizardError
from octavia_wizard.core.facts.controllers import Controllers
from octavia_wizard.core.verification import host_checks, resource_checks, service_checks
from octavia_wizard.core.verification.announcing import CHECKS as SMOKE_CHECKS
from octavia_wizard.core.verification.announcing import Announce
from octavia_wizard.core.verification.bounds import bounds_of
from octavia_wizard.core.verification.causes import explained
from octavia_wizard.core.verification.model import (
    Checked,
    CheckFinished,
    CheckStarted,
    Report,
    Status,
    Verdict,
    skipped,
)
from octavia_wizard.core.verification.scene import Scene
from octavia_wizard.core.verification.smoke import SmokeTest, SmokeWish

Act = Callable[[Scene], Verdict]

CHECKS: tuple[tuple[str, str, Act], ...] = (
    ("api", "Load-balancer API", service_checks.api),
    ("providers", "Providers", service_checks.providers),
    ("controllers", "Controllers agree", host_checks.controllers),
    ("image", "Amphora image", resource_checks.image),
    ("resources", "Network, group, flavor, key", resource_checks.resources),
    ("reach", "Management network", host_checks.reach),
    ("quotas", "Room in the quotas", resource_checks.quotas),
)
"""The checks that only look: id, title, and what makes it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be verified."""

    smoke: bool = True
    """Whether a load balancer is created."""
    smoke_wish: SmokeWish = field(default_factory=SmokeWish)
    keep_going: bool = False
    """Whether the checks that only look go on after one failed."""


class Verification:
    """One verification."""

    def __init__(self, scene: Scene, wish: Wish, announce: Announce | None = None) -> None:
        self._scene = scene
        self._wish = wish
        self._announce = announce
        self._checked: list[Checked] = []
        self._number = 0

    @property
    def _total(self) -> int:
        return len(CHECKS) + (len(SMOKE_CHECKS) if self._wish.smoke else 0)

    def carry_out(self) -> Report:
        """Make the checks and return what they came to; raises Interrupted on request.

        No load balancer is created unless all checks before went well: one that Octavia cannot
        finish can be stuck in PENDING_CREATE, and then it cannot be deleted by the API.
        """
        began = self._scene.clock()
        for name, title, act in CHECKS:
            self._scene.checkpoint()
            if self._failed and not self._wish.keep_going:
                self._note(name, title, skipped("not reached: a check before failed"))
            else:
                self._perform(name, title, partial(self._act, act))
        clean = self._smoke()
        smoked = clean and any(
            one.id in SMOKE_CHECKS and one.status is not Status.SKIPPED for one in self._checked
        )
        return Report(tuple(self._checked), smoked, self._scene.clock() - began)

    def _act(self, act: Act) -> Verdict:
        scene = self._scene
        if act is host_checks.controllers and scene.look is not None:
            asked = scene.look()
            self._scene = replace(scene, facts=replace(scene.facts, controllers=asked))
        return act(self._scene)

    @property
    def checked(self) -> tuple[Checked, ...]:
        """Return what was checked so far."""
        return tuple(self._checked)

    @property
    def _failed(self) -> bool:
        return any(one.status is Status.FAILED for one in self._checked)

    def _smoke(self) -> bool:
        if not self._wish.smoke:
            return True
        if self._failed or self._announce is None:
            reason = "no load balancer is created before all other checks went well"
            for name, title in SMOKE_CHECKS.items():
                self._note(name, title, skipped(reason))
            return True
        bounds = bounds_of(self._scene.effective)
        test = SmokeTest(self._scene, self._wish.smoke_wish, bounds, self._announce)
        return test.carry_out(self._perform)

    def _perform(self, id: str, title: str, act: Callable[[], Verdict]) -> bool:
        scene = self._scene
        self._number += 1
        scene.tell(CheckStarted(id, title, self._number, self._total))
        began = scene.clock()
        try:
            verdict = act()
        except Interrupted:
            raise
        except CloudError as error:
            verdict = _of_error(id, error)
        except WizardError as error:
            verdict = Verdict(Status.FAILED, (error.message,), cure=error.hint)
        self._finish(Checked(id, title, verdict, scene.clock() - began))
        return verdict.status is not Status.FAILED

    def _note(self, id: str, title: str, verdict: Verdict) -> None:
        self._number += 1
        self._finish(Checked(id, title, verdict))

    def _finish(self, checked: Checked) -> None:
        host = a_controller(self._scene.facts.controllers)
        look = tuple(line.replace("{host}", host) for line in checked.verdict.look)
        checked = replace(checked, verdict=replace(checked.verdict, look=look))
        self._checked.append(checked)
        self._scene.tell(CheckFinished(checked))


def a_controller(found: Controllers | None) -> str:
    """Return a controller to look at: by its name, where one answered."""
    hosts = found.hosts if found is not None else ()
    return next((host.name for host in hosts if not host.problem), "a controller")


def _of_error(id: str, error: CloudError) -> Verdict:
    known = explained(id, (error.message,))
    return known if known.cure else Verdict(Status.FAILED, (error.message,), cure=error.hint)
