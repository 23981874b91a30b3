"""What would follow from an answer that is being typed and was not taken yet."""

from __future__ import annotations

from dataclasses import dataclass

from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.session import Session
from octavia_wizard.screens.outlook import Outlook, look


@dataclass(frozen=True, slots=True)
class Trial:
    """An answer as typed so far: what it would lead to, or why it is none yet."""

    key: str
    text: str
    outlook: Outlook | None = None
    refusal: str = ""


def try_out(session: Session, key: str, text: str) -> Trial:
    """Answer a question in a session made for the purpose, and look at what follows."""
    try:
        session.give_text(key, text)
        return Trial(key, text, look(session))
    except PresetError as error:
        return Trial(key, text, refusal=error.problems[0].reason)
