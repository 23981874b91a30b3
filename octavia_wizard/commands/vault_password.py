"""Asking for the password of what ansible-vault encrypted, unseen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from octavia_wizard.core.vault import Vault
    from octavia_wizard.output import Output

TRIES = 3


def ask_vault_password(output: Output, deploy_dir: Path, *, file_too: bool = False) -> Vault | None:
    """Ask for the password until it opens something; None where there is nothing to open.

    Raises UsageError where nobody can answer, and FileError for the last wrong answer.
    """
    from octavia_wizard.core.errors import FileError, UsageError
    from octavia_wizard.core.facts.secret import Secret
    from octavia_wizard.core.vault import OPTION
    from octavia_wizard.core.vaulted import anything_encrypted, typed_vault

    if file_too:
        raise UsageError(
            f"--ask-vault-pass and {OPTION} cannot both be given", hint="leave one of them out"
        )
    if not anything_encrypted(deploy_dir):
        output.say(f"note: nothing in {deploy_dir} is encrypted, so no vault password is asked for")
        return None
    if not output.interactive:
        raise UsageError(
            "there is nobody to type the vault password",
            hint=f"keep it in a file of mode 0600 and name that with {OPTION}",
        )
    for left in reversed(range(TRIES)):
        typed = click.prompt("Vault password", hide_input=True, err=True)
        try:
            with output.busy("trying the password…"):
                return typed_vault(Secret(typed), deploy_dir, os.environ)
        except FileError as error:
            if not left:
                raise
            output.error(error)
    return None
