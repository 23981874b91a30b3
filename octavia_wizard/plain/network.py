"""What else can be done about the management network: a free range, and the inventory."""

from __future__ import annotations

from octavia_wizard.core.emit.diff import unified
from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES
from octavia_wizard.core.proposals import propose_network
from octavia_wizard.plain.asking import Asker


def propose(asker: Asker) -> None:
    """Propose a CIDR and a pool that overlap nothing known, and take them on a yes."""
    session, paper = asker.session, asker.paper
    found = propose_network(session.effective, session.facts)
    if found is None:
        paper.line("nothing is to be proposed: the network exists, or no range is free")
        return
    paper.rows([("CIDR", found.cidr), ("pool", found.pool)], ("dim",), indent=1)
    paper.prose(f"{found.reason}.", indent=1)
    if not asker.prompter.confirm("Take these?", default=True):
        return

    def take() -> None:
        session.give_text("network.cidr", found.cidr)
        session.give_text("network.pool", found.pool)

    try:
        asker.change(take)
    except PresetError as error:
        asker.say_error(error)
        return
    asker.gallery.beside("network.cidr")


def show_entry(asker: Asker) -> None:
    """Write what the inventory becomes: the entry of the network as it will stand."""
    session, paper = asker.session, asker.paper
    files = [
        file for file in emit_files(session.effective, session.facts) if file.path != OUR_VARIABLES
    ]
    for file in files:
        paper.line((file.path, "bold"))
        for note in file.notes:
            paper.prose(note, ("! ", "yellow"), indent=1)
        if file.changed:
            paper.diff(unified(file.before, file.text, file.path)[2:], indent=1)
        else:
            paper.line("stays as it is", indent=1)
    if not files:
        paper.line("no file of the inventory is written with these answers")
