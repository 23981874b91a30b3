"""What is said to be in order was checked; what was not is not said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from octavia_wizard.core.pki.judging.review import examine
from octavia_wizard.core.pki.judging.verified import verified
from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.layout import CertificateLayout, Pem
from tests.core.pki.support import SECRETS, ec_key, generating, laid_out


@pytest.fixture
def layout(tmp_path: Path) -> CertificateLayout:
    """A set of files in order."""
    return laid_out(generating(tmp_path / "certs"))


def _claims(layout: CertificateLayout, *, known: bool = True, day: int = 1) -> tuple[str, ...]:
    now = datetime(2027, 1, day, tzinfo=UTC)
    return verified(examine(layout, SECRETS.get if known else None, now), layout, now)


def test_a_set_in_order(layout: CertificateLayout) -> None:
    claims = _claims(layout)
    assert claims[:-1] == ("two CAs", "chains verified", "keys match", "private")
    assert claims[-1].startswith("valid to 20")


def test_without_passphrases_only_the_clients_key_is_claimed(layout: CertificateLayout) -> None:
    assert "client key matches" in _claims(layout, known=False)
    assert "keys match" not in _claims(layout, known=False)


def test_a_foreign_key_is_not_claimed_to_match(layout: CertificateLayout) -> None:
    layout.files[Pem.CLIENT_KEY].write_bytes(plain_pem(ec_key()))
    assert not [claim for claim in _claims(layout) if "match" in claim]
    assert "keys private" in _claims(layout)


def test_one_authority_for_both_is_not_two(layout: CertificateLayout) -> None:
    layout.files[Pem.CLIENT_CA].write_bytes(layout.files[Pem.SERVER_CA].read_bytes())
    claims = _claims(layout)
    assert "two CAs" not in claims
    assert "chains verified" not in claims


def test_an_open_key_is_not_private(layout: CertificateLayout) -> None:
    layout.files[Pem.CLIENT_KEY].chmod(0o644)
    assert "private" not in _claims(layout)


def test_an_expired_certificate_is_not_valid(layout: CertificateLayout) -> None:
    now = datetime(2047, 1, 1, tzinfo=UTC)
    claims = verified(examine(layout, SECRETS.get, now), layout, now)
    assert not [claim for claim in claims if "valid to" in claim]
