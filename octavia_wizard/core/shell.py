"""A shell to look around in: which one, where, and with which cloud at hand."""

from __future__ import annotations

import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from octavia_wizard.core.errors import UsageError

if TYPE_CHECKING:
    from octavia_wizard.core.session import Session

FALLBACK = "/bin/sh"
CLIENT = "openstack"
_KEPT = ("OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "OS_CLIENT_VENDOR_FILE")
"""What says where clouds are described, rather than which one is meant."""


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell, ready to be started."""

    argv: tuple[str, ...]
    environ: Mapping[str, str]
    directory: Path
    greeting: str
    """What to show first: where this is, how to come back, and which cloud is at hand."""


def plan_shell(
    environ: Mapping[str, str],
    directory: Path,
    *,
    variables: Mapping[str, str] | None = None,
    has_client: bool = True,
) -> Shell:
    """Return the operator's own shell in a directory, with ``openstack`` set to a cloud; pure.

    ``variables`` name the cloud and hold no secret. Where they do, all other ``OS_*`` variables
    are taken away, for the client would lay them over the cloud that is named.
    """
    named = dict(variables or {})
    kept = dict(environ)
    if "OS_CLOUD" in named:
        kept = {k: v for k, v in environ.items() if not k.startswith("OS_") or k in _KEPT}
    cloud = named.get("OS_CLOUD")
    region = f", region {named['OS_REGION_NAME']}" if "OS_REGION_NAME" in named else ""
    state = f"works on {cloud}{region}" if has_client else "is not installed on this host"
    reach = f"\n{CLIENT} {state}." if cloud else ""
    return Shell(
        argv=(environ.get("SHELL") or FALLBACK,),
        environ={**kept, **named},
        directory=directory,
        greeting=f"A shell in {directory}; 'exit' comes back to octavia-wizard.{reach}",
    )


def cloud_variables(session: Session) -> dict[str, str]:
    """Return the variables by which ``openstack`` finds the session's cloud; empty without one.

    They hold paths and names, no secret.  Raises UsageError for a clouds.yaml that is not there.
    """
    effective, facts = session.effective, session.facts
    if not session.works_live:
        return {}
    name = effective.maybe_text("cloud.name") or session.options.environ.get("OS_CLOUD")
    region = facts.cloud.region if facts.cloud else effective.maybe_text("cloud.region")
    found = {"OS_REGION_NAME": region} if region else {}
    return {**_files_of(name, session), "OS_CLOUD": name, **found} if name else found


def _files_of(name: str, session: Session) -> dict[str, str]:
    """Name the file that describes a cloud by its whole path: the shell is in another directory."""
    from octavia_wizard.core.cloud.config import list_clouds

    clouds = list_clouds(session.options.clouds_files)
    source = next((entry.source for entry in clouds if entry.name == name), None)
    if source is None:
        return {}
    found = {"OS_CLIENT_CONFIG_FILE": str(source.absolute())}
    secure = Path("secure.yaml")
    # openstacksdk looks for it in the working directory first, which will be another one.
    if secure.is_file() and "OS_CLIENT_SECURE_FILE" not in session.options.environ:
        found["OS_CLIENT_SECURE_FILE"] = str(secure.absolute())
    return found


def shell_of(session: Session) -> Shell:
    """Return the shell for a session: in its deploy directory, at its cloud; raises UsageError."""
    environ, directory = session.options.environ, session.options.deploy_dir
    return plan_shell(
        environ,
        directory if directory.is_dir() else Path.cwd(),
        variables=cloud_variables(session),
        has_client=shutil.which(CLIENT, path=environ.get("PATH")) is not None,
    )


def run_shell(shell: Shell) -> int:
    """Run a shell on this terminal until it ends, and return its exit code.

    Raises UsageError where it cannot be started.
    """
    with _deaf_to_interrupts():
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own shell, without arguments
                list(shell.argv), cwd=shell.directory, env=dict(shell.environ), check=False
            )
        except OSError as error:
            raise UsageError(
                f"cannot start {shlex.join(shell.argv)}: {error.strerror}",
                hint="set SHELL to a shell that exists",
            ) from None
    return done.returncode


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Leave Ctrl-C to the shell.

    A handler that does nothing, rather than SIG_IGN, which the shell's children would inherit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def nothing(number: int, frame: FrameType | None) -> None:
        """Take no notice."""

    former = signal.signal(signal.SIGINT, nothing)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def assignments(variables: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return variables in a fixed order, their values quoted for a shell."""
    return tuple((name, shlex.quote(variables[name])) for name in sorted(variables))
