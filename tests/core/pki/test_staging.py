"""Taking a waiting set away removes that set alone."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.pki.layout import Pem
from octavia_wizard.core.pki.staging import take_away


def waiting(place: Path) -> Path:
    """Make a complete set."""
    place.mkdir()
    for pem in Pem:
        (place / f"{pem.name.lower()}.pem").write_text("x")
    return place


def test_a_set_is_removed_whole(tmp_path: Path) -> None:
    assert take_away(waiting(tmp_path / ".octavia.octavia-wizard"))
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_of_the_set_stays(tmp_path: Path) -> None:
    place = waiting(tmp_path / "etc")
    (place / "passwd").write_text("root")
    (place / "conf.d").mkdir()
    assert not take_away(place)
    assert sorted(path.name for path in place.iterdir()) == ["conf.d", "passwd"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    place = waiting(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(place)
    assert not take_away(tmp_path / "link")
    assert len(list(place.iterdir())) == len(Pem)
