"""The verbs about the rehearsal cloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from octavia_wizard.commands.invocation import Invocation, verb, voice_options
from octavia_wizard.core.commandline import command_line
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.output.paper import Paper

F = TypeVar("F", bound=Callable[..., Any])


def offset_option(function: F) -> F:
    """Add the option that moves the cloud to other ports."""
    return click.option(
        "--port-offset",
        type=int,
        metavar="NUMBER",
        envvar="OCTAVIA_WIZARD_REHEARSAL_PORT_OFFSET",
        show_envvar=True,
        help="Added to OpenStack's usual ports; another cloud for each.  [default: 20000]",
    )(function)


@click.group()
@voice_options
def rehearse() -> None:
    """Start and stop a real OpenStack on this machine to try things on.

    Keystone, Glance, Neutron, Nova with its fake compute, Placement and Octavia are installed
    into the cache directory on the first start and listen on 127.0.0.1 only.

    \b
    Examples:
      octavia-wizard rehearse up
      octavia-wizard --rehearse                         the interview on it
      octavia-wizard plan lab-single-node --rehearse    a plan on it
      octavia-wizard rehearse down
    """


@rehearse.command()
@click.option("--fresh", is_flag=True, help="Drop everything that was made in it before.")
@offset_option
@voice_options
@verb
def up(invocation: Invocation, fresh: bool, port_offset: int | None) -> Result:
    """Start the rehearsal cloud, and install it first where needed.

    \b
    Examples:
      octavia-wizard rehearse up
      octavia-wizard rehearse up --fresh
    """
    from octavia_wizard.commands.rehearsing import start
    from octavia_wizard.rehearsal.deploy_dir import ensure_deploy_dir
    from octavia_wizard.rehearsal.layout import PORT_OFFSET_VARIABLE, Layout

    running = start(invocation, fresh=fresh, port_offset=port_offset)
    deploy_dir = ensure_deploy_dir(running.layout)
    document = {
        "clouds_file": str(running.clouds_file),
        "cloud": "rehearsal",
        "deploy_dir": str(deploy_dir),
        "already_running": running.already,
        "elapsed": running.elapsed,
        "note": running.note,
    }

    def write(paper: Paper) -> None:
        state = "was running already" if running.already else f"is up, {running.elapsed:.0f} s"
        paper.line(("The rehearsal cloud ", "bold"), state)
        if running.note:
            paper.line(running.note, indent=1)
        usual = running.layout.port_offset == Layout.default().port_offset
        prefix = "" if usual else f"{PORT_OFFSET_VARIABLE}={running.layout.port_offset} "
        paper.line(f"for octavia-wizard:   {prefix}{command_line()} --rehearse", indent=1)
        variable = f"OS_CLIENT_CONFIG_FILE={running.clouds_file}"
        paper.line(f"for other clients:    export {variable} OS_CLOUD=rehearsal", indent=1)
        paper.line(f"deploy directory:     {deploy_dir}", indent=1)

    return Result("rehearsal", (document,), write)


@rehearse.command()
@offset_option
@voice_options
@verb
def down(invocation: Invocation, port_offset: int | None) -> Result:
    """Stop the rehearsal cloud; what was made in it is kept for the next start.

    \b
    Example:
      octavia-wizard rehearse down
    """
    from octavia_wizard.rehearsal import control
    from octavia_wizard.rehearsal.layout import Layout

    ended = control.down(Layout.default(port_offset))
    text = f"stopped, {len(ended)} processes ended" if ended else "was not running"
    document = {"ended": ended}
    return Result(
        "rehearsal", (document,), lambda paper: paper.line(f"The rehearsal cloud {text}.")
    )


@rehearse.command()
@offset_option
@voice_options
@verb
def status(invocation: Invocation, port_offset: int | None) -> Result:
    """Tell whether the rehearsal cloud runs, and what it takes.

    \b
    Example:
      octavia-wizard rehearse status --format json
    """
    from dataclasses import asdict

    from octavia_wizard.rehearsal.layout import Layout
    from octavia_wizard.rehearsal.status import Status
    from octavia_wizard.rehearsal.status import status as look

    found: Status = look(Layout.default(port_offset))

    def write(paper: Paper) -> None:
        paper.line(
            ("The rehearsal cloud is ", "bold"),
            f"{found.condition}, {found.memory_mib:.0f} MiB",
            f", up {found.uptime:.0f} s" if found.uptime else "",
            "" if found.installed else ", not installed",
        )
        rows = [
            (service.name, service.version, service.url, f"pid {service.pid or '-'}")
            for service in found.services
        ]
        paper.rows(rows, indent=1)
        paper.line(f"clouds.yaml: {found.clouds_file}", indent=1)

    return Result("rehearsal", (asdict(found),), write)
