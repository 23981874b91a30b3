"""Where defaults come from: small makers of default, choice and condition functions."""

from __future__ import annotations

from collections.abc import Callable

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions.model import Choice, Context, Default

DefaultFunction = Callable[[Context], Default | None]
ChoicesFunction = Callable[[Context], tuple[Choice, ...]]
Condition = Callable[[Context], bool]


def always(value: object, why: str) -> DefaultFunction:
    """Propose the same value whatever is known."""
    return lambda _: Default(value, Provenance.COMPUTED, why)


def undecided(_: Context) -> None:
    """Propose nothing: the operator must decide."""
    return


def from_role(variable: str, otherwise: object = None) -> DefaultFunction:
    """Propose the default of a role variable in this release, else ``otherwise``."""

    def propose(context: Context) -> Default | None:
        known = context.release.variable(variable)
        if known is not None and not known.computed and known.default not in (None, ""):
            detail = f"{variable} in {context.release.series}"
            return Default(known.default, Provenance.ROLE_DEFAULT, detail)
        if otherwise is None:
            return None
        return Default(otherwise, Provenance.COMPUTED, "the default of Octavia itself")

    return propose


def fixed(*choices: Choice) -> ChoicesFunction:
    """Offer the same choices whatever is known."""
    return lambda _: choices


def both(*conditions: Condition) -> Condition:
    """Ask only where every condition holds."""
    return lambda context: all(condition(context) for condition in conditions)


def chosen(key: str, *values: str) -> Condition:
    """Ask only where an earlier choice has one of these values."""
    return lambda context: context.effective.maybe_text(key) in values


def on(key: str) -> Condition:
    """Ask only where an earlier flag is set."""
    return lambda context: context.effective.is_on(key)


def release_has(variable: str) -> Condition:
    """Ask only where the role of this release reads a variable."""
    return lambda context: context.release.has(variable)


def live(context: Context) -> bool:
    """Ask only where the wizard works on a cloud."""
    return context.effective.chosen("cloud.mode", "live")
