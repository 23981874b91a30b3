"""What is kept of a build's lines is of use, and not more than that."""

from __future__ import annotations

from octavia_wizard.core.image.build.notes import Notes


def test_the_last_line_worth_showing_is_no_bookkeeping() -> None:
    notes = Notes()
    for line in (
        "Setting up acl",
        "+ export X=1",
        "dib-run-parts Target: x",
        "Copying hooks x",
        "",
    ):
        notes.add(line)
    assert notes.last == "Setting up acl"
    assert notes.lines == 5


def test_telling_lines_are_kept_from_both_ends_and_forgotten_at_a_boundary() -> None:
    notes = Notes()
    for number in range(1000):
        notes.add(f"error {number}")
        notes.add("Unpacking acl ...")
    assert notes.telling[0] == "error 0"
    assert notes.telling[-1] == "error 999"
    assert len(notes.telling) == 300
    notes.boundary()
    assert notes.telling == ()
    assert len(notes.tail) == 200
