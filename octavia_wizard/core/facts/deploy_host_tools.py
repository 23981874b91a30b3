"""What playbooks are run with: the wrapper, Ansible beside it, the checkout, its directory."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.model import Evidence, ReadProblem, Tools
from octavia_wizard.core.files import read_text

WRAPPER = "openstack-ansible"
DEFAULT_WRAPPER = Path("/usr/local/bin/openstack-ansible")
"""Where bootstrap-ansible.sh of every release puts it."""
DEFAULT_ANSIBLE = Path("/opt/ansible-runtime/bin/ansible")
"""Ansible in the virtual environment of bootstrap-ansible.sh, from 16.0.0 on."""
DEFAULT_CLONE = Path("/opt/openstack-ansible")
"""Where OSA's documentation has the checkout."""
DEFAULT_CONFIG_DIR = "/etc/openstack_deploy"
CONFIG_DIR = "OSA_CONFIG_DIR"
USER_RC = "user.rc"

_CLONE = re.compile(r"""^\s*(?:export\s+)?OSA_CLONE_ROOT=["']?([^"'\s]+)""", re.MULTILINE)
# Before 19.0.0 the wrapper has the path of the clone in a comparison with the working directory.
_CLONE_INLINE = re.compile(r"""\$\{PWD\}"\s*==\s*\*"(/[^"$]+)"\*""")
_LISTED = re.compile(r"\bls\s+(?:-\S+\s+)*[\"']?([^\s\"']+)/user_\*\.yml")
_DEFAULT_DIR = re.compile(r"\$\{OSA_CONFIG_DIR:-([^}$]+)\}")
_SOURCED = re.compile(r"^\s*(?:\.|source)\s+[\"']?([^\s\"'$]+\.rc)\b", re.MULTILINE)
_SETS = re.compile(r"^[ \t]*(?:export[ \t]+|declare[ \t]+-x[ \t]+)?([A-Za-z_]\w*)=", re.MULTILINE)
_TELLS_VAULT = re.compile(
    r"^[ \t]*(vault_password_file|vault_identity_list)[ \t]*=[ \t]*\S", re.MULTILINE
)
_VAULT_VARIABLES = ("ANSIBLE_VAULT_PASSWORD_FILE", "ANSIBLE_VAULT_IDENTITY_LIST")


@dataclass(frozen=True, slots=True)
class FoundTools:
    """The tools, and what they were told by."""

    tools: Tools
    wrapper: Path
    """Where the wrapper is, or would be."""
    script: str
    """Text of the wrapper; "" where it cannot be read."""
    clone: Path
    """Where the checkout is, or would be."""
    problems: tuple[ReadProblem, ...] = ()


def read_tools(
    deploy_dir: Path, environ: Mapping[str, str], wrapper: Path | None = None
) -> FoundTools:
    """Find what playbooks are run with; ``wrapper`` is looked for where it is not given."""
    search = environ.get("PATH", "")
    on_path = shutil.which(WRAPPER, path=search)
    # Playbooks are run from another directory than the wizard.
    place = (wrapper or (Path(on_path) if on_path else DEFAULT_WRAPPER)).absolute()
    problems: list[ReadProblem] = []
    script = _text(place, problems)
    if script and not _runs(place):
        problems.append(ReadProblem(str(place), "is not executable, so no playbook can be run"))
    clone = clone_of(script)
    tools = Tools(
        wrapper=place if script and _runs(place) else None,
        ansible=_ansible(place, search),
        clone=clone if os.path.isdir(clone) else None,
        config_dir=_config_dir(place, script, environ),
        user_rc=_user_rc(deploy_dir, environ, problems),
        vault_from=_vault_from(clone, environ),
    )
    return FoundTools(tools, place, script, clone, tuple(problems))


def clone_of(script: str) -> Path:
    """Return where the wrapper has its checkout, or else where OSA's documentation has it."""
    match = _CLONE.search(script) or _CLONE_INLINE.search(script)
    if match is None or not match[1].startswith("/"):
        return DEFAULT_CLONE
    return Path(match[1])


def is_fixed(directory: Evidence) -> bool:
    """Say whether the wrapper itself names its directory, so that no environment changes it."""
    return not directory.source.startswith(CONFIG_DIR)


def _text(path: Path, problems: list[ReadProblem]) -> str:
    try:
        return read_text(path) or ""
    except FileError as error:
        problems.append(ReadProblem(str(path), error.message))
        return ""


def _runs(path: Path) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def _ansible(wrapper: Path, search: str) -> Path | None:
    on_path = shutil.which("ansible", path=search)
    for place in (wrapper.parent / "ansible", Path(on_path) if on_path else None, DEFAULT_ANSIBLE):
        if place is not None and _runs(place):
            return place.absolute()
    return None


def _config_dir(wrapper: Path, script: str, environ: Mapping[str, str]) -> Evidence | None:
    listed = _LISTED.search(script)
    if listed is None:
        return None
    if CONFIG_DIR not in listed[1]:
        return Evidence(listed[1], f"user_*.yml in {wrapper}")
    if environ.get(CONFIG_DIR):
        return Evidence(environ[CONFIG_DIR], f"{CONFIG_DIR} in the environment")
    for name, text in _settings(wrapper, script):
        default = _DEFAULT_DIR.search(text)
        if default is not None:
            return Evidence(default[1], f"{CONFIG_DIR} in {name}")
    return Evidence(DEFAULT_CONFIG_DIR, f"{CONFIG_DIR} of {wrapper}, which is not set")


def _settings(wrapper: Path, script: str) -> Iterator[tuple[Path, str]]:
    yield wrapper, script
    for path in (*map(Path, _SOURCED.findall(script)), wrapper.with_name(f"{WRAPPER}.rc")):
        yield path, _text(path, [])


def _user_rc(
    deploy_dir: Path, environ: Mapping[str, str], problems: list[ReadProblem]
) -> dict[str, str]:
    """Return what user.rc sets, which the wrapper sources from 26.0.0 on."""
    path = Path(environ.get("OSA_USER_RC") or deploy_dir / USER_RC)
    text = _text(path, problems)
    return {
        match[1]: f"{path}:{text.count(chr(10), 0, match.start(1)) + 1}"
        for match in _SETS.finditer(text)
    }


def _vault_from(clone: Path, environ: Mapping[str, str]) -> str:
    """Return what tells Ansible of a vault password, as Ansible looks for its settings."""
    for name in _VAULT_VARIABLES:
        if environ.get(name):
            return name
    home = Path(environ.get("HOME") or "/root")
    named = environ.get("ANSIBLE_CONFIG")
    usual = (
        clone / "playbooks" / "ansible.cfg",
        home / ".ansible.cfg",
        Path("/etc/ansible/ansible.cfg"),
    )
    for path in (Path(named),) if named else usual:
        text = _text(path, [])
        if text:
            # Ansible takes the first it finds, and merges none.
            found = _TELLS_VAULT.search(text)
            return f"{found[1]} in {path}" if found else ""
    return ""
