"""A deploy host to run steps on with the real engine, and without a cloud."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.engine.plan import Plan, build_plan
from octavia_wizard.core.engine.run import RunResult, run_plan
from octavia_wizard.core.engine.undo import UndoReport, undo
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Step
from tests.core.emit.support import effective_of, facts_of


@dataclass
class HostBench:
    """A deploy directory, and the steps to run on it."""

    root: Path
    steps: tuple[Step, ...]
    release: str = "33.0.1"
    answers: dict[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    @property
    def deploy(self) -> Path:
        """The deploy directory."""
        return self.root / "openstack_deploy"

    @property
    def place(self) -> DeploymentPlace:
        """Where journals and backups are."""
        return DeploymentPlace(self.root / "state" / "deployment")

    def read_host(self) -> HostFacts:
        """Read the deploy directory."""
        return facts_of(self.deploy).host

    def facts(self) -> Facts:
        """Read everything there is."""
        return Facts(self.read_host())

    def effective(self) -> Effective:
        """Resolve the answers."""
        return effective_of(self.release, self.facts(), **self.answers)

    def plan(self) -> Plan:
        """Plan from what is."""
        return build_plan(self.effective(), self.facts(), self.steps, ())

    def run(self) -> RunResult:
        """Plan and run."""
        effective, facts = self.effective(), self.facts()
        return run_plan(
            build_plan(effective, facts, self.steps, ()),
            effective,
            facts,
            None,
            self.place,
            self.events.append,
            threading.Event(),
            answers_document={"schema": 1},
            read_host=self.read_host,
            command="replay preset.yml",
            steps=self.steps,
        )

    def undo(self) -> UndoReport:
        """Undo everything."""
        return undo(
            self.place,
            self.effective(),
            self.facts(),
            None,
            self.events.append,
            threading.Event(),
            read_host=self.read_host,
            command="undo",
            steps=self.steps,
        )

    def content(self) -> dict[str, bytes]:
        """Return every file of the deploy directory."""
        return {
            str(path.relative_to(self.deploy)): path.read_bytes()
            for path in sorted(self.deploy.rglob("*"))
            if path.is_file()
        }


def open_umask() -> Iterator[None]:
    """Run with a umask that takes nothing away."""
    before = os.umask(0)
    yield
    os.umask(before)
