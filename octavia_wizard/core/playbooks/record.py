"""What is kept of a run of a playbook: its call, what it was run for, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class PlayState(StrEnum):
    """How a run of a playbook stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """It ended with another exit code than 0."""
    LOST = "lost"
    """It ended without an exit code: killed, or the host was restarted."""


@dataclass(frozen=True, slots=True)
class PlaybookCall:
    """A run of a playbook as it is asked for."""

    purpose: str
    """``containers``, ``octavia`` and so on, as in ``Rules.playbooks``; ``lbaas`` for Neutron's
    second run in the LBaaS era."""
    argv: tuple[str, ...]
    """Command line without the program: the playbook, its limit and tags, the options."""
    program: Path
    """``openstack-ansible``."""
    directory: Path
    """Where it is run, so that Ansible finds the playbook."""
    options: tuple[str, ...] = ()
    """Those of ``argv`` the operator added; a run with any stands for no run without."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """What the playbook works on, name to digest: a run is stale once one of them differs."""
    start_at: str = ""
    """Task to start at: the first of the play that failed last time; "" for the beginning. Such a
    run finishes the one before it, and counts as a whole one."""
    config_dir: Path | None = None
    """What is put into OSA_CONFIG_DIR; None for releases that do not read it."""
    group: str = ""
    """Group of which a host has to take part, or the run has failed; "" for any host at all."""
    may_be_idle: bool = False
    """Whether there may be nothing to do: no host is no failure then."""


@dataclass(frozen=True, slots=True)
class PlaybookRun:
    """One run of a playbook on this host."""

    id: str
    """Name of its directory: purpose and start, e.g. ``octavia-20261123T031500Z-4f2a``."""
    purpose: str
    command: tuple[str, ...]
    """The whole command line."""
    options: tuple[str, ...]
    inputs: Mapping[str, str]
    started: str
    """UTC, ISO 8601."""
    state: PlayState
    directory: Path
    """Private (0700); holds ``run.json``, ``events.jsonl``, ``output.log`` and ``exit``."""
    ended: str | None = None
    """UTC, ISO 8601; None while it runs and where nobody saw its end."""
    seconds: float | None = None
    """How long it took."""
    code: int | None = None
    """Exit code."""
    start_again: str = ""
    """First task of the first play that failed; "" where it is not the only one of its name."""

    @property
    def log(self) -> Path:
        """All it wrote, as Ansible shows it to a person."""
        return self.directory / "output.log"

    @property
    def is_trial(self) -> bool:
        """Whether it changed nothing by intent (``--check``)."""
        return bool({"--check", "-C"} & set(self.options))
