"""Asks git: without a prompt, with credentials out of sight, and with cures for what fails."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from octavia_wizard.core.errors import StepError
from octavia_wizard.core.files import write_file
from octavia_wizard.core.image.build.children import Log, Ran, run
from octavia_wizard.core.image.build.locations import Location
from octavia_wizard.core.image.build.surroundings import surroundings

_ASK_SECONDS = 120.0
FETCH_SECONDS = 3600.0

_HELPER = (
    '!f() { test "$1" = get && '
    'printf "username=%s\\npassword=%s\\n" "$OW_GIT_USER" "$OW_GIT_PASSWORD"; }; f'
)
"""A credential helper that reads two variables, which other users cannot see."""

_CURES: tuple[tuple[str, str], ...] = (
    (
        r"could not resolve|couldn't resolve|connection refused|connection timed out"
        r"|network is unreachable|no route to host|failed to connect|couldn't connect"
        r"|operation timed out|connection reset|the requested url returned error: 5\d\d",
        "check the network and the proxy (https_proxy), or name a mirror or checkout on this host",
    ),
    (
        r"certificate|ssl",
        "let this host trust the authority of that server (update-ca-certificates, or "
        "GIT_SSL_CAINFO)",
    ),
    (
        r"authentication failed|could not read username|could not read password"
        r"|permission denied|access denied|returned error: 40[13]|terminal prompts disabled",
        "the server wants credentials: let git find them (a credential helper or an ssh key)",
    ),
    (
        r"repository .*not found|does not appear to be a git repository|returned error: 404"
        r"|no such file|not a git repository|does not exist",
        "check the URL or path; it must be a git repository of Octavia",
    ),
    (r"no space left", "make room on the disk"),
    (r"dubious ownership|unsafe repository", "git config --global --add safe.directory PATH"),
)
_UNREACHABLE = re.compile(_CURES[0][0], re.IGNORECASE)


class GitFailed(StepError):
    """git ended badly; ``unreachable`` says that the other side was not there."""

    def __init__(self, message: str, reason: str, *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.unreachable = bool(_UNREACHABLE.search(reason))


@dataclass(frozen=True, slots=True)
class Git:
    """git for one repository somewhere, and a room for what it needs of its own."""

    place: Location
    room: Path
    """A private directory."""
    log: Log = field(repr=False)
    cancel: threading.Event = field(repr=False)

    def ask(self, *arguments: str, seconds: float = _ASK_SECONDS) -> str:
        """Return what git says; raises GitFailed, Interrupted."""
        ran = self.run(*arguments, seconds=seconds, keep=True)
        if not ran.ok:
            raise self.failed(ran)
        return ran.output

    def run(self, *arguments: str, seconds: float = _ASK_SECONDS, keep: bool = False) -> Ran:
        """Run git to its end, whichever that is; raises StepError where there is none."""
        return run(
            ["git", *arguments],
            log=self.log,
            cancel=self.cancel,
            environment=self._environment(),
            seconds=seconds,
            keep=keep,
        )

    def failed(self, ran: Ran) -> GitFailed:
        """Explain why git failed."""
        text = "\n".join(ran.said).lower()
        hint = next((cure for pattern, cure in _CURES if re.search(pattern, text)), "")
        return GitFailed(f"{self.place.address}: {ran.reason}", text, hint=hint)

    def _environment(self) -> dict[str, str]:
        # Without a terminal ssh cannot ask either.
        known = {**surroundings(), "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
        paths = [self.place.path] if self.place.path is not None else []
        known.update(trusting(paths, self.room, known))
        if self.place.password or self.place.user:
            known |= {
                "OW_GIT_USER": self.place.user,
                "OW_GIT_PASSWORD": self.place.password,
                **_configured([(f"credential.{self.place.origin}.helper", _HELPER)]),
            }
        return known


def trusting(paths: Sequence[Path], room: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return variables that make git work with repositories of other users; mostly none.

    git refuses them ("dubious ownership") and heeds neither -c nor GIT_CONFIG_COUNT in the child
    that serves a path, so that a configuration file of its own is needed.
    """
    foreign = [path for path in paths if _is_foreign(path)]
    if not foreign:
        return {}
    text = "".join(f"[include]\n\tpath = {_quoted(p)}\n" for p in _own_configuration(environ))
    for path in foreign:
        text += f"[safe]\n\tdirectory = {_quoted(path)}\n\tdirectory = {_quoted(path / '.git')}\n"
    file = room / "gitconfig"
    write_file(file, text, 0o600)
    return {"GIT_CONFIG_GLOBAL": str(file)}


def _own_configuration(environ: Mapping[str, str]) -> list[Path]:
    named = environ.get("GIT_CONFIG_GLOBAL")
    if named:
        return [Path(named)]
    home = Path(environ.get("HOME") or "~").expanduser()
    config = environ.get("XDG_CONFIG_HOME")
    return [
        Path(config) / "git" / "config" if config else home / ".config/git/config",
        home / ".gitconfig",
    ]


def _is_foreign(path: Path) -> bool:
    try:
        return any(
            place.stat().st_uid != os.geteuid() for place in (path, path / ".git") if place.exists()
        )
    except OSError:
        return False


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _configured(entries: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return configuration for git as variables, which do not appear in a list of processes."""
    known = {"GIT_CONFIG_COUNT": str(len(entries))}
    for number, (key, value) in enumerate(entries):
        known[f"GIT_CONFIG_KEY_{number}"] = key
        known[f"GIT_CONFIG_VALUE_{number}"] = value
    return known
