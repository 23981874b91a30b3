"""The management network in the inventory's files: edits that keep every byte there is."""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.entries import View
from octavia_wizard.core.emit.insertion import CannotInsertError, add_items, add_key
from octavia_wizard.core.emit.inventory_files import (
    CIDRS,
    NETWORKS,
    USED,
    Path,
    Texts,
    UndecidedError,
    fit_for,
)
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.render import comment, yaml_text
from octavia_wizard.core.emit.reservations import Reservation, reservation
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host import SNIPPET
from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.facts.model import Facts

MODE = 0o644

Outcome = tuple[tuple[EmittedFile, ...], tuple[str, ...]]


def user_config(effective: Effective, facts: Facts, texts: Texts | None = None) -> Outcome:
    """Return the edited files, or a snippet to paste, or nothing where nothing is to be added.

    Beside them, notes on what is left alone. What replaces openstack_user_config.yml, as a list
    below conf.d does, is edited in its stead. The snippet stands in where the operator does not
    want the edit, where there is no such file, and where no safe place was found. ``texts`` are
    the files as other edits of this run leave them.
    """
    view = View(effective, facts)
    wanted = reservation(view)
    if not wanted:
        return (), wanted.notes
    known = facts.host.texts if texts is None else texts
    if not effective.is_on("network.edit_inventory"):
        return (_snippet(view, wanted),), wanted.notes
    try:
        changed = placed(known, wanted)
    except UndecidedError as error:
        note = f"nothing is added: {error.message} ({error.hint})"
        return (_snippet(view, wanted),), (*wanted.notes, note)
    except FileError as error:
        what = error.hint if isinstance(error, CannotInsertError) else "mend it first"
        note = f"{error.message} ({what})"
        return (_snippet(view, wanted),), (*wanted.notes, note)
    if changed is None:
        return (_snippet(view, wanted),), wanted.notes
    before = facts.host.texts
    files = (EmittedFile(name, changed[name], MODE, False, before.get(name)) for name in changed)
    return tuple(files), wanted.notes


def placed(texts: Texts, wanted: Reservation) -> Mapping[str, str] | None:
    """Return the files that change with a reservation added, each where OSA's merging keeps it.

    None where there is no file to add to. Raises FileError, in particular UndecidedError and
    CannotInsertError, where that is not safe.
    """
    changed: dict[str, str] = {}
    for path, part in _parts(wanted):
        name = fit_for({**texts, **changed}, path)
        if name is None:
            return None
        try:
            changed[name] = edited(changed.get(name, texts[name]), part)
        except CannotInsertError as error:
            reason = f"{name} is not edited: {error.message}"
            raise CannotInsertError(reason, hint=error.hint) from None
        except FileError as error:
            raise FileError(f"{name} is not edited: {error.message}") from None
    return changed


def edited(text: str, wanted: Reservation) -> str:
    """Return the text with a reservation added; raises FileError where that is not safe."""
    if wanted.cidr is not None:
        text = add_key(text, CIDRS, *wanted.cidr)
    if wanted.used_ips:
        text = add_items(text, USED, list(wanted.used_ips))
    if wanted.network is not None:
        text = add_items(text, NETWORKS, [wanted.network])
    return text


def _parts(wanted: Reservation) -> tuple[tuple[Path, Reservation], ...]:
    """Divide a reservation by where its parts belong."""
    parts = (
        (CIDRS, Reservation(cidr=wanted.cidr)),
        (USED, Reservation(used_ips=wanted.used_ips)),
        (NETWORKS, Reservation(network=wanted.network)),
    )
    return tuple((path, part) for path, part in parts if part)


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
