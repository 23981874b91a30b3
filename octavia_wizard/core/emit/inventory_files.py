"""The files OSA's inventory generator reads, and which of them decides about what.

Below conf.d maps are merged over those of openstack_user_config.yml, everything else replaces
what was there, an empty map included (``merge_dict`` in osa_toolkit/dictutils.py of OSA, the same
from 16 to 33). The order is that of ``os.walk``: a directory before those in it, and within one
directory in no order at all (``_extra_config`` in osa_toolkit/filesystem.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.facts.deploy_host_yaml import parse_document

Path = tuple[str, ...]
Texts = Mapping[str, str]
"""Text by path relative to the deploy directory."""

CIDRS: Path = ("cidr_networks",)
USED: Path = ("used_ips",)
NETWORKS: Path = ("global_overrides", "provider_networks")

_CONF_D = "conf.d/"


class UndecidedError(FileError):
    """Several files give the same, and OSA leaves open which of them counts."""

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        listed = " and ".join(names)
        super().__init__(
            f"{path[-1]} is given by {listed}, and OSA takes either", hint="keep it in one of them"
        )
        self.names = names


def documents(texts: Texts) -> dict[str, Mapping[str, object]]:
    """Return what stands in the inventory's files; those that cannot be read are left out."""
    known = {name: _parsed(text) for name, text in sorted(texts.items()) if _is_read(name)}
    ordered = sorted(known, key=lambda name: (name != USER_CONFIG, name))
    return {name: values for name in ordered if (values := known[name]) is not None}


def givers(texts: Texts, path: Path) -> tuple[str, ...]:
    """Return the files that say something of a path, as replacing what is above it does too."""
    return tuple(name for name, values in documents(texts).items() if _gives(values, path))


def deciding(texts: Texts, path: Path) -> str | None:
    """Return the file whose value of a path counts; None where none gives it.

    Raises UndecidedError where OSA leaves that open.
    """
    names = givers(texts, path)
    below = tuple(name for name in names if name != USER_CONFIG)
    if not below:
        return names[0] if names else None
    last = [name for name in below if _read_last(name, below)]
    if not last:
        raise UndecidedError(path, below)
    return last[0]


def fit_for(texts: Texts, path: Path) -> str | None:
    """Return the file something is to be added to; None where there is none at all.

    Raises UndecidedError.
    """
    if path == CIDRS and USER_CONFIG in texts:
        # A map is merged, whichever file it is in.
        return USER_CONFIG
    if path == CIDRS:
        return next(iter(givers(texts, path)), None)
    found = deciding(texts, path)
    if found is not None or USER_CONFIG in texts:
        return found or USER_CONFIG
    others = (CIDRS, NETWORKS, USED)
    return next((name for other in others for name in givers(texts, other)), None)


def host_entries(texts: Texts, host: str) -> Iterable[tuple[str, Mapping[str, object]]]:
    """Yield what host groups say of a host, each with the group, in the order they are read."""
    for values in documents(texts).values():
        for group, members in values.items():
            if group.endswith("hosts") and isinstance(members, dict):
                entry = members.get(host)
                if isinstance(entry, dict):
                    yield group, entry


def _is_read(name: str) -> bool:
    return name == USER_CONFIG or (name.startswith(_CONF_D) and name.endswith((".yml", ".yaml")))


@lru_cache(maxsize=128)
def _parsed(text: str) -> Mapping[str, object] | None:
    try:
        return parse_document(text).values
    except FileError:
        return None


def _gives(values: Mapping[str, object], path: Path) -> bool:
    here: object = values
    for depth, key in enumerate(path):
        if not isinstance(here, dict) or not here:
            return depth > 0
        if key not in here:
            return False
        here = here[key]
    return True


def _read_last(name: str, names: Iterable[str]) -> bool:
    directory = PurePosixPath(name).parent
    return all(other == name or PurePosixPath(other).parent in directory.parents for other in names)
