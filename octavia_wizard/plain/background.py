"""A build of the image that goes on while the operator answers questions."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from octavia_wizard.core.errors import Interrupted, WizardError
from octavia_wizard.core.image.build.phases import FIRST, ORDER
from octavia_wizard.core.image.build.record import BuildRecord
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.urls import shown
from octavia_wizard.core.views.image_progress import PhaseTimes, brief_standing

_KEPT = 500
"""Lines of the log that are kept."""


class Background:
    """One build in a thread of its own, whose process outlives the wizard."""

    def __init__(self, request: BuildRequest, ended: Callable[[Background], None]) -> None:
        self.request = request
        self.record: BuildRecord | None = None
        self.error: WizardError | None = None
        self.fault: Exception | None = None
        """What nobody foresaw."""
        self.over = threading.Event()
        self.cancel = threading.Event()
        self.lines: deque[str] = deque(maxlen=_KEPT)
        self.times = PhaseTimes()
        self._standing: Standing | None = None
        self._lock = threading.Lock()
        self._ended = ended
        self._thread = threading.Thread(target=self._run, name="image-build", daemon=True)

    def start(self) -> None:
        """Begin it, or follow the build of this image that goes on already."""
        self._thread.start()

    def stop(self, patience: float) -> bool:
        """Cancel it, and wait some seconds for its end; say whether it came."""
        self.cancel.set()
        return self.over.wait(patience)

    @property
    def running(self) -> bool:
        """Whether it has not come to its end yet."""
        return not self.over.is_set()

    @property
    def preparing(self) -> bool:
        """Whether it would end with the wizard: its own process was not started yet."""
        standing = self.standing
        return self.running and (standing is None or ORDER.get(standing.phase, 0) < FIRST)

    @property
    def standing(self) -> Standing | None:
        """How far it is; None before the first report."""
        with self._lock:
            return self._standing

    @property
    def brief(self) -> str:
        """Say in a line how far it is, or how it ended."""
        if self.running:
            if self.cancel.is_set():
                return "cancelling, and cleaning up"
            standing = self.standing
            return brief_standing(standing) if standing else "about to begin"
        if isinstance(self.error, Interrupted):
            return "cancelled"
        return "failed" if self.error or self.fault else "done"

    def _run(self) -> None:
        try:
            # Here, because it takes along what asks processes and networks.
            from octavia_wizard.core.image.build.making import bring_about

            self.record = bring_about(
                self.request, tell=self._tell, log=self._log, cancel=self.cancel
            )
        except WizardError as error:
            self.error = error
        except Exception as error:
            # A thread has nobody above it: the operator is told in its place.
            self.fault = error
        finally:
            self.over.set()
            self._ended(self)

    def _tell(self, standing: Standing) -> None:
        with self._lock:
            self._standing = standing
            self.times.take(standing)

    def _log(self, line: str) -> None:
        self.lines.append(shown(line))
