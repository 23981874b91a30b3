"""The clouds that can be chosen, and whether each lets the operator in."""

from __future__ import annotations

from octavia_wizard.core.facts.checks import ENVIRONMENT, GLYPHS, CheckState, CloudCheck
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.layout import cut, wrapped
from octavia_wizard.core.views.model import Line, Picture, Role, Span, Subject, View, line

_ROLES = {
    CheckState.UNCHECKED: Role.QUIET,
    CheckState.CHECKING: Role.PLAIN,
    CheckState.OK: Role.GOOD,
    CheckState.REFUSED: Role.BAD,
    CheckState.UNREACHABLE: Role.BAD,
    CheckState.UNUSABLE: Role.BAD,
}
_HEADS = ("Cloud", "State", "As", "Region", "Keystone", "File")
_WIDEST = (20, 13, 26, 14, 28, 60)
_LEAST = 8
"""Columns below which a cell tells nothing any more."""
_GAP = 2
_INDENT = 4

_Row = tuple[str, ...]


def draw_clouds(subject: Subject, width: int) -> Picture:
    """Draw a table of clouds; under the chosen one stands what is wrong with it."""
    facts = subject.facts
    named = [(found.value, found.source) for found in facts.clouds]
    if facts.cloud_in_environment:
        named.append((ENVIRONMENT, "OS_* variables"))
    if not named:
        return _nothing(width)
    chosen = _chosen(subject)
    checks = {name: facts.checks.get(name) or CloudCheck(name) for name, _ in named}
    rows = {name: _cells(checks[name], source) for name, source in named}
    widths = _widths([_HEADS, *rows.values()], width - _INDENT)
    picture: list[Line] = [_drawn(_HEADS, widths, (Span(" " * 2),), Role.QUIET)]
    for name, row in rows.items():
        mark = glyphs.CHOSEN if name == chosen else " "
        sign = (GLYPHS[checks[name].state], _ROLES[checks[name].state])
        picture.append(_drawn(row, widths, line(f"{mark} "), Role.PLAIN, sign))
        if name == chosen:
            picture += _told(checks[name], subject, width)
            if len(widths) < len(_HEADS):
                where = cut(f"from {row[-1]}", width - _INDENT)
                picture.append(line(" " * _INDENT, (where, Role.QUIET)))
    if chosen is not None and chosen not in rows:
        picture += wrapped(f"{glyphs.ATTENTION} {chosen} is not in any file", width, indent=2)
    return tuple(picture)


def _nothing(width: int) -> Picture:
    text = (
        "No cloud was found: there is no clouds.yaml in this directory, in ~/.config/openstack or "
        "in /etc/openstack, and no openrc file was sourced."
    )
    cures = (
        "Copy the clouds.yaml of OSA's utility container (/root/.config/openstack); read again.",
        "Or leave, source an administrator's openrc file, and start again.",
        "Or choose to work with files only: no cloud is needed then.",
    )
    found = [*wrapped(f"{glyphs.TO_DO} {text}", width, indent=2)]
    for cure in cures:
        found += wrapped(f"{glyphs.ARROW} {cure}", width, indent=2)
    return tuple(found)


def _chosen(subject: Subject) -> str | None:
    effective = subject.effective
    if "cloud.name" not in effective:
        return None
    return effective.maybe_text("cloud.name") or ENVIRONMENT


def _cells(check: CloudCheck, source: str) -> _Row:
    return (
        check.name,
        check.state.value,
        check.whom,
        ", ".join(check.regions),
        check.keystone,
        source,
    )


def _widths(rows: list[_Row], room: int) -> list[int]:
    """Return the widths of the columns that fit, the rest left out."""
    natural = [
        min(max(len(row[place]) for row in rows), most) for place, most in enumerate(_WIDEST)
    ]
    natural[1] += 2  # the glyph
    while len(natural) > 2:
        free = room - _GAP * (len(natural) - 1)
        over = sum(natural) - free
        if over <= 0:
            break
        if natural[-1] - over >= _LEAST:
            natural[-1] -= over
            break
        natural.pop()
    return natural


def _drawn(
    row: _Row, widths: list[int], lead: Line, role: Role, sign: tuple[str, Role] | None = None
) -> Line:
    glyph, state = sign or (" ", role)
    spans: list[Span] = [*lead]
    for place, width in enumerate(widths):
        text, room, as_what = row[place], width, role
        if _HEADS[place] == "State":
            spans.append(Span(f"{glyph} ", state))
            room, as_what = width - 2, state
        # Of a path the end tells more than the beginning.
        is_path = _HEADS[place] == "File" and len(text) > room
        shown = "…" + text[-(room - 1) :] if is_path else cut(text, room)
        spans.append(Span(shown.ljust(room), as_what))
        if place < len(widths) - 1:
            spans.append(Span(" " * _GAP))
    return tuple(spans)


def _told(check: CloudCheck, subject: Subject, width: int) -> list[Line]:
    """Return what is to be said of the chosen cloud, below its row."""
    texts: list[tuple[str, Role]] = []
    if check.message:
        texts.append((check.message, Role.BAD if check.is_done else Role.QUIET))
    if check.hint:
        texts.append((f"{glyphs.ARROW} {check.hint}", Role.PLAIN))
    if check.admin is False:
        text = f"{glyphs.ATTENTION} {check.user} lacks the role admin, which changes need"
        texts.append((text, Role.ATTENTION))
    region = subject.effective.maybe_text("cloud.region")
    if check.state is CheckState.OK and region and region not in check.regions:
        known = ", ".join(check.regions) or "none"
        text = f"{glyphs.ERROR} the cloud has no region {region}; it has: {known}"
        texts.append((text, Role.BAD))
    return [
        line(" " * _INDENT, *row)
        for text, role in texts
        for row in wrapped(text, width - _INDENT, role, indent=2)
    ]


def draw_project(subject: Subject, width: int) -> Picture:
    """Say what was found of the service project, once the cloud was read."""
    cloud, effective = subject.facts.cloud, subject.effective
    if cloud is None or "cloud.service_project" not in effective:
        return ()
    project = effective.maybe_text("cloud.service_project") or ""
    if cloud.service_project != project:
        return wrapped(f"{glyphs.DOT} Enter looks {project} up in the cloud", width, Role.QUIET)
    rows = [
        (f"{project}, id {cloud.service_project_id}", cloud.service_project_id is not None),
        (f"user octavia, id {cloud.octavia_user_id}", cloud.octavia_user_id is not None),
    ]
    missing = (
        f"{project} is not there, or these credentials may not see it",
        "user octavia does not exist yet: the role makes it in its first run",
    )
    found: list[Line] = []
    for (there, is_there), otherwise in zip(rows, missing, strict=True):
        glyph, role = (glyphs.DONE, Role.GOOD) if is_there else (glyphs.ATTENTION, Role.ATTENTION)
        found.append(line((f"{glyph} ", role), cut(there if is_there else otherwise, width - 2)))
    return (*found, *_counts(subject.facts, width))


def _counts(facts: Facts, width: int) -> Picture:
    cloud = facts.cloud
    if cloud is None:
        return ()
    counts = (
        (len(cloud.networks), "networks"),
        (len(cloud.images), "images"),
        (len(cloud.flavors), "flavors"),
        (len(cloud.computes), "computes"),
    )
    told = ", ".join(f"{number} {name}" for number, name in counts)
    where = f"{cloud.name}, {cloud.region}" if cloud.region else cloud.name
    return wrapped(f"{glyphs.DOT} read of {where}: {told}", width, Role.QUIET, indent=2)


CLOUDS = View("clouds", "Clouds", draw_clouds, ("cloud.name", "cloud.region"))
PROJECT = View("project", "Service project", draw_project, ("cloud.service_project",))
