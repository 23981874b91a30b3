"""Settings as a command line gives them: ``KEY=VALUE``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from octavia_wizard.core.errors import PresetError, Problem


def give_settings(give_text: Callable[[str, str], None], settings: Sequence[str]) -> None:
    """Give each ``KEY=VALUE`` as an answer; raises PresetError for all bad ones."""
    problems: list[Problem] = []
    for text in settings:
        key, equals, value = text.partition("=")
        if not equals:
            problems.append(Problem(text, "is not KEY=VALUE", "e.g. network.dhcp=no"))
            continue
        try:
            give_text(key, value)
        except PresetError as error:
            problems += error.problems
    if problems:
        raise PresetError("--set", problems)
