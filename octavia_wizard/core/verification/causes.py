"""From a symptom to its cause: a table, so that a new one costs a few lines of data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from octavia_wizard.core.verification.model import Status, Verdict


@dataclass(frozen=True, slots=True)
class Cause:
    """What is behind a symptom."""

    id: str
    match: re.Pattern[str]
    """Found in what a service said, or in what was seen, e.g. ``amphora BOOTING``."""
    when: frozenset[str]
    """Ids of the checks it can be behind; empty for all."""
    cause: str
    cure: str
    section: str
    """Section of the interview with the answers in question; "" for none."""
    look: tuple[str, ...]
    """Commands that show more; ``{host}`` is any controller."""
    source: str


def explained(check: str, detail: Iterable[str], symptoms: Iterable[str] = ()) -> Verdict:
    """Return the failure of a check with the cause the table has for it, if it has one.

    The first symptom the table knows decides; after the symptoms the detail is searched.
    """
    lines = tuple(detail)
    found = cause_of(check, (*symptoms, *lines))
    if found is None:
        return Verdict(Status.FAILED, lines)
    return Verdict(Status.FAILED, lines, found.cause, found.cure, found.section, found.look)


def cause_of(check: str, symptoms: Iterable[str]) -> Cause | None:
    """Return the cause of the first symptom the table knows, for this check."""
    for symptom in symptoms:
        for cause in causes():
            if (not cause.when or check in cause.when) and cause.match.search(symptom):
                return cause
    return None


@cache
def causes() -> tuple[Cause, ...]:
    """Return the whole table, in the order in which it is searched."""
    path = files("octavia_wizard.core.verification.data").joinpath("causes.yml")
    return tuple(
        Cause(
            id=str(entry["id"]),
            match=re.compile(str(entry["match"]), re.IGNORECASE),
            when=frozenset(map(str, entry.get("when", ()))),
            cause=str(entry["cause"]).strip(),
            cure=str(entry["cure"]).strip(),
            section=str(entry.get("section", "")),
            look=tuple(map(str, entry.get("look", ()))),
            source=str(entry["source"]),
        )
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
    )
