"""How far a rollover has come is told by the files, and checked against what was noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.pki.layout import CertificateLayout, certificate_layout
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import Unreadable
from octavia_wizard.core.pki.rollover_files import (
    RECORD,
    Noted,
    Side,
    Stage,
    bundle,
    certificates_in,
    fingerprint,
    next_files,
    position_of,
    read_record,
    record_text,
)
from tests.core.pki.support import CA, ec_key, generating, signed

MOMENT = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
OLD, NEW = (
    x509.load_pem_x509_certificate(signed(f"CN={name}", ec_key(), extensions=CA))
    for name in ("old", "new")
)


def layout_with(
    root: Path,
    present: tuple[x509.Certificate, ...],
    coming: tuple[x509.Certificate, ...] = (),
    noted: Noted | None = None,
) -> CertificateLayout:
    """Write the files of a rollover of the server CA."""
    layout = certificate_layout(generating(root))
    layout.files[Pem.SERVER_CA].write_bytes(bundle(present))
    if coming:
        path = next_files(layout, Side.SERVER)[Pem.SERVER_CA]
        path.parent.mkdir()
        path.write_bytes(bundle(coming))
    if noted is not None:
        (root / RECORD).write_text(record_text({Side.SERVER: noted}))
    return layout


def noted(stage: Stage) -> Noted:
    """Return what is noted of a phase."""
    return Noted(stage, MOMENT, fingerprint(NEW), fingerprint(OLD))


@pytest.mark.parametrize(
    ("present", "coming", "told", "stage", "following"),
    [
        ((OLD,), (), None, None, Stage.TRUST),
        ((OLD, NEW), (NEW,), Stage.TRUST, Stage.TRUST, Stage.USE),
        ((NEW, OLD), (NEW,), Stage.USE, Stage.USE, Stage.DROP),
        ((NEW,), (), Stage.DROP, Stage.DROP, Stage.TRUST),
        # Somebody made another authority by hand since: the record speaks of nothing any more.
        ((OLD,), (), Stage.DROP, None, Stage.TRUST),
    ],
)
def test_the_stage(
    present: tuple[x509.Certificate, ...],
    coming: tuple[x509.Certificate, ...],
    told: Stage | None,
    stage: Stage | None,
    following: Stage,
    tmp_path: Path,
) -> None:
    """The order in the bundle tells it, and what follows from it."""
    layout = layout_with(tmp_path, present, coming, noted(told) if told else None)
    position = position_of(layout, Side.SERVER)
    assert (position.stage, position.following, position.problem) == (stage, following, "")


@pytest.mark.parametrize(
    ("present", "coming", "told"),
    [
        ((OLD,), (NEW,), None),
        ((OLD, NEW), (NEW,), None),
        ((OLD, NEW), (NEW,), Stage.USE),
        ((OLD,), (), Stage.TRUST),
    ],
)
def test_contradictions(
    present: tuple[x509.Certificate, ...],
    coming: tuple[x509.Certificate, ...],
    told: Stage | None,
    tmp_path: Path,
) -> None:
    """What the files and the record do not agree on is a problem, and never guessed."""
    layout = layout_with(tmp_path, present, coming, noted(told) if told else None)
    assert position_of(layout, Side.SERVER).problem


def test_another_authority_than_was_noted(tmp_path: Path) -> None:
    """The fingerprint counts, not the name."""
    other = replace(noted(Stage.TRUST), coming=fingerprint(OLD))
    layout = layout_with(tmp_path, (OLD, NEW), (NEW,), other)
    assert "another new authority" in position_of(layout, Side.SERVER).problem


def test_the_record_comes_back_as_it_was() -> None:
    """Both sides, with moments in UTC."""
    known = {
        Side.SERVER: noted(Stage.TRUST),
        Side.CLIENT: replace(noted(Stage.USE), distributed=MOMENT),
    }
    assert record_text(known).count("2026-11-22T14:30:00+00:00") == 3


def test_the_record_is_read_again(tmp_path: Path) -> None:
    """What was written is what is read."""
    known = {Side.CLIENT: replace(noted(Stage.USE), distributed=MOMENT)}
    (tmp_path / RECORD).write_text(record_text(known))
    assert read_record(tmp_path) == known
    assert read_record(tmp_path / "none") == {}


NAIVE = (
    '{"schema": 1, "server": {"stage": "use", "changed": "2026-11-22", "coming": "", "former": ""}}'
)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": 2}', '{"schema": 1, "server": 3}', NAIVE]
)
def test_a_record_that_cannot_be_understood(text: str, tmp_path: Path) -> None:
    """It is named, and nothing is built upon it."""
    (tmp_path / RECORD).write_text(text)
    with pytest.raises(FileError, match=RECORD):
        read_record(tmp_path)


def test_a_bundle_has_no_certificate_twice(tmp_path: Path) -> None:
    """The first place counts."""
    path = tmp_path / "bundle.pem"
    path.write_bytes(bundle((NEW, OLD), (OLD, NEW)))
    assert certificates_in(path) == (NEW, OLD)


@pytest.mark.parametrize("content", [None, "nothing"])
def test_files_without_a_certificate(content: str | None, tmp_path: Path) -> None:
    """They are named."""
    path = tmp_path / "x.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(Unreadable, match=r"x\.pem"):
        certificates_in(path)
