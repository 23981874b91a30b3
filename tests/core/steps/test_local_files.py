"""What a killed write leaves is removed, and nothing of anybody else's."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.steps.local_files import sweep


def test_only_names_a_write_gives_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "user[1].yml"
    left = [".user[1].yml.0a1b2c3d.tmp", ".user[1].yml.0a1b2c3d.new",
            "..user[1].yml.0a1b2c3d.new.4e5f6071.tmp"]  # fmt: skip
    others = ["user[1].yml", ".user[1].yml.old.tmp", ".user[1].yml.20260101.tmp.tmp",
              ".user1.yml.0a1b2c3d.tmp", ".user[1].yml.bak.new", "..user[1].yml.x.tmp"]  # fmt: skip
    for name in (*left, *others):
        (tmp_path / name).write_text("")
    sweep(path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(others)


def test_behind_a_link_too_for_there_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "secrets.yml"
    target.write_text("")
    (tmp_path / "user_secrets.yml").symlink_to(target)
    (tmp_path / "real" / ".secrets.yml.0a1b2c3d.tmp").write_text("a secret")
    sweep(tmp_path / "user_secrets.yml")
    assert [entry.name for entry in (tmp_path / "real").iterdir()] == ["secrets.yml"]


def test_no_directory_is_nothing_to_sweep(tmp_path: Path) -> None:
    sweep(tmp_path / "none" / "x")
