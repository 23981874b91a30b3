"""The verb that writes files and changes nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from octavia_wizard.commands.flow import (
    CLOUD,
    answer_options,
    blocked,
    judge,
    load_session,
    preset_argument,
    require_answers,
)
from octavia_wizard.commands.invocation import Invocation, place_options, verb
from octavia_wizard.output.model import Result

NO_MATTER = ("image-file-unusable",)
"""Findings that say nothing against the files: the image may yet have to be built."""


@click.command()
@preset_argument
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Directory to write to; made where it does not exist.",
)
@answer_options
@place_options
@verb
def emit(
    invocation: Invocation,
    preset: str,
    out: Path,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
) -> Result:
    """Write the files of PRESET into DIR; contact no cloud and change nothing else.

    The deploy directory is read for what is there already: openstack_user_config.yml is written
    with the additions, and only secrets that no file has a value for are made. Name the same
    directory with --deploy-dir and --out to work in place. Files in DIR that octavia-wizard did
    not write are left alone. Certificates are not made: they are a step of 'replay'.

    \b
    Examples:
      octavia-wizard emit files-only --out ./review
      octavia-wizard emit site.yml --deploy-dir ./config --out ./config

    Ends with 4 when findings stand in the way, or a file in DIR must not be overwritten.
    """
    from octavia_wizard.core.emitting import write_all
    from octavia_wizard.output.emitted import emitted_result

    with _alone(invocation.deploy_dir, out, f"emit {preset}"):
        session = load_session(invocation, preset, settings, accept)
        require_answers(session, preset, besides=(CLOUD,))
        if not judge(invocation, session, NO_MATTER):
            raise blocked(session, NO_MATTER)
        return emitted_result(write_all(session, out.absolute()), out)


@contextmanager
def _alone(deploy_dir: Path, out: Path, command: str) -> Iterator[None]:
    """Keep runs away where it is the deploy directory that is written to; raises LockedError."""
    from octavia_wizard.core.engine.lock import DeploymentLock
    from octavia_wizard.core.places import DeploymentPlace

    if os.path.realpath(out) != os.path.realpath(deploy_dir):
        yield
        return
    lock = DeploymentLock.acquire(DeploymentPlace.of(deploy_dir), command, deploy_dir)
    try:
        yield
    finally:
        lock.release()
