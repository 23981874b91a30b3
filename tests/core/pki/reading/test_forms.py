"""What kind of file somebody has is told without a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.reading.forms import Form, form_of, is_locked
from tests.core.pki.forms_made import BUNDLES, LOCKED, OPEN, bundle_in, key_in, word_of
from tests.core.pki.support import CA, ec_key, signed


@pytest.mark.parametrize("form", sorted((*LOCKED, *OPEN, *BUNDLES)))
def test_a_lock_is_seen_in_every_form(form: str, tmp_path: Path) -> None:
    own, certificate, key = tmp_path / "own.key", tmp_path / "certificate.pem", ec_key()
    own.write_bytes(plain_pem(key))
    certificate.write_bytes(signed("CN=x", key, extensions=CA))
    bundled = form in BUNDLES
    path = (
        bundle_in(form, own, certificate, tmp_path) if bundled else key_in(form, own, tmp_path)
    )  # fmt: skip
    assert form_of(path) is (Form.PKCS12 if bundled else Form.PEM)
    assert is_locked(path) is (word_of(form) is not None)
    assert not is_locked(certificate)


def test_other_files(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert form_of(path) is Form.MISSING
    path.write_bytes(b"\xfe\xed\xfe\xed")
    assert form_of(path) is Form.OTHER
    assert form_of(tmp_path) is Form.UNREADABLE
    assert not is_locked(tmp_path)
