"""The verb that takes over a deployment that runs: from its files and its cloud to a preset."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import complete_key
from octavia_wizard.commands.invocation import Invocation, cloud_options, verb
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.adopting.model import Adoption
    from octavia_wizard.core.session import Session

_MODE = "cloud.mode"
_CLOUD = "cloud.name"
_PROJECT = "cloud.service_project"
MODE = 0o600
"""As every preset the wizard writes."""


@click.command("import")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The preset to write; without it, it is only shown.",
)
@click.option("--force", is_flag=True, help="Replace FILE where it exists.")
@click.option("--no-cloud", is_flag=True, help="Read the files of this host alone.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    shell_complete=complete_key,
    help="Answer a question, whatever is found; may be repeated.",
)
@cloud_options
@verb
def import_(
    invocation: Invocation,
    out: Path | None,
    force: bool,
    no_cloud: bool,
    settings: tuple[str, ...],
) -> Result:
    """Take over an Octavia that runs: write a preset under which nothing of it changes.

    Read are the user_*.yml of the deploy directory as Ansible reads them, the inventory, where
    the certificates are, and the cloud. Each answer of the preset says where it was found, and
    what differs from the role's defaults is marked. Nothing is changed, and no secret is
    imported: secrets stay in your secrets files.

    \b
    Examples:
      octavia-wizard import --cloud prod --out site.yml
      octavia-wizard import --no-cloud
      octavia-wizard import --out site.yml --set cloud.release=25.6.0

    Then look at it, and at what it would do: octavia-wizard plan site.yml, which should create
    nothing in the cloud. Ends with 2 where nothing of Octavia was found, or FILE exists.
    """
    from octavia_wizard.core.adopting.adopt import adopt
    from octavia_wizard.core.adopting.preset import annotated_text
    from octavia_wizard.core.interview import require_deploy_dir
    from octavia_wizard.output.importing import import_result

    _refuse(out, force, no_cloud=no_cloud, cloud_named=bool(invocation.given.get("cloud")))
    require_deploy_dir(invocation.deploy_dir)
    session = _session(invocation, settings, no_cloud=no_cloud)
    adoption = adopt(session.facts, session.answers)
    text = annotated_text(adoption)
    if out is not None:
        _write(out, text, force=force)
    return import_result(adoption, text, out, _commands(session, adoption, out))


def _refuse(out: Path | None, force: bool, *, no_cloud: bool, cloud_named: bool) -> None:
    """Raise UsageError for what would fail after everything was read."""
    from octavia_wizard.core.errors import UsageError

    if no_cloud and cloud_named:
        raise UsageError("--cloud and --no-cloud exclude each other")
    if out is not None and os.path.lexists(out) and not force:
        raise UsageError(
            f"{out} exists already and is not replaced", hint="name another file, or use --force"
        )


def _session(invocation: Invocation, settings: tuple[str, ...], *, no_cloud: bool) -> Session:
    """Open a session that knows the host and the cloud; raises UsageError or CloudError."""
    from octavia_wizard.commands.opening import complete
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.interview import begin

    rehearsal = invocation.rehearsal
    answers = Answers()
    if rehearsal is not None and "cloud.release" in rehearsal.answers:
        release = rehearsal.answers.values["cloud.release"]
        answers = answers.with_value("cloud.release", release)
    if no_cloud:
        answers = answers.with_value(_MODE, "files")
    beginning = begin(invocation.options(answers), answers, keep_saved=False)
    for problem in beginning.problems:
        invocation.output.say(f"note: {problem.message}")
    session = beginning.session
    complete(session, settings, ())
    _look_at_cloud(invocation, session)
    return session


def _look_at_cloud(invocation: Invocation, session: Session) -> None:
    """Read the cloud, where one is named or only one can be meant."""
    from octavia_wizard.core.adopting.adopt import service_project
    from octavia_wizard.core.errors import UsageError

    if not session.works_live:
        return
    if _CLOUD in session.effective.missing:
        named = ", ".join(cloud.value for cloud in session.facts.clouds)
        if named:
            raise UsageError(
                "which cloud runs this Octavia cannot be told",
                hint=f"name it with --cloud ({named}), or leave it out with --no-cloud",
            )
        invocation.output.say("note: no cloud is known here; only the files are read")
        session.answers = session.answers.with_value(_MODE, "files")
        return
    project = service_project(session.facts, session.effective.release)
    if project is not None and _PROJECT not in session.answers:
        # What the cloud has is read for this project; the file says so again in the preset.
        session.answers = session.answers.with_value(_PROJECT, project)
    with invocation.output.busy("reading the cloud…"):
        session.read_cloud()
    if project is not None:
        session.take_back(_PROJECT)


def _write(out: Path, text: str, *, force: bool) -> None:
    """Write the preset; raises FileError, and UsageError for one that appeared meanwhile."""
    from octavia_wizard.core.files import write_file

    _refuse(out, force, no_cloud=False, cloud_named=False)
    write_file(out.absolute(), text, MODE)


def _commands(session: Session, adoption: Adoption, out: Path | None) -> tuple[str, ...]:
    """Return what to do next."""
    if out is None:
        return (session.command_line("import", "--out", "FILE"),)
    return (
        session.command_line("plan", str(out)),
        session.command_line("certs", "show", str(out)),
    )
