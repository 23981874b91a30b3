"""What is said of a run: how it stands; of a failure why, what to do, and the ways to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from octavia_wizard.core.engine.failing import omission_of, section_to_mend
from octavia_wizard.core.engine.skipping import Omission
from octavia_wizard.core.questions import find_section
from octavia_wizard.core.steps.base import Action
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.run_model import RunModel, StepModel, StepState
from octavia_wizard.screens.wording import count, elapsed, fit, in_sentence

_NO_HINT = "look at the log, mend what it tells of, then retry"
_LABEL = 10


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to go on."""

    key: str
    label: str
    detail: str


_COLUMN = 5
"""Where the text of a paragraph begins."""


def paragraphs(model: RunModel) -> Content:
    """Say in three short paragraphs what failed, why, and what to do."""
    failure = model.failure
    if failure is None:
        return Content("")
    lines = [Content.styled(f"{glyphs.ERROR} {_what(model)}", "bold")]
    for name, text in (("Why", failure.message), ("Do", failure.hint or _NO_HINT)):
        first, *others = text.splitlines() or [""]
        lines.append(Content.assemble((name.ljust(_COLUMN), "$foreground 60%"), first))
        lines += [Content(" " * _COLUMN + line) for line in others]
    return Content("\n").join(lines)


def _what(model: RunModel) -> str:
    failure = model.failure
    step = model.steps.get(failure.step) if failure is not None else None
    if step is None:
        made = "All steps are done, but what is to be kept of it could not be written"
        return made if model.is_made else "The run could not begin"
    states = [other.state for other in model.steps.values()]
    others = states.count(StepState.FAILED) - 1
    waiting = states.count(StepState.STOPPED)
    parts = [f"{step.title} failed after {elapsed(step.elapsed)}"]
    if others > 0:
        parts.append(f"{count(others, 'other step')} too")
    if waiting:
        parts.append(f"{count(waiting, 'step')} could not follow")
    return ", ".join(parts)


def omission_in(model: RunModel) -> Omission | None:
    """Return what leaving out the failed step comes to, where that is safe."""
    # A part is carried out for the sake of all its steps.
    if model.failure is None or model.part:
        return None
    return omission_of(model.plan, (model.failure.step,))


def section_in(model: RunModel) -> str:
    """Return the section whose answers may be the cause, or "" where no step failed."""
    if model.failure is None:
        return ""
    error = model.result.error if model.result is not None else model.error
    return section_to_mend(model.plan, (model.failure.step,), error)


def offers(model: RunModel) -> tuple[Offer, ...]:
    """Return the ways to go on."""
    found = [Offer("R", "retry", "what is done is kept")]
    section = section_in(model)
    if section:
        found.append(Offer("C", "change", f"the answers of {find_section(section).title}"))
    omission = omission_in(model)
    if omission is not None:
        found.append(Offer("K", "skip", omission.items[0].without))
    found.append(Offer("S", "stop", "for now; the next start, or the verb resume, goes on"))
    found.append(Offer("X", "shell", "look around and come back"))
    return tuple(found)


def offers_text(found: tuple[Offer, ...], width: int, *, brief: bool) -> Content:
    """Write the ways to go on, a line each, or side by side where there is little room."""
    if brief:
        return Content(f" {glyphs.DOT} ").join(
            Content.assemble((offer.key, "bold"), f" {offer.label}") for offer in found
        )
    room = max(width - _LABEL - 3, 20)
    return Content("\n").join(
        Content.assemble(
            (offer.key, "bold"), f"  {offer.label.ljust(_LABEL - 2)}", fit(offer.detail, room)
        )
        for offer in found
    )


def skip_question(omission: Omission) -> tuple[str, str]:
    """Return the heading and the text of the question before a step is left out."""
    titles = " and ".join(in_sentence(item.title) for item in omission.items)
    lines = [f"{glyphs.UNWANTED} {effect}." for effect in omission.effects]
    closing = "The rest of the run goes on. The hand-over says how to do it later."
    return f"Leave out {titles}?", "\n".join(["", *lines, "", closing])


def settled_text(settled: Sequence[StepModel]) -> str:
    """Name the steps that are done; those with nothing to do for these answers go unnamed."""
    names = [in_sentence(step.title) for step in settled if step.action is not Action.SKIP]
    return f"{glyphs.DONE} {len(names)} done: {', '.join(names)}" if names else ""


def standing(model: RunModel) -> Content:
    """Say in a line how the run stands and what can be done."""
    match model.status:
        case "running":
            return Content(f"{glyphs.RUNNING} running; leaving this screen does not stop it")
        case "stopping":
            text = "stopping after the calls in progress"
            if model.goes_on_alone and not model.cancel.asked:
                text = "leaving what is at work to itself; resume follows it again"
            elif model.is_playing:
                text = "ending the playbook: seconds as a rule, a minute at worst"
            elif model.is_building:
                text = "cancelling the build and cleaning up: seconds as a rule, minutes at worst"
            return Content.styled(f"{glyphs.ATTENTION} {text}", "$text-warning")
        case "done" if model.part:
            done = f"{glyphs.DONE} made, ahead of the rest. Esc goes back"
            return Content.styled(done, "$text-success")
        case "done" if model.left_out:
            names = ", ".join(map(in_sentence, model.left_out))
            text = f"done without {names}. N says what comes next, and what does it later"
            return Content.styled(f"{glyphs.DONE} {text}", "$text-success")
        case "done":
            done = f"{glyphs.DONE} done: everything is as planned. N says what comes next"
            return Content.styled(done, "$text-success")
        case "interrupted":
            text = "stopped on request; R goes on, S leaves it for later"
            return Content.styled(f"{glyphs.ATTENTION} {text}", "$text-warning")
        case _:
            text = "failed; what is done is kept. Choose how to go on"
            return Content.styled(f"{glyphs.ERROR} {text}", "$text-error")
