"""What would be made is told before it is made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.pki.making.planned import planned_files
from octavia_wizard.core.pki.pem import NAMES, ROOT_KEYS, Pem
from tests.core.pki.support import generating

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def test_each_file_with_what_it_will_be(tmp_path: Path) -> None:
    """Subjects, keys and dates are those that were answered."""
    found = {one.pem: one for one in planned_files(generating(tmp_path / "certs"), NEW_YEAR)}
    assert set(found) == set(NAMES) - set(ROOT_KEYS)
    assert found[Pem.SERVER_CA].subject == "CN=Octavia Server CA,O=Example"
    assert found[Pem.SERVER_CA].not_after == datetime(2035, 12, 30, tzinfo=UTC)
    assert found[Pem.CLIENT].not_after == datetime(2030, 12, 31, tzinfo=UTC)
    assert found[Pem.CLIENT_KEY].subject == ""
    assert found[Pem.CLIENT_KEY].key_type == "ec-p256"


def test_each_certificate_has_its_own_lifetime(tmp_path: Path) -> None:
    """The client CA may end before the server CA; unanswered it lives as long."""
    answers = generating(tmp_path / "certs", certificates__client_ca_days=2000)
    found = {one.pem: one.days for one in planned_files(answers, NEW_YEAR)}
    assert (found[Pem.SERVER_CA], found[Pem.CLIENT_CA], found[Pem.CLIENT]) == (3650, 2000, 1825)
    found = {one.pem: one.days for one in planned_files(generating(tmp_path / "certs"), NEW_YEAR)}
    assert found[Pem.CLIENT_CA] == 3650


def test_roots_only_where_they_are_wanted(tmp_path: Path) -> None:
    """With intermediates there are two more keys, which may go offline."""
    answers = generating(tmp_path / "certs", certificates__intermediates=True)
    assert set(ROOT_KEYS) <= {one.pem for one in planned_files(answers, NEW_YEAR)}
