"""``user_variables_octavia.yml``: every variable with its reason and where its value came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from octavia_wizard.core.effective import Effective, Setting
from octavia_wizard.core.emit import capacity, image, network, ssh
from octavia_wizard.core.emit.certificates import certificate_entries
from octavia_wizard.core.emit.entries import Entry, Group, Row, View, acts_on, entries, origin
from octavia_wizard.core.emit.kept import HEADING, kept_text
from octavia_wizard.core.emit.maps import MAPS, map_entries
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.quotas import quota_entries
from octavia_wizard.core.emit.render import WIDTH, comment, yaml_text
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.releases import Release

MODE = 0o640

_CLOUD = (
    Row(
        variable="octavia_service_project_name",
        key="cloud.service_project",
        why="The project that owns amphorae and all that belongs to them.",
    ),
)
_ROWS = (
    ("Project", _CLOUD),
    ("Management network", network.ROWS),
    ("Amphora image", image.ROWS),
    ("SSH access", ssh.ROWS),
    ("Topology and capacity", capacity.ROWS),
)


@dataclass(frozen=True, slots=True)
class _ByName:
    """The variables set by name in the section of all role variables."""

    entries: tuple[Entry, ...]
    maps: dict[str, object]
    silenced: frozenset[str]
    """Answered with "the role's default": not written at all."""
    notes: tuple[str, ...]


def user_variables(effective: Effective, facts: Facts) -> EmittedFile:
    """Write the variables file for a release, from the effective values alone."""
    view = View(effective, facts)
    by_name = _set_by_name(effective)
    groups = _groups(view, by_name)
    names = {entry.name for group in groups for entry in group.entries}
    before = facts.host.texts.get(OUR_VARIABLES)
    text = _header(view.release) + "".join(_group_text(group) for group in groups)
    kept = kept_text(before or "", names | _answered(view))
    if kept:
        text += f"\n{HEADING}\n{kept}"
    return EmittedFile(OUR_VARIABLES, text, MODE, True, before, by_name.notes)


def variable_names(effective: Effective, facts: Facts) -> tuple[str, ...]:
    """Return the variables the wizard writes itself, in the order of the file."""
    groups = variable_groups(effective, facts)
    return tuple(entry.name for group in groups for entry in group.entries)


def variable_groups(effective: Effective, facts: Facts) -> tuple[Group, ...]:
    """Return the variables the wizard writes itself, under the headings of the file."""
    return _groups(View(effective, facts), _set_by_name(effective))


def variable_values(effective: Effective, facts: Facts) -> dict[str, object]:
    """Return the variables the wizard writes itself with their values."""
    groups = variable_groups(effective, facts)
    return {entry.name: entry.value for group in groups for entry in group.entries}


def all_rows() -> tuple[Row, ...]:
    """Return every row by which a variable follows from one answer."""
    return tuple(row for _, rows in _ROWS for row in rows)


def _answered(view: View) -> set[str]:
    """Return the variables an answer decides about, written or left to the role's default."""
    return {row.variable for row in all_rows() if row.key in view.effective}


def _groups(view: View, by_name: _ByName) -> tuple[Group, ...]:
    last = {entry.name for entry in by_name.entries} | by_name.silenced
    found = [(title, tuple(entries(rows, view))) for title, rows in _ROWS]
    found.insert(3, ("Certificates", tuple(certificate_entries(view))))
    found.append(("Quotas", tuple(quota_entries(view))))
    found.append(("Neutron LBaaS v2", tuple(_lbaas(view))))
    found.append(("Shared maps", tuple(map_entries(view, by_name.maps))))
    groups = [Group(t, tuple(e for e in some if e.name not in last)) for t, some in found]
    groups.append(Group("Other role variables", by_name.entries))
    return tuple(group for group in groups if group.entries)


def _lbaas(view: View) -> Iterator[Entry]:
    """Yield the flag that makes Neutron hand LBaaS v2 to Octavia (16 to 19)."""
    name, key = "neutron_lbaas_octavia", "deployment.playbooks"
    wanted = key not in view.effective or "neutron" in view.effective.texts(key)
    if view.release.rules.lbaas_v2_era and wanted and view.release.has(name):
        why = (
            "Makes Neutron's LBaaS v2 use Octavia. Only a user file can set it: os_neutron has it "
            "among its own variables, which beat group variables."
        )
        yield Entry(name, True, why, f"computed for {view.release.series}", key)


def _set_by_name(effective: Effective) -> _ByName:
    found: list[Entry] = []
    maps: dict[str, object] = {}
    silenced: set[str] = set()
    notes: list[str] = []
    for name, setting in sorted(effective.variables().items()):
        reason = _refusal(effective.release, name, setting)
        if reason:
            notes.append(reason)
        elif setting.value is None:
            silenced.add(name)
        elif name in MAPS:
            maps[name] = setting.value
        else:
            why = _described(effective, name)
            found.append(Entry(name, setting.value, why, origin(setting), setting.key))
    return _ByName(tuple(found), maps, frozenset(silenced), tuple(notes))


def _refusal(release: Release, name: str, setting: Setting) -> str:
    """Say why a variable set by name is not written, or return ""."""
    variable = release.variable(name)
    if variable is None or not acts_on(release, name):
        return f"{name} is not written: nothing in {release.name} reads it"
    if setting.value is None:
        return ""
    reason = variable.check_value(setting.value)
    return f"{name} is not written: {reason}" if reason else ""


def _described(effective: Effective, name: str) -> str:
    variable = effective.release.variable(name)
    return variable.description if variable else ""


def _header(release: Release) -> str:
    return "---\n" + comment(
        f"Written by octavia-wizard for OpenStack-Ansible {release.name} ({release.series}).\n"
        "The next run writes this file anew: change the answers instead, or set a variable in a "
        "file that sorts after this one."
    )


def _group_text(group: Group) -> str:
    rule = f"# ----- {group.title} "
    heading = f"\n{rule}{'-' * (WIDTH - len(rule))}\n"
    return heading + "".join(_entry_text(entry) for entry in group.entries)


def _entry_text(entry: Entry) -> str:
    why = comment(entry.why) if entry.why else ""
    return f"\n{why}{comment(f'From: {entry.origin}')}{yaml_text({entry.name: entry.value})}"
