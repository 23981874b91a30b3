"""Starts the services as children of one process and ends them together.

Usage: ``python supervisor.py SETTINGS``. The parent imports what the services have in common, then
forks one child per service: oslo.config keeps its values per process, so two services cannot share
one, but they share the memory of what was imported before the fork.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import service
from settings import Settings

SHARED = (
    "sqlalchemy.orm",
    "oslo_db.sqlalchemy.enginefacade",
    "oslo_config.cfg",
    "oslo_log.log",
    "oslo_policy.policy",
    "requests",
    "webob",
    "keystoneauth1.session",
    "jsonschema",
    "cryptography.fernet",
    "keystonemiddleware.auth_token",
    "cheroot.wsgi",
    "paste.deploy",
    "oslo_utils.timeutils",
)
"""What several services import; eventlet must not be among it, nova refuses to start after it."""

STOP = {signal.SIGTERM, signal.SIGINT}
AWAITED = STOP | {signal.SIGCHLD}
PR_SET_PDEATHSIG = 1
"""prctl: the signal a process gets when its parent dies (linux/prctl.h)."""
GRACE_SECONDS = 5.0
"""How long a service may take to end before it is killed."""


def main() -> int:
    """Run until told to end or until a service dies; 1 when one died."""
    # a Ctrl-C at the terminal is for whoever asked for the start, who then ends this
    os.setsid()
    os.umask(0o077)
    settings = Settings.read(sys.argv[1])
    os.chdir(settings.run)
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    _record(settings, "supervisor", os.getpid())
    for module in SHARED:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    children: dict[int, str] = {}
    for name in settings.services:
        if not signal.sigpending() & STOP:
            children[_spawn(name, settings)] = name
    threading.Thread(target=_heed_starter, daemon=True).start()
    died = _died(children, settings)
    _end(children)
    return 1 if died else 0


def _heed_starter() -> None:
    """End with whoever started this, unless a byte on standard input sets us free before."""
    if not os.read(0, 1):
        os.kill(os.getpid(), signal.SIGTERM)


def _spawn(name: str, settings: Settings) -> int:
    """Fork one service; returns its process id in the parent only."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        _record(settings, name, pid)
        return pid
    try:
        # no service outlives its supervisor, however that ends
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, AWAITED)
        output = os.open(
            settings.logs / f"{name}.out", os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600
        )
        os.dup2(output, 1)
        os.dup2(output, 2)
        service.serve(name, settings)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)


def _record(settings: Settings, name: str, pid: int) -> None:
    """Write a process id with the start time that tells it from a later process of the same id."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    started = stat.rpartition(")")[2].split()[19]
    path = settings.run / f"{name}.pid"
    unfinished = path.with_suffix(".new")
    unfinished.write_text(f"{pid} {started}\n", encoding="ascii")
    unfinished.rename(path)


def _died(children: dict[int, str], settings: Settings) -> bool:
    """Wait for the order to end or for the first death of a service; tell which it was."""
    if signal.sigwait(AWAITED) in STOP:
        return False
    pid, status = os.waitpid(-1, 0)
    name = children.pop(pid)
    settings.announce(name, "died")
    code = os.waitstatus_to_exitcode(status)
    print(f"{name} (process {pid}) ended with {code}", flush=True)  # noqa: T201
    return True


def _end(children: dict[int, str]) -> None:
    """End the services, by force those that take too long."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        limit = time.monotonic() + GRACE_SECONDS
        while children and time.monotonic() < limit:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid:
                children.pop(pid, None)
            else:
                time.sleep(0.02)


if __name__ == "__main__":
    raise SystemExit(main())
