"""What renews a certificate is told as a command to copy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.pki.layout import certificate_layout
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.renewals import renewal_of
from octavia_wizard.core.session import Options, Session
from tests.core.pki.support import generating


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(Options(tmp_path, environ={}), Answers())


@pytest.mark.parametrize(
    ("pem", "verb"),
    [
        (Pem.SERVER_CA, "certs rollover server"),
        (Pem.CLIENT_CA, "certs rollover client"),
        (Pem.CLIENT, "certs renew"),
    ],
)
def test_generated_ones(session: Session, tmp_path: Path, pem: Pem, verb: str) -> None:
    layout = certificate_layout(generating(tmp_path))
    assert renewal_of(session, layout, pem).command.endswith(f"{tmp_path} {verb}")


def test_one_above_the_ca_goes_with_it(session: Session, tmp_path: Path) -> None:
    layout = certificate_layout(generating(tmp_path))
    assert "all behind it" in renewal_of(session, layout, Pem.SERVER_CA, behind=True).text


def test_without_the_key_of_its_ca_somebody_else_has_to_sign(
    session: Session, tmp_path: Path
) -> None:
    layout = certificate_layout(generating(tmp_path))
    files: dict[Pem, Path] = {
        pem: path for pem, path in layout.files.items() if pem is not Pem.CLIENT_CA_KEY
    }
    own = replace(layout, files=files, sources={Pem.CLIENT: Path("/pki/client.p12")})
    found = renewal_of(session, own, Pem.CLIENT)
    assert "/pki/client.p12" in found.text
    assert found.command.endswith(f"replay {session.place.preset}")
