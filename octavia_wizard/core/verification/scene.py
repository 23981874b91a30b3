"""What the checks of a verification work with, and how they wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import Interrupted
from octavia_wizard.core.facts.controllers import Controllers
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.verification.model import CheckWaiting, Tell

STOPPED = "stopped during the verification"


def _wait(cancel: threading.Event, seconds: float) -> None:
    cancel.wait(seconds)


@dataclass(frozen=True, slots=True)
class Scene:
    """The deployment, its cloud, and the clock of one verification."""

    effective: Effective
    facts: Facts
    cloud: Cloud
    tell: Tell
    cancel: threading.Event
    log: Callable[[str], None] = field(default=lambda line: None)
    look: Callable[[], Controllers] | None = None
    """Asks the controllers afresh; None where that is not wanted, or cannot be done."""
    why_not_asked: str = "nobody asked the controllers"
    """What to say where ``look`` is None."""
    clock: Callable[[], float] = time.monotonic
    """Seconds, monotonic."""
    wait: Callable[[threading.Event, float], None] = _wait
    """Waits that many seconds, or until the event is set."""

    def checkpoint(self) -> None:
        """Raise Interrupted if the operator asked to stop."""
        if self.cancel.is_set():
            raise Interrupted(STOPPED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bounded wait that can be seen."""

    scene: Scene
    check: str
    bound: float
    """Seconds after which it gives up."""
    pace: float = 3.0
    """Seconds between two looks."""
    stoppable: bool = True
    """Whether a wish to stop ends it at once."""

    def until(self, look: Callable[[], tuple[bool, str]]) -> bool:
        """Look again and again; say whether it came about within the bound.

        ``look`` returns that, and how it stands in words.  Raises Interrupted on request, and what
        ``look`` raises.
        """
        scene, began = self.scene, self.scene.clock()
        while True:
            if self.stoppable:
                scene.checkpoint()
            done, words = look()
            elapsed = scene.clock() - began
            if done:
                return True
            if elapsed >= self.bound:
                return False
            scene.tell(CheckWaiting(self.check, words, elapsed, self.bound))
            pause = min(self.pace, max(self.bound - elapsed, 0.0))
            event = scene.cancel if self.stoppable else threading.Event()
            scene.wait(event, pause)
