"""The verb that takes from a bundle what this host lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import where
from octavia_wizard.commands.invocation import Invocation, place_options, verb
from octavia_wizard.commands.opening import maybe_preset_argument, open_session
from octavia_wizard.commands.passphrase import known_passphrase, passphrase_option
from octavia_wizard.commands.running import (
    asked_for,
    carry_out,
    nothing_to_do,
    refuse_obstacles,
    yes_option,
)
from octavia_wizard.core.commandline import command_line
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.bundle import Bundle
    from octavia_wizard.core.lifecycle.model import Errand


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@maybe_preset_argument
@click.option(
    "--keep",
    multiple=True,
    metavar="NAME",
    help="Leave this secret as it is on this host, whatever the bundle has; may be repeated.",
)
@passphrase_option
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@yes_option
@place_options
@verb
def import_(
    invocation: Invocation,
    file: Path,
    preset: str | None,
    keep: tuple[str, ...],
    passphrase_file: Path | None,
    dry_run: bool,
    yes: bool,
) -> Result:
    """Take from a bundle what this host lacks; nothing that is there is replaced.

    Secrets go into user_secrets_octavia.yml, the files of the certificates into their directory,
    as the answers of PRESET, or else of this deployment, name it. Where a secret or a file has
    another content here, nothing at all is written.

    \b
    Examples:
      octavia-wizard secrets import octavia.age --dry-run
      octavia-wizard secrets import octavia.age site.yml
      octavia-wizard secrets import octavia.age --passphrase-file ./passphrase --yes

    It is a run: 'octavia-wizard undo --run ID' takes it back. After an interruption, import the
    bundle again. Ends with 4 where something differs, and with 5 where the bundle cannot be
    opened.
    """
    from octavia_wizard.core.interview import require_deploy_dir
    from octavia_wizard.core.lifecycle.importing import import_plan
    from octavia_wizard.output.plans import plan_result
    from octavia_wizard.output.secrets import brought_result

    require_deploy_dir(invocation.deploy_dir)
    data = _read(file)
    session = open_session(invocation, preset)
    bundle = _opened(invocation, file, data, passphrase_file)
    _refuse_unknown(bundle, keep)
    invocation.output.show(brought_result(bundle, file, session.effective.release))
    errand = import_plan(session, bundle.without(keep), file.absolute())
    shown = asked_for(errand.plan)
    planned = plan_result(shown, where(session), verbose=invocation.verbose)
    if dry_run and not shown.obstacles:
        return planned
    if shown.obstacles or shown.has_changes:
        invocation.output.show(planned)
    refuse_obstacles(errand.plan)
    return _carried_out(invocation, errand, yes=yes)


def _read(file: Path) -> bytes:
    from octavia_wizard.core.errors import UsageError
    from octavia_wizard.core.files import read_bytes

    data = read_bytes(file)
    if data is None:
        raise UsageError(f"there is no file {file}")
    return data


def _opened(
    invocation: Invocation, file: Path, data: bytes, passphrase_file: Path | None
) -> Bundle:
    """Ask for the passphrase and read the bundle; FileError where it cannot be opened."""
    from octavia_wizard.core.bundle import unpack
    from octavia_wizard.core.errors import FileError
    from octavia_wizard.core.sealing import work_factor

    try:
        # What is no bundle at all is told before a passphrase is asked for.
        work_factor(data)
        passphrase = known_passphrase(invocation, passphrase_file)
        with invocation.output.busy("opening the bundle, which takes some seconds on purpose…"):
            return unpack(data, passphrase)
    except FileError as error:
        raise FileError(f"{file}: {error.message}", hint=error.hint) from None


def _refuse_unknown(bundle: Bundle, keep: tuple[str, ...]) -> None:
    from octavia_wizard.core.errors import UsageError

    for name in keep:
        if name not in bundle.secrets:
            raise UsageError(
                f"--keep {name}: the bundle has no such secret",
                hint=f"it has {', '.join(sorted(bundle.secrets)) or 'none'}",
            )


def _carried_out(invocation: Invocation, errand: Errand, *, yes: bool) -> Result:
    """Ask, write, and say what comes next; goes on with an import that did not come to its end."""
    from octavia_wizard.core.lifecycle.importing import unfinished_import
    from octavia_wizard.output.secrets import imported_result

    session, plan = errand.session, errand.plan
    resumes = unfinished_import(session)
    if not plan.has_changes and resumes is None:
        return nothing_to_do(session, asked_for(plan))
    run = carry_out(
        invocation, session, plan, errand.command, yes=yes or not plan.has_changes, resumes=resumes
    )
    ways = [
        (_line(invocation, "secrets", "show"), "tells what is still missing"),
        (_line(invocation, "undo", "--run", run.run_id), "takes it back"),
    ]
    return imported_result(plan, run, where(session), ways)


def _line(invocation: Invocation, *words: str) -> str:
    return command_line(*words, deploy_dir=invocation.deploy_dir, rehearse=invocation.rehearse)
