"""The plain front end: the same interview by prompts, down to a serial line without a cursor."""

from __future__ import annotations

from collections.abc import Sequence

from octavia_wizard.core.interview import Beginning
from octavia_wizard.core.session import Session

__all__ = ["ask_missing", "run_plain"]


def run_plain(session: Session, beginning: Beginning, *, lines: bool = False) -> int:
    """Ask, review and apply by prompts, with ``lines`` without a cursor; return the exit code."""
    from octavia_wizard.plain.building import BuildingAsker
    from octavia_wizard.plain.hub import Hub
    from octavia_wizard.plain.prompter import make_prompter

    return Hub(BuildingAsker(session, make_prompter(lines=lines))).run(beginning)


def ask_missing(session: Session, sections: Sequence[str], only: str = "") -> None:
    """Ask the given sections, then only what has no answer; or the key ``only``, and no other.

    Raises KeyboardInterrupt when left.
    """
    from octavia_wizard.plain.asking import Asker
    from octavia_wizard.plain.prompter import make_prompter

    asker = Asker(session, make_prompter(), keep=False)
    try:
        if only:
            asker.ask_until_answered(only)
            return
        for name in sections:
            asker.ask_section(name)
        asker.ask_missing()
    except EOFError:
        raise KeyboardInterrupt from None
