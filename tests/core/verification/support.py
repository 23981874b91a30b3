"""A deployment in memory in which everything is as it should be, and a clock that obeys."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.facts.resources import Image, Quotas
from octavia_wizard.core.steps.base import Pending, Step
from octavia_wizard.core.steps.flavor import FlavorStep
from octavia_wizard.core.steps.network import NetworkStep
from octavia_wizard.core.steps.security_group import SecurityGroupStep
from octavia_wizard.core.steps.subnet import SubnetStep
from octavia_wizard.core.steps.verification import READS
from octavia_wizard.core.verification.model import (
    Checked,
    CheckFinished,
    CheckStarted,
    CheckWaiting,
    Report,
    Status,
    Told,
)
from octavia_wizard.core.verification.scene import Scene
from octavia_wizard.core.verification.smoke import SmokeWish
from octavia_wizard.core.verification.verify import Verification, Wish
from tests.core.steps.settings import answered
from tests.fake_state import DEFAULT_QUOTAS, SERVICE
from tests.fake_work import work_on
from tests.fakes import FakeCloud, seen

TAG = "octavia-amphora-image"
_STEPS: tuple[type[Step], ...] = (NetworkStep, SubnetStep, SecurityGroupStep, FlavorStep)


def effective(release: str = "33.0.1", **changed: Any) -> Effective:
    """Return answers that want everything, and a SINGLE load balancer."""
    usual: dict[str, Any] = {
        "image__tag": TAG,
        "image__source": "file",
        "capacity__topology": "SINGLE",
        "capacity__anti_affinity": ...,
        "capacity__active_retries": 10,
        "deployment__verify": True,
        "deployment__smoke_test": True,
        "deployment__smoke_subnet": None,
        "deployment__smoke_member": None,
    }
    return answered(release, **{**usual, **changed})


def ready_cloud(wanted: Effective | None = None, **more: Any) -> FakeCloud:
    """Return a cloud with all that the answers want, and an image."""
    cloud = FakeCloud(**more)
    wanted = wanted or effective()
    for step in (kind() for kind in _STEPS):
        work = work_on(step, wanted, cloud)
        work.facts = seen(cloud, READS)
        decision = step.decide(wanted, work.facts)
        if decision.action.changes:
            step.apply(work, decision)
    image = Image("image-x", "amphora", "active", SERVICE, (TAG,), created_at="2026-01-01")
    cloud.images[image.id] = image
    used = {key: 0 for limits in (DEFAULT_QUOTAS.compute, DEFAULT_QUOTAS.network) for key in limits}
    cloud.quotas = Quotas(
        DEFAULT_QUOTAS.compute, DEFAULT_QUOTAS.network, DEFAULT_QUOTAS.volume, used
    )
    cloud.calls.clear()
    return cloud


@dataclass
class Notes:
    """A journal in memory: what is announced, and what became of it."""

    open: list[Pending] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)

    @contextmanager
    def announce(self, kind: str, name: str, **lookup: object) -> Iterator[Note]:
        """Announce a change; it stays open when the block raises."""
        pending = Pending(len(self.open) + 1, "verification", kind, name, json_of(lookup))
        self.open.append(pending)
        note = Note(self, pending)
        yield note
        assert pending not in self.open, "nobody said what came of it"


def json_of(lookup: dict[str, object]) -> dict[str, object]:
    """Return a look-up as it comes back from a journal."""
    told: dict[str, object] = json.loads(json.dumps(lookup))
    return told


@dataclass
class Note:
    """One announced change."""

    notes: Notes
    pending: Pending

    def removed(self, id: str) -> None:
        """Close it as gone."""
        self._close("removed", id)

    def dropped(self, reason: str) -> None:
        """Close it as never made."""
        self._close("dropped", reason)

    def _close(self, result: str, what: str) -> None:
        self.notes.open.remove(self.pending)
        self.notes.closed.append((self.pending.kind, f"{result} {what}"))


@dataclass
class Stage:
    """A verification to be: everything about it can be changed before it is carried out."""

    cloud: FakeCloud = field(default_factory=ready_cloud)
    effective: Effective = field(default_factory=effective)
    wish: Wish = field(default_factory=Wish)
    notes: Notes = field(default_factory=Notes)
    cancel: threading.Event = field(default_factory=threading.Event)
    now: float = 0.0
    told: list[Told] = field(default_factory=list)
    facts: Facts | None = None
    stop_after: float | None = None
    """Seconds of that clock after which somebody asks to stop."""

    def scene(self) -> Scene:
        """Return what the checks work with."""
        facts = self.facts or seen(self.cloud, READS)
        return Scene(
            effective=self.effective,
            facts=facts,
            cloud=self.cloud,
            tell=self.told.append,
            cancel=self.cancel,
            clock=lambda: self.now,
            wait=self._wait,
        )

    def _wait(self, event: threading.Event, seconds: float) -> None:
        self.now += max(seconds, 0.01)
        if self.stop_after is not None and self.now >= self.stop_after:
            self.cancel.set()

    def carry_out(self) -> Report:
        """Verify."""
        return Verification(self.scene(), self.wish, self.notes.announce).carry_out()

    def waits(self, check: str) -> list[CheckWaiting]:
        """Return what was told while a check waited."""
        return [one for one in self.told if isinstance(one, CheckWaiting) and one.id == check]

    @property
    def finished(self) -> dict[str, Checked]:
        """Return every check that was told as finished."""
        return {one.checked.id: one.checked for one in self.told if isinstance(one, CheckFinished)}

    @property
    def started(self) -> list[CheckStarted]:
        """Return every check that was told as begun."""
        return [one for one in self.told if isinstance(one, CheckStarted)]


def of(report: Report, check: str) -> Checked:
    """Return one check."""
    (found,) = [one for one in report.checks if one.id == check]
    return found


def statuses(report: Report) -> dict[str, Status]:
    """Return how each check ended."""
    return {one.id: one.status for one in report.checks}


def smoke(subnet: str | None = None, **more: Any) -> Wish:
    """Return the wish for a smoke test."""
    return Wish(smoke_wish=SmokeWish(subnet), **more)
