"""One call of the real ``ansible`` on many hosts, bounded in time, with an answer for each host."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from octavia_wizard.core.adhoc.process import wait_or_end
from octavia_wizard.core.errors import Interrupted
from octavia_wizard.core.locales import installed
from octavia_wizard.core.vault import OPTION, Vault
from octavia_wizard.core.vault_place import private_directory

PLUGIN = "octavia_wizard_answers"
DEADLINE = 180.0
"""Seconds for all hosts together."""
CONNECT = 10
"""Seconds until a host that does not answer counts as unreachable."""
FORKS = 20

_DATA = files("octavia_wizard.core.adhoc") / "data"
_FORGOTTEN = ("OS_", "ANSIBLE_CALLBACK", "ANSIBLE_LOAD_CALLBACK", "ANSIBLE_STDOUT")
_FORGOTTEN_ALONE = frozenset(
    ("ANSIBLE_ASK_VAULT_PASS", "ANSIBLE_FORCE_COLOR", "ANSIBLE_DEBUG", "ANSIBLE_VERBOSITY")
)
_NONE_MATCHED = re.compile(r"match|empty", re.IGNORECASE)
"""Found in what Ansible writes, in all its releases, where there is no host to be asked."""
_REPLACED = "something sets ANSIBLE_CALLBACK_PLUGINS, perhaps a user.rc"
_SHOWN = 300
"""Characters of a message that are kept."""


class Outcome(StrEnum):
    """What came of asking one host."""

    OK = "ok"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    """It did not answer before the time was up."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one host answered."""

    host: str
    outcome: Outcome
    output: str = ""
    """What the script wrote, where it ran to its end."""
    message: str = ""
    """Why there is none; one line."""


@dataclass(frozen=True, slots=True)
class Replies:
    """What came of a call."""

    hosts: tuple[Reply, ...] = ()
    """By name."""
    problem: str = ""
    """Why no host answered at all."""


@dataclass(frozen=True, slots=True)
class Adhoc:
    """A script to be run on hosts."""

    program: Path
    """``ansible``."""
    directory: Path
    """Where it is run, so that Ansible finds its inventory."""
    pattern: str
    script: str
    """For a POSIX shell; it must hold no secret."""
    arguments: tuple[str, ...] = ()
    """Of the script; Ansible fills in its variables for each host."""
    environ: Mapping[str, str] = field(default_factory=dict)
    vault: Vault | None = None
    config_dir: Path | None = None
    """What is put into OSA_CONFIG_DIR; None for releases that do not read it."""
    deadline: float = DEADLINE
    """Seconds."""


def ask(call: Adhoc, cancel: threading.Event | None = None) -> Replies:
    """Run the script on all hosts; a host or a call that fails is part of what is returned.

    Raises Interrupted once ``cancel`` is set, FileError where no temporary directory can be made,
    and UsageError where the vault password cannot be had.
    """
    with private_directory() as home:
        answers = home / "answers.jsonl"
        _private(answers)
        (home / "callback").mkdir(mode=0o700)
        plugin = (_DATA / "callback.py.txt").read_text(encoding="utf-8")
        (home / "callback" / f"{PLUGIN}.py").write_text(plugin, encoding="utf-8")
        with _password(call.vault, home) as options, (home / "said").open("wb") as said:
            try:
                child = subprocess.Popen(  # noqa: S603 - ansible, by its path
                    [str(call.program), *_arguments(call), *options],
                    cwd=call.directory,
                    env=_environment(call, home),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    # No pipe: a connection that ssh keeps open would hold its other end for long.
                    stderr=said,
                    start_new_session=True,
                )
            except OSError as error:
                return Replies(problem=f"{call.program} cannot be started: {error.strerror}")
            code = wait_or_end(child, call.deadline, cancel)
        if cancel is not None and cancel.is_set():
            raise Interrupted("asking the hosts was stopped")
        text = (home / "said").read_text(encoding="utf-8", errors="replace")
        return _replies(call, code, answers, text)


def _private(path: Path) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def _password(vault: Vault | None, home: Path) -> Iterator[tuple[str, ...]]:
    if vault is None:
        yield ()
        return
    with vault.offered(home) as source:
        yield (OPTION, str(source))


def _arguments(call: Adhoc) -> tuple[str, ...]:
    # Encoded, so that neither Ansible's templates nor its reading of arguments touch the script.
    encoded = base64.b64encode(call.script.encode()).decode()
    words = " ".join(word if "{{" in word else shlex.quote(word) for word in call.arguments)
    command = f"printf %s {encoded} | base64 -d | sh -s -- {words}"
    timing = ("-T", str(CONNECT), "-f", str(FORKS))
    return (call.pattern, *timing, "-m", "shell", "-a", command)


def _environment(call: Adhoc, home: Path) -> dict[str, str]:
    """Return the child's environment: the operator's, without credentials of a cloud."""
    found = {
        name: value
        for name, value in call.environ.items()
        if not name.startswith(_FORGOTTEN) and name not in _FORGOTTEN_ALONE
    }
    others = call.environ.get("ANSIBLE_CALLBACK_PLUGINS")
    places = [str(home / "callback"), *([others] if others else [])]
    if call.config_dir is not None:
        found["OSA_CONFIG_DIR"] = str(call.config_dir)
    order = call.environ.get("LC_ALL", "")
    if not order.lower().endswith(("utf-8", "utf8")) or not installed(order):
        # ansible-core 2.13 and later refuse to start in a locale that is not UTF-8.
        found["LC_ALL"] = "C.UTF-8"
    return {
        **found,
        "OCTAVIA_WIZARD_ANSWERS": str(home / "answers.jsonl"),
        "ANSIBLE_CALLBACK_PLUGINS": os.pathsep.join(places),
        "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1",
        "ANSIBLE_NOCOLOR": "1",
        # Neither the log of OSA's runs nor that of the hosts is for what is only looked at.
        "ANSIBLE_LOG_PATH": os.devnull,
        "ANSIBLE_NO_TARGET_SYSLOG": "1",
        "ANSIBLE_SSH_RETRIES": "1",
        "ANSIBLE_TIMEOUT": str(CONNECT),
    }


def _replies(call: Adhoc, code: int | None, answers: Path, text: str) -> Replies:
    complaint = _complaint(text)
    found: dict[str, Reply] = {}
    asked: set[str] = set()
    for said in _lines(answers):
        names = said.get("asked")
        if isinstance(names, list):
            asked |= {str(name) for name in names}
        elif isinstance(said.get("host"), str):
            reply = _reply(said)
            found[reply.host] = reply
    if not found and complaint:
        return Replies(problem=complaint)
    late = f"it did not answer within {call.deadline:.0f} seconds"
    ended = complaint or f"ansible ended with {code} before it answered"
    ended = late if code is None else ended
    for name in asked - set(found):
        found[name] = Reply(name, Outcome.SILENT, message=ended)
    hosts = tuple(found[name] for name in sorted(found))
    if hosts:
        return Replies(hosts)
    if code is None:
        return Replies(problem=f"ansible did not answer within {call.deadline:.0f} seconds")
    if code:
        return Replies(problem=f"ansible ended with {code}")
    if not _NONE_MATCHED.search(text):
        return Replies(problem="ansible does not tell what hosts answered: " + _REPLACED)
    return Replies(problem=f"no host of the inventory is one of {call.pattern}")


def _lines(path: Path) -> Iterator[dict[str, object]]:
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        # The last line is cut short where ansible was killed.
        with suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict):
                yield said


def _reply(said: Mapping[str, object]) -> Reply:
    outcome = Outcome(str(said.get("state")))
    host = str(said["host"])
    if outcome is Outcome.OK:
        return Reply(host, outcome, str(said.get("stdout", "")))
    parts = (str(said.get(name, "")) for name in ("msg", "module_stderr"))
    message = " ".join(" ".join(parts).split())[:_SHOWN]
    return Reply(host, outcome, message=message or "Ansible does not say why")


def _complaint(text: str) -> str:
    """Return the first error of Ansible itself; never the excerpt of a file that may follow it."""
    for line in text.splitlines():
        if line.lstrip().startswith(("ERROR!", "[ERROR]:", "ERROR:")):
            what = line.strip().partition(" ")[2].strip()
            if "decrypt" in what.lower():
                return f"ansible lacks the right vault password ({OPTION}): {what[:_SHOWN]}"
            return f"ansible failed: {what[:_SHOWN]}"
    return ""
