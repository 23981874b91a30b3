"""The operator's ``user_*.yml``: which there are, in which order they win, what they set."""

from __future__ import annotations

import fnmatch
import locale
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from octavia_wizard.core.errors import FileError, WizardError
from octavia_wizard.core.facts.deploy_host_yaml import (
    Document,
    DocumentError,
    VaultText,
    parse_document,
)
from octavia_wizard.core.facts.model import HostFacts, ReadProblem, UserFile, UserVariable
from octavia_wizard.core.files import read_text
from octavia_wizard.core.locales import collating
from octavia_wizard.core.vault import Vault, is_vaulted

OUR_VARIABLES = "user_variables_octavia.yml"
OUR_SECRETS = "user_secrets_octavia.yml"
OUR_MARK = "octavia-wizard"
"""Stands in the first lines of every file the wizard writes as a whole."""

_SECRET_NAME = re.compile(r"(^|_)(password|passphrase|secret|token|hmac_key|encryption_key)$")
_USER_FILES = "user_*.yml"
_LINE = re.compile(r":\d+\Z")


def is_secret_name(name: str) -> bool:
    """Say whether a variable of this name holds a secret, by OSA's habits of naming."""
    return bool(_SECRET_NAME.search(name))


def is_ours(text: str) -> bool:
    """Say whether the wizard wrote this file, so that it may be written anew as a whole."""
    return any(OUR_MARK in line for line in text.splitlines()[:3] if line.startswith("#"))


def collation_of(environ: Mapping[str, str], *, c_by_default: bool = False) -> str:
    """Return the locale by which the wrapper sorts ``user_*.yml``.

    ``c_by_default``: the wrapper of the release sets LC_ALL to C.UTF-8 unless it is set.
    """
    if environ.get("LC_ALL"):
        return environ["LC_ALL"]
    if c_by_default:
        return "C.UTF-8"
    return environ.get("LC_COLLATE") or environ.get("LANG") or "C"


def in_wrapper_order(names: Iterable[str], collation: str) -> list[str]:
    """Sort file names as ``ls`` does under a locale; as under C where it is not installed."""
    by_code = sorted(names)
    if collation in ("C", "POSIX", "C.UTF-8", "C.utf8"):
        return by_code
    with collating(collation) as found:
        # ls falls back to the order of bytes where the locale finds two names equal.
        return sorted(by_code, key=locale.strxfrm) if found else by_code


def user_paths(deploy_dir: Path, collation: str) -> list[Path]:
    """Return the ``user_*.yml`` of a deploy directory in the order the wrapper reads them."""
    try:
        names = [p.name for p in deploy_dir.iterdir() if fnmatch.fnmatchcase(p.name, _USER_FILES)]
    except OSError:
        return []
    return [deploy_dir / name for name in in_wrapper_order(names, collation)]


def read_user_files(
    deploy_dir: Path, collation: str, vault: Vault | None = None
) -> tuple[tuple[UserFile, ...], tuple[ReadProblem, ...]]:
    """Read every ``user_*.yml``; of secrets, and of what was encrypted, the names only."""
    files: list[UserFile] = []
    problems: list[ReadProblem] = []
    for path in user_paths(deploy_dir, collation):
        found = _user_file(path, vault, problems)
        if found is not None:
            files.append(found)
    return tuple(files), tuple(problems)


def broken_user_files(host: HostFacts) -> tuple[ReadProblem, ...]:
    """Return why those ``user_*.yml`` cannot be read of which nothing is known."""
    read = {file.path for file in host.user_files}
    return tuple(
        problem
        for problem in host.problems
        if (path := Path(_LINE.sub("", problem.where))) not in read
        and path.parent == host.deploy_dir
        and fnmatch.fnmatchcase(path.name, _USER_FILES)
    )


def told(problems: Iterable[ReadProblem]) -> str:
    """Put into words what cannot be read, and where."""
    return "; ".join(
        problem.reason
        if problem.reason.startswith(problem.where)
        else f"{problem.where}: {problem.reason}"
        for problem in problems
    )


def opened_text(path: Path, vault: Vault | None) -> str | None:
    """Return the text of a file, opened where it is encrypted as a whole; None for no file.

    Without a vault it stays encrypted.  Raises FileError, and UsageError as the vault does.
    """
    text = read_text(path)
    if text is None or vault is None or not is_vaulted(text):
        return text
    try:
        return vault.decrypt(text.encode(), str(path)).decode()
    except UnicodeDecodeError:
        raise FileError(f"{path} is encrypted, and what it holds is not UTF-8 text") from None


def _user_file(path: Path, vault: Vault | None, problems: list[ReadProblem]) -> UserFile | None:
    secret = path.name.startswith("user_secrets")
    vaulted = False
    try:
        text = read_text(path)
        if text is None:
            return None
        vaulted = is_vaulted(text)
        if vaulted:
            text = opened_text(path, vault) or ""
        if is_vaulted(text):
            return UserFile(path, {}, secret=secret, vaulted=True)
        ours = path.name in (OUR_VARIABLES, OUR_SECRETS) and is_ours(text)
        document = parse_document(text)
    except DocumentError as error:
        # The snippet of a syntax error could quote a secret; the reason never does.
        problems.append(ReadProblem(f"{path}:{error.line}", error.reason))
        return None
    except WizardError as error:
        if vaulted:
            return UserFile(path, {}, secret=secret, vaulted=True, unopened=error.message)
        problems.append(ReadProblem(str(path), error.message))
        return None
    problems.extend(ReadProblem(f"{path}:{c.line}", c.reason) for c in document.complaints)
    variables = _variables(document, secret or vaulted)
    return UserFile(path, variables, secret=secret, vaulted=vaulted, opened=vaulted, ours=ours)


def _variables(document: Document, secret: bool) -> dict[str, UserVariable]:
    return {
        name: UserVariable(
            None if secret or is_secret_name(name) else value, document.lines.get(name, 1)
        )
        for name, value in document.values.items()
    }


def has_value(value: object) -> bool:
    """Say whether a secret is filled in; OSA ships its names with nothing behind them."""
    return isinstance(value, VaultText) or (value is not None and str(value) != "")
