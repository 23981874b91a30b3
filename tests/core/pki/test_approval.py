"""What is approved are the fingerprints openssl shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.pki.approval import Approval, approval_of, fingerprints_of, marks_of
from octavia_wizard.core.pki.chains import read_chains
from octavia_wizard.core.pki.layout import Pem
from tests.core.pki.support import CA, ec_key, generating, laid_out, openssl, owning, signed

ROOT = x509.BasicConstraints(ca=True, path_length=None)


def test_the_fingerprints_are_those_of_openssl(tmp_path: Path) -> None:
    answers = generating(tmp_path / "certs")
    layout = laid_out(answers)
    found = dict(fingerprints_of(answers))
    assert list(found) == [Pem.SERVER_CA, Pem.CLIENT_CA, Pem.CLIENT]
    for pem, mark in found.items():
        path = layout.files[Pem(pem)]
        told = openssl("x509", "-in", path, "-noout", "-fingerprint", "-sha256")
        assert told.partition("=")[2].strip() == mark


def test_own_files_count_as_far_as_they_are_named(tmp_path: Path) -> None:
    layout = laid_out(generating(tmp_path / "certs"))
    answers = owning(server_ca_certificate=layout.files[Pem.SERVER_CA])
    assert [title for title, _ in fingerprints_of(answers)] == [Pem.SERVER_CA]


def test_nothing_cannot_be_approved(tmp_path: Path) -> None:
    answers = generating(tmp_path / "certs")
    assert fingerprints_of(answers) == ()
    with pytest.raises(PresetError, match="no certificate to approve yet"):
        marks_of(answers)


def test_approval_is_told_apart_from_approval_of_others(tmp_path: Path) -> None:
    marks = ["AA", "BB"]
    approving = generating(tmp_path, certificates__approved=marks)
    assert approval_of(generating(tmp_path), marks) is Approval.NONE
    assert approval_of(approving, ["AA"]) is Approval.ALL
    assert approval_of(approving, ["AA", "CC"]) is Approval.OTHERS


def test_an_authority_slipped_in_above_an_approved_one_is_not_approved(tmp_path: Path) -> None:
    """Anybody can have a certificate made about the root's key, and sign it themselves."""
    answers = generating(tmp_path, certificates__intermediates=True, certificates__root_days=7300)
    path = laid_out(answers).files[Pem.CLIENT_CA]
    approved = {mark for _, mark in fingerprints_of(answers)}
    issuing, root = x509.load_pem_x509_certificates(path.read_bytes())
    evil = ec_key()
    above = signed("CN=Evil", evil, extensions={ROOT: True}, days=900)
    between = (
        x509.CertificateBuilder()
        .subject_name(root.subject)
        .issuer_name(x509.Name.from_rfc4514_string("CN=Evil"))
        .public_key(root.public_key())
        .serial_number(7)
        .not_valid_before(root.not_valid_before_utc)
        .not_valid_after(root.not_valid_after_utc)
        .add_extension(ROOT, critical=True)
        .sign(evil, hashes.SHA256())
    )
    chain = b"".join(one.public_bytes(Encoding.PEM) for one in (issuing, between))
    path.write_bytes(chain + above)
    openssl("verify", "-CAfile", path, path)
    new = {title for title, mark in fingerprints_of(answers) if mark not in approved}
    assert new == {"client CA certificate, also trusted: CN=Evil"}


def test_a_root_right_above_is_approved_with_what_it_signed(tmp_path: Path) -> None:
    """Its key is the only one that could sign it."""
    answers = generating(tmp_path, certificates__intermediates=True, certificates__root_days=7300)
    laid_out(answers)
    assert len(fingerprints_of(answers)) == 3


def test_what_is_trusted_besides_can_be_approved_on_the_screens(tmp_path: Path) -> None:
    """What is shown to approve is all that a replay asks for."""
    answers = generating(tmp_path)
    path = laid_out(answers).files[Pem.CLIENT_CA]
    path.write_bytes(path.read_bytes() + signed("CN=Next", ec_key(), extensions=CA))
    chains = read_chains(answers)
    assert chains is not None
    shown = [mark for _, mark in chains.fingerprints]
    assert sorted(shown) == sorted(mark for _, mark in fingerprints_of(answers))
    assert len(shown) == 4
