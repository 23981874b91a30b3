"""Everything the wizard emits, except secrets, for one deploy directory."""

from __future__ import annotations

from dataclasses import replace

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.inventory import inventory_file, inventory_note
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.user_config import user_config
from octavia_wizard.core.emit.user_variables import user_variables
from octavia_wizard.core.facts.model import Facts


def emit_files(effective: Effective, facts: Facts) -> tuple[EmittedFile, ...]:
    """Return the files as they should be, in the order to read them; pure, nothing is written.

    Works on incomplete answers too: what is not answered yet is left out.
    """
    variables = user_variables(effective, facts)
    hosts = inventory_file(effective, facts)
    network, notes = user_config(effective, facts)
    notes = tuple(filter(None, (*variables.notes, inventory_note(effective, facts), *notes)))
    found = (replace(variables, notes=notes), hosts, network)
    return tuple(file for file in found if file is not None)
