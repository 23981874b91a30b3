"""``conf.d/octavia.yml``: which hosts run Octavia's services."""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.insertion import CannotInsertError, add_key
from octavia_wizard.core.emit.inventory_files import Texts, host_entries
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.render import comment, yaml_text
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host import OUR_INVENTORY
from octavia_wizard.core.facts.deploy_host_files import is_ours
from octavia_wizard.core.facts.managed import CONTROL_PLANE_GROUPS, underscored
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.facts.octavia_groups import host_group_sources

MODE = 0o644

_CONTROLLERS = frozenset(map(underscored, CONTROL_PLANE_GROUPS))
_MANAGEMENT = "management_ip"
_NO_CONTAINERS = "no_containers"


def inventory_file(
    effective: Effective, facts: Facts, texts: Texts | None = None
) -> EmittedFile | None:
    """Write the hosts of Octavia; None where there are none, or no file is called for.

    Of a file the operator wrote nothing is changed but that the group is added, and a group
    that a file of the operator's names already is left there: OSA would merge the two, and
    nobody could tell who asked for what. ``texts`` are the files as other edits of this run
    leave them.
    """
    hosts = effective.mapping("deployment.hosts")
    if not hosts or _foreign_source(effective, facts) is not None:
        return None
    known = facts.host.texts if texts is None else texts
    before, present = facts.host.texts.get(OUR_INVENTORY), known.get(OUR_INVENTORY)
    release, group = effective.release, effective.release.rules.infra_hosts_group
    entries = {name: _entry(known, name, address) for name, address in sorted(hosts.items())}
    if present is not None and not is_ours(present):
        text, note = _with_group(present, group, entries)
        return EmittedFile(OUR_INVENTORY, text, MODE, False, before, (note,) if note else ())
    head = "---\n" + comment(
        f"Written by octavia-wizard for OpenStack-Ansible {release.name} "
        f"({release.series}): the hosts that run Octavia's services."
    )
    return EmittedFile(OUR_INVENTORY, f"{head}{yaml_text({group: entries})}", MODE, True, before)


def inventory_note(effective: Effective, facts: Facts) -> str:
    """Say which of the operator's files names the hosts, where that is so; else ""."""
    found = _foreign_source(effective, facts)
    if found is None:
        return ""
    group, source = found
    return f"{group} is named in {source}; its hosts are left as they are there"


def _foreign_source(effective: Effective, facts: Facts) -> tuple[str, str] | None:
    """Return the host group of Octavia that a file of the operator's names, and that file."""
    ours = is_ours(facts.host.texts.get(OUR_INVENTORY, ""))
    for group, source in host_group_sources(facts.host.inventory, effective.release).items():
        if source and not (ours and source == OUR_INVENTORY):
            return group, source
    return None


def _with_group(text: str, group: str, entries: Mapping[str, object]) -> tuple[str, str]:
    """Return an operator's file with the group added, or as it is, and why."""
    try:
        return add_key(text, (), group, entries), ""
    except CannotInsertError as error:
        reason = f"{error.message}: add the group {group} to it yourself"
    except FileError as error:
        reason = f"{error.message}; mend it first"
    return text, f"{OUR_INVENTORY} is not edited: {reason}"


def _entry(texts: Texts, host: str, address: str) -> dict[str, object]:
    """Return what the group says of a host: what its other groups say must not be undone.

    Of two groups the generator takes the later one's ``management_ip`` (27.0.0 and later),
    which is the address where a group has none, and every group has its own ``no_containers``.
    """
    entry: dict[str, object] = {"ip": address}
    for group, known in host_entries(texts, host):
        if underscored(group).startswith("octavia_"):
            continue
        if _MANAGEMENT in known and known.get("ip") == address:
            entry[_MANAGEMENT] = known[_MANAGEMENT]
        if _NO_CONTAINERS in known and underscored(group) in _CONTROLLERS:
            entry.setdefault(_NO_CONTAINERS, known[_NO_CONTAINERS])
    return entry
