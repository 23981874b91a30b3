"""A build at work: what is done of it, what goes on, what is to come, and how long that takes."""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.core.image.build.phases import ORDER, PHASES
from octavia_wizard.core.image.build.standing import Standing, left_text
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.layout import cut
from octavia_wizard.core.views.model import Line, Picture, Role, Span, line

_DONE_SHOWN = 2
"""Phases that are over and shown by themselves; those before them make one line."""
_COMING_SHOWN = 2
_SECONDS = 8
_BAR = 30
_AT_ONCE = 1.0
"""Seconds after which a build that is seen for the first time was not seen to begin."""


class PhaseTimes:
    """Takes down how long each phase took, from how a build stood from moment to moment."""

    def __init__(self) -> None:
        self._over: dict[str, float] = {}
        self._phase = ""
        self._since: float | None = None
        self._elapsed = 0.0

    def take(self, standing: Standing) -> None:
        """Take in how the build stands now."""
        if standing.phase != self._phase:
            if self._since is not None:
                self._over[self._phase] = standing.elapsed - self._since
            # What goes on at the first look may have begun long ago.
            seen = bool(self._phase) or standing.elapsed < _AT_ONCE
            self._since = standing.elapsed if seen else None
            self._phase = standing.phase
        self._elapsed = standing.elapsed

    @property
    def seconds(self) -> Mapping[str, float]:
        """Return the seconds of the phases that were seen from their beginning, the present too."""
        if self._since is None:
            return dict(self._over)
        return {**self._over, self._phase: self._elapsed - self._since}


def percent(share: float) -> int:
    """Return whole percents; 100 only where nothing is left to do."""
    return 100 if share >= 1 else min(99, int(share * 100))


def brief_standing(standing: Standing) -> str:
    """Say in one line how far a build is: ``installing packages 9/16, 42 %, 2 to 3 min left``."""
    parts = (standing.brief, f"{percent(standing.share)} %", left_text(standing.left))
    return ", ".join(part for part in parts if part)


def draw_progress(standing: Standing, seconds: Mapping[str, float], width: int) -> Picture:
    """Draw the phases of a build as a table of eight lines at most, the last of them a bar."""
    at = ORDER.get(standing.phase)
    rows: list[Line] = []
    if at is not None:
        rows = [
            *_done(at, standing, seconds, width),
            _at_work(standing, seconds, width),
            *_to_come(at, width),
        ]
    return (*rows, bar(standing, width))


def bar(standing: Standing, width: int) -> Line:
    """Draw how far it is as a bar, and say it in words beside."""
    left = left_text(standing.left)
    words = f" {percent(standing.share)} %{f', {left}' if left else ''}"
    room = max(min(_BAR, width - len(words)), 0)
    done = int(room * min(standing.share, 1.0))
    return line((glyphs.SPAN * done, Role.STRONG), (glyphs.RULE * (room - done), Role.QUIET), words)


def _done(at: int, standing: Standing, seconds: Mapping[str, float], width: int) -> list[Line]:
    past = PHASES[:at]
    single = past if len(past) == _DONE_SHOWN + 1 else past[-_DONE_SHOWN:]
    folded = len(past) - len(single)
    rows = []
    if folded:
        later = [seconds.get(phase.id) for phase in PHASES[folded : at + 1]]
        known = [took for took in later if took is not None]
        before = standing.elapsed - sum(known) if len(known) == len(later) else None
        rows.append(_row(glyphs.DONE, f"{folded} phases", before, "", Role.GOOD, width))
    rows += [
        _row(glyphs.DONE, phase.title, seconds.get(phase.id), "", Role.GOOD, width)
        for phase in single
    ]
    return rows


def _at_work(standing: Standing, seconds: Mapping[str, float], width: int) -> Line:
    counted = f"{standing.done}/{standing.total}" if standing.total else ""
    if standing.counter in ("bytes", "percent"):
        counted = ""
    detail = "  ".join(part for part in (counted, standing.script) if part)
    took = seconds.get(standing.phase)
    return _row(glyphs.RUNNING, standing.title, took, detail, Role.STRONG, width)


def _to_come(at: int, width: int) -> list[Line]:
    coming = PHASES[at + 1 :]
    shown = coming if len(coming) == _COMING_SHOWN + 1 else coming[:_COMING_SHOWN]
    rows = [_row(glyphs.TO_DO, phase.title, None, "", Role.QUIET, width) for phase in shown]
    rest = len(coming) - len(shown)
    if rest:
        rows.append(_row(glyphs.TO_DO, f"{rest} more", None, "", Role.QUIET, width))
    return rows


_TITLE = max(len(phase.title) for phase in PHASES)


def _row(
    glyph: str, title: str, seconds: float | None, detail: str, role: Role, width: int
) -> Line:
    room = max(min(_TITLE, width - 2 - _SECONDS), 1)
    took = f"{seconds:.0f} s" if seconds is not None else ""
    spans = [Span(f"{glyph} ", role), Span(cut(title, room).ljust(room), _words(role))]
    spans.append(Span(took.rjust(_SECONDS)))
    left = width - 2 - room - _SECONDS - 2
    if detail and left > 0:
        spans.append(Span(f"  {cut(detail, left)}", Role.QUIET))
    return tuple(spans)


def _words(role: Role) -> Role:
    return role if role in (Role.STRONG, Role.QUIET) else Role.PLAIN
