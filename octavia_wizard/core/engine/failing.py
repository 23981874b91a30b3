"""What can be done after a step failed: which answers to look at, and what may be left out."""

from __future__ import annotations

from collections.abc import Sequence

from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.skipping import Omission, skippable
from octavia_wizard.core.errors import CredentialsError, TransientError, WizardError


def section_to_mend(plan: Plan, failed: Sequence[str], error: WizardError | None) -> str:
    """Return the section whose answers may be the cause, or "" where no step failed.

    Where the cloud could not be reached or let nobody in, that is the cloud, whatever the step.
    """
    section = next((item.section for item in plan.items if item.step in failed[:1]), "")
    return "cloud" if section and isinstance(error, CredentialsError | TransientError) else section


def omission_of(plan: Plan, failed: Sequence[str]) -> Omission | None:
    """Return what leaving out the step that failed first comes to, where that is safe."""
    known = {item.step for item in plan.items}
    if not failed or failed[0] not in known:
        return None
    omission = skippable(plan, failed[0])
    return omission if omission.is_safe and omission.items else None
