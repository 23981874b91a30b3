"""Builds the image in the background, and lets the screens know how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from octavia_wizard.core.errors import Interrupted, WizardError
from octavia_wizard.core.image.build.asking import request_of
from octavia_wizard.core.image.build.record import BuildRecord
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.steps.base import Unit
from octavia_wizard.core.views.image_lines import transfer_text
from octavia_wizard.screens.building import BuildModel
from octavia_wizard.screens.keys import word_for
from octavia_wizard.screens.outlook import twin
from octavia_wizard.screens.wording import elapsed
from octavia_wizard.screens.workers.survey import SECTION, Prospect, prospect
from octavia_wizard.screens.workers.threads import in_thread

if TYPE_CHECKING:
    from octavia_wizard.screens.desk import Desk

_BEAT = 0.25
"""Seconds between two looks at what a build has told."""
_TOAST = 10.0
"""Seconds for which it is told how a build ended."""


class BringAbout(Protocol):
    """Builds an image or follows the build of it, as ``core.image.build.making`` does."""

    def __call__(
        self,
        request: BuildRequest,
        *,
        tell: Callable[[Standing], None],
        log: Callable[[str], None],
        cancel: threading.Event,
    ) -> BuildRecord:
        """Return the record of the finished build; raises WizardError."""


class Builds:
    """The build in the background: at most one, which outlives every screen."""

    def __init__(self, desk: Desk, bring_about: BringAbout | None = None) -> None:
        self._desk = desk
        self._bring_about = bring_about
        self.model: BuildModel | None = None
        self.offered: set[tuple[str, str]] = set()
        """The images the operator was asked about already: content and path."""

    @property
    def is_going_on(self) -> bool:
        """Say whether a build goes on."""
        return self.model is not None and not self.model.ended

    @property
    def is_cancelled(self) -> bool:
        """Say whether the operator has cancelled the build, be it at its end already."""
        return self.model is not None and self.model.cancel.is_set()

    @property
    def is_launched(self) -> bool:
        """Say whether the build goes on as a process of its own, whatever becomes of this one."""
        return self.model is not None and self.is_going_on and bool(self.model.log_path)

    @property
    def wanted(self) -> BuildRequest | None:
        """Return what the answers want to be built, if they are whole."""
        return request_of(self._desk.session.effective)

    # --- what the operator can do

    def start(self, request: BuildRequest, *, taken_up: bool = False) -> None:
        """Build an image, or follow the build of it that goes on."""
        if self.is_going_on:
            return
        self.offered.add(_name(request))
        self.model = BuildModel(request, taken_up=taken_up)
        self._desk.run_worker(self._see_through(self.model), group="build", description="build")

    async def again(self) -> tuple[str, ...]:
        """Build after a failure, by the answers as they are now; return what hinders that."""
        if self.wanted is None and self.model is not None:
            self.start(self.model.request)
            return ()
        found = await self.foresee()
        if found is not None and not found.hindrances:
            self.start(found.request)
        return found.hindrances if found is not None else ()

    def cancel(self) -> None:
        """Let the build be cancelled and cleaned up."""
        if self.model is not None and self.is_going_on:
            self.model.cancel.set()
            self._desk.tell()

    async def foresee(self) -> Prospect | None:
        """Look up what a build by the present answers would come to; None where they want none."""
        request = self.wanted
        if request is None:
            return None
        looking = partial(prospect, twin(self._desk.session), request)
        return await in_thread(looking, "prospect")

    async def worth_offering(self) -> Prospect | None:
        """Return what could be built and is not, where the operator was not asked about it yet."""
        request = self.wanted
        if request is None or self._is_settled(request):
            return None
        found = await self.foresee()
        if found is None or found.hindrances or found.is_finished or found.is_in_glance:
            return None
        if self._is_settled(found.request):
            return None
        self.offered.add(_name(request))
        return found

    def _is_settled(self, request: BuildRequest) -> bool:
        """Say whether nothing is to be asked about an image now."""
        return self.is_going_on or self._desk.is_applying or _name(request) in self.offered

    def forget_offer(self, request: BuildRequest) -> None:
        """Let an image be offered again."""
        self.offered.discard(_name(request))

    # --- in the background

    async def _see_through(self, model: BuildModel) -> None:
        desk = self._desk
        job = desk.begin_job(SECTION, "building")

        def beat() -> None:
            if model.take():
                detail, left = _detail(model)
                job.update(detail, model.thousandths, 1000, Unit.SHARE, left)

        timer = desk.set_interval(_BEAT, beat)
        record, error = None, None
        try:
            record = await in_thread(partial(self._work, model), "build")
        except WizardError as failed:
            error = failed
        finally:
            timer.stop()
            model.end(record, self._meant(error))
            job.end()
        self._say_end(model)
        # What follows from the answers knows of the file now.
        desk.check()
        desk.tell()

    def _work(self, model: BuildModel) -> BuildRecord:
        """Build in a thread of its own."""
        from octavia_wizard.core.image.build.lookup import running_build
        from octavia_wizard.core.image.build.making import bring_about
        from octavia_wizard.core.image.build.record import builds
        from octavia_wizard.core.image.build.weights import weights_for

        weights = weights_for(model.request, builds())
        model.expected, model.learned = weights.total, weights.learned
        phase = ""

        def tell(standing: Standing) -> None:
            nonlocal phase
            if not model.log_path and standing.phase != phase:
                # It has a log from the moment it is a process of its own.
                running = running_build(model.request)
                model.log_path = str(running.log) if running is not None else ""
            phase = standing.phase
            model.inbox.tell(standing)

        work = self._bring_about or bring_about
        return work(model.request, tell=tell, log=model.inbox.log, cancel=model.cancel)

    def _meant(self, error: WizardError | None) -> WizardError | None:
        """Return why a build ended; a run that was stopped has cancelled it on request."""
        run = self._desk.run_model
        if error is not None and run is not None and run.cancel.is_set():
            return Interrupted(error.message, hint=error.hint)
        return error

    def _say_end(self, model: BuildModel) -> None:
        """Tell on every screen but its own how a build ended."""
        if self._desk.is_build_shown:
            return
        match model.status:
            case "done" if model.record is not None and model.record.result is not None:
                size = transfer_text(model.record.result.size, 0)
                took = elapsed(model.record.elapsed)
                text = f"{model.request.output}, {size}, in {took}."
                self._desk.notify(text, title="The image is built", timeout=_TOAST, markup=False)
            case "cancelled":
                text = "It was cleaned up; nothing of it is left at work."
                self._desk.notify(text, title="The build was cancelled", markup=False)
            case "failed" if model.error is not None:
                first = model.error.message.partition("\n")[0]
                key = word_for(self._desk, "hub.build")
                self._desk.notify(
                    f"{first}. {key} in the list of sections shows why.",
                    title="The build failed",
                    severity="error",
                    timeout=_TOAST,
                    markup=False,
                )


def _detail(model: BuildModel) -> tuple[str, tuple[float, float] | None]:
    """Return what goes on, and the seconds it still takes, for the line of a job."""
    if model.cancel.is_set():
        return "cancelling and cleaning up", None
    standing = model.standing
    return (standing.brief, standing.left) if standing is not None else ("", None)


def _name(request: BuildRequest) -> tuple[str, str]:
    return request.fingerprint, str(request.output)
