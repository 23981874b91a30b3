"""Rows for a screen tell what is there, or what would be made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.pki.describe import describe, planned_view
from octavia_wizard.core.pki.layout import Pem, certificate_layout
from tests.core.pki.support import generating, laid_out


def test_what_would_be_made(tmp_path: Path) -> None:
    """Before they exist, the rows show subjects, dates and modes as planned, and no fingerprint."""
    rows = planned_view(generating(tmp_path / "certs"), datetime(2026, 1, 1, tzinfo=UTC))
    by_title = {row.title: row for row in rows}
    assert by_title[Pem.SERVER_CA].subject == "CN=Octavia Server CA,O=Example"
    assert by_title[Pem.SERVER_CA].not_after == "2035-12-30"
    assert by_title[Pem.CLIENT].not_after == "2030-12-31"
    assert {row.mode for row in rows} == {"0600"}
    assert {row.fingerprint for row in rows} == {""}


def test_what_is_there(tmp_path: Path) -> None:
    """Once they exist, the rows show what is in the files."""
    answers = generating(tmp_path / "certs")
    layout = laid_out(answers)
    rows = {row.title: row for row in planned_view(answers)}
    assert len(rows[Pem.CLIENT].fingerprint) == 95
    assert rows[Pem.CLIENT].key == "EC secp256r1"
    assert rows[Pem.SERVER_CA_KEY].key == "encrypted"
    assert rows[Pem.CLIENT_KEY].key == "EC secp256r1"
    assert rows[Pem.CLIENT_KEY].mode == "0600"
    assert tuple(rows.values()) == describe(layout)


def test_files_that_are_missing_are_listed_all_the_same(tmp_path: Path) -> None:
    """A missing file has a row without content."""
    answers = generating(tmp_path / "certs")
    layout = laid_out(answers)
    layout.files[Pem.CLIENT].unlink()
    row = {row.title: row for row in describe(certificate_layout(answers))}[Pem.CLIENT]
    assert row.path == layout.files[Pem.CLIENT]
    assert (row.subject, row.mode) == ("", "")
