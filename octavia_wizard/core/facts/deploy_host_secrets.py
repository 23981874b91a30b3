"""Which secrets have a value, where, and what can be said of the values without keeping them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.facts.deploy_host_files import has_value, is_secret_name, opened_text
from octavia_wizard.core.facts.deploy_host_yaml import Document, VaultText, parse_document
from octavia_wizard.core.facts.model import ReadProblem, UserFile
from octavia_wizard.core.facts.secret_faults import (
    CONF_OVERRIDES,
    JUDGED,
    Fault,
    FaultySecret,
    fault_of,
    faults_in_overrides,
)
from octavia_wizard.core.facts.secrets_mark import is_octavias, mark_of
from octavia_wizard.core.vault import Vault, is_vaulted


@dataclass(frozen=True, slots=True)
class SecretFacts:
    """What is known of the secrets in the user files; no value is among it."""

    paths: Mapping[str, Path] = field(default_factory=dict)
    """Which file each secret gets its value from: of several, the last one."""
    with_dollar: tuple[str, ...] = ()
    """Those whose value holds a ``$``; only Octavia's, for oslo.config reads octavia.conf."""
    encrypted: tuple[str, ...] = ()
    """Those whose value is encrypted by itself."""
    faulty: tuple[FaultySecret, ...] = ()
    problems: tuple[ReadProblem, ...] = ()
    """Why a password that was given does not open a value that should be judged."""
    mark: str = ""
    """Tells whether any of those Octavia gets is another than before; "" where that is unknown."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One secret in one file."""

    path: Path
    encrypted: bool
    dollar: bool
    fault: Fault | None
    line: int
    unopened: str = ""
    written: object = field(default=None, repr=False)
    """As it stands in the file: in clear, or encrypted by itself."""


def read_secrets(
    files: tuple[UserFile, ...], vault: Vault | None = None, salt: str = ""
) -> SecretFacts:
    """Look at the secrets of files that were read already, in the order the wrapper reads them.

    They are marked by the salt, where there is one.
    """
    last: dict[str, _Seen] = {}
    for file in files:
        # A file that changed since it was read a moment ago tells nothing; it was readable then.
        with suppress(WizardError):
            last |= _of_file(file, vault)
    return SecretFacts(
        paths={name: seen.path for name, seen in last.items() if not _is_inside(name)},
        with_dollar=tuple(
            name for name in sorted(last) if last[name].dollar and name.startswith("octavia_")
        ),
        encrypted=tuple(name for name in sorted(last) if last[name].encrypted),
        faulty=tuple(
            FaultySecret(name, seen.fault, seen.path, seen.line)
            for name, seen in sorted(last.items())
            if seen.fault is not None
        ),
        problems=tuple(
            ReadProblem(f"{seen.path}:{seen.line}", seen.unopened)
            for _, seen in sorted(last.items())
            if seen.unopened
        ),
        mark=_mark(files, last, salt),
    )


def _mark(files: tuple[UserFile, ...], last: Mapping[str, _Seen], salt: str) -> str:
    """Mark the secrets Octavia gets; "" where a file that may hold some stays closed."""
    if not salt or any(file.closed for file in files):
        return ""
    return mark_of({name: seen.written for name, seen in last.items() if is_octavias(name)}, salt)


def _of_file(file: UserFile, vault: Vault | None) -> dict[str, _Seen]:
    text = opened_text(file.path, vault)
    if text is None or is_vaulted(text):
        return {}
    document = parse_document(text)
    whole = file.path.name.startswith("user_secrets")
    found = {}
    for name in sorted(document.values):
        value = document.values[name]
        if has_value(value) and (whole or is_secret_name(name)):
            found[name] = _seen(file.path, document, name, vault)
    found |= dict(_inside(file.path, document))
    return found


def _seen(path: Path, document: Document, name: str, vault: Vault | None) -> _Seen:
    value = document.values[name]
    encrypted, unopened = isinstance(value, VaultText), ""
    if encrypted:
        value, unopened = _opened(str(value), name, vault)
    return _Seen(
        path,
        encrypted,
        isinstance(value, str) and "$" in value,
        fault_of(name, value),
        document.lines.get(name, 1),
        unopened,
        document.values[name],
    )


def _opened(value: str, name: str, vault: Vault | None) -> tuple[str | None, str]:
    """Open a value of its own where there is something to judge: each takes half a second.

    The second is why it cannot be opened, or "".
    """
    if vault is None or name not in JUDGED:
        return None, ""
    try:
        return vault.decrypt(value.encode(), name).decode(), ""
    except WizardError as error:
        return None, error.message
    except UnicodeDecodeError:
        return None, f"{name} is encrypted, and is not UTF-8 text"


def _inside(path: Path, document: Document) -> Iterator[tuple[str, _Seen]]:
    """Yield what is wrong inside the map of overrides, which counts as a whole."""
    if CONF_OVERRIDES not in document.values:
        return
    line = document.lines.get(CONF_OVERRIDES, 1)
    for name, fault in faults_in_overrides(document.values[CONF_OVERRIDES]).items():
        yield name, _Seen(path, False, False, fault, line)


def _is_inside(name: str) -> bool:
    return name.startswith(f"{CONF_OVERRIDES}: ")
