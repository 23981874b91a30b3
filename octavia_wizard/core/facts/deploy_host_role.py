"""The os_octavia role as it lies on the deploy host, and every name it mentions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_yaml import DocumentError, parse_document
from octavia_wizard.core.facts.model import DeployedRole, ReadProblem
from octavia_wizard.core.files import read_text

ROLE = "os_octavia"
DEFAULT_ROLES_DIR = Path("/etc/ansible/roles")
"""Where bootstrap-ansible.sh of every release puts the roles."""

_READ = ("defaults", "vars", "tasks", "handlers", "templates", "meta")
"""Directories of a role that Ansible reads when it runs the role."""
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_MOST = 1000
"""Files of a role that are looked through; the largest os_octavia has about 50."""


def roles_directory(environ: Mapping[str, str]) -> Path:
    """Return the directory Ansible takes the role from: the first of several that has it."""
    for name in environ.get("ANSIBLE_ROLES_PATH", "").split(os.pathsep):
        place = Path(name).expanduser()
        if name and os.path.isdir(place / ROLE):
            return place
    return DEFAULT_ROLES_DIR


def read_role(roles_dir: Path) -> tuple[DeployedRole | None, tuple[ReadProblem, ...]]:
    """Read the deployed role; None where there is none, or where not all of it can be read.

    Of a role that is known in part, a variable could be taken for one that nothing reads.
    """
    path = roles_dir / ROLE
    if not os.path.isdir(path):
        return None, ()
    problems: list[ReadProblem] = []
    defaults = _defaults(path / "defaults" / "main.yml", problems)
    if not defaults:
        return None, tuple(problems)
    words: set[str] = set()
    for file in _files(path):
        words.update(_words(file, problems))
    if problems:
        return None, tuple(problems)
    return DeployedRole(path, defaults, frozenset(words)), ()


def _defaults(path: Path, problems: list[ReadProblem]) -> Mapping[str, object]:
    try:
        text = read_text(path)
        if text is None:
            problems.append(ReadProblem(str(path), "does not exist: the role is incomplete"))
            return {}
        return parse_document(text).values
    except DocumentError as error:
        problems.append(ReadProblem(f"{path}:{error.line}", error.reason))
    except FileError as error:
        problems.append(ReadProblem(str(path), error.message))
    return {}


def _files(role: Path) -> Iterator[Path]:
    count = 0
    for folder in _READ:
        for place, _, names in os.walk(role / folder):
            for name in sorted(names):
                count += 1
                if count > _MOST:
                    return
                yield Path(place) / name


def _words(path: Path, problems: list[ReadProblem]) -> set[str]:
    try:
        return set(_WORD.findall(read_text(path) or ""))
    except FileError as error:
        problems.append(ReadProblem(str(path), error.message))
        return set()
