"""Everything the wizard emits, except secrets, for one deploy directory."""

from __future__ import annotations

from dataclasses import replace

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.inventory import inventory_file, inventory_note
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.renaming import renamed
from octavia_wizard.core.emit.user_config import MODE, user_config
from octavia_wizard.core.emit.user_variables import user_variables
from octavia_wizard.core.facts.model import Facts


def emit_files(effective: Effective, facts: Facts) -> tuple[EmittedFile, ...]:
    """Return the files as they should be, in the order to read them; pure, nothing is written.

    Works on incomplete answers too: what is not answered yet is left out.
    """
    variables = user_variables(effective, facts)
    inventory, notes = _inventory_files(effective, facts)
    notes = tuple(filter(None, (*variables.notes, inventory_note(effective, facts), *notes)))
    return replace(variables, notes=notes), *inventory


def _inventory_files(
    effective: Effective, facts: Facts
) -> tuple[tuple[EmittedFile, ...], tuple[str, ...]]:
    """Lay the edits of the inventory's files over one another, each upon what the last one left."""
    before = facts.host.texts
    new_names, unnamed = renamed(effective, before)
    texts = {**before, **new_names}
    found: dict[str, EmittedFile] = {}
    hosts = inventory_file(effective, facts, texts)
    if hosts is not None:
        found[hosts.path] = hosts
        texts[hosts.path] = hosts.text
    network, notes = user_config(effective, facts, texts)
    for file in network:
        known = found.get(file.path, file)
        found[file.path] = replace(known, text=file.text)
    for path, text in new_names.items():
        found.setdefault(path, EmittedFile(path, text, MODE, False, before.get(path)))
    return tuple(found.values()), (*unnamed, *notes)
