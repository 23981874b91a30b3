"""Each file of one's own is told for what it is as soon as it is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.layout import CertificateLayout, Pem
from octavia_wizard.core.views.certificate_files import draw_files
from octavia_wizard.core.views.model import Subject, plain_text, width_of
from tests.core.pki.support import SECRETS, ec_key, generating, laid_out, owning
from tests.core.views.support import WIDTHS

NAMES = {
    "server_ca_certificate": Pem.SERVER_CA,
    "server_ca_key": Pem.SERVER_CA_KEY,
    "client_ca_certificate": Pem.CLIENT_CA,
    "client_certificate": Pem.CLIENT,
    "client_key": Pem.CLIENT_KEY,
}
NO_SECRETS: dict[str, str] = {}


@pytest.fixture
def layout(tmp_path: Path) -> CertificateLayout:
    """A set of files in order."""
    return laid_out(generating(tmp_path / "certs"))


def _named(layout: CertificateLayout, *names: str, release: str = "33.0.1") -> Effective:
    given = {name: layout.files[NAMES[name]] for name in names}
    missing = tuple(f"certificates.{name}" for name in NAMES if name not in names)
    return replace(owning(release, **given), missing=missing)


def _text(answers: Effective, typed: Mapping[str, str] = NO_SECRETS, width: int = 76) -> str:
    secrets = {name: Secret(value) for name, value in typed.items()}
    facts = Facts(HostFacts(Path("/nowhere"), typed=secrets))
    picture = draw_files(Subject(answers, facts), width)
    assert all(width_of(row) <= width for row in picture)
    return plain_text(picture)


def test_what_is_named_is_told_and_the_rest_is_to_do(layout: CertificateLayout) -> None:
    rows = _text(_named(layout, "server_ca_certificate", "server_ca_key")).splitlines()
    assert len(rows) == 5
    assert rows[0].startswith("✓ Server CA      CN=Octavia Server CA,…")
    assert "EC P-256  CA " in rows[0]
    assert rows[1] == "! Server CA key  encrypted, 0600; its passphrase is not known yet"
    assert [row.split("  ")[0] for row in rows[2:]] == ["○ Client CA", "○ Client", "○ Client key"]
    assert all(row.endswith("to do") for row in rows[2:])


def test_the_whole_set_opened(layout: CertificateLayout) -> None:
    rows = _text(_named(layout, *NAMES), SECRETS).splitlines()
    assert [row[0] for row in rows] == ["✓"] * 5
    assert "encrypted, opened, 0600" in rows[1]
    assert "clientAuth" in rows[3]
    assert "not encrypted, 0600" in rows[4]


def test_what_is_wrong_is_said_in_words(layout: CertificateLayout) -> None:
    layout.files[Pem.CLIENT_KEY].write_bytes(plain_pem(ec_key()))
    text = _text(_named(layout, *NAMES), SECRETS)
    assert "✗ Client key" in text
    assert "✗ The client key does not belong to the client certificate." in text


def test_a_wrong_passphrase_is_said_to_be_one(layout: CertificateLayout) -> None:
    wrong = {"octavia_ca_private_key_passphrase": "planted-wrong"}
    text = _text(_named(layout, "server_ca_key"), wrong)
    assert "✗ Server CA key  not usable" in text
    assert "cannot be opened with its" in text
    assert "planted-wrong" not in text


def test_a_file_that_is_not_there_is_missing(layout: CertificateLayout) -> None:
    layout.files[Pem.CLIENT_CA].unlink()
    text = _text(_named(layout, "client_ca_certificate"))
    assert "✗ Client CA" in text
    assert "No such file" in " ".join(text.split())


def test_where_the_key_is_in_the_clients_file_it_is_not_asked_for(
    layout: CertificateLayout,
) -> None:
    answers = owning("22.4.4", client_certificate=layout.files[Pem.CLIENT_BUNDLE])
    answers = replace(answers, missing=("certificates.server_ca_certificate",))
    text = _text(answers)
    assert "Client key" not in text
    assert "✓ Client " in text


@pytest.mark.parametrize("width", WIDTHS)
def test_every_width_is_kept(layout: CertificateLayout, width: int) -> None:
    _text(_named(layout, *NAMES), width=width)


def test_of_generated_ones_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert _text(generating(tmp_path)) == ""
