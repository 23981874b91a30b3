"""The management network in openstack_user_config.yml: an edit that keeps every byte there is."""

from __future__ import annotations

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.entries import View
from octavia_wizard.core.emit.insertion import CannotInsertError, add_items, add_key
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.render import comment, yaml_text
from octavia_wizard.core.emit.reservations import Reservation, reservation
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host import SNIPPET
from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.facts.model import Facts

MODE = 0o644


def user_config(effective: Effective, facts: Facts) -> tuple[EmittedFile | None, tuple[str, ...]]:
    """Return the edited file, or a snippet to paste, or None where nothing is to be added.

    Beside it, notes on what is left alone. The snippet stands in where the operator does
    not want the edit, where there is no such file, and where no safe place was found.
    """
    view = View(effective, facts)
    wanted = reservation(view)
    if not wanted:
        return None, wanted.notes
    before = facts.host.texts.get(USER_CONFIG)
    if before is None or not effective.is_on("network.edit_inventory"):
        return _snippet(view, wanted), wanted.notes
    try:
        text = edited(before, wanted)
    except FileError as error:
        what = error.hint if isinstance(error, CannotInsertError) else "mend it first"
        note = f"{USER_CONFIG} is not edited: {error.message} ({what})"
        return _snippet(view, wanted), (*wanted.notes, note)
    return EmittedFile(USER_CONFIG, text, MODE, False, before), wanted.notes


def edited(text: str, wanted: Reservation) -> str:
    """Return the text with a reservation added; raises FileError where that is not safe."""
    if wanted.cidr is not None:
        text = add_key(text, ("cidr_networks",), *wanted.cidr)
    if wanted.used_ips:
        text = add_items(text, ("used_ips",), list(wanted.used_ips))
    if wanted.network is not None:
        text = add_items(text, ("global_overrides", "provider_networks"), [wanted.network])
    return text


def _snippet(view: View, wanted: Reservation) -> EmittedFile:
    data: dict[str, object] = {}
    if wanted.cidr is not None:
        data["cidr_networks"] = dict([wanted.cidr])
    if wanted.used_ips:
        data["used_ips"] = list(wanted.used_ips)
    if wanted.network is not None:
        data["global_overrides"] = {"provider_networks": [wanted.network]}
    text = comment(
        f"Written by octavia-wizard for OpenStack-Ansible {view.release.name} "
        f"({view.release.series}).\n"
        f"Nothing reads this file. Add these to the same keys of {USER_CONFIG}: to the map "
        "cidr_networks, to the list used_ips, and to the list provider_networks."
    )
    before = view.facts.host.texts.get(SNIPPET)
    return EmittedFile(SNIPPET, text + yaml_text(data), MODE, True, before)
