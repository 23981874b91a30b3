"""Where Octavia's services will run, and what has to be run to bring them there."""

from __future__ import annotations

from octavia_wizard.core.emit.inventory import inventory_file
from octavia_wizard.core.facts.deploy_host import OUR_INVENTORY
from octavia_wizard.core.facts.octavia_groups import host_group_sources
from octavia_wizard.core.handover import NextCommand, next_commands
from octavia_wizard.core.views.layout import cut, verdict, wrapped
from octavia_wizard.core.views.model import Picture, Role, Subject, View, line
from octavia_wizard.core.views.playbooks import draw_controllers, draw_runs


def draw_hosts(subject: Subject, width: int) -> Picture:
    """Draw the hosts with their addresses, and say which file names them."""
    hosts = subject.effective.mapping("deployment.hosts")
    group = subject.effective.release.rules.infra_hosts_group
    if not hosts:
        return verdict(Role.QUIET, f"no hosts yet for the group {group}", width)
    column = max(map(len, hosts)) + 2
    rows = [f"{name.ljust(column)}{address}" for name, address in sorted(hosts.items())]
    return (*wrapped(_named(subject, group), width, Role.QUIET), *_in_columns(rows, width))


def _named(subject: Subject, group: str) -> str:
    named = host_group_sources(subject.facts.host.inventory, subject.effective.release)
    for spelled, source in named.items():
        if source and source != OUR_INVENTORY:
            return f"{spelled}, as {source} names them"
    file = inventory_file(subject.effective, subject.facts)
    if file is None or not (file.owned or file.changed):
        return f"{group}, in {OUR_INVENTORY}"
    if not file.owned:
        return f"{group}, to be added to your {OUR_INVENTORY}"
    return f"{group}, to be written to {OUR_INVENTORY}"


def _in_columns(cells: list[str], width: int) -> Picture:
    column = max(map(len, cells)) + 4
    across = max(min((width - 2 + 4) // column, len(cells)), 1)
    rows = [cells[start : start + across] for start in range(0, len(cells), across)]
    texts = ("  " + "".join(cell.ljust(column) for cell in row).rstrip() for row in rows)
    return tuple(line(cut(text, width)) for text in texts)


def draw_commands(subject: Subject, width: int) -> Picture:
    """Draw the playbook runs in the order they are due."""
    commands = next_commands(subject.effective)
    if not commands:
        return verdict(Role.ATTENTION, "no playbook is chosen: nothing reaches the hosts", width)
    directory = next((c.directory for c in commands if c.directory), "")
    where = f", in {directory}" if directory else ""
    when = "to run when the files are in place, in this order"
    if subject.effective.is_on("deployment.run_playbooks"):
        when = "steps of the run, in this order, each where something it works on has changed"
    head = wrapped(f"{when}{where}", width, Role.QUIET)
    rows = [row for place, c in enumerate(commands, 1) for row in _command(place, c, width)]
    return (*head, *rows)


def _command(place: int, command: NextCommand, width: int) -> Picture:
    # A command is never cut: it is there to be copied.
    first, *rest = wrapped(command.command, width - 4, indent=2)
    return (line((f"{place:>2}  ", Role.QUIET), *first), *(line("    ", *row) for row in rest))


VIEWS: tuple[View, ...] = (
    View("hosts", "Hosts of Octavia", draw_hosts, keys=("deployment.hosts",)),
    View(
        "commands",
        "What comes next",
        draw_commands,
        keys=("deployment.playbooks", "deployment.run_playbooks", "deployment.ansible_options"),
    ),
    View("runs", "Playbooks run from here", draw_runs, keys=("deployment.run_playbooks",)),
    View("controllers", "Controllers, as Ansible found them", draw_controllers),
)
