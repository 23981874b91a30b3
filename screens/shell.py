"""A shell in place of the screens, and back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.shell import Shell, run_shell, shell_of

if TYPE_CHECKING:
    from octavia_wizard.screens.desk import Desk


def open_shell(app: Desk) -> None:
    """Give the terminal to a shell until it ends, then read host and cloud again."""
    if app.is_applying:
        # Nobody would see what the run tells, nor could stop it.
        app.notify("A run is going on; open a shell beside it.", title="No shell", markup=False)
        return
    try:
        shell = shell_of(app.session)
        error = _change_over(app, shell)
    except WizardError as refused:
        error = refused
    except SuspendNotSupported:
        message = "This terminal cannot be handed to a shell; open one beside it."
        app.notify(message, title="No shell", severity="warning", markup=False)
        return
    if error is not None:
        app.notify(error.message, title="No shell", severity="error", markup=False)
        return
    app.look_again(host=True)


def _change_over(app: Desk, shell: Shell) -> WizardError | None:
    """Run the shell; an error is returned, for the screens come back only after a quiet end."""
    with app.suspend():
        if sys.__stdout__ is not None:
            sys.__stdout__.write(f"\n{shell.greeting}\n")
            sys.__stdout__.flush()
        try:
            run_shell(shell)
        except WizardError as error:
            return error
    return None
