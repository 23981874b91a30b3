"""Octavia's sources: the script and elements to build with, and the repository of the agent.

A mirror in the wizard's cache stands between the operator's repository and the build. So
diskimage-builder never sees credentials, needs no second download, and finds every wanted commit
under a name, however the operator's repository has it.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import shutil
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.errors import StepError, UsageError
from octavia_wizard.core.image.build.children import Log
from octavia_wizard.core.image.build.git import FETCH_SECONDS, Git, GitFailed
from octavia_wizard.core.image.build.locations import Location, locate
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.trees import SCRIPT, unpack
from octavia_wizard.core.image.build.turns import turn
from octavia_wizard.core.places import cache_root

_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_NAMES = ("refs/heads/", "refs/tags/", "refs/remotes/origin/", "refs/remotes/")
"""Where a name is looked for, in turn."""
_HEAD = "HEAD"


@dataclass(frozen=True, slots=True)
class Mirrored:
    """One commit of a repository, which the wizard's mirror has under a name."""

    url: str
    """file:// URL of the mirror."""
    name: str
    """A branch of the mirror that is always at this commit."""
    ref: str
    """The ref of those wanted that was taken."""
    commit: str
    room: Path
    """The directory in the cache with the mirror."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a build is made from."""

    script: Path
    """diskimage-create.sh, with the elements beside its directory."""
    repository: str
    """The repository diskimage-builder takes the agent from."""
    ref: str
    """The branch, tag or commit that was taken."""
    commit: str
    agent_ref: str = ""
    """What that is called in ``repository``."""
    library: str = ""
    """The repository of octavia-lib; "" for its usual place."""
    library_ref: str = ""


def ensure_source(request: BuildRequest, log: Log, cancel: threading.Event) -> Source:
    """Get the sources a request wants; StepError, UsageError, FileError, Interrupted.

    A checkout on this host is used as it lies there, changes and all, if it is at the wanted
    commit; it is never touched.
    """
    place = locate(request.repository)
    found = mirrored(place, request.refs, log, cancel)
    script = _in_place(place, found, log, cancel)
    if script is None:
        tree = unpack(found.room, found.commit, log, cancel)
        script = tree / SCRIPT
    library = _library(request, found.ref, log, cancel)
    return Source(
        script=script,
        repository=found.url,
        ref=found.ref,
        commit=found.commit,
        agent_ref=found.name,
        library=library.url if library is not None else "",
        library_ref=library.name if library is not None else "",
    )


def mirrored(place: Location, refs: Iterable[str], log: Log, cancel: threading.Event) -> Mirrored:
    """Bring the first of these refs that a repository has into the cache, or find it there."""
    wanted = tuple(dict.fromkeys(ref for ref in refs if ref)) or (_HEAD,)
    for ref in wanted:
        if ref.startswith("-") or re.search(r"[\s~^:?*\[\\]|\.\.", ref):
            raise UsageError(f"{ref!r} is no branch, tag or commit", hint="see image.octavia_ref")
    digest = hashlib.sha256(f"{place.user}@{place.address}".encode()).hexdigest()[:16]
    room = cache_root() / "octavia" / digest
    git = Git(place, room, log, cancel)
    with turn(room, log=log, cancel=cancel):
        if place.path is not None and not place.path.is_dir():
            raise StepError(
                f"{place.path} is no directory",
                hint="image.octavia_repository is a git URL, or a checkout or mirror on this host",
            )
        _ensure_mirror(git)
        try:
            name, ref = _bring(git, wanted)
        except GitFailed as error:
            name, ref = _had_before(git, wanted, error)
        commit = git.ask(*_at(git), "rev-parse", f"{name}^{{commit}}").strip()
        # A branch goes on with the next fetch, maybe while a build has still to ask for it.
        name = f"wizard-{commit}"
        git.ask(*_at(git), "update-ref", f"refs/heads/{name}", commit)
    return Mirrored(_mirror(git).as_uri(), name, ref, commit, room)


def _mirror(git: Git) -> Path:
    return git.room / "mirror.git"


def _at(git: Git) -> tuple[str, str]:
    return ("--git-dir", str(_mirror(git)))


def _ensure_mirror(git: Git) -> None:
    """Make an empty mirror, in place of a damaged one."""
    place = _mirror(git)
    if place.is_dir():
        if git.run(*_at(git), "rev-parse", "--is-bare-repository").ok:
            # A killed git leaves its locks behind; nobody else works here.
            for lock in place.rglob("*.lock"):
                lock.unlink(missing_ok=True)
            return
        shutil.rmtree(place)
    git.ask("init", "--quiet", "--bare", str(place))


def _bring(git: Git, wanted: tuple[str, ...]) -> tuple[str, str]:
    """Fetch the first of these refs; returns its full name in the mirror, and the ref."""
    git.log(f"asking {git.place.address} for {' or '.join(wanted)}")
    there = _refs(git)
    for ref in wanted:
        name = _full(ref, there)
        if name is not None:
            return _fetch(git, name, ref), ref
        if _COMMIT.fullmatch(ref) and (local := _fetch_commit(git, ref)):
            return local, ref
    near = _near(wanted, there)
    names = ", ".join(wanted)
    raise StepError(
        f"{git.place.address} has none of {names}"
        if wanted[1:]
        else f"{git.place.address} has no {names}",
        hint=f"image.octavia_ref may be {near}" if near else "check image.octavia_repository",
    )


def _refs(git: Git) -> Mapping[str, str]:
    """Return the commits of branches and tags a repository has, and of its HEAD."""
    found = git.ask("ls-remote", "--heads", "--tags", "--", git.place.address)
    # Without these flags a review server lists every change it ever saw.
    found += git.ask("ls-remote", "--", git.place.address, _HEAD)
    if git.place.path is not None:
        found += git.ask("ls-remote", "--", git.place.address, "refs/remotes/*")
    pairs = (line.split("\t", 1) for line in found.splitlines() if "\t" in line)
    return {name: commit for commit, name in pairs if not name.endswith("^{}")}


def _full(ref: str, there: Mapping[str, str]) -> str | None:
    if ref == _HEAD or ref.startswith("refs/"):
        return ref if ref in there else None
    return next((f"{kind}{ref}" for kind in _NAMES if f"{kind}{ref}" in there), None)


def _fetch(git: Git, name: str, ref: str) -> str:
    """Fetch one ref with the tags on its way, by which the agent knows its version."""
    local = name if name.startswith("refs/tags/") else f"refs/heads/{_local(ref)}"
    git.ask(
        *_at(git), "fetch", "--quiet", "--force", "--update-head-ok", "--", git.place.address,
        f"+{name}:{local}", seconds=FETCH_SECONDS,
    )  # fmt: skip
    return local


def _local(ref: str) -> str:
    return "wizard-head" if ref == _HEAD else ref.removeprefix("refs/heads/").replace("refs/", "")


def _fetch_commit(git: Git, commit: str) -> str | None:
    """Fetch a commit, by itself where the server allows that, else with all branches."""
    local = f"refs/heads/wizard-{commit}"
    address = git.place.address
    target = git.run(*_at(git), "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
    if not target.ok and len(commit) == 40:
        git.run(
            *_at(git), "fetch", "--quiet", "--", address, f"+{commit}:{local}",
            seconds=FETCH_SECONDS,
        )  # fmt: skip
    if not git.run(*_at(git), "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}").ok:
        git.ask(
            *_at(git), "fetch", "--quiet", "--force", "--update-head-ok", "--", address,
            "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", seconds=FETCH_SECONDS,
        )  # fmt: skip
    if not git.run(*_at(git), "update-ref", local, f"{commit}^{{commit}}").ok:
        return None
    return local


def _had_before(git: Git, wanted: tuple[str, ...], error: GitFailed) -> tuple[str, str]:
    """Find a ref in the mirror while its repository cannot be reached."""
    if not error.unreachable:
        raise error
    for ref in wanted:
        local = _local(ref)
        for name in (f"refs/heads/{local}", f"refs/tags/{ref}", f"refs/heads/wizard-{ref}"):
            if git.run(*_at(git), "rev-parse", "--verify", "--quiet", name, keep=True).ok:
                git.log(f"{error.message}")
                git.log(f"going on with {ref} as it was fetched before")
                return name, ref
    raise error


def _near(wanted: tuple[str, ...], there: Mapping[str, str]) -> str:
    names = {re.sub(r"^refs/(heads|tags|remotes/origin)/", "", name): None for name in there}
    names.pop(_HEAD, None)
    found: dict[str, None] = {}
    for ref in wanted:
        found |= dict.fromkeys(difflib.get_close_matches(ref, names, n=3, cutoff=0.6))
    heads = [name.removeprefix("refs/heads/") for name in there if name.startswith("refs/heads/")]
    return ", ".join([*found][:4] or sorted(heads)[:4])


def _in_place(place: Location, found: Mirrored, log: Log, cancel: threading.Event) -> Path | None:
    """Return the script of a checkout that is at the wanted commit."""
    if place.path is None or not (place.path / SCRIPT).is_file():
        return None
    git = Git(place, found.room, log, cancel)
    at = ("-C", str(place.path))
    head = git.run(*at, "rev-parse", "HEAD", keep=True)
    if not head.ok or head.output.strip() != found.commit:
        return None
    changed = git.run(*at, "status", "--porcelain", "--untracked-files=no", keep=True)
    if changed.ok and changed.output.strip():
        log(f"{place.path} has changes that are not committed: script and elements are used with")
        log("them, the agent in the image is built without")
    return place.path / SCRIPT


def _library(request: BuildRequest, ref: str, log: Log, cancel: threading.Event) -> Mirrored | None:
    """Bring octavia-lib of the same branch, where the operator has it in a place of their own."""
    if not request.library_repository:
        return None
    refs = (*request.refs, "master") if _COMMIT.fullmatch(ref) else (ref, *request.refs)
    place = locate(request.library_repository)
    try:
        return mirrored(place, refs, log, cancel)
    except StepError as error:
        raise StepError(
            f"octavia-lib: {error.message}", hint=error.hint or "see image.library_repository"
        ) from None
