"""What is approved are the fingerprints openssl shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.pki.approval import Approval, approval_of, fingerprints_of, marks_of
from octavia_wizard.core.pki.layout import Pem
from tests.core.pki.support import generating, laid_out, openssl, owning


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
