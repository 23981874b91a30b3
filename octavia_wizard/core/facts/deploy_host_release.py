"""Which OpenStack-Ansible release is installed: every piece of evidence, the best first."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from octavia_wizard.core.errors import FileError, UsageError
from octavia_wizard.core.facts.deploy_host_yaml import DocumentError, parse_document
from octavia_wizard.core.facts.model import Evidence, ReadProblem
from octavia_wizard.core.files import read_text
from octavia_wizard.core.releases import Reader, VariableKind, all_series, find_release

DEFAULT_CLONE = Path("/opt/openstack-ansible")
RELEASE_FILE = Path("/etc/openstack-release")
GIT_SECONDS = 10.0

_VERSION = re.compile(r"""^\s*(?:export\s+)?OSA_VERSION=["']?([^"'\s]+)""", re.MULTILINE)
_CLONE = re.compile(r"""^\s*(?:export\s+)?OSA_CLONE_ROOT=["']?([^"'\s]+)""", re.MULTILINE)
# Before 19.0.0 the wrapper has the path of the clone in a comparison with the working directory.
_CLONE_INLINE = re.compile(r"""\$\{PWD\}"\s*==\s*\*"(/[^"$]+)"\*""")
_LITERAL = re.compile(r"""^openstack_release:\s*["']?(\d[\w.]*)["']?\s*$""", re.MULTILINE)
_DISTRIBUTION = re.compile(r"""^DISTRIB_RELEASE=["']?([^"'\s]+)""", re.MULTILINE)
_LITERAL_FILES = ("inventory/group_vars/all/all.yml", "group_vars/all/all.yml")


def read_releases(
    wrapper: Path, roles_dir: Path, environ: Mapping[str, str], release_file: Path = RELEASE_FILE
) -> tuple[tuple[Evidence, ...], tuple[ReadProblem, ...]]:
    """Collect what tells the installed release, the most reliable first, and what went wrong."""
    script = _text(wrapper)
    clone = _clone(script)
    found: list[Evidence] = []
    problems: list[ReadProblem] = []
    for evidence in (
        *_from_wrapper(script, wrapper),
        *_from_git(clone, environ),
        *_from_literal(clone),
        *_from_release_file(release_file),
        *_from_role(roles_dir / "os_octavia"),
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


def _clone(script: str) -> Path:
    match = _CLONE.search(script) or _CLONE_INLINE.search(script)
    return Path(match[1]) if match else DEFAULT_CLONE


def _from_wrapper(script: str, wrapper: Path) -> Iterator[Evidence]:
    match = _VERSION.search(script)
    if match and match[1] not in ("CURRENT_OSA_VERSION", "undefined"):
        yield Evidence(match[1], f"OSA_VERSION in {wrapper}")


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


def _from_role(role: Path) -> Iterator[Evidence]:
    """Compare the variables the deployed role has defaults for with those of every release."""
    path = role / "defaults" / "main.yml"
    try:
        names = frozenset(parse_document(_text(path)).values)
    except DocumentError:
        return
    if not names:
        return
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
