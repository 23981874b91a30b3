"""A deploy host with certificates, made once and looked at on whatever day a test likes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.asked import Options
from octavia_wizard.core.facts.deploy_host_files import OUR_MARK
from octavia_wizard.core.lifecycle.certificate_model import (
    CertificateNote,
    CertificatesStanding,
    Told,
)
from octavia_wizard.core.lifecycle.certificates import certificates_standing
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.session import Session
from tests.core.pki.support import SECRETS, generating, laid_out

VARIABLES = "user_variables_octavia.yml"
SECRET_FILE = "user_secrets_octavia.yml"  # the name of a file


@dataclass
class Host:
    """A deploy host, its deploy directory and the home of its operator."""

    root: Path
    release: str = "33.0.1"
    answers: dict[str, object] = field(default_factory=dict)
    """What the session knows besides the release; nothing, as a monitoring system."""

    def __post_init__(self) -> None:
        self.deploy_dir = self.root / "openstack_deploy"
        self.deploy_dir.mkdir(exist_ok=True)
        self.certs = self.deploy_dir / "octavia"
        self.controller = self.root / "controller"

    def make(self, **answers: object) -> CertificateLayout:
        """Have the wizard's certificates there, and their passphrases in a secrets file."""
        layout = laid_out(generating(self.certs, self.release, **answers))
        self.write(SECRET_FILE, SECRETS)
        return layout

    def deploy(self, **answers: object) -> CertificateLayout:
        """The same, and the role pointed to them."""
        layout = self.make(**answers)
        self.write(VARIABLES, layout.variables)
        return layout

    def write(self, name: str, variables: Mapping[str, object]) -> None:
        """Write a user file, private as a secrets file is."""
        path = self.deploy_dir / name
        path.touch(mode=0o600)
        path.write_text(f"# Written by {OUR_MARK}.\n{yaml.safe_dump(dict(variables))}")

    def session(self, **more: object) -> Session:
        """Return the session of a command that has read this host."""
        values: dict[str, Any] = {"cloud.mode": "files", "cloud.release": self.release}
        values |= {**self.answers, **{k.replace("__", ".", 1): v for k, v in more.items()}}
        origins = dict.fromkeys(values, Provenance.PRESET)
        answers = Answers(MappingProxyType(values), MappingProxyType(origins))
        environ = {"HOME": str(self.root), "OS_CLIENT_CONFIG_FILE": "/dev/null"}
        session = Session(Options(self.deploy_dir, environ=environ), answers)
        session.read_host()
        return session

    def standing(self, days: float = 0, **more: object) -> CertificatesStanding:
        """Look at the certificates so many days from now."""
        return certificates_standing(
            self.session(**more),
            datetime.now(UTC) + timedelta(days=days),
            controller=self.controller,
        )


def told(standing: CertificatesStanding, kind: Told) -> CertificateNote | None:
    """Return the note of a kind, if there is one."""
    return next((note for note in standing.notes if note.kind is kind), None)
