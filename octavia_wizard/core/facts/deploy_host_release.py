"""Which OpenStack-Ansible release is installed: every piece of evidence, the best first."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from octavia_wizard.core.errors import FileError, UsageError
from octavia_wizard.core.facts.deploy_host_tools import FoundTools
from octavia_wizard.core.facts.model import DeployedRole, Evidence, ReadProblem
from octavia_wizard.core.files import read_text
from octavia_wizard.core.releases import Reader, VariableKind, all_series, find_release

RELEASE_FILE = Path("/etc/openstack-release")
GIT_SECONDS = 10.0
WRAPPER_SAYS = "OSA_VERSION in"
"""How the source of the wrapper's evidence begins."""

_VERSION = re.compile(r"""^\s*(?:export\s+)?OSA_VERSION=["']?([^"'\s]+)""", re.MULTILINE)
_LITERAL = re.compile(r"""^openstack_release:\s*["']?(\d[\w.]*)["']?\s*$""", re.MULTILINE)
_DISTRIBUTION = re.compile(r"""^DISTRIB_RELEASE=["']?([^"'\s]+)""", re.MULTILINE)
_LITERAL_FILES = ("inventory/group_vars/all/all.yml", "group_vars/all/all.yml")


def read_releases(
    found_tools: FoundTools,
    role: DeployedRole | None,
    environ: Mapping[str, str],
    release_file: Path = RELEASE_FILE,
) -> tuple[tuple[Evidence, ...], tuple[ReadProblem, ...]]:
    """Collect what tells the installed release, the most reliable first, and what went wrong."""
    clone = found_tools.clone
    found: list[Evidence] = []
    problems: list[ReadProblem] = []
    for evidence in (
        *_from_wrapper(found_tools.script, found_tools.wrapper),
        *_from_git(clone, environ),
        *_from_literal(clone),
        *_from_release_file(release_file),
        *_from_role(role),
    ):
        try:
            find_release(evidence.value)
        except UsageError as error:
            problems.append(ReadProblem(evidence.source, error.message))
        else:
            found.append(evidence)
    return tuple(found), tuple(problems)


def _text(path: Path) -> str:
    try:
        return read_text(path) or ""
    except FileError:
        # Evidence that cannot be read is no evidence; the next kind is asked.
        return ""


def _from_wrapper(script: str, wrapper: Path) -> Iterator[Evidence]:
    match = _VERSION.search(script)
    if match and match[1] not in ("CURRENT_OSA_VERSION", "undefined"):
        yield Evidence(match[1], f"{WRAPPER_SAYS} {wrapper}")


def _from_git(clone: Path, environ: Mapping[str, str]) -> Iterator[Evidence]:
    if not os.path.exists(clone / ".git"):
        return
    # The clone mostly belongs to root, and git refuses to look at another user's without this.
    command = ["git", "-c", "safe.directory=*", "-C", str(clone), "describe", "--tags"]
    # Git needs no credentials, which a sourced openrc leaves in the environment.
    clean = {name: value for name, value in environ.items() if name[:3] not in ("GIT", "OS_")}
    try:
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=GIT_SECONDS,
            env={"PATH": os.defpath, **clean, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return
    if done.returncode == 0 and done.stdout.strip():
        yield Evidence(done.stdout.strip(), f"git describe --tags in {clone}")


def _from_literal(clone: Path) -> Iterator[Evidence]:
    for name in _LITERAL_FILES:
        match = _LITERAL.search(_text(clone / name))
        if match:
            yield Evidence(match[1], f"openstack_release in {clone / name}")
            return


def _from_release_file(path: Path) -> Iterator[Evidence]:
    match = _DISTRIBUTION.search(_text(path))
    if match:
        yield Evidence(match[1], f"DISTRIB_RELEASE in {path}")


def _from_role(role: DeployedRole | None) -> Iterator[Evidence]:
    """Compare the variables the deployed role has defaults for with those of every release."""
    if role is None:
        return
    path, names = role.path / "defaults" / "main.yml", role.defaults.keys()
    fits = [tag for tag in _last_of_minors() if _default_names(tag) == names]
    if fits:
        yield Evidence(fits[-1], f"the variables in {path} are those of {_span(fits)}")


def _last_of_minors() -> list[str]:
    """Return the tags at which the role may differ, oldest first; all of them would be slow."""
    last: dict[tuple[str, str], str] = {}
    for series in all_series():
        for tag in series.tags:
            last[series.name, tag.rpartition(".")[0]] = tag
    return list(last.values())


def _default_names(tag: str) -> frozenset[str]:
    return frozenset(
        name
        for name, variable in find_release(tag).variables().items()
        if variable.kind is VariableKind.DEFAULT and variable.read_by is Reader.ROLE
    )


def _span(tags: list[str]) -> str:
    return tags[0] if len(tags) == 1 else f"{tags[0]} to {tags[-1]}"
