"""All role variables by prompts: search, look, and set any."""

from __future__ import annotations

from octavia_wizard.core.questions import find_section
from octavia_wizard.core.questions.variables import PREFIX
from octavia_wizard.core.standing import section_of
from octavia_wizard.core.tunables import Standing, Tunable, facts_about, place_of, tunables
from octavia_wizard.plain.asking import Asker, Jump, Left
from octavia_wizard.plain.options import Move, Option

COLUMNS = ("Variable", "Value", "From")
_ASK = "Variable, or a part of its name (Enter ends)"


def ask_variables(asker: Asker, key: str = "") -> None:
    """Find role variables by a part of their names, and ask for their values."""
    known = _tunables(asker)
    if key.startswith(PREFIX):
        asker.ask(asker.session.question(key))
        known = _tunables(asker)
    _tell_changed(asker, known)
    while True:
        found = asker.prompter.search(_ASK, "", [_option(one) for one in known], COLUMNS)
        if found is Move.BACK or found == "":
            return
        if found is Move.HELP:
            asker.paper.prose(find_section("variables").help)
        elif isinstance(found, Option) and isinstance(found.value, Tunable):
            if isinstance(_ask_one(asker, found.value), Jump):
                return
            known = _tunables(asker)
            _tell_changed(asker, known)
        elif isinstance(found, str):
            asker.paper.line(f"no variable of this release is called {found!r}")


def _tunables(asker: Asker) -> tuple[Tunable, ...]:
    return tunables(asker.session.effective, asker.session.facts)


def _ask_one(asker: Asker, tunable: Tunable) -> Left:
    """Write what there is to know of a variable, then ask for its value."""
    question = tunable.section_question
    if question is not None:
        told = f"{place_of(question)} decides about {tunable.name}: better answer it there."
        asker.paper.prose(told)
        if asker.prompter.confirm("Answer it there?", default=True):
            asker.ask_section(section_of(question.key), question.key)
            return None
    about = [(label.lower(), text) for label, text in facts_about(tunable)]
    if tunable.variable.description:
        about.insert(0, ("what", tunable.variable.description))
    return asker.ask(tunable.question, f"since {tunable.era}", about)


def _tell_changed(asker: Asker, known: tuple[Tunable, ...]) -> None:
    named = [one for one in known if one.standing is Standing.NAMED]
    asker.paper.gap()
    asker.paper.line(f"{len(known)} variables, {len(named)} set by name")
    asker.paper.rows([(one.name, one.value, one.origin) for one in named], indent=1)


def _option(one: Tunable) -> Option:
    mark = "▸ " if one.changed else "  "
    cells = (f"{mark}{one.name}", one.value, one.origin)
    return Option(one, one.name, one.variable.description, cells=cells)
