"""The passphrase of a bundle: from a file or typed unseen, never an argument or a variable."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from octavia_wizard.commands.invocation import Invocation

F = TypeVar("F", bound=Callable[..., Any])

_MAX = 4096
"""Bytes read of a file with a passphrase."""
OPTION = "--passphrase-file"


def passphrase_option(function: F) -> F:
    """Add the option that names the file with the passphrase."""
    return click.option(
        OPTION,
        "passphrase_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Its first line is the passphrase; it may be a pipe.  [default: ask for it]",
    )(function)


def new_passphrase(invocation: Invocation, file: Path | None) -> str:
    """Return the passphrase to seal a bundle with, typed twice; raises UsageError."""
    from octavia_wizard.core.errors import UsageError
    from octavia_wizard.core.sealing import weakness_of

    if file is None:
        return _typed(invocation, "Passphrase for the bundle", twice=True)
    passphrase = _read(file)
    weakness = weakness_of(passphrase)
    if weakness:
        raise UsageError(f"{file}: {weakness}")
    return passphrase


def known_passphrase(invocation: Invocation, file: Path | None) -> str:
    """Return the passphrase that opens a bundle; raises UsageError."""
    return _read(file) if file is not None else _typed(invocation, "Passphrase of the bundle")


def _typed(invocation: Invocation, question: str, *, twice: bool = False) -> str:
    from octavia_wizard.core.errors import UsageError

    if not invocation.output.interactive:
        raise UsageError(
            "there is nobody to type the passphrase of the bundle",
            hint=f"keep it in a file of mode 0600 and name that with {OPTION}",
        )
    typed: str = click.prompt(
        question,
        hide_input=True,
        err=True,
        confirmation_prompt="Once more" if twice else False,
        value_proc=_strong if twice else str,
    )
    return typed


def _strong(text: str) -> str:
    from octavia_wizard.core.sealing import weakness_of

    weakness = weakness_of(text)
    if weakness:
        # It is said, and asked again.
        raise click.BadParameter(weakness)
    return text


def _read(file: Path) -> str:
    """Read the first line of a file, which may be a pipe; raises UsageError."""
    from octavia_wizard.core.errors import UsageError

    try:
        with open(os.open(file, os.O_RDONLY | os.O_CLOEXEC), "rb") as stream:
            line = stream.readline(_MAX)
        passphrase = line.decode().rstrip("\r\n")
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: the passphrase is not UTF-8 text") from None
    if not passphrase:
        raise UsageError(f"{file}: its first line, which is the passphrase, is empty")
    return passphrase
