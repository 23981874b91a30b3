"""What is said of a build: how far it is, what it does, and of a failure why and what to do."""

from __future__ import annotations

from textual.content import Content

from octavia_wizard.core.views.image_lines import transfer_text
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.building import BuildModel, left_words, quiet_words
from octavia_wizard.screens.wording import elapsed, percent

_NO_HINT = "look at the log, mend what it tells of, then try again"


def share_words(model: BuildModel) -> str:
    """Say how much is done, and how long the rest takes."""
    if model.status in ("failed", "cancelled"):
        return model.status
    return "   ".join(filter(None, (percent(model.thousandths / 1000), left_words(model))))


def doing_words(model: BuildModel) -> str:
    """Say what goes on, and which script is at work."""
    standing = model.standing
    if model.status == "done":
        return str(model.request.output)
    if model.ended:
        return ""
    if standing is None:
        return "looking for what it needs"
    return f" {glyphs.DOT} ".join(filter(None, (standing.brief, standing.script)))


def pace_words(model: BuildModel) -> str:
    """Say how long it has taken so far, and for how long nothing was written."""
    if model.record is not None and model.record.result is not None:
        size = transfer_text(model.record.result.size, 0)
        return f"{size}, built in {elapsed(model.record.elapsed)}"
    standing = model.standing
    if standing is None:
        return ""
    so_far = f"{elapsed(float(int(standing.elapsed)))} so far"
    if model.ended:
        return f"after {elapsed(standing.elapsed)}"
    begun = "taken up from an earlier start of the wizard" if model.taken_up else ""
    return f" {glyphs.DOT} ".join(filter(None, (so_far, quiet_words(model) or begun)))


def failure_words(model: BuildModel) -> Content:
    """Say what failed, why, by which line, and what to do."""
    error = model.error
    if error is None:
        return Content("")
    head, *more = error.message.splitlines() or ["The build failed"]
    lines = [Content.styled(f"{glyphs.ERROR} {head}", "bold")]
    lines += [Content.assemble(("     ", ""), line) for line in more]
    lines.append(Content.assemble(("Do   ", "$foreground 60%"), error.hint or _NO_HINT))
    return Content("\n").join(lines)


def standing_words(model: BuildModel) -> Content:
    """Say in a line how the build stands and what can be done."""
    match model.status:
        case "building":
            return Content(f"{glyphs.RUNNING} building; leaving this screen does not stop it")
        case "cancelling":
            text = "cancelling and cleaning up: seconds as a rule, minutes at worst"
            return Content.styled(f"{glyphs.ATTENTION} {text}", "$text-warning")
        case "done":
            return Content.styled(
                f"{glyphs.DONE} the image is built; Esc goes back", "$text-success"
            )
        case "cancelled":
            text = "cancelled and cleaned up; R builds again"
            return Content.styled(f"{glyphs.ATTENTION} {text}", "$text-warning")
        case _:
            text = "failed; the log is kept. E leads to the answers, R tries again"
            return Content.styled(f"{glyphs.ERROR} {text}", "$text-error")
