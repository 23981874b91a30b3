"""The verb that puts secrets and certificates into a sealed bundle."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import where
from octavia_wizard.commands.invocation import Invocation, place_options, verb
from octavia_wizard.commands.opening import (
    THIS_DEPLOYMENT,
    maybe_preset_argument,
    open_session,
    require_sections,
)
from octavia_wizard.commands.passphrase import OPTION, new_passphrase, passphrase_option
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.bundle import Bundle
    from octavia_wizard.core.session import Session

STDOUT = Path("-")
SECTIONS = ("certificates",)
"""What must be answered, so that no secret is forgotten."""


@click.command()
@maybe_preset_argument
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    metavar="FILE",
    help="The bundle to write; - is standard output. A file that exists is not replaced.",
)
@click.option("--secrets-only", is_flag=True, help="Leave the files of the certificates out.")
@passphrase_option
@click.option(
    "--generate-passphrase",
    "generated",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Make a strong passphrase and write it to this new file, which is private.",
)
@place_options
@verb
def export(
    invocation: Invocation,
    preset: str | None,
    out: Path,
    secrets_only: bool,
    passphrase_file: Path | None,
    generated: Path | None,
) -> Result:
    """Put the secrets and certificates of a deployment into a file sealed by a passphrase.

    In it are every secret the deployment needs that has a value, whichever file has it, and the
    files in the directory of the certificates. Whoever has the passphrase has all of them. The
    preset is not: it holds no secret, and can be copied as it is.

    It is a file in the age format (age-encryption.org) around a tar archive, so that it can be
    opened without octavia-wizard: age -d octavia.age | tar -x

    \b
    Examples:
      octavia-wizard secrets export --out octavia.age
      octavia-wizard secrets export site.yml --out octavia.age --secrets-only
      octavia-wizard secrets export --out octavia.age --generate-passphrase ./passphrase
      octavia-wizard secrets export --out - --passphrase-file ./pass | ssh infra2 'cat > b.age'
    """
    from octavia_wizard.core.interview import require_deploy_dir
    from octavia_wizard.output.secrets import exported_result

    _refuse_places(invocation, out, passphrase_file, generated)
    require_deploy_dir(invocation.deploy_dir)
    session = open_session(invocation, preset)
    require_sections(session, preset or THIS_DEPLOYMENT, SECTIONS)
    bundle, missing = _collected(session, certificates=not secrets_only)
    passphrase = _passphrase(invocation, passphrase_file, generated)
    try:
        data = _sealed(invocation, bundle, passphrase)
        _write(out, data)
    except BaseException:
        if generated is not None:
            generated.unlink(missing_ok=True)
        raise
    result = exported_result(bundle, missing, out, len(data), where(session), generated)
    if out != STDOUT:
        return result
    return Result(result.kind, result.documents, lambda paper: None)


def _refuse_places(
    invocation: Invocation, out: Path, passphrase_file: Path | None, generated: Path | None
) -> None:
    """Raise UsageError for what would fail after the passphrase was typed."""
    from octavia_wizard.core.errors import UsageError

    if passphrase_file is not None and generated is not None:
        raise UsageError(f"{OPTION} and --generate-passphrase exclude each other")
    if out == STDOUT:
        if invocation.given.get("format") == "json":
            raise UsageError("--out - and --format json both want standard output")
        if sys.stdout.isatty():
            raise UsageError("a sealed bundle is nothing for a terminal", hint="name a file")
    for path in (out, generated):
        if path not in (None, STDOUT) and os.path.lexists(path):
            raise UsageError(f"{path} exists already and is not replaced", hint="name another file")


def _collected(session: Session, *, certificates: bool) -> tuple[Bundle, tuple[str, ...]]:
    """Return the bundle, and the names of needed secrets that have no value; raises FileError."""
    from octavia_wizard.core.bundle import collect
    from octavia_wizard.core.errors import UsageError
    from octavia_wizard.core.secrets import needed_secrets

    effective = session.effective
    bundle = collect(effective, session.facts.host, certificates=certificates)
    if not bundle.secrets and not bundle.files:
        raise UsageError(
            f"there is nothing to export: {session.options.deploy_dir} has no secret of Octavia",
            hint="secrets and certificates are made by a run, e.g. octavia-wizard replay",
        )
    needed = (need.name for need in needed_secrets(effective))
    return bundle, tuple(name for name in needed if name not in bundle.secrets)


def _passphrase(invocation: Invocation, file: Path | None, generated: Path | None) -> str:
    from octavia_wizard.core.sealing import generate_passphrase, write_once

    if generated is None:
        return new_passphrase(invocation, file)
    passphrase = generate_passphrase()
    write_once(generated, f"{passphrase}\n".encode())
    return passphrase


def _sealed(invocation: Invocation, bundle: Bundle, passphrase: str) -> bytes:
    from octavia_wizard.core.bundle import pack

    with invocation.output.busy("sealing the bundle, which takes some seconds on purpose…"):
        return pack(bundle, passphrase)


def _write(out: Path, data: bytes) -> None:
    from octavia_wizard.core.errors import FileError
    from octavia_wizard.core.sealing import write_once

    if out != STDOUT:
        write_once(out, data)
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise FileError(f"cannot write standard output: {error.strerror}") from None
