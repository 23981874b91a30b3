"""A deployment with generated certificates, on files only, for what renews and replaces them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.asked import Options
from octavia_wizard.core.engine.run import RunResult
from octavia_wizard.core.facts.resources import Amphora
from octavia_wizard.core.interview import apply
from octavia_wizard.core.lifecycle.model import Errand
from octavia_wizard.core.lifecycle.rollover import (
    distributed_errand,
    next_errand,
    rollover_plan,
)
from octavia_wizard.core.pki.layout import CertificateLayout, certificate_layout
from octavia_wizard.core.pki.rollover_files import Side
from octavia_wizard.core.session import Session
from tests.core.pki.support import SECRETS, laid_out


@dataclass
class CertificateSite:
    """One deployment and its operator."""

    root: Path

    def __post_init__(self) -> None:
        self.deploy_dir = self.root / "openstack_deploy"
        self.deploy_dir.mkdir()
        lines = [f"{name}: {value}\n" for name, value in SECRETS.items()]
        (self.deploy_dir / "user_secrets.yml").write_text("".join(lines))
        self.layout: CertificateLayout = certificate_layout(self.session().effective)
        (self.layout.directory / "private").mkdir(parents=True, mode=0o700)
        laid_out(self.session().effective)

    def session(self, **more: object) -> Session:
        """Return the session of a command that loads the preset and reads the host."""
        values: dict[str, object] = {
            "cloud.mode": "files",
            "cloud.release": "33.0.1",
            "certificates.source": "generate",
            "certificates.key_type": "ec-p256",
            **{key.replace("__", ".", 1): value for key, value in more.items()},
        }
        answers = Answers(
            MappingProxyType(values), MappingProxyType(dict.fromkeys(values, Provenance.PRESET))
        )
        session = Session(Options(self.deploy_dir, environ={"HOME": str(self.root)}), answers)
        session.read_host()
        return session

    def carry_out(self, errand: Errand) -> RunResult:
        """Run an errand, as the verbs do."""
        result = apply(
            errand.session,
            errand.plan,
            command=errand.command,
            report=lambda event: None,
            cancel=threading.Event(),
        )
        assert result.error is None, result.error
        return result

    def advance(self, side: Side, now: datetime, *, failed_over: bool = True) -> None:
        """Carry out the next phase of a rollover, and bring it to all controllers an hour later."""
        session = self.session()
        plan = rollover_plan(session, side, failed_over=failed_over, now=now)
        self.carry_out(next_errand(session, plan, now=now))
        at = now + timedelta(hours=1)
        self.carry_out(distributed_errand(self.session(), side, at, now=at))


def amphora(
    id: str, *, created: datetime | None = None, ends: datetime | None = None, status: str = ""
) -> Amphora:
    """Return an amphora of the load balancer that is called like it."""
    return Amphora(
        id,
        status or "ALLOCATED",
        f"lb-{id}",
        certificate_ends=ends,
        created=created,
    )
