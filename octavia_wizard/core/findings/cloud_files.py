"""The clouds.yaml files openstacksdk finds in a playbook run on the deploy host itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_yaml import DocumentError, parse_document
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.files import read_text

_SUFFIXES = (".yaml", ".yml", ".json")
_SYSTEM = Path("/etc/openstack")
"""The last place openstacksdk looks in (its documentation, "Config Files")."""


@dataclass(frozen=True, slots=True)
class CloudFile:
    """The clouds.yaml that counts; of several openstacksdk takes the first."""

    path: str
    """"" where there is none."""
    names: frozenset[str] = frozenset()
    """Clouds it describes."""


def find_cloud_file(host: HostFacts) -> CloudFile:
    """Find the file a task on the deploy host reads, as openstacksdk looks for it."""
    places = [host.home / ".config" / "openstack", _SYSTEM]
    if host.tools.playbooks is not None:
        # The directory a playbook is run in comes first.
        places.insert(0, host.tools.playbooks)
    for place in places:
        for suffix in _SUFFIXES:
            path = place / f"clouds{suffix}"
            try:
                text = read_text(path)
            except FileError:
                return CloudFile(str(path))
            if text is not None:
                return CloudFile(str(path), _names(text))
    return CloudFile("")


def _names(text: str) -> frozenset[str]:
    try:
        clouds = parse_document(text).values.get("clouds")
    except DocumentError:
        return frozenset()
    return frozenset(map(str, clouds)) if isinstance(clouds, dict) else frozenset()
