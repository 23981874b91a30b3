"""What is kept of an order for an image."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from octavia_wizard.core.image.build.record import load_record, new_record, save_record
from octavia_wizard.core.image.build.request import document_of, request_from
from tests.core.image.build.conftest import Place


def test_an_order_can_be_read_back(place: Place) -> None:
    request = replace(place.request(), elements=("a", "b"), environment={"DIB_X": "1"})
    assert request_from(json.loads(json.dumps(document_of(request)))) == request


def test_no_credentials_are_kept(place: Place) -> None:
    request = replace(
        place.request(),
        repository="https://me:s3cret@git.example/octavia",
        library_repository="https://s3cret@git.example/octavia-lib",
        constraints="https://h.example/uc.txt?access_token=s3cret",
        mirror="http://me:s3cret@mirror.example/ubuntu",
    )
    record = save_record(new_record(request))
    assert all("s3cret" not in p.read_text() for p in record.directory.iterdir() if p.is_file())
    kept = load_record(record.directory)
    assert kept is not None
    # Else it would not be known again, and its hash would let the password be guessed.
    assert kept.request.fingerprint == request.fingerprint
    assert replace(request, repository="https://git.example/octavia").fingerprint == (
        request.fingerprint
    )
    assert Path(kept.request.output) == request.output
