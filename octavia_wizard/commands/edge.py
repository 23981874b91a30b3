"""Where the program ends: every way it can end becomes one message and one exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

USAGE = 2
BUG = 70
INTERRUPTED = 130
DEBUG_VARIABLE = "OCTAVIA_WIZARD_DEBUG"


def ending(call: Callable[[], Any], given: Mapping[str, Any]) -> int:
    """Run the program and return its exit code, after saying what went wrong if anything did."""
    from octavia_wizard.core.errors import FileError
    from octavia_wizard.output.stream import steadfast_streams

    with steadfast_streams() as out:
        code = _code_of(call, given)
        out.flush()
        if out.trouble is not None and code == 0:
            reason = out.trouble.strerror
            print(f"error: cannot write standard output: {reason}", file=sys.stderr)  # noqa: T201
            code = FileError.exit_code
    return code


def _code_of(call: Callable[[], Any], given: Mapping[str, Any]) -> int:
    from octavia_wizard.core.errors import Interrupted, WizardError

    try:
        code = call()
    except click.UsageError as error:
        return _usage(error, given)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except WizardError as error:
        return _say(error, given)
    except (KeyboardInterrupt, click.Abort):
        return _say(Interrupted("stopped"), given)
    except Exception as error:
        return _bug(error)
    return code if isinstance(code, int) else 0


def _say(error: Any, given: Mapping[str, Any]) -> int:
    from octavia_wizard.commands.invocation import output_for

    output_for(given).error(error)
    return int(error.exit_code)


def _usage(error: click.UsageError, given: Mapping[str, Any]) -> int:
    from octavia_wizard.core.errors import UsageError

    if given.get("format") == "json":
        return _say(UsageError(error.format_message()), given)
    error.show()
    return USAGE


def _bug(error: Exception) -> int:
    """Keep the traceback where only the operator reads it, and name the file."""
    from octavia_wizard.core.errors import FileError

    if os.environ.get(DEBUG_VARIABLE) == "1":
        traceback.print_exception(error)
        return BUG
    text = "".join(traceback.format_exception(error))
    name = type(error).__name__
    try:
        path = _keep(text)
    except (OSError, FileError):
        note = f"set {DEBUG_VARIABLE}=1 and run it again to see where"
    else:
        note = f"please report it with {path}"
    print(f"error: a bug in octavia-wizard ({name}); {note}", file=sys.stderr)  # noqa: T201
    return BUG


def _keep(text: str) -> Path:
    from octavia_wizard.core.places import private_directory, state_root

    directory = private_directory(state_root() / "bugs")
    path = directory / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    return path
