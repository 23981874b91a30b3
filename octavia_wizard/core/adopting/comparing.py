"""Where the emitted file would mean something else to Ansible than the operator's files do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from octavia_wizard.core.adopting.reading import Reading
from octavia_wizard.core.adopting.values import UNKNOWN, default_of, same
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.entries import Entry
from octavia_wizard.core.emit.maps import MAPS
from octavia_wizard.core.emit.user_variables import user_variables, variable_groups
from octavia_wizard.core.facts.deploy_host_files import (
    OUR_VARIABLES,
    in_wrapper_order,
    is_secret_name,
)
from octavia_wizard.core.facts.deploy_host_yaml import parse_document


@dataclass(frozen=True, slots=True)
class Difference:
    """One variable of which the emitted file alone says something else."""

    name: str
    wanted: object
    """What has to hold; UNKNOWN where it must be left to the role, or to the operator's file."""
    entry: Entry | None = None
    """What is emitted; None where nothing is."""

    @property
    def leave_alone(self) -> bool:
        """Say whether the only cure is to emit nothing."""
        return self.wanted is UNKNOWN


def differences(reading: Reading, effective: Effective) -> tuple[Difference, ...]:
    """Compare variable by variable, in the order of names; pure."""
    groups = variable_groups(effective, reading.facts)
    emitted = {entry.name: entry for group in groups for entry in group.entries}
    names = sorted({*reading.spoken, *emitted})
    return tuple(found for name in names if (found := _difference(reading, name, emitted)))


def _difference(reading: Reading, name: str, emitted: Mapping[str, Entry]) -> Difference | None:
    entry, told = emitted.get(name), reading.told.get(name)
    if told is not None and name in MAPS and not told.hidden:
        return _of_map(reading, name, entry)
    if told is not None and not told.is_plain:
        return None if entry is None else Difference(name, UNKNOWN, entry)
    wanted = default_of(reading.release, name) if told is None else told.value
    if entry is None:
        if told is None or same(reading.release, name, wanted, default_of(reading.release, name)):
            return None
        return Difference(name, wanted)
    if wanted is not UNKNOWN and same(reading.release, name, entry.value, wanted):
        return None
    return Difference(name, wanted, entry)


def _of_map(reading: Reading, name: str, entry: Entry | None) -> Difference | None:
    """Compare a map, which stays where it is unless that is the file the wizard writes."""
    told = reading.told[name]
    if entry is not None and same(reading.release, name, entry.value, told.value):
        return None
    if told.ours:
        return Difference(name, told.value, entry)
    return None if entry is None else Difference(name, UNKNOWN, entry)


def changed_meaning(reading: Reading, effective: Effective) -> Iterator[tuple[str, object, object]]:
    """Yield what all files together come to say differently: name, value before, value after."""
    after = _together(reading, effective)
    for name in sorted({*reading.spoken, *after}):
        if is_secret_name(name) or reading.release.variable(name) is None:
            continue
        told = reading.told.get(name)
        default = default_of(reading.release, name)
        before = default if told is None else told.value
        then = after.get(name, default)
        if before is then or same(reading.release, name, before, then):
            continue
        yield name, before, then


def _together(reading: Reading, effective: Effective) -> dict[str, object]:
    """Return what the files say once ours was written, the last one winning."""
    host = reading.facts.host
    text = user_variables(effective, reading.facts).text
    files: dict[str, Mapping[str, object]] = {
        file.path.name: {name: one.value for name, one in file.variables.items()}
        for file in host.user_files
    }
    files[OUR_VARIABLES] = parse_document(text).values
    found: dict[str, object] = {}
    for name in in_wrapper_order(files, host.collation):
        found |= files[name]
    return found
