"""What the processes of the rehearsal cloud are told when they start."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Paths, ports and names, read from the JSON file named on the command line."""

    services: tuple[str, ...]
    host: str
    ports: dict[str, int]
    urls: dict[str, str]
    region: str
    threads: int
    nodes: dict[str, str]
    etc: Path
    data: Path
    logs: Path
    run: Path
    passwords: Path
    paste: Path

    @classmethod
    def read(cls, path: str) -> Settings:
        """Read the settings written by octavia-wizard."""
        raw: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        raw["services"] = tuple(raw["services"])
        for key in ("etc", "data", "logs", "run", "passwords", "paste"):
            raw[key] = Path(raw[key])
        return cls(**raw)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of the compute hosts, the controller first."""
        return tuple(self.nodes)

    def password(self, user: str) -> str:
        """Return the password of one user of the cloud."""
        return str(json.loads(self.passwords.read_text(encoding="utf-8"))[user])

    def announce(self, service: str, stage: str) -> None:
        """Tell whoever waits for the start that a service has come this far.

        One short write to a file opened for appending is never torn between processes.
        """
        line = json.dumps({"service": service, "stage": stage, "at": time.monotonic()}) + "\n"
        handle = os.open(self.run / "events", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)
