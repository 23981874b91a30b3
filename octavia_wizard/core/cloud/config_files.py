"""Reading clouds.yaml files: within bounds, and without ever quoting a value of theirs."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from octavia_wizard.core.errors import FileError, UsageError
from octavia_wizard.core.facts.deploy_host_yaml import (
    DocumentError,
    UnsafeText,
    VaultText,
    parse_document,
)
from octavia_wizard.core.files import read_text

CONFIG_VARIABLE = "OS_CLIENT_CONFIG_FILE"
SECURE_VARIABLE = "OS_CLIENT_SECURE_FILE"
_MEND = "mend the file; a value that begins with a sign such as ! * & % @ has to stand in quotes"
_MAX_BYTES = 1_000_000
_SECRETS = ("password", "application_credential_secret", "token", "passcode")
_NOT_TEXT = ("auth_methods", "redirect_port", "login_timeout")
"""Options of keystoneauth1's plug-ins that are a list or a number."""
_USERINFO = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)[^\s'\"<>]*@")


def without_userinfo(text: str) -> str:
    """Return a text in which no URL tells a user or a password."""
    return _USERINFO.sub(r"\1", text)


def own_file() -> Path | None:
    """Return the clouds.yaml openstacksdk would use: of all candidates it reads the first.

    Raises UsageError where the environment names one that is not there.
    """
    from openstack.config import loader

    named = os.environ.get(CONFIG_VARIABLE)
    if not named:
        return _first(loader.CONFIG_FILES)
    problem = "which is not a file"
    try:
        if not stat.S_ISDIR(os.stat(named).st_mode):
            return Path(named)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        problem = f"which cannot be read: {error.strerror}"
    raise UsageError(
        f"{CONFIG_VARIABLE} names {named}, {problem}",
        hint=f"unset {CONFIG_VARIABLE}, or let it name your clouds.yaml",
    )


def other_files() -> tuple[Path, ...]:
    """Return the files with secrets and with vendor profiles openstacksdk would use."""
    from openstack.config import loader

    named = os.environ.get(SECURE_VARIABLE)
    secure = _first([named] if named and os.path.exists(named) else loader.SECURE_FILES)
    return tuple(filter(None, (secure, _first(loader.VENDOR_FILES))))


def _first(candidates: Iterable[str]) -> Path | None:
    return next((Path(path) for path in candidates if os.access(path, os.R_OK)), None)


def _mapping_in(path: Path) -> Mapping[str, Any]:
    try:
        text = read_text(path, limit=_MAX_BYTES)
    except FileError as error:
        raise UsageError(error.message, hint=error.hint) from None
    if text is None:
        raise UsageError(f"cannot read {path}: no such file")
    try:
        values = parse_document(text).values
    except DocumentError as error:
        raise UsageError(f"{path}:{error.line}: {error.reason}", hint=_MEND) from None
    if any(isinstance(value, VaultText | UnsafeText) for value in _within(values)):
        raise UsageError(
            f"{path} has a value tagged !vault or !unsafe, which only Ansible reads",
            hint="write the value as OpenStack clients read it",
        )
    return values


def _within(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _within(part)
    elif isinstance(value, list):
        for part in value:
            yield from _within(part)
    else:
        yield value


def read_clouds(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the clouds of a file by name; raises UsageError for what is no list of clouds."""
    clouds = _mapping_in(path).get("clouds")
    if clouds is None:
        return {}
    if not isinstance(clouds, dict):
        raise UsageError(
            f"{path} has no mapping called clouds",
            hint="write it as: clouds: {NAME: {auth: {auth_url: …}}}",
        )
    for name, entry in clouds.items():
        if not isinstance(entry, dict):
            raise UsageError(f"{path}: the cloud {name} is not a mapping")
        if not isinstance(entry.get("auth"), dict | None):
            raise UsageError(f"{path}: auth of the cloud {name} is not a mapping")
    return {str(name): entry for name, entry in clouds.items()}


def require_text(where: str, auth: Mapping[str, Any]) -> None:
    """Refuse login settings that are not text; ``where`` names their cloud and file.

    Keystone repeats a value of the wrong type in its answer, be it a password.  Raises UsageError.
    """
    for key, value in auth.items():
        if not isinstance(value, str | None) and _option(key) not in _NOT_TEXT:
            raise UsageError(
                f"{where}: {key} under auth is not a text", hint="put its value in quotes"
            )


def require_secrets(where: str, auth: Mapping[str, Any]) -> None:
    """Refuse a password or another secret that is named without a value; raises UsageError."""
    for key, value in auth.items():
        if value is None and _option(key) in _SECRETS:
            raise UsageError(
                f"{where}: {key} has no value",
                hint="a text that begins with a sign such as & or # has to stand in quotes",
            )


def _option(key: object) -> str:
    return str(key).replace("-", "_")
