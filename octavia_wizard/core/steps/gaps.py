"""What a step says while answers it needs are missing."""

from __future__ import annotations

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.steps.base import Action, Decision


def unanswered(effective: Effective, section: str) -> Decision | None:
    """Return that the step is blocked by missing answers of its section, or None."""
    missing = [key for key in effective.missing if key.partition(".")[0] == section]
    if not missing:
        return None
    return Decision(Action.BLOCKED, reason=f"not answered yet: {', '.join(missing)}")
