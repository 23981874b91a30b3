"""Operators at the deploy hosts of tests/osa: they run the wizard, and look at what it did."""

from __future__ import annotations

import configparser
import difflib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.playbooks.runs import read_runs
from tests.osa import DeployHost
from tests.osa.presets import write_preset

WIZARD = (sys.executable, "-m", "octavia_wizard")
CONFIGURATION = "openstack_user_config.yml"


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody at a deploy host, with a preset."""

    host: DeployHost
    preset: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return what is in the environment."""
        return self.host.environment()

    @property
    def place(self) -> DeploymentPlace:
        """Return where the wizard keeps what it knows of this deployment."""
        state = Path(self.environment["XDG_STATE_HOME"])
        (root,) = (state / "octavia-wizard/deployments").iterdir()
        return DeploymentPlace(root)

    def command(self, *arguments: str) -> list[str]:
        """Return a command line of the wizard."""
        vault = self.host.vault_password_file
        known = ["--vault-password-file", str(vault)] if vault else []
        return [*WIZARD, *arguments, "--deploy-dir", str(self.host.deploy_dir), *known]

    def run(self, *arguments: str, seconds: float = 300) -> subprocess.CompletedProcess[str]:
        """Run the wizard to its end."""
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            cwd=self.host.home,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start the wizard in a session of its own, as a terminal does."""
        with (self.host.home / "said.txt").open("wb") as said:
            return subprocess.Popen(
                self.command(*arguments),
                env=self.environment,
                cwd=self.host.home,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def replay(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Do what the preset says."""
        return self.run("replay", str(self.preset), "--yes", "--no-input", *options)

    def plan(self, *options: str) -> dict[str, dict[str, Any]]:
        """Return the steps of the plan by their names."""
        done = self.run("plan", str(self.preset), "--format", "json", *options)
        for line in done.stdout.splitlines():
            document = json.loads(line)
            if document["kind"] == "plan":
                return {step["step"]: step for step in document["steps"]}
        raise AssertionError(f"no plan: {done.stdout}{done.stderr}")

    def facts(self, **environ: str) -> HostFacts:
        """Return what the wizard finds on the host."""
        return read_host(self.host.deploy_dir, environ=self.environment | environ)

    def playbook_runs(self, purpose: str = "") -> tuple[PlaybookRun, ...]:
        """Return the runs of playbooks, the newest first."""
        runs = read_runs(self.place.playbooks)
        return tuple(run for run in runs if purpose in ("", run.purpose))

    def changing(self, **sections: Any) -> Operator:
        """Return the operator with other answers."""
        write_preset(self.host, self.preset, **sections)
        return self

    def configurations(self) -> dict[str, Mapping[str, Mapping[str, str]]]:
        """Return octavia.conf of every controller, by the host that carries it."""
        found: dict[str, Mapping[str, Mapping[str, str]]] = {}
        for name, root in self.host.octavia().items():
            parser = configparser.RawConfigParser(default_section="none", strict=False)
            parser.read(root / "etc/octavia/octavia.conf")
            found[name] = {section: dict(parser[section]) for section in parser.sections()}
        return found

    def processes(self) -> list[str]:
        """Return the command line of every process that works on the tree."""
        return list(_processes(str(self.host.root)))


def _processes(root: str) -> Iterator[str]:
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        # The tests' own command line names no tree, and zombies name nothing.
        if root in line:
            yield line


def done(runs: tuple[PlaybookRun, ...]) -> set[str]:
    """Return the purposes of the runs that succeeded."""
    return {run.purpose for run in runs if run.state is PlayState.DONE}


def shown_changes(step: Mapping[str, Any], name: str) -> list[str]:
    """Return the lines a plan shows of one file, with their signs."""
    lines: list[str] = []
    inside = False
    for line in step["diff"]:
        if line.startswith("~ "):
            inside = line == f"~ {name}"
        elif inside:
            lines.append(line.rstrip())
    return lines


def changes(before: bytes, after: bytes) -> list[str]:
    """Return the lines that differ, byte by byte, with their signs."""
    old, new = before.decode().splitlines(keepends=True), after.decode().splitlines(keepends=True)
    return [
        line.rstrip()
        for line in difflib.ndiff(old, new)
        # What ndiff marks as equal is equal to the last byte, ends of lines included.
        if line.startswith(("+ ", "- "))
    ]
