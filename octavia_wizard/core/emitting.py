"""Writing emitted files into a directory that is not necessarily the deploy directory."""

from __future__ import annotations

import stat
from dataclasses import dataclass, replace
from pathlib import Path

from octavia_wizard.core.emit.diff import unified
from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.emit.meaning import same_meaning
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.secrets import MODE
from octavia_wizard.core.errors import BlockedError
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS, is_ours, opened_text
from octavia_wizard.core.facts.deploy_host_yaml import parse_document
from octavia_wizard.core.files import back_up, make_directory, read_text, write_file
from octavia_wizard.core.places import private_directory
from octavia_wizard.core.secrets import missing_secrets, value_for
from octavia_wizard.core.secrets_writing import vault_obstacle, written_text
from octavia_wizard.core.session import Session
from octavia_wizard.core.vault import is_vaulted


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the directory, and what became of it."""

    path: Path
    action: str
    """``created``, ``changed`` or ``kept``."""
    diff: tuple[str, ...] = ()
    """Against what was there; secrets are not shown."""
    notes: tuple[str, ...] = ()
    backup: Path | None = None


@dataclass(frozen=True, slots=True)
class _Target:
    path: Path
    text: str
    mode: int
    before: str | None
    action: str
    notes: tuple[str, ...] = ()


def write_all(session: Session, directory: Path) -> tuple[Written, ...]:
    """Write everything, or nothing where one file must not be overwritten.

    Raises BlockedError naming such files, and FileError.
    """
    host = session.facts.host
    files = emit_files(session.effective, session.facts)
    targets = [_target(file, directory, host.deploy_dir) for file in files]
    targets.append(_secrets(session, directory))
    backups = session.place.backups / "emit"
    if not directory.exists():
        private_directory(directory)
    return tuple(_write(target, directory, backups) for target in targets)


def _target(file: EmittedFile, directory: Path, deploy_dir: Path) -> _Target:
    path = directory / file.path
    before = read_text(path)
    if before is None:
        mode = _mode_of(deploy_dir / file.path, file)
        return _Target(path, file.text, mode, None, "created", file.notes)
    mode = _mode_of(path, file)
    same = same_meaning(before, file.text) if file.owned else before == file.text
    if same:
        return _Target(path, before, mode, before, "kept", file.notes)
    ours = is_ours(before) if file.owned else before == file.before
    if not ours:
        raise BlockedError(
            f"{path} is there already and was not written by octavia-wizard",
            hint="move it away, or choose another directory",
        )
    return _Target(path, file.text, mode, before, "changed", file.notes)


def _mode_of(path: Path, file: EmittedFile) -> int:
    """Return the mode of what a text stems from: the operator may have narrowed it."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return file.mode


def _secrets(session: Session, directory: Path) -> _Target:
    path = directory / OUR_SECRETS
    before = read_text(path)
    host = session.facts.host
    plain = opened_text(path, host.vault) or ""
    there = {} if is_vaulted(plain) else parse_document(plain).values
    needs = missing_secrets(session.effective, host)
    values = {
        need.name: value_for(need, host)
        for need in needs
        if need.replaces or need.name not in there
    }
    if not values:
        notes = () if before is not None else ("every secret has a value already",)
        return _Target(path, before or "", MODE, before, "kept", notes)
    obstacle = vault_obstacle(host)
    if obstacle:
        raise BlockedError(obstacle)
    names = tuple(f"made {name}" for name in values)
    action = "created" if before is None else "changed"
    return _Target(path, written_text(before, values, host), MODE, before, action, names)


def _write(target: _Target, directory: Path, backups: Path) -> Written:
    shown = str(target.path.relative_to(directory))
    written = Written(target.path, target.action, notes=target.notes)
    if target.action == "kept":
        return written
    backup = None
    if target.before is not None:
        backup = back_up(target.path, private_directory(backups))
    if target.path.name != OUR_SECRETS:
        written = replace(written, diff=unified(target.before, target.text, shown))
    make_directory(target.path.parent)
    write_file(target.path, target.text, target.mode)
    return replace(written, backup=backup)
