"""Which clouds there are, and how to reach one: clouds.yaml files and OS_* variables.

Nothing here contacts a cloud.
"""

from __future__ import annotations

import difflib
import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from octavia_wizard import __version__
from octavia_wizard.core.cloud.config_files import (
    other_files,
    own_file,
    read_clouds,
    require_secrets,
    require_text,
    without_userinfo,
)
from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.checks import ENVIRONMENT
from octavia_wizard.core.places import APP

if TYPE_CHECKING:
    from openstack.config.cloud_region import CloudRegion
    from openstack.config.loader import OpenStackConfig

_NAME_FROM_ENVIRONMENT = "envvars"
_BY_PASSWORD = ("password", "v3password", "v2password")
"""Plug-ins of keystoneauth1 that stumble without a password, and do not call it required."""
_STUMBLES = (TypeError, ValueError, AttributeError, LookupError, RecursionError, OSError)
"""What openstacksdk raises on settings of a kind it does not expect."""


@dataclass(frozen=True, slots=True)
class CloudEntry:
    """A cloud that a clouds.yaml file names."""

    name: str
    regions: tuple[str, ...]
    auth_url: str
    """Without user and password; empty where a vendor profile knows it."""
    source: Path


def list_clouds(extra_files: Sequence[Path] = ()) -> tuple[CloudEntry, ...]:
    """Return the clouds of the extra files and of the clouds.yaml in use, each name once.

    Raises UsageError for a file that cannot be read as a list of clouds.
    """
    found: dict[str, CloudEntry] = {}
    for path in _files(extra_files):
        for name, entry in read_clouds(path).items():
            found.setdefault(name, _entry(name, entry, path))
    return tuple(found.values())


def find_cloud(
    cloud: str | None, region: str | None, extra_files: Sequence[Path] = ()
) -> CloudRegion:
    """Return how to reach a cloud by name, or with None the one the environment means.

    The extra files win over the operator's own.  Raises UsageError for an unknown cloud or
    region, a file that cannot be read, or settings that are not enough to log in.
    """
    silence_libraries()
    name = cloud or os.environ.get("OS_CLOUD") or None
    for path in extra_files:
        if name is not None and os.path.isfile(path) and name in read_clouds(path):
            _require_text(name, [path])
            return _region_of(_load([str(path)]), name, region, path)
    own = own_file()
    files = other_files() if own is None else (own, *other_files())
    for path in files:
        # openstacksdk would pass over a file it cannot read, or stumble.
        read_clouds(path)
    config = _load(None)
    known = config.cloud_config["clouds"]
    if name is not None and name not in known:
        raise _unknown(name, extra_files)
    if name is None and config.default_cloud in (None, "defaults"):
        raise UsageError("no cloud is chosen", hint=_how_to_choose(extra_files))
    _require_text(str(name or config.default_cloud), files)
    return _region_of(config, name, region, own)


def _require_text(name: str, files: Sequence[Path]) -> None:
    for path in files:
        auth = read_clouds(path).get(name, {}).get("auth") or {}
        require_text(f"the cloud {name} in {path}", auth)


def silence_libraries() -> None:
    """Keep openstacksdk and what it uses from writing to the terminal."""
    from openstack.warnings import OpenStackWarning

    for name in ("openstack", "keystoneauth", "urllib3", "stevedore", "requests"):
        logger = logging.getLogger(name)
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())
    warnings.filterwarnings("ignore", category=OpenStackWarning)
    # openstacksdk warns of its own plans in every request.
    warnings.filterwarnings("ignore", category=PendingDeprecationWarning, module=r"openstack\.")


def display_name(region: CloudRegion) -> str:
    """Return the name of the cloud, or ``environment``."""
    name = region.name or ENVIRONMENT
    return ENVIRONMENT if name == _NAME_FROM_ENVIRONMENT else str(name)


def _files(extra_files: Sequence[Path]) -> tuple[Path, ...]:
    own = own_file()
    extra = tuple(path for path in extra_files if os.path.isfile(path))
    return extra if own is None or own in extra else (*extra, own)


def _entry(name: str, entry: Mapping[str, Any], path: Path) -> CloudEntry:
    auth = entry.get("auth")
    auth_url = auth.get("auth_url") if isinstance(auth, dict) else None
    url = without_userinfo(str(auth_url or ""))
    listed = entry.get("regions")
    regions = [
        str(region.get("name", "")) if isinstance(region, dict) else str(region)
        for region in (listed if isinstance(listed, list) else [])
    ]
    if not regions and entry.get("region_name"):
        regions = [str(entry["region_name"])]
    return CloudEntry(name, tuple(filter(None, regions)), url, path)


def _load(files: list[str] | None) -> OpenStackConfig:
    import openstack.config
    from openstack.exceptions import ConfigException

    try:
        if files is None:
            return openstack.config.OpenStackConfig(app_name=APP, app_version=__version__)
        # A file given by the program stands for itself: the environment is not laid over it.
        return openstack.config.OpenStackConfig(
            config_files=files,
            secure_files=[],
            load_envvars=False,
            app_name=APP,
            app_version=__version__,
        )
    except ConfigException as error:
        raise UsageError(f"the settings of the clouds cannot be used: {_said(error)}") from None
    except _STUMBLES:
        # What they say may quote a value, and any value may be a secret.
        raise UsageError(
            "the settings of the clouds cannot be used: one of them is of the wrong kind",
            hint="compare the clouds.yaml files and OS_* variables with openstacksdk's documents",
        ) from None


def _region_of(
    config: OpenStackConfig, name: str | None, region: str | None, source: Path | None
) -> CloudRegion:
    from keystoneauth1 import exceptions as ksa
    from openstack.exceptions import ConfigException

    what = f"the cloud {name}" if name else "the cloud of the environment"
    where = f" in {source}" if source and name else ""
    # openstacksdk would drop a setting without a value.
    merged = config.cloud_config["clouds"].get(name or config.default_cloud) or {}
    require_secrets(f"{what}{where}", {**merged, **(merged.get("auth") or {})})
    try:
        found = config.get_one(cloud=name, region_name=region)
    except ksa.MissingRequiredOptions as error:
        lacking = ", ".join(sorted(option.dest for option in error.options))
        raise UsageError(
            f"{what}{where} lacks {lacking}",
            hint="add it to the auth section of clouds.yaml, or set the OS_* variable for it",
        ) from None
    except (ksa.AuthPluginException, ConfigException) as error:
        raise UsageError(f"{what}{where} cannot be used: {_said(error)}") from None
    except _STUMBLES:
        raise UsageError(
            f"{what}{where} cannot be used: one of its settings is of the wrong kind",
            hint="compare it with openstacksdk's documents",
        ) from None
    # Settings beside auth, and those of a region, have been brought under auth by now.
    require_text(f"{what}{where}", found.config.get("auth", {}))
    auth = found.config.get("auth", {})
    if not auth.get("auth_url"):
        raise UsageError(f"{what}{where} lacks auth_url", hint="it is the address of keystone")
    if found.config.get("auth_type") in _BY_PASSWORD and auth.get("password") is None:
        raise UsageError(
            f"{what}{where} lacks password",
            hint="add it to the auth section of clouds.yaml or secure.yaml, or set OS_PASSWORD",
        )
    return found


def _said(error: Exception) -> str:
    # It ends in the whole entry where a region is not as expected.
    return without_userinfo(str(error).partition(" entry at: ")[0])


def _unknown(name: str, extra_files: Sequence[Path]) -> UsageError:
    entries = list_clouds(extra_files)
    near = difflib.get_close_matches(name, [entry.name for entry in entries], n=1)
    files = " or ".join(str(path) for path in _files(extra_files))
    message = f"there is no cloud {name!r}" + (f" in {files}" if files else "")
    suggestion = f"did you mean {near[0]}? " if near else ""
    return UsageError(message, hint=suggestion + _known(entries))


def _how_to_choose(extra_files: Sequence[Path]) -> str:
    return (
        "name one with --os-cloud or OS_CLOUD, or source the openrc file of an administrator; "
        + _known(list_clouds(extra_files))
    )


def _known(entries: Sequence[CloudEntry]) -> str:
    if not entries:
        return "no clouds.yaml was found in this directory, ~/.config/openstack or /etc/openstack"
    return "known are: " + ", ".join(f"{entry.name} ({entry.source})" for entry in entries)
